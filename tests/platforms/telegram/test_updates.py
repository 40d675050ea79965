"""What an update becomes, by the fixtures and by bodies that no fixture could list."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Broken, Event, Message, OptOut, OutsideAnswer, Unknown
from nightbell.platforms.telegram.rows import ROWS
from nightbell.platforms.telegram.updates import HEARD, read_update
from tests.platforms.fixtures import NOT_UNDERSTOOD, RECEIVED_AT, Fixture, differences, read_fixtures

DOCS = "docs/platforms/telegram.md"
VALID = list(read_fixtures("valid", "telegram"))
EVERY = [*VALID, *read_fixtures("hostile", "telegram")]
READABLE = [fixture for fixture in EVERY if fixture.expect != NOT_UNDERSTOOD]
BOT = "6200000017"


def read(body: bytes, bot: str = BOT) -> list[Event]:
    return read_update(body, bot, RECEIVED_AT)


def every_event() -> Iterator[Event]:
    for fixture in READABLE:
        yield from read(fixture.body)


@pytest.mark.parametrize("fixture", EVERY, ids=str)
def test_an_update_becomes_what_its_fixture_expects(fixture: Fixture) -> None:
    if isinstance(fixture.expect, str):
        with pytest.raises(NotUnderstoodError):
            read(fixture.body)
    else:
        assert differences(read(fixture.body), fixture.expect) == []


@pytest.mark.parametrize("fixture", READABLE, ids=str)
def test_what_is_broken_is_kept_as_the_update_that_brings_it_alone(fixture: Fixture) -> None:
    for event in read(fixture.body):
        if isinstance(event, Broken):
            assert event.raw.isascii()
            assert read(event.raw.encode()) == [event]


def test_every_kind_of_the_table_comes_from_some_fixture_and_every_kind_has_a_row() -> None:
    seen = {event.kind for event in every_event() if not isinstance(event, Unknown | Broken)}
    assert seen == set(ROWS)


def test_what_is_broken_or_unknown_is_told_apart_from_the_rows() -> None:
    for event in every_event():
        assert not isinstance(event, Unknown) or event.kind not in ROWS
        assert not isinstance(event, Broken) or event.kind in {*ROWS, "telegram"}


def test_the_bot_is_the_one_of_the_address() -> None:
    body = VALID[0].body
    assert {getattr(event, "account_id", "77") for event in read(body, "77")} == {"77"}


def test_an_answer_in_a_group_to_another_bot_is_talk() -> None:
    ours = next(fixture for fixture in VALID if fixture.name == "telegram_group_answer_to_ours")
    assert [event.kind for event in read(ours.body, "99")] == ["telegram.group_talk"]


def test_a_person_who_writes_to_the_bot_and_to_the_business_has_two_conversations() -> None:
    """The chat's number is the same, and a text must not go to the wrong one."""
    names = ("telegram_message", "telegram_business_message")
    said = [read(next(one for one in VALID if one.name == name).body)[0] for name in names]
    assert len({event.contact.contact_id for event in said if isinstance(event, Message)}) == len(names)


def test_a_bot_has_to_hear_what_is_more_than_counted() -> None:
    """Of each kind of update that Nightbell subscribes to some fixture brings more than noise, and of no other."""
    heard = {
        key
        for fixture in READABLE
        for key in json.loads(fixture.body)
        if [event for event in read(fixture.body) if isinstance(event, Message | OutsideAnswer | OptOut)]
    }
    assert heard - {"update_id", "levitation"} | {"business_connection"} == set(HEARD)


def test_the_docs_show_the_table() -> None:
    with open(DOCS, encoding="utf-8") as docs:  # noqa: PTH123 - one line to read a file
        shown = [line for line in docs if line.startswith("| `")]
    wanted = [f"| `{kind}` | {row.consequence} | {row.why} |\n" for kind, row in ROWS.items()]
    assert [line for line in wanted if line not in shown] == []


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**22), 10**22)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = sorted({key for fixture in READABLE for key in json.loads(fixture.body)} - {"update_id"})


def places(tree: object) -> Iterator[tuple[object, object]]:
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in pairs:
        yield tree, key
        yield from places(value)


@st.composite
def mutated(draw: st.DrawFn) -> object:
    tree = json.loads(draw(st.sampled_from([fixture.body for fixture in READABLE])))
    for _ in range(draw(st.integers(1, 3))):
        found = list(places(tree))
        if not found:
            return tree
        parent, key = draw(st.sampled_from(found))
        if draw(st.booleans()):
            parent[key] = draw(anything)  # type: ignore[index]
        else:
            del parent[key]  # type: ignore[attr-defined]
    return tree


def is_sound(events: list[Event]) -> None:
    assert events
    for event in events:
        assert event.channel == "telegram"
        json.dumps(str(event), ensure_ascii=False).encode()
        if isinstance(event, Message):
            assert all((event.contact.contact_id, event.contact.address, event.message_id))
            assert event.text or event.attachments or event.choice is not None
        if isinstance(event, Broken):
            assert read(event.raw.encode()) == [event]


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_a_mutated_update_is_read_or_not_understood(tree: object) -> None:
    try:
        is_sound(read(json.dumps(tree).encode()))
    except NotUnderstoodError:
        return


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(KEYS), anything)
def test_any_part_at_all_is_read(key: str, value: object) -> None:
    is_sound(read(json.dumps({"update_id": 1, key: value}).encode()))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | anything.map(lambda value: json.dumps(value).encode()))
def test_anything_at_all_is_read_or_not_understood(body: bytes) -> None:
    try:
        is_sound(read(body))
    except NotUnderstoodError:
        return
