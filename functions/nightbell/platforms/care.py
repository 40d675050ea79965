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
    """

    name: str
    alarm: bool = False
    fields: Mapping[str, str | int] = field(default_factory=dict)


IN_ORDER = Finding(name="accounts_checked")

Script = Generator[HttpRequest, HttpOutcome, Sequence[Finding]]


class Care(Protocol):
    """How one platform's accounts are looked after.

    Attributes:
        credentials: Secrets that the calls need beside the token, with ``{account}`` for the account's id.
    """

    credentials: Sequence[str]

    def check(self, account: Account, access: ApiAccess, now: datetime) -> Script:
        """Look, and put right what is missing and is nobody else's."""

    def subscribe(self, account: Account, access: ApiAccess, now: datetime) -> Script:
        """Have everything that is handled delivered to us, whatever was set before, and look again."""


def run(script: Script, send: Callable[[HttpRequest], HttpOutcome]) -> Sequence[Finding]:
    """Send what a script asks for, until it ends."""
    try:
        request = next(script)
        while True:
            request = script.send(send(request))
    except StopIteration as end:
        found: Sequence[Finding] = end.value
        return found
