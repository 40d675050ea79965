"""What a delivery becomes, by the fixtures and by bodies that no fixture could list."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Broken, Event, Message, Unknown
from nightbell.platforms.linkedin.notifications import TYPE, read_delivery
from nightbell.platforms.linkedin.rows import ROWS
from tests.platforms.fixtures import NOT_UNDERSTOOD, RECEIVED_AT, Fixture, differences, read_fixtures

DOCS = "docs/platforms/linkedin.md"
VALID = list(read_fixtures("valid", "linkedin"))
EVERY = [*VALID, *read_fixtures("hostile", "linkedin")]
READABLE = [fixture for fixture in EVERY if fixture.expect != NOT_UNDERSTOOD]


def read(body: bytes) -> list[Event]:
    return read_delivery(body, RECEIVED_AT)


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


def test_every_kind_of_the_table_comes_from_some_fixture_and_every_kind_has_a_row() -> None:
    assert {event.kind for event in every_event() if not isinstance(event, Unknown | Broken)} == set(ROWS)


def test_what_is_broken_is_kept_as_a_delivery_that_brings_it_alone() -> None:
    for event in every_event():
        if isinstance(event, Broken):
            assert event.raw.isascii()
            assert read(event.raw.encode()) == [event]


def test_both_spellings_of_a_comments_name_lead_to_one_message() -> None:
    names = ("linkedin_comment", "linkedin_comment_other_shape")
    said = [read(next(one for one in VALID if one.name == name).body)[0] for name in names]
    assert len({event.message_id for event in said if isinstance(event, Message)}) == 1


def test_no_display_name_is_ever_kept() -> None:
    """The platform's terms give other members' profile data a day."""
    assert not [event for event in every_event() if isinstance(event, Message) and event.contact.name]


def test_the_docs_show_the_table() -> None:
    with open(DOCS, encoding="utf-8") as docs:  # noqa: PTH123 - one line to read a file
        shown = [line for line in docs if line.startswith("| `")]
    wanted = [f"| `{kind}` | {row.consequence} | {row.why} |\n" for kind, row in ROWS.items()]
    assert [line for line in wanted if line not in shown] == []


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**22), 10**22) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = ("action", "organizationalEntity", "sourcePost", "generatedActivity", "decoratedGeneratedActivity", "comment")
PARTS = ("owner", "actor", "text", "message", "entity", "object", "parentComment")


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(VALID), st.sampled_from(KEYS + PARTS), anything)
def test_any_part_at_all_keeps_its_neighbours(fixture: Fixture, key: str, value: object) -> None:
    items = json.loads(fixture.body).get("notifications") or [{}]
    good = json.loads(VALID[0].body)["notifications"][0]
    shown = items[0].get("decoratedGeneratedActivity", {}).get("comment")
    (shown if key in PARTS and shown else items[0])[key] = value
    events = read(json.dumps({"type": TYPE, "notifications": [*items, good]}).encode())
    assert len(events) == len(items) + 1
    assert events[-1] == read(json.dumps({"type": TYPE, "notifications": [good]}).encode())[0]
    for event in events:
        if isinstance(event, Message):
            assert event.account_id
            assert event.contact.contact_id or event.thread
            assert event.text or event.attachments
        if isinstance(event, Broken):
            assert read(event.raw.encode()) == [event]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | anything.map(lambda value: json.dumps(value).encode()))
def test_anything_at_all_is_read_or_not_understood(body: bytes) -> None:
    try:
        assert read(body)
    except NotUnderstoodError:
        return


def test_an_organisation_that_comments_is_named_as_the_settings_name_accounts() -> None:
    """Else another account of ours would be answered like a stranger."""
    body = next(one for one in VALID if one.name == "linkedin_comment").body
    (event,) = read(body.replace(b"urn:li:person:AnA0000421", b"urn:li:organization:4400882"))
    assert isinstance(event, Message)
    assert event.contact.author_id == "4400882"
