"""What is read back and what a delivery brings are one message, whichever comes first."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import Contact
from nightbell.domain.events import Author
from nightbell.domain.unit import UnitState
from nightbell.services.ports import Attempt, Sending
from tests.contract.care import OWN_GRAM_ID, PAGE_ID, CareWorld, somebody

PAGE, GRAM = ("messenger", PAGE_ID), ("instagram_direct", OWN_GRAM_ID)


@pytest.fixture
def shop(dynamodb: Any, table: str) -> Iterator[CareWorld]:
    world = CareWorld(dynamodb, table)
    yield world
    world.close()


def unheard(shop: CareWorld, contact: Contact, text: str = "Anybody there?", **more: Any) -> bytes:
    """Let a contact write while deliveries fail; returns the delivery, which may still come."""
    kept: list[bytes] = []
    shop.courier.store = kept.append
    shop.write(contact, text, **more)
    shop.courier.store = shop._deliver
    return kept[0]


def texts(shop: CareWorld, contact: Contact) -> list[str]:
    return [each["txt"] for each in shop.stored(contact)]


def states(shop: CareWorld, contact: Contact) -> list[tuple[str, str]]:
    """What each unit of a conversation would tell the contact, and why it tells nothing."""
    seqs = [each["seq"] for each in shop.stored(contact)]
    units = [shop.receipts.read_unit(_pk(contact), int(seq)) for seq in seqs]
    return [(unit.kind.value, unit.reason) for unit in units if unit is not None]


def _pk(contact: Contact) -> str:
    return f"C#{contact.channel}.{contact.account_id}.{contact.contact_id}"


@pytest.mark.parametrize(
    ("key", "channel"), [(PAGE, "messenger"), (GRAM, "instagram_direct")], ids=["messenger", "instagram"]
)
def test_a_message_that_no_delivery_brought_is_stored_and_acknowledged(
    shop: CareWorld, key: tuple[str, str], channel: str
) -> None:
    ada = somebody(key[1], channel)
    unheard(shop, ada)
    counts = shop.read_back(key)
    assert counts["messages_read_back"] == 1
    assert texts(shop, ada) == ["Anybody there?"]
    assert [kind for kind, _ in states(shop, ada)] == ["acknowledgement"]
    assert len(shop.hints.waiting) == 1


def test_what_a_delivery_brought_is_recognised(shop: CareWorld) -> None:
    ada = somebody()
    for text in ("one", "two"):
        shop.write(ada, text)
        shop.clock.advance(1)
    assert "messages_read_back" not in shop.read_back(PAGE)
    assert texts(shop, ada) == ["one", "two"]


@pytest.mark.parametrize(
    "writing",
    [Writing(text="Red", kind="tap", payload="RED"), Writing(kind="image"), Writing(kind="sticker")],
    ids=["tap", "image", "sticker"],
)
@pytest.mark.parametrize("first", ["delivery", "read back"])
def test_both_copies_of_one_message_are_one_though_the_history_leaves_parts_out(
    shop: CareWorld, writing: Writing, first: str
) -> None:
    ada = somebody()
    kept: list[bytes] = []
    shop.courier.store = kept.append
    shop.meta.write(ada, writing, retry=False)
    shop.courier.store = shop._deliver
    for source in ("delivery", "read back") if first == "delivery" else ("read back", "delivery"):
        if source == "delivery":
            shop._deliver(kept[0])
        else:
            shop.read_back(PAGE)
    assert len(shop.stored(ada)) == 1
    assert shop.receipts.read_conversation(_pk(ada)).last_seq == 1


def test_reading_back_twice_stores_once(shop: CareWorld) -> None:
    ada = somebody()
    unheard(shop, ada)
    assert shop.read_back(PAGE)["messages_read_back"] == 1
    assert "messages_read_back" not in shop.read_back(PAGE)
    assert len(shop.stored(ada)) == 1


def test_other_content_under_a_known_id_is_a_revision_all_the_same(shop: CareWorld) -> None:
    """Only a copy from the history goes by its id alone."""
    ada = somebody()
    body = unheard(shop, ada, "first words")
    shop._deliver(body)
    shop._deliver(body.replace(b"first words", b"other words"))
    assert sorted(texts(shop, ada)) == ["first words", "other words"]


def test_own_lines_are_never_stored(shop: CareWorld) -> None:
    ada = somebody()
    unheard(shop, ada)
    shop.say(ada, "We open at nine.")
    shop.read_back(PAGE)
    assert texts(shop, ada) == ["Anybody there?"]


def test_what_a_person_has_answered_since_is_handed_over_and_not_acknowledged(shop: CareWorld) -> None:
    ada = somebody()
    unheard(shop, ada)
    shop.clock.advance(60)
    shop.say(ada, "We open at nine.")
    shop.clock.advance(60)
    unheard(shop, ada, "And on Sunday?")
    shop.read_back(PAGE)
    [first, second] = states(shop, ada)
    assert first == ("hand_off", "a person is answering from the platform's own inbox")
    assert second[0] == "acknowledgement"


@pytest.mark.parametrize("known_by", ["id", "words"])
def test_a_late_line_of_our_own_answers_nothing_that_was_missed(shop: CareWorld, known_by: str) -> None:
    """Our acknowledgement of an earlier message arrived after the one that was missed."""
    ada = somebody()
    shop.write(ada, "one")
    acknowledge(shop, ada, "Thanks!", message_id="m_ours")
    shop.clock.advance(1200)
    unheard(shop, ada, "two")
    shop.clock.advance(5)
    line = {"id": ("m_ours", "Thanks, edited"), "words": ("m_other", "Thanks! ")}[known_by]
    shop.say(ada, line[1], message_id=line[0])
    shop.read_back(PAGE)
    assert [kind for kind, _ in states(shop, ada)] == ["acknowledgement", "acknowledgement"]


def acknowledge(shop: CareWorld, contact: Contact, text: str, *, message_id: str) -> None:
    """Send the acknowledgement of a contact's first message, and let a person close the conversation."""
    unit = shop.units.read_unit(_pk(contact), 1)
    assert unit is not None
    attempt = Attempt(worker="w", now=shop.clock.now(), lease=shop.clock.now() + timedelta(seconds=40))
    started = shop.units.start(unit, attempt, Sending(text_id="receipt", text=text, promised_by=None))
    assert started is not None
    shop.units.finish(started, UnitState.SENT, message_id=message_id)
    read = shop.receipts.read_conversation(_pk(contact))
    assert shop.receipts.note_outside_answer(_pk(contact), read, Author.PERSON, shop.clock.now(), closes=1)


