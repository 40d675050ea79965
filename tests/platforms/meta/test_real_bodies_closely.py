"""What the bodies that ``NIGHTBELL_PAYLOADS`` names tell about Meta beyond their kinds."""

import json
from collections import Counter
from typing import Any

import pytest

from nightbell.domain.events import Message
from tests.platforms.meta.real_bodies import REPLAY, expected, read
from tests.platforms.real_bodies import FOLDER, Row, escaped, rows

META = [row for row in rows() if row.index == "meta" and REPLAY.is_own(row)]
FEED = [row for row in META if row.surface == "page_feed"]
COMMENTS = [row for row in META if row.surface == "instagram_comments"]

pytestmark = pytest.mark.skipif(not FOLDER, reason="NIGHTBELL_PAYLOADS names no folder of bodies")


def said_by_the_page(value: dict[str, Any], page: str) -> bool:
    author = (value.get("from") or {}).get("id") or value.get("sender_id")
    return str(author) == page


@pytest.mark.parametrize("row", FEED, ids=str)
def test_what_the_page_says_is_never_taken_for_a_contacts(row: Row) -> None:
    tree = json.loads(row.path.read_text(encoding="utf-8"))
    own = [
        said_by_the_page(change["value"], entry["id"])
        for entry in tree["entry"]
        for change in entry["changes"]
        if tree["object"] == "page"
    ]
    events = read(escaped(row.path))
    assert not [event for event, is_own in zip(events, own, strict=False) if is_own and isinstance(event, Message)]


@pytest.mark.parametrize("row", COMMENTS, ids=str)
def test_a_comment_of_the_dashboard_is_read_like_any_other_for_an_account_of_ours(row: Row) -> None:
    body = escaped(row.path).replace(b'"id":"0"', b'"id":"17841400000000042"')
    plain = Row(index=row.index, file=row.file, surface=row.surface, sub_type=row.sub_type.replace(DASHBOARD, ""))
    events = read(body)
    assert {event.kind for event in events} <= expected(plain) - {"meta.test"}
    assert all(isinstance(event, Message) for event in events)


DASHBOARD = "App Dashboard Test"


def test_the_index_was_found_and_holds_messages_of_every_channel() -> None:
    channels = Counter(event.channel for row in META for event in read(escaped(row.path)) if isinstance(event, Message))
    assert set(channels) == {"facebook_comments", "instagram_comments", "instagram_direct", "messenger", "whatsapp"}
