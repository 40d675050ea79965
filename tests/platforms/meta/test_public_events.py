"""What the fixtures cannot say about comments: how two deliveries belong together."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from nightbell.domain.events import Broken, Message, OutsideAnswer
from nightbell.platforms.meta.envelope import read_delivery
from nightbell.platforms.meta.public_address import public_place, said_there
from tests.platforms.fixtures import RECEIVED_AT, read_fixtures

PAGE, ADA = "104200000000017", "7700000000000421"
POST = f"{PAGE}_5001"


def comment(**more: Any) -> dict[str, Any]:
    said = {"item": "comment", "verb": "add", "comment_id": "5001_1", "post_id": POST, "parent_id": POST}
    return {**said, "created_time": 1795000000, "message": "Offen?", "from": {"id": ADA, "name": "Ada"}, **more}


def read(value: Any, field: str = "feed", time: Any = 1795000002) -> Any:
    entry = {"id": PAGE, "time": time, "changes": [{"field": field, "value": value}]}
    (event,) = read_delivery(json.dumps({"object": "page", "entry": [entry]}).encode(), RECEIVED_AT)
    return event


def events_of(name: str) -> list[Any]:
    (fixture,) = (one for one in read_fixtures("valid", "meta") if one.name == name)
    return read_delivery(fixture.body, RECEIVED_AT)


def test_a_comment_that_comes_for_the_post_and_for_its_ad_is_one_message() -> None:
    first, again, _ = events_of("instagram_comments_on_ad")
    assert (first.contact, first.message_id, first.content_hash) == (
        again.contact,
        again.message_id,
        again.content_hash,
    )


def test_two_edits_are_two_changes_and_one_edit_delivered_twice_is_one() -> None:
    once, again = (read(comment(verb="edited", message="Doch nicht")) for _ in range(2))
    other = read(comment(verb="edited", message="Doch"))
    assert once.message_id == again.message_id != other.message_id
    assert once.content_hash == again.content_hash


@pytest.mark.parametrize(("one", "other"), [("edit", "edited"), ("edited", "update"), ("remove", "delete")])
def test_two_words_for_one_act_are_one_change(one: str, other: str) -> None:
    assert read(comment(verb=one)) == read(comment(verb=other))


def test_what_is_edited_or_removed_leads_to_the_conversation_of_its_comment() -> None:
    said, edited, removed = read(comment()), read(comment(verb="edit")), read(comment(verb="remove"))
    assert {said.contact.contact_id} == {edited.contact.contact_id, removed.contact.contact_id}
    assert {said.thread} == {edited.thread, removed.thread}


def test_a_removal_that_names_nobody_leads_to_the_conversation_by_its_comment_alone() -> None:
    nobody = comment(verb="remove")
    del nobody["from"]
    removed = read(nobody)
    assert (removed.contact.contact_id, removed.thread) == ("", read(comment()).thread)
    assert not removed.opens_thread


def test_the_page_answers_where_the_contact_asked() -> None:
    asked = read(comment())
    answered = read(comment(comment_id="5001_2", parent_id="5001_1", **{"from": {"id": PAGE}}))
    assert isinstance(answered, OutsideAnswer)
    assert answered.thread == asked.thread


def test_the_page_below_a_visitors_post_answers_the_visitor() -> None:
    asked = read(comment(item="post", comment_id=None, parent_id=None))
    answered = read(comment(**{"from": {"id": PAGE}}))
    assert answered.thread == asked.thread == POST


@pytest.mark.parametrize("page", [PAGE, int(PAGE)])
@pytest.mark.parametrize("verb", ["add", "edit", "edited", "update", "remove", "delete"])
@pytest.mark.parametrize("item", ["comment", "post", "status", "photo", "video", "link", "share", "mention", "rating"])
def test_nothing_that_the_page_does_is_ever_a_contacts(item: str, verb: str, page: str | int) -> None:
    for author in ({"from": {"id": page}}, {"from": None, "sender_id": page}, {"from": None, "reviewer_id": page}):
        for field in ("feed", "mention", "ratings"):
            assert not isinstance(read(comment(item=item, verb=verb, **author), field), Message)


@pytest.mark.parametrize("verb", ["hide", "unhide", "block", "unblock", "mute", "follow"])
def test_moderation_is_never_a_message(verb: str) -> None:
    assert read(comment(verb=verb)).kind == "facebook_comments.moderation"


def test_another_page_is_a_contact() -> None:
    other = read(comment(**{"from": {"id": "104200000000018", "name": "Café"}}))
    assert isinstance(other, Message)
    assert other.contact.contact_id == f"{POST}/104200000000018"


def test_a_recommendation_tells_its_sense_even_without_words() -> None:
    rating = {"item": "rating", "verb": "add", "open_graph_story_id": 9, "reviewer_id": 7}
    said = {
        sense: read({**rating, "recommendation_type": sense}, "ratings").attachments[0].detail
        for sense in ("POSITIVE", "NEGATIVE")
    }
    assert said == {"POSITIVE": "positive", "NEGATIVE": "negative"}


def test_an_address_tells_where_a_line_goes_and_which_comment_a_private_reply_is_for() -> None:
    below = read(comment(comment_id="5001_2", parent_id="5001_1")).contact.address
    assert (public_place(below), said_there(below)) == ("5001_1", "5001_2")
    above = read(comment()).contact.address
    assert (public_place(above), said_there(above)) == ("5001_1", "5001_1")


@pytest.mark.parametrize("time", [1795000002, "1795000002", 1795000002000])
def test_what_is_broken_keeps_the_time_it_would_be_read_by(time: Any) -> None:
    event = read(comment(message=7, created_time=None), time=time)
    assert isinstance(event, Broken)
    learnt = event.raw.replace('"message":7', '"message":"Offen?"').encode()
    (mended,) = read_delivery(learnt, RECEIVED_AT)
    assert isinstance(mended, Message)
    assert mended.sent_at == datetime(2026, 11, 18, 11, 6, 42, tzinfo=UTC)
