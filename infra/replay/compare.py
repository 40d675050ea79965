"""What differs between two replays of the same events: for whom, and how."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from infra.replay.rows import Name, Row
from nightbell.domain.business import BusinessSettings, TextId
from nightbell.domain.graphemes import ellipsis_of


class How(StrEnum):
    """How what somebody was told differs."""

    SAME = "unchanged"
    CHANGED = "changed"
    SILENT = "newly silent"
    ANSWERED = "newly answered"
    REASON = "silent for another reason"


class Warned(StrEnum):
    """What somebody should look at twice."""

    EARLIER = "promised an earlier time"
    LATER = "promised a later time"
    NO_PROMISE = "promised no time any more"
    LANGUAGE = "answered in another language"
    CUT = "text cut to fit its channel"
    EMERGENCY = "gets no answer to an emergency any more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One text before and after; ``None`` where there is none by these settings."""

    before: Row | None
    after: Row | None
    how: How
    warned: tuple[Warned, ...] = ()

    @property
    def row(self) -> Row:
        """Either of them, the later one where there are both."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a pair of nothing")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two replays side by side.

    Attributes:
        counts: By brand and channel.
        addresses: Brand, what for, before, after.
        lost_languages: Brand and language.
    """

    pairs: tuple[Pair, ...]
    counts: Mapping[tuple[str, str], Counter[str]] = field(default_factory=dict)
    warnings: Counter[Warned] = field(default_factory=Counter)
    addresses: tuple[tuple[str, str, str, str], ...] = ()
    lost_languages: tuple[tuple[str, str], ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether nobody would have been told anything else."""
        return all(pair.how is How.SAME for pair in self.pairs)


def compare(
    before: Mapping[Name, Row],
    after: Mapping[Name, Row],
    old: BusinessSettings,
    new: BusinessSettings,
    *,
    since: datetime | None = None,
) -> Compared:
    """Put two replays side by side, in the order of what happened; what came earlier only leads up to it."""
    names = dict.fromkeys(row.name for row in (*before.values(), *after.values()) if since is None or row.at >= since)
    pairs = sorted((_pair(before.get(name), after.get(name)) for name in names), key=lambda pair: _order(pair.row))
    counts: dict[tuple[str, str], Counter[str]] = {}
    for pair in pairs:
        counts.setdefault((_brand(pair.row, new, old), pair.row.channel), Counter())[pair.how] += 1
    return Compared(
        pairs=tuple(pairs),
        counts=dict(sorted(counts.items())),
        warnings=Counter(warned for pair in pairs for warned in pair.warned),
        addresses=tuple(_addresses(old, new)),
        lost_languages=tuple(_lost_languages(old, new)),
    )


def _order(row: Row) -> tuple[object, ...]:
    return row.at, row.pk, row.seq, row.slot


def _pair(before: Row | None, after: Row | None) -> Pair:
    said, says = _told(before), _told(after)
    if said == says:
        # Why nobody was told anything matters only to those who look for it.
        reason = {row.why for row in (before, after) if row}
        return Pair(before=before, after=after, how=How.SAME if said or len(reason) < 2 else How.REASON)  # noqa: PLR2004 - two reasons
    how = How.SILENT if not says else How.CHANGED if said else How.ANSWERED
    return Pair(before=before, after=after, how=how, warned=tuple(_warned(before, after)))


def _told(row: Row | None) -> tuple[object, ...]:
    """Name all that the contact notices; nothing where nothing left."""
    if row is None or row.sent_at is None:
        return ()
    return row.text, row.channel, row.sent_at, row.promised_by


def _warned(before: Row | None, after: Row | None) -> Iterator[Warned]:
    if after is None or after.sent_at is None:
        if before and before.text_id == TextId.EMERGENCY:
            yield Warned.EMERGENCY
        return
    if after.text.endswith(ellipsis_of("characters")) and not (before and before.text.endswith(after.text[-1])):
        yield Warned.CUT
    if before is None or before.sent_at is None:
        return
    if before.promised_by and after.promised_by and before.promised_by != after.promised_by:
        yield Warned.EARLIER if after.promised_by < before.promised_by else Warned.LATER
    if before.promised_by and not after.promised_by:
        yield Warned.NO_PROMISE
    if before.language != after.language:
        yield Warned.LANGUAGE


def _brand(row: Row, *settings: BusinessSettings) -> str:
    found = (each.accounts.get(row.account) for each in settings)
    return next((account.brand.key for account in found if account), "not in the settings")


def _addresses(old: BusinessSettings, new: BusinessSettings) -> Iterator[tuple[str, str, str, str]]:
    for key, brand in new.brands.items():
        for name in ("email", "voicemail", "emergency_phone") if key in old.brands else ():
            was, is_now = getattr(old.brands[key], name) or "", getattr(brand, name) or ""
            if was != is_now:
                yield key, name, was, is_now


def _lost_languages(old: BusinessSettings, new: BusinessSettings) -> Iterable[tuple[str, str]]:
    for key, brand in old.brands.items():
        spoken = new.brands[key].languages if key in new.brands else ()
        yield from ((key, language) for language in brand.languages if language not in spoken)
