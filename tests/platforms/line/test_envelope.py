"""What a delivery becomes, by the fixtures and by bodies that no fixture could list."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Broken, Event, Message, Unknown
from nightbell.platforms.line.envelope import read_envelope
from nightbell.platforms.line.rows import ROWS
from tests.platforms.fixtures import NOT_UNDERSTOOD, RECEIVED_AT, Fixture, differences, read_fixtures

DOCS = "docs/platforms/line.md"
VALID = list(read_fixtures("valid", "line"))
EVERY = [*VALID, *read_fixtures("hostile", "line")]
READABLE = [fixture for fixture in EVERY if fixture.expect != NOT_UNDERSTOOD]
ACCOUNT = "U00000000000000000000000000000001"


def read(body: bytes, account: str = ACCOUNT) -> list[Event]:
    return read_envelope(body, account, RECEIVED_AT)


def every_event() -> Iterator[Event]:
    for fixture in READABLE:
        yield from read(fixture.body)


@pytest.mark.parametrize("fixture", EVERY, ids=str)
def test_a_delivery_becomes_what_its_fixture_expects(fixture: Fixture) -> None:
    if isinstance(fixture.expect, str):
        with pytest.raises(NotUnderstoodError):
            read(fixture.body)
    else:
        assert differences(read(fixture.body), fixture.expect) == []


@pytest.mark.parametrize("fixture", READABLE, ids=str)
def test_what_is_broken_is_kept_as_the_delivery_that_brings_it_alone(fixture: Fixture) -> None:
    for event in read(fixture.body):
        if isinstance(event, Broken):
            assert event.raw.isascii()
            assert read(event.raw.encode()) == [event]


def test_every_kind_of_the_table_comes_from_some_fixture_and_every_kind_has_a_row() -> None:
    seen = {event.kind for event in every_event() if not isinstance(event, Unknown | Broken)}
    assert seen == set(ROWS)


def test_the_account_is_the_one_of_the_address_whatever_the_body_says() -> None:
    for fixture in VALID:
        said = {getattr(event, "account_id", None) or "U77" for event in read(fixture.body, "U77")}
        assert said == {"U77"}


def test_a_redelivery_is_the_same_message() -> None:
    body = next(one for one in VALID if one.name == "line_message").body
    again = body.replace(b'"isRedelivery":false', b'"isRedelivery":true')
    assert again != body
    assert read(again) == read(body)


def test_the_docs_show_the_table() -> None:
    with open(DOCS, encoding="utf-8") as docs:  # noqa: PTH123 - one line to read a file
        shown = [line for line in docs if line.startswith("| `line.")]
    assert shown == [f"| `{kind}` | {row.consequence} | {row.why} |\n" for kind, row in ROWS.items()]


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**22), 10**22)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


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
        assert event.channel == "line"
        json.dumps(str(event), ensure_ascii=False).encode()
        if isinstance(event, Message):
            assert all((event.contact.contact_id, event.contact.address, event.message_id))
            assert event.text or event.attachments or event.choice
        if isinstance(event, Broken):
            assert read(event.raw.encode()) == [event]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_a_mutated_delivery_is_read_or_not_understood(tree: object) -> None:
    try:
        is_sound(read(json.dumps(tree).encode()))
    except NotUnderstoodError:
        return


@settings(max_examples=200, deadline=None)
@given(st.lists(anything, max_size=3))
def test_any_events_at_all_are_read(events: list[object]) -> None:
    is_sound(read(json.dumps({"events": events}).encode()))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | anything.map(lambda value: json.dumps(value).encode()))
def test_anything_at_all_is_read_or_not_understood(body: bytes) -> None:
    try:
        is_sound(read(body))
    except NotUnderstoodError:
        return
