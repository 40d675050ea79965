"""What a replay of settings has found, as plain values that JSON can hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from infra.replay.compare import Compared, How, Pair
from infra.replay.events import Recorded
from infra.replay.rows import ANSWER, Row
from nightbell.domain.business import BusinessSettings

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What was replayed, and what came of it.

    Attributes:
        settings: The new ones, then those before.
        as_sent: How many texts the settings before give as they were really sent, of how many.
        said: How often somebody opened or closed by hand meanwhile, as far as it is counted.
        words: Whether the events hold the words that people wrote.
        conversation: The only one to show; all of what it was told is then shown.
        everything: Show also what did not change.
    """

    file: str
    against: str
    source: str
    events: Sequence[Recorded]
    compared: Compared
    settings: tuple[BusinessSettings, BusinessSettings]
    as_sent: tuple[int, int] | None
    said: int
    words: bool
    conversation: str | None
    everything: bool

    @property
    def shown(self) -> list[Pair]:
        """What to list."""
        whole = self.everything or self.conversation
        return [pair for pair in self.compared.pairs if whole or pair.how is not How.SAME]

    def zone(self, row: Row) -> ZoneInfo:
        """Find whose clock a row is read on."""
        found = (each.accounts.get(row.account) for each in self.settings)
        return next((account.hours.zone for account in found if account), _UTC)


def plain(done: Replayed) -> dict[str, Any]:
    """Write all of it as values that JSON can hold."""
    compared = done.compared
    return {
        "settings": done.file,
        "against": done.against,
        "source": done.source,
        "events": len(done.events),
        "as_sent": {"same": done.as_sent[0], "sent": done.as_sent[1]} if done.as_sent else None,
        "same": compared.is_same,
        "summary": [
            {"brand": brand, "channel": channel, **{how.value: counts[how] for how in How}}
            for (brand, channel), counts in compared.counts.items()
        ],
        "warnings": {warned.value: number for warned, number in compared.warnings.items()},
        "addresses": [
            dict(zip(("brand", "name", "before", "after"), each, strict=True)) for each in compared.addresses
        ],
        "lost_languages": [{"brand": brand, "language": language} for brand, language in compared.lost_languages],
        "texts": [_plain_pair(pair) for pair in done.shown],
    }


def _plain_pair(pair: Pair) -> dict[str, Any]:
    row = pair.row
    return {
        "conversation": row.pk,
        "message": row.seq,
        "at": row.at.isoformat(),
        "channel": row.channel,
        "about": row.slot if row.slot != ANSWER else None,
        "how": pair.how.value,
        "warnings": [each.value for each in pair.warned],
        "before": _plain_row(pair.before),
        "after": _plain_row(pair.after),
    }


def _plain_row(row: Row | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "text_id": row.text_id or None,
        "language": row.language or None,
        "text": row.text or None,
        "sent_at": row.sent_at.isoformat() if row.sent_at else None,
        "promised_by": row.promised_by.isoformat() if row.promised_by else None,
        "why_not": row.why or None,
    }