def test_what_came_after_the_subscription_was_back_is_left_to_its_delivery(shop: CareWorld) -> None:
    ada = somebody()
    unheard(shop, ada, "missed")
    until = shop.clock.now()
    shop.clock.advance(10)
    unheard(shop, ada, "on its way")
    shop.reading()(shop.accounts[PAGE], until - timedelta(hours=1), until)
    assert texts(shop, ada) == ["missed"]


def test_what_is_too_old_to_answer_is_stored_and_handed_over(shop: CareWorld) -> None:
    ada = somebody()
    unheard(shop, ada)
    shop.clock.advance(timedelta(hours=25).total_seconds())
    shop.read_back(PAGE, since=timedelta(hours=30))
    assert states(shop, ada) == [("hand_off", "the message arrived after the platform's reply window had closed")]


def test_what_came_before_the_time_asked_for_is_left_alone(shop: CareWorld) -> None:
    ada, bea = somebody(), somebody(number=2)
    unheard(shop, ada, "old")
    shop.clock.advance(3600)
    unheard(shop, ada, "new")
    unheard(shop, bea, "new, too")
    shop.read_back(PAGE, since=timedelta(minutes=30))
    assert texts(shop, ada) == ["new"]
    assert texts(shop, bea) == ["new, too"]


def test_every_page_is_read_with_two_calls_a_second_at_most(shop: CareWorld) -> None:
    contacts = [somebody(number=number) for number in range(45)]
    for contact in contacts:
        unheard(shop, contact)
    assert shop.read_back(PAGE)["messages_read_back"] == 45
    assert len(shop.api.calls) == 3
    assert shop.clock.sleeps == [0.55, 0.55]


