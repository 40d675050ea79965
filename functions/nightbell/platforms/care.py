"""Looking after accounts: what to ask a platform about one, what to put right, and what an operator must hear.

A care is a script: it describes one call after the other, is told what came of each, and ends with what it found.
Whoever runs it sends the calls, so that the hourly check, the command line and a test all do the very same.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from nightbell.domain.business import Account
from nightbell.platforms.channel import ApiAccess, HttpOutcome, HttpRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was found or done.

    Attributes:
        name: Of the fact that is told.
        alarm: An operator must hear of it.
        fields: Safe to log: no token, no contact.
        new_secret: Takes the place of the account's token, and must be written down before anybody uses it.
    """

    name: str
    alarm: bool = False
    fields: Mapping[str, str | int] = field(default_factory=dict)
    new_secret: str = field(default="", repr=False)


MOST_CALLS = 40
"""In one script; more than any needs, so that one that does not end is a defect that is told."""

IN_ORDER = Finding(name="accounts_checked")

Script = Generator[HttpRequest, HttpOutcome, Sequence[Finding]]


class Care(Protocol):
    """How one platform's accounts are looked after.

    Attributes:
        credentials: Names of secrets that the calls need beside those of a send, as :class:`AccessNeeds` writes them.
    """

    credentials: Sequence[str]

    def check(self, account: Account, access: ApiAccess, now: datetime) -> Script:
        """Look, and put right what is missing and is nobody else's."""

    def subscribe(self, account: Account, access: ApiAccess, now: datetime) -> Script:
        """Have everything that is handled delivered to us, whatever was set before, and look again."""


class Renewal(Protocol):
    """How the access tokens of a platform are renewed before they end."""

    def renew(self, account: Account, access: ApiAccess, now: datetime) -> Script | None:
        """Ask for another token.

        Returns:
            ``None`` where it is not due. Else a script that finds :attr:`Finding.new_secret`, or why there is none.
        """


def run(script: Script, send: Callable[[HttpRequest], HttpOutcome]) -> Sequence[Finding]:
    """Send what a script asks for, until it ends.

    Raises:
        RuntimeError: It does not end.
    """
    try:
        request = next(script)
        for _ in range(MOST_CALLS):
            request = script.send(send(request))
    except StopIteration as end:
        found: Sequence[Finding] = end.value
        return found
    script.close()
    raise RuntimeError("a script without end")
