"""X's events, each as its fixture says, and what no fixture can say alone."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nightbell.domain.errors import NotUnderstoodError, SignatureError
from nightbell.domain.events import Broken, Delivery, Event, Message, Unknown
from nightbell.platforms.reading.dispatch import Place
from nightbell.platforms.x.consequences import ROWS
from nightbell.platforms.x.platform import X
from nightbell.platforms.x.post_forms import read_post
from nightbell.platforms.x.posts import Way, name_post
from nightbell.platforms.x.signature import sign
from tests.platforms.fixtures import NOT_UNDERSTOOD, RECEIVED_AT, Fixture, differences, read_fixtures

DOCS = "docs/platforms/x.md"
EVERY = [*read_fixtures("valid", "x"), *read_fixtures("hostile", "x")]
READABLE = [fixture for fixture in EVERY if fixture.expect != NOT_UNDERSTOOD]
BY_NAME = {fixture.name: fixture for fixture in EVERY}

every_fixture = pytest.mark.parametrize("fixture", EVERY, ids=str)


def parse(fixture: Fixture) -> list[Event]:
    return X().parse(fixture.delivery())


def only_message(name: str) -> Message:
    (event,) = parse(BY_NAME[name])
    assert isinstance(event, Message)
    return event


def kinds_seen() -> set[str]:
    return {event.kind for fixture in READABLE for event in parse(fixture) if not isinstance(event, Unknown | Broken)}


@every_fixture
def test_a_delivery_is_signed_and_becomes_what_its_fixture_expects(fixture: Fixture) -> None:
    X().verify(fixture.delivery(), {"consumer_secret": [str(fixture.secret)]})
    if isinstance(fixture.expect, str):
        with pytest.raises(NotUnderstoodError):
            parse(fixture)
    else:
        assert differences(parse(fixture), fixture.expect) == []


def test_every_kind_of_the_table_comes_from_some_fixture_and_no_other() -> None:
    assert kinds_seen() == set(ROWS)


def test_the_docs_show_the_table() -> None:
    with open(DOCS, encoding="utf-8") as docs:  # noqa: PTH123 - one line to read a file
        shown = [line for line in docs if line.startswith("| `")]
    wanted = [f"| `{kind}` | {row.consequence} | {row.why} |\n" for kind, row in ROWS.items()]
    assert [line for line in wanted if line not in shown] == []


def test_one_post_that_comes_for_two_reasons_is_one_message() -> None:
    """A reply that names us brings two events; by the same id, conversation and hash the second changes nothing."""
    answer = only_message("x_posts_reply_that_names_us")
    mention = only_message("x_posts_mention_of_the_same_reply")
    assert replace(mention, contact=answer.contact) == answer
    assert mention.contact.contact_id == answer.contact.contact_id
    assert mention.content_hash == answer.content_hash


def test_a_reply_that_quotes_us_without_naming_us_is_one_message_for_a_person_whichever_event_brings_it() -> None:
    found = only_message("x_posts_quote")
    payload = {
        "id": found.message_id,
        "author_id": "7",
        "text": "Look",
        "in_reply_to_tweet_id": "900",
        "referenced_tweets": [{"type": "replied_to", "id": "900"}, {"type": "quoted", "id": "901"}],
    }
    place = Place(channel="x_posts", account_id=found.account_id, received_at=RECEIVED_AT, alone=lambda item: item)
    post = read_post(payload, {}, place)
    assert {name_post(post, way, place) for way in (Way.REPLY, Way.QUOTE)} == {"x_posts.bare_reply"}
    assert name_post(replace(post, parent=None), Way.QUOTE, place) == "x_posts.quote"


def test_one_post_in_both_forms_has_one_hash() -> None:
    """An account subscribed to both products gets each post twice."""
    new, old = only_message("x_posts_media"), only_message("x_posts_old_media")
    picture = new.attachments[:1]
    same = replace(new, text=old.text, attachments=picture, message_id=old.message_id)
    assert same.content_hash == old.content_hash


@pytest.mark.parametrize("length", [0, 1, 23])
def test_a_body_signed_with_a_short_secret_is_refused(length: int) -> None:
    short = "x" * length
    delivery = replace(EVERY[0].delivery(), headers={"x-twitter-webhooks-signature": sign(EVERY[0].body, short)})
    with pytest.raises(SignatureError):
        X().verify(delivery, {"consumer_secret": [short]})


def test_a_short_secret_beside_a_good_one_does_no_harm() -> None:
    X().verify(EVERY[0].delivery(), {"consumer_secret": ["", "short", str(EVERY[0].secret)]})


def test_the_check_of_the_endpoint_is_answered_as_json() -> None:
    secret = "n" * 50
    get = Delivery(
        platform="x",
        path="",
        method="GET",
        headers={},
        query={"crc_token": "a b"},
        body=b"",
        received_at=RECEIVED_AT,
        url="https://hooks.example/webhooks/x?crc_token=a+b&nonce=7",
    )
    reply = X().handshake(get, {"consumer_secret": [secret]})
    assert reply is not None
    assert reply.content_type == "application/json"
    assert json.loads(reply.body) == {"response_token": sign(b"a b", secret)}
    assert X().handshake(replace(get, method="POST"), {"consumer_secret": [secret]}) is None
    assert X().handshake(replace(get, query={}, url=""), {"consumer_secret": [secret]}) is None


def test_nothing_is_delivered_below_the_one_address() -> None:
    assert X().accepts("", ())
    assert not X().accepts("consumer_secret", ())


def test_what_is_kept_of_a_broken_message_names_nobody_but_its_sender() -> None:
    tree: Any = json.loads(BY_NAME["x_direct_batch_with_one_bad_event"].body)
    ada, ben = (tree["direct_message_events"][n]["message_create"]["sender_id"] for n in (0, 4))
    (kept,) = (
        event
        for event in parse(BY_NAME["x_direct_batch_with_one_bad_event"])
        if event.kind == "x_direct.message"
        if isinstance(event, Broken)
    )
    assert set(json.loads(kept.raw)["users"]) == {ada}
    assert ben not in kept.raw


def test_a_redelivery_days_later_is_the_same() -> None:
    for fixture in READABLE:
        later = X().parse(replace(fixture.delivery(), received_at=RECEIVED_AT + timedelta(days=6)))
        for one, again in zip(parse(fixture), later, strict=True):
            if isinstance(one, Message) and isinstance(again, Message):
                assert (one.message_id, one.content_hash, one.contact) == (
                    again.message_id,
                    again.content_hash,
                    again.contact,
                )
