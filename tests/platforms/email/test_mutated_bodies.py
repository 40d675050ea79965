"""Whatever happens to a notification or a mail on its way, the parser knows three answers."""

import base64
import copy
import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Broken, Message, Settlement, Silent, Unknown
from nightbell.domain.storable import is_storable
from nightbell.platforms.email.about import ROOM
from nightbell.platforms.email.envelope import read_delivery
from nightbell.platforms.email.rows import CHANNEL, ROWS
from tests.platforms.email import mails
from tests.platforms.fixtures import NOT_UNDERSTOOD, RECEIVED_AT, read_fixtures

FIXTURES = [*read_fixtures("valid", "email"), *read_fixtures("hostile", "email")]
BODIES = [fixture.body for fixture in FIXTURES]
TREES = [
    json.loads(fixture.body)
    for fixture in FIXTURES
    if fixture.expect != NOT_UNDERSTOOD and fixture.body.startswith(b"{")
]
MAILS = [tree["content"].encode() for tree in TREES if isinstance(tree.get("content"), str) and "\n" in tree["content"]]

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=5,
)
often = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def read(body: bytes) -> list[Any]:
    try:
        events = read_delivery(body, RECEIVED_AT)
    except NotUnderstoodError:
        return []
    assert events
    for event in events:
        assert isinstance(event, Unknown | Broken) or event.kind in ROWS
        if isinstance(event, Broken):
            assert event.kind == CHANNEL
            alone = read_delivery(event.raw.encode("ascii"), RECEIVED_AT)
            assert [one for one in alone if not isinstance(one, Unknown)] == [event]
        if isinstance(event, Message):
            check(event)
        if isinstance(event, Settlement):
            assert all(type(one) is str and one for one in event.contact_ids)
    return events


def check(message: Message) -> None:
    """Nothing of a stranger's may break a table, a terminal or a mail of ours."""
    name = message.contact.name or ""
    assert is_storable(message)
    assert message.text or message.attachments
    assert all((message.account_id, message.contact.contact_id, message.contact.address, message.message_id))
    assert not re.search("[\x00-\x1f\x7f-\x9f]", name + message.message_id + "".join(message.about.values()))
    assert sum(len(key) + len(value.encode()) for key, value in message.about.items()) <= ROOM
    assert message.silent is None or isinstance(message.silent, Silent)
    json.dumps(str(message), ensure_ascii=False).encode()


def branches(tree: object) -> list[tuple[Any, Any]]:
    """List every place in a tree as (parent, key)."""
    if isinstance(tree, dict | list):
        keys = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
        below = [place for key in keys for place in branches(tree[key])]
        return [*((tree, key) for key in keys), *below]
    return []


@often
@given(data=st.data(), value=anything)
def test_a_place_with_anything_else_in_it_is_understood_or_kept(data: st.DataObject, value: object) -> None:
    tree = copy.deepcopy(data.draw(st.sampled_from(TREES)))
    parent, key = data.draw(st.sampled_from(branches(tree)))
    parent[key] = value
    read(json.dumps(tree).encode())


@often
@given(data=st.data())
def test_a_place_that_is_missing_is_understood_or_kept(data: st.DataObject) -> None:
    tree = copy.deepcopy(data.draw(st.sampled_from(TREES)))
    parent, key = data.draw(st.sampled_from(branches(tree)))
    del parent[key]
    read(json.dumps(tree).encode())


@often
@given(data=st.data(), junk=st.binary(max_size=30))
def test_a_mail_with_anything_in_it_is_understood_or_kept(data: st.DataObject, junk: bytes) -> None:
    raw = data.draw(st.sampled_from(MAILS))
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(len(raw), start + 40)))
    body = mails.notification(None)
    body["content"] = base64.b64encode(raw[:start] + junk + raw[end:]).decode()
    assert read(json.dumps(body).encode())


@often
@given(raw=st.binary(max_size=300))
def test_bytes_that_are_no_mail_are_understood_or_kept(raw: bytes) -> None:
    body = mails.notification(None)
    body["content"] = base64.b64encode(raw).decode()
    assert read(json.dumps(body).encode())


@pytest.mark.parametrize("body", BODIES, ids=[str(fixture) for fixture in FIXTURES])
def test_a_body_cut_anywhere_is_not_understood_or_still_reads(body: bytes) -> None:
    for length in range(0, len(body), 37):
        read(body[:length])
