"""Whatever happens to a body on its way through X's versions, the parser knows three answers."""

import copy
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Broken, Message, OutsideAnswer, Unknown
from nightbell.platforms.x.consequences import ROWS
from nightbell.platforms.x.envelope import read_delivery
from tests.platforms.fixtures import NOT_UNDERSTOOD, RECEIVED_AT, read_fixtures

FIXTURES = [*read_fixtures("valid", "x"), *read_fixtures("hostile", "x")]
BODIES = [fixture.body for fixture in FIXTURES]
TREES = [json.loads(fixture.body) for fixture in FIXTURES if fixture.expect != NOT_UNDERSTOOD]

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=5,
)


def read(body: bytes) -> None:
    try:
        events = read_delivery(body, RECEIVED_AT)
    except NotUnderstoodError:
        return
    assert events
    for event in events:
        assert isinstance(event, Unknown | Broken) or event.kind in ROWS
        if isinstance(event, Broken):
            assert read_delivery(event.raw.encode("ascii"), RECEIVED_AT) == [event]
        if isinstance(event, Message):
            texts = (event.text, event.message_id, event.contact.contact_id, event.contact.name or "")
            assert all(type(text) is str for text in texts)
            assert event.text or event.attachments
            assert all(each.reference is None or type(each.reference) is str for each in event.attachments)
        if isinstance(event, OutsideAnswer):
            assert all(type(one) is str and one for one in event.contact_ids)


def branches(tree: object) -> list[tuple[Any, Any]]:
    """List every place in a tree as (parent, key)."""
    if isinstance(tree, dict | list):
        keys = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
        below = [place for key in keys for place in branches(tree[key])]
        return [*((tree, key) for key in keys), *below]
    return []


@st.composite
def mutated(draw: st.DrawFn) -> object:
    tree: Any = copy.deepcopy(draw(st.sampled_from(TREES)))
    for _ in range(draw(st.integers(1, 3))):
        places = branches(tree)
        if not places:
            break
        parent, key = draw(st.sampled_from(places))
        match draw(st.sampled_from(["replace", "remove", "rename", "wrap", "twist"])):
            case "replace":
                parent[key] = draw(anything)
            case "remove":
                del parent[key]
            case "rename" if isinstance(parent, dict):
                parent[draw(st.text(max_size=9))] = parent.pop(key)
            case "wrap":
                parent[key] = [parent[key]] if draw(st.booleans()) else {"data": parent[key]}
            case _:
                parent[key] = str(parent[key]) if not isinstance(parent[key], str) else draw(st.integers())
    return tree


@settings(max_examples=800, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_a_mutated_tree_is_read_or_not_understood(tree: object) -> None:
    read(json.dumps(tree).encode())


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(BODIES), st.integers(0, 2000), st.binary(max_size=6), st.integers(0, 6))
def test_mutated_bytes_are_read_or_not_understood(body: bytes, at: int, inserted: bytes, dropped: int) -> None:
    at %= len(body)
    read(body[:at] + inserted + body[at + dropped :])


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60) | anything.map(lambda value: json.dumps(value).encode()))
def test_anything_at_all_is_read_or_not_understood(body: bytes) -> None:
    read(body)


@settings(max_examples=100, deadline=None)
@given(item=anything)
def test_any_item_at_all_keeps_its_neighbours(item: object) -> None:
    good = json.loads(next(f for f in FIXTURES if f.name == "x_direct_old_messages").body)["direct_message_events"][0]
    body = {"for_user_id": "1730000000000000042", "direct_message_events": [item, good], "tweet_create_events": [item]}
    events = read_delivery(json.dumps(body).encode(), RECEIVED_AT)
    assert [event for event in events if isinstance(event, Message)]
