"""How an account stands whose platform is looked after by a script, for people and for programs. Never a token."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from infra.cli.visible import visible
from infra.local.progress import bold, green, red
from nightbell.domain.facts import Fact
from nightbell.platforms.care import IN_ORDER
from nightbell.services.care_for_platforms import Cared

_ABOUT = frozenset({"platform", "accounts"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CaredFor:
    """One account, and what was found."""

    each: Cared
    facts: Sequence[Fact]

    @property
    def is_in_order(self) -> bool:
        """Tell whether nobody needs to do anything."""
        return any(fact.name == IN_ORDER.name for fact in self.facts) and not any(fact.alarm for fact in self.facts)


def cared_lines(shown: CaredFor) -> Iterator[str]:
    """Describe it for people."""
    account = shown.each.account
    yield bold(visible(f"{account.channel} {account.account_id}  {account.name or ''}".rstrip()))
    for fact in shown.facts:
        said = red("not in order") if fact.alarm else green("in order") if fact.name == IN_ORDER.name else "note"
        details = ", ".join(f"{name}: {value}" for name, value in fact.fields.items() if name not in _ABOUT)
        yield f"  {said}  {fact.name.replace('_', ' ')}  {visible(details)}".rstrip()


def plain_cared(shown: CaredFor) -> dict[str, object]:
    """Describe it for programs."""
    account = shown.each.account
    found = [
        {"name": fact.name, **{name: value for name, value in fact.fields.items() if name not in _ABOUT}}
        for fact in shown.facts
    ]
    return {
        "platform": shown.each.platform,
        "channel": account.channel,
        "account_id": account.account_id,
        "in_order": shown.is_in_order,
        "found": found,
    }
