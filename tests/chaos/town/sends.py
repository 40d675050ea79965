"""Holds what stands on the contacts' screens against what the units say of it, on every channel."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from infra.local.platforms.meta.people import PRIVATE_CHANNELS
from nightbell.domain.unit import Unit, UnitState
from nightbell.platforms.meta.public_address import public_place, said_there
from nightbell.platforms.reading.said_lines import CLOCKS_DIFFER_BY
from tests.chaos.town.history import History, Judgement, channel_of
from tests.chaos.town.platform import Seen

SAID_SENT = {UnitState.SENT, UnitState.CONFIRMED}
SAID_UNSENT = {UnitState.REFUSED, UnitState.SUPPRESSED}
Words = dict[tuple[str, str], list[datetime]]
"""When which words were said, by the comment or post that they stand below, or the conversation of who reads them."""
TOLD = {UnitState.SENT: "acknowledged", UnitState.CONFIRMED: "acknowledged", UnitState.UNCERTAIN: "uncertain"}


def judge_sends(history: History, judged: Judgement) -> None:
    by_unit: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for seen in history.seen:
        by_unit[seen.unit].append(seen)
    words: Words = defaultdict(list)
    for seen in history.seen:
        words[seen.place or seen.screen, _plain(seen.text)].append(seen.at)
    told = {(pk, each["text"], each["state"]) for pk, each in _acknowledgements(history)}
    for pk, partition in history.partitions.items():
        for unit in (*partition.units, *partition.said):
            own = by_unit.pop((pk, unit.sk), [])
            _unit(unit, own, words, judged)
            _told(unit, told, judged)
    for (pk, sk), left in by_unit.items():
        judged.add("unexpected", f"{pk or left[0].pk} {sk} was seen {len(left)} times, and no unit sends it")
    _in_public(history, judged)
    _joins(history, judged)
    for about, times in Counter(seen.about for seen in history.seen if seen.about).items():
        if times > 1:
            judged.add("duplicated", f"comment {about} got {times} private replies")


def _acknowledgements(history: History) -> Iterator[tuple[str, dict[str, str]]]:
    for told in history.told:
        yield told.content["conversation_id"], told.content["acknowledgement"]


def _unit(unit: Unit, own: Sequence[Seen], words: Words, judged: Judgement) -> None:
    name, channel = f"{unit.pk} {unit.sk}", channel_of(unit.pk)
    judged.count(f"units {unit.state.lower()}")
    judged.count("units seen", times=bool(own))
    judged.count("recovered", times=unit.epoch > 1 + bool(unit.public_state) and bool(own))
    if not unit.state.is_final:
        judged.add("lost", f"{name} never came to rest: {unit.state}", channel)
    lines, messages = [each for each in own if each.place], [each for each in own if not each.place]
    judged.count("lines in public", channel, bool(lines))
    judged.count("answered in private", channel, bool(messages))
    in_public, in_private = _state_of(unit, is_line=True), _state_of(unit, is_line=False)
    _step(name, "line in public", in_public, len(lines), judged, stood_before=_stood_before(unit, words))
    _step(name, "message", in_private, len(messages), judged, stood_before=_was_read(unit, words))
    for each in messages:
        if each.tag and each.tag != unit.tag:
            judged.add("unexpected", f"{name} was seen under the tag {each.tag}", channel)


def _step(  # noqa: PLR0913 - what is said of it, and what is seen
    name: str, what: str, state: UnitState | None, times: int, judged: Judgement, *, stood_before: bool = False
) -> None:
    """Hold one step of a unit against how often it was seen."""
    checks = {
        "duplicated": (times > 1, f"was seen {times} times"),
        "lost": (state in SAID_SENT and not times and not stood_before, "is said to be sent and nobody saw it"),
        "unexpected": (
            bool(times) and (state is None or state in SAID_UNSENT),
            "is said not to be sent and was seen" if state else "was seen, and its unit does not know of it",
        ),
    }
    for kind, (is_broken, sentence) in checks.items():
        if is_broken:
            judged.add(kind, f"{name}: its {what} {sentence}", channel_of(name.partition(" ")[0]))


def _state_of(unit: Unit, *, is_line: bool) -> UnitState | None:
    """Tell how one of a unit's steps stands; ``None`` for one that it has not, or that it has not come to."""
    if not unit.kind.sends:
        return None
    if is_line:
        return unit.line_state(unit.state)
    return None if unit.is_in_public else unit.state


def _stood_before(unit: Unit, words: Words) -> bool:
    """Tell whether a line's very words stand where it belongs: a Page cannot say the same twice in a row.

    Of one whose words were deleted nobody can tell any more.
    """
    text = unit.text if unit.is_in_public else unit.public_text
    return not text or (public_place(unit.address or ""), _plain(text)) in words


def _was_read(unit: Unit, words: Words) -> bool:
    """Tell whether the contact read the very words of a private answer meanwhile, as a private reply to a comment.

    Where that one's outcome is unknown, too, nothing tells the two apart: a history shows words and no tag.
    """
    since = (unit.sent_from or unit.created_at) - CLOCKS_DIFFER_BY
    return any(at >= since for at in words.get((unit.pk, _plain(unit.text)), ()))


def _plain(text: str) -> str:
    return " ".join(text.split())


def _told(unit: Unit, told: set[tuple[str, str, str]], judged: Judgement) -> None:
    """Require that the human queue heard of each send that was made or may have been; what the desk says it knows."""
    if unit.desk or not unit.kind.sends or unit.state not in TOLD or not unit.text:
        return
    if (unit.pk, unit.text, TOLD[unit.state]) not in told:
        judged.add("lost", f"{unit.pk} {unit.sk} is {unit.state} and no person was told so", channel_of(unit.pk))


def _in_public(history: History, judged: Judgement) -> None:
    """Count the lines that each contact got below each post, by what they stand below and not by where it is filed."""
    addresses = {(pk, unit.sk): unit.address for pk, each in history.partitions.items() for unit in each.units}
    lines = Counter(
        history.authors.get(said_there(addresses.get(seen.unit) or ""), ("somebody unknown", seen.place))
        for seen in history.seen
        if seen.place
    )
    for (author, post), times in lines.items():
        if times > 1:
            judged.add("duplicated", f"{author} got {times} lines in public below {post}")


def _joins(history: History, judged: Judgement) -> None:
    """Require that an answer to a private reply goes on in the conversation of the comment.

    Where nobody knows whether a private reply arrived, nobody knows to whom it went either.
    """
    known = {(pk, u.sk) for pk, each in history.partitions.items() for u in each.units if u.platform_message_id}
    for seen in history.seen:
        if not seen.about or seen.unit not in known:
            continue
        partition = history.partitions.get(seen.screen)
        if seen.pk not in ({each["pk"] for each in partition.meta.get("joins", ())} if partition else set()):
            judged.add(
                "lost", f"{seen.screen} does not lead to {seen.pk}, where it was written to", channel_of(seen.pk)
            )
    for pk, each in history.partitions.items():
        own = f"{channel_of(pk)}."
        if channel_of(pk) in PRIVATE_CHANNELS:
            judged.count("joined", channel_of(pk), sum(not said["event"].startswith(own) for said in each.messages))
