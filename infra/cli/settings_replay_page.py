"""Write what a replay of settings has found, for people, in 80 columns."""

import textwrap
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from infra.cli.settings_replayed import Replayed
from infra.cli.visible import visible
from infra.local.progress import bold, faint, green, red
from infra.replay.compare import Compared, How, Pair
from infra.replay.rows import Row
from nightbell.domain.keys import split_conversation_pk

WIDE = 78
NOTHING = "nothing"


def page(done: Replayed) -> Iterator[str]:
    """Write all of it, line by line."""
    yield from _head(done)
    if done.shown:
        yield ""
        yield from _table(done)
        yield ""
        yield from _examples(done)
    yield ""
    yield from _summary(done.compared)
    yield from _warnings(done)


def _head(done: Replayed) -> Iterator[str]:
    people, first, last = len({each.pk for each in done.events}), done.events[0].at, done.events[-1].at
    yield bold(f"{visible(done.file)} against {visible(done.against)}")
    yield faint(f"{len(done.events)} events of {people} conversations, {visible(done.source)}")
    yield faint(f"{first:%Y-%m-%d} to {last:%Y-%m-%d}, each at its own time")
    if done.said:
        yield faint(f"opened or closed by hand meanwhile, which counts: {done.said} times; without: --planned")
    if done.as_sent is not None:
        same, sent = done.as_sent
        yield faint(f"of {sent} texts really sent, the replay gives {same} word for word")
    if gone := sum(each.gone for each in done.events):
        yield faint(f"of {gone} messages the words are gone: taken back, forgotten or lent")
    if not done.words:
        yield faint("pseudonyms: words that only newer settings list cannot be found in these events")


def _table(done: Replayed) -> Iterator[str]:
    for pair in done.shown:
        row = pair.row
        when = f"{row.at.astimezone(done.zone(row)):%a %d %b %H:%M}"
        yield f"{when}  {row.channel[:16]:16} {_who(row.pk):14} {_change(pair)}"
        before, after = pair.before, pair.after
        if before and after and before.promised_by != after.promised_by and before.sent_at and after.sent_at:
            times = (_time(each.promised_by, done.zone(row)) for each in (before, after))
            yield faint(f"{'':18}promised {' → '.join(times)}")


def _examples(done: Replayed) -> Iterator[str]:
    """Show one text in full of each kind of change."""
    groups: dict[tuple[object, ...], list[Pair]] = {}
    for pair in done.shown:
        groups.setdefault((pair.row.channel, pair.how, _change(pair)), []).append(pair)
    yield bold("In full, the first of each kind")
    for pairs in groups.values():
        pair = pairs[0]
        more = f", and {len(pairs) - 1} more" if len(pairs) > 1 else ""
        zone = done.zone(pair.row)
        yield f"{pair.row.channel} {_who(pair.row.pk)} at {pair.row.at.astimezone(zone):%a %d %b %H:%M}{more}"
        if pair.how is not How.SAME:
            yield from (red(line) for line in _text("-", pair.before, zone))
        yield from (green(line) if pair.how is not How.SAME else line for line in _text("+", pair.after, zone))


def _text(sign: str, row: Row | None, zone: ZoneInfo) -> Iterator[str]:
    sent = row is not None and row.sent_at is not None
    said = row.text if row and sent else f"({(row.why if row else '') or NOTHING})"
    at = f"{row.sent_at.astimezone(zone):%H:%M} " if row and row.sent_at else ""
    first, *rest = visible(said).splitlines() or [""]
    for number, part in enumerate([f"{at}{first}", *rest]):
        begin = f"  {sign} " if number == 0 else "    "
        yield from textwrap.wrap(part, WIDE, initial_indent=begin, subsequent_indent="    ") or [""]


def _summary(compared: Compared) -> Iterator[str]:
    names = (How.SAME, How.CHANGED, How.SILENT, How.ANSWERED)
    heads = ("same", "changed", "now silent", "now told")
    yield bold(f"{'brand':12} {'channel':23}" + "".join(f"{head:>11}" for head in heads))
    for (brand, channel), counts in compared.counts.items():
        numbers = [counts[How.SAME] + counts[How.REASON], *(counts[name] for name in names[1:])]
        yield f"{visible(brand)[:12]:12} {channel[:23]:23}" + "".join(f"{number:>11}" for number in numbers)


def _warnings(done: Replayed) -> Iterator[str]:
    compared = done.compared
    if compared.warnings or compared.addresses or compared.lost_languages:
        yield ""
        yield bold("Look twice")
    yield from (f"  {what.value}: {number}" for what, number in compared.warnings.items())
    for brand, name, before, after in compared.addresses:
        yield f"  {visible(brand)}: {name} {visible(before) or NOTHING} → {visible(after) or NOTHING}"
    for brand, language in compared.lost_languages:
        yield f"  {visible(brand)}: {language} is not spoken any more"


def _change(pair: Pair) -> str:
    before, after = _name(pair.before), _name(pair.after)
    if pair.how is How.SAME:
        return after
    return f"{before} → {after}" if before != after else f"{after}, {pair.how.value}"


def _name(row: Row | None) -> str:
    if row is None or row.sent_at is None:
        return NOTHING
    return row.text_id or row.slot


def _who(pk: str) -> str:
    contact_id = (split_conversation_pk(pk) or ("", "", pk))[2]
    return visible(contact_id.rpartition("/")[2][-14:])


def _time(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %d %b %H:%M}" if at else NOTHING
