"""Where customers look before they ring, and how our opening hours get there."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from nightbell.domain.business import Account
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, Verdict

Shown = Mapping[str, str]
"""What stands where, for people: names of places, and their texts."""


class Profile(Protocol):
    """What a channel shows of an account, before anybody has written.

    Attributes:
        platform: Registry key of the vendor.
    """

    platform: str

    def read_requests(self, account: Account, access: ApiAccess) -> Sequence[HttpRequest]:
        """Describe the calls that read what is there."""

    def read(self, answers: Sequence[Answer]) -> Shown:
        """Read what is there from their answers, in their order."""

    def wanted(self, account: Account, today: date, before: Shown) -> Shown:
        """Word what shall be there; the owner's own words stay where there is room for both."""

    def write_requests(self, account: Account, wanted: Shown, access: ApiAccess) -> Sequence[HttpRequest]:
        """Describe the calls that write it."""

    def verdict(self, outcome: HttpOutcome) -> Verdict:
        """Judge a call."""