def test_it_stops_where_conversations_are_older_than_what_is_asked_for(shop: CareWorld) -> None:
    for number in range(45):
        unheard(shop, somebody(number=number))
    shop.clock.advance(7200)
    unheard(shop, somebody(number=50))
    assert shop.read_back(PAGE, since=timedelta(hours=1))["messages_read_back"] == 1
    assert len(shop.api.calls) == 1


def test_more_messages_than_the_platform_shows_are_told(shop: CareWorld) -> None:
    ada = somebody()
    for number in range(25):
        unheard(shop, ada, f"message {number}")
        shop.clock.advance(1)
    counts = shop.read_back(PAGE)
    assert counts["read_backs_cut"] == 1
    assert texts(shop, ada) == [f"message {number}" for number in range(5, 25)]


def test_lines_of_nobody_known_are_told_and_never_guessed_at(shop: CareWorld) -> None:
    unheard(shop, somebody())
    shop.api.spoil = lambda body: body.replace(f'"id": "{PAGE_ID}"'.encode(), b'"id": "4711"')
    counts = shop.read_back(PAGE)
    assert counts == {"read_backs_unclear": 1, "read_backs_finished": 1}
    assert shop.stored(somebody()) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body.replace(b'"created_time"', b'"made"', 1),
        lambda body: body.replace(b'"id": "m_', b'"no": "m_', 1),
        lambda body: body.replace(b'"updated_time": "', b'"updated_time": "x', 1),
    ],
    ids=["no time", "no id", "odd time"],
)
def test_a_conversation_in_another_shape_hides_no_other(shop: CareWorld, spoil: Any) -> None:
    ada, bea = somebody(), somebody(number=2)
    unheard(shop, ada)
    shop.clock.advance(1)
    unheard(shop, bea)
    shop.api.spoil = spoil
    counts = shop.read_back(PAGE)
    assert counts["read_backs_unclear"] == 1
    assert (texts(shop, ada), texts(shop, bea)) == (["Anybody there?"], [])


def test_what_the_platform_refuses_ends_it_with_a_word_about_why(shop: CareWorld) -> None:
    shop.secrets.write("meta", f"access_token/{PAGE_ID}", ["withdrawn"])
    assert shop.read_back(PAGE) == {"read_backs_unfinished": 1}


def test_it_stops_at_its_deadline(shop: CareWorld) -> None:
    unheard(shop, somebody())
    now = shop.clock.now()
    facts = shop.reading(deadline=now)(shop.accounts[PAGE], now - timedelta(hours=1), now)
    assert [fact.name for fact in facts] == ["read_backs_unfinished"]


def test_the_deadline_ends_a_page_of_conversations_too(shop: CareWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty conversations stand on a page, and a slow table can make each of them take seconds."""
    contacts = [somebody(number=number) for number in range(3)]
    for contact in contacts:
        unheard(shop, contact)
    monkeypatch.setattr(shop.hints, "hint", lambda *_: shop.clock.advance(60))
    now = shop.clock.now()
    facts = shop.reading(deadline=now + timedelta(seconds=30))(shop.accounts[PAGE], now - timedelta(hours=1), now)
    assert [fact.name for fact in facts if fact.alarm] == ["read_backs_unfinished"]
    assert sum(len(texts(shop, contact)) for contact in contacts) == 1


def test_an_answer_that_is_too_long_is_asked_for_in_smaller_pieces(shop: CareWorld) -> None:
    contacts = [somebody(number=number) for number in range(3)]
    for contact in contacts:
        unheard(shop, contact)
    shop.api.spoil = lambda body: body[:900]
    counts = shop.read_back(PAGE)
    assert counts == {"messages_stored": 3, "messages_read_back": 3, "read_backs_finished": 1}
    # After a single conversation the next page is tried whole again.
    assert len(shop.clock.sleeps) == len(shop.api.calls) - 1
