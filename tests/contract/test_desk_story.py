"""A story tells all that happened in a conversation, in its order, and what whoever answers may do."""

from datetime import timedelta
from typing import Any

import pytest

from nightbell.domain.answer_clock import AnswerClock
from nightbell.domain.conversation import Consent, Join
from nightbell.domain.events import Attachment
from nightbell.domain.keys import conversation_pk
from nightbell.domain.suppression import OPTED_OUT
from nightbell.domain.unit import Unit, UnitKind, UnitState
from nightbell.services import desk_entries
from nightbell.services.desk_ports import Did
from tests.contract.desk_bench import OPEN, DeskBench

WHERE = "https://www.facebook.com/harbour/posts/pfbid09"


@pytest.fixture
def bench(dynamodb: Any, table: str) -> DeskBench:
    return DeskBench(dynamodb, table)


def person_answer(pk: str, number: int, state: UnitState = UnitState.SENT, **more: Any) -> Unit:
    return Unit(
        pk=pk,
        seq=1,
        desk=number,
        kind=UnitKind.PERSON_ANSWER,
        by="marta",
        text="At eight.",
        state=state,
        **{"created_at": OPEN + timedelta(seconds=20), **more},
    )


def test_what_was_written_sent_and_done_stands_in_the_order_of_time(bench: DeskBench) -> None:
    pk = bench.write("7", "Is it open?", Attachment(kind="image", reference="77", detail="cake.png"))
    bench.tell(pk)
    bench.clock.advance(10)
    bench.log(pk, 1, Did.NOTE, "marta", "Knows the owner.")
    bench.put_unit(person_answer(pk, 2))
    bench.clock.advance(20)
    bench.write("7", "Thanks!")
    bench.put(pk, seen_seq=1)
    entries = bench.tell_story(pk)["entries"]
    assert [(each["type"], each.get("text", each.get("what"))) for each in entries] == [
        ("message", "Is it open?"),
        ("sent", "Marta answers."),
        ("act", "Knows the owner."),
        ("sent", "At eight."),
        ("message", "Thanks!"),
    ]
    first, told, note, answer, last = entries
    assert first == {
        "type": "message",
        "number": 1,
        "kind": "messenger.message",
        "at": "2026-11-23T09:10:00Z",
        "text": "Is it open?",
        "is_blank": False,
        "attachments": [{"kind": "image", "reference": "77", "detail": "cake.png"}],
        "waits": False,
    }
    assert (told["kind"], told["by"], told["promised_by"], told["reached"]) == (
        "receipt",
        None,
        "2026-11-23T10:10:00Z",
        True,
    )
    assert note == {
        "type": "act",
        "at": "2026-11-23T09:10:10Z",
        "by": "marta",
        "did": "note",
        "what": "Knows the owner.",
    }
    assert (answer["id"], answer["kind"], answer["by"]) == ("D#000000000002", "person_answer", "marta")
    assert last["waits"] is True


@pytest.mark.parametrize("state", list(UnitState))
def test_words_that_reached_nobody_are_told_apart(bench: DeskBench, state: UnitState) -> None:
    pk = bench.write("7")
    bench.put_unit(person_answer(pk, 1, state, reason="error 10"))
    (answer,) = [each for each in bench.tell_story(pk)["entries"] if each.get("id") == "D#000000000001"]
    assert answer["reached"] is (state in {UnitState.SENT, UnitState.CONFIRMED, UnitState.UNCERTAIN})
    assert (answer["text"], answer["reason"]) == ("At eight.", "error 10")


def test_a_line_in_public_stays_beside_the_private_reply(bench: DeskBench) -> None:
    pk = bench.write("post/7", "Nice bread", channel="facebook_comments")
    bench.put_unit(
        Unit(
            pk=pk,
            seq=1,
            kind=UnitKind.ACKNOWLEDGEMENT,
            state=UnitState.REFUSED,
            via="facebook_private_reply",
            text="In private.",
            created_at=OPEN,
        ),
        public_state="CONFIRMED",
        public_text="Thank you!",
    )
    sent = [each for each in bench.tell_story(pk)["entries"] if each["type"] == "sent"]
    assert [(each["is_public"], each["reached"], each["text"]) for each in sent] == [
        (True, True, "Thank you!"),
        (False, False, "In private."),
    ]
    assert len({each["id"] for each in sent}) == 2


def test_messages_keep_the_order_of_their_numbers_whatever_the_platforms_clock_says(bench: DeskBench) -> None:
    pk = bench.write("7", "first")
    bench.clock.advance(-60)
    bench.write("7", "second")
    assert [e["text"] for e in bench.tell_story(pk)["entries"] if e["type"] == "message"] == ["first", "second"]


def test_what_waits_is_shown_however_much_is_over(bench: DeskBench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_entries, "MOST", 2)
    pk = bench.write("7", "old")
    bench.clock.advance(1)
    bench.write("7", "waits")
    bench.put(pk, seen_seq=1)
    for number in range(1, 4):
        bench.clock.advance(1)
        bench.log(pk, number, Did.NOTE, "marta", f"note {number}")
    story = bench.tell_story(pk)
    assert [each.get("text", each.get("what")) for each in story["entries"]] == ["waits", "note 2", "note 3"]
    # The first message, what became of its acknowledgement, and a note.
    assert story["left_out"] == 3


def test_a_conversation_of_many_pages_is_read_to_its_end(bench: DeskBench) -> None:
    pk = bench.write("7", "first")
    for number in range(1, 6):
        bench.log(pk, number, Did.NOTE, "marta", f"note {number}")

    class Paged:
        """Answers with two items at a time."""

        def __getattr__(self, name: str) -> Any:
            return getattr(bench.dynamodb, name)

        def query(self, **request: Any) -> Any:
            return bench.dynamodb.query(**{"Limit": 2, **request})

    bench.client.client = Paged()
    told = [each["what"] for each in bench.tell_story(pk)["entries"] if each["type"] == "act"]
    assert told == [f"note {number}" for number in range(1, 6)]


def test_a_message_that_is_on_its_way_into_the_list_is_not_said_to_be_shown(bench: DeskBench) -> None:
    pk = bench.write("7")
    bench.put(pk, last_seq=2)
    story = bench.tell_story(pk)
    assert (story["last_number"], story["shown_up_to"], story["seen_up_to"]) == (2, 1, 0)


def test_reading_takes_nothing_and_notes_nothing(bench: DeskBench) -> None:
    pk = bench.write("7")
    before = bench.receipts.read_conversation(pk)
    bench.tell_story(pk)
    assert bench.receipts.read_conversation(pk) == before


def test_an_unknown_conversation_has_no_story(bench: DeskBench) -> None:
    assert bench.story(bench.pk("nobody")) is None
    assert bench.story("C#a.b.c") is None


def test_whoever_answers_is_told_how_and_until_when(bench: DeskBench) -> None:
    pk = bench.write("7")
    (own,) = bench.tell_story(pk)["may"]["answer"]
    assert (own["via"], own["is_public"], own["closes_at"], own["needs_person_tag"]) == (
        "messenger",
        False,
        "2026-11-30T09:05:00Z",
        False,
    )
    assert (own["most"], own["unit"]) == (1999, "utf16")
    bench.clock.advance(25 * 3600)
    assert [way["needs_person_tag"] for way in bench.tell_story(pk)["may"]["answer"]] == [True]
    bench.clock.advance(7 * 24 * 3600)
    assert bench.tell_story(pk)["may"]["answer"] == []


def test_what_was_said_in_public_may_be_answered_there_and_once_in_private(bench: DeskBench) -> None:
    pk = bench.write("100000000000001_5/7", "Nice bread", channel="facebook_comments")
    story = bench.tell_story(pk)
    assert {(way["via"], way["is_public"]) for way in story["may"]["answer"]} == {
        ("facebook_private_reply", False),
        ("facebook_comments", True),
    }
    assert (story["post"], story["contact"]["id"]) == ("100000000000001_5", "7")


def test_nobody_may_call_or_mail_without_a_record_of_their_consent(bench: DeskBench) -> None:
    pk = bench.write("7")
    assert {name: bench.tell_story(pk)["may"][name] for name in ("call", "mail", "done_by")} == {
        "call": None,
        "mail": None,
        "done_by": ["in_person", "other"],
    }
    give_consent(bench, pk, "phone", "+34 1")
    story = bench.tell_story(pk)
    assert (story["may"]["call"], story["may"]["mail"]) == ("+34 1", None)
    assert story["may"]["done_by"] == ["call", "in_person", "other"]


def give_consent(bench: DeskBench, pk: str, way: str, address: str) -> None:
    consent = Consent(channel=way, address=address, given_at=OPEN, wording="At which number?", seq=1)
    bench.put_consent(pk, consent)


def test_the_figures_are_those_of_this_episode(bench: DeskBench) -> None:
    pk = bench.write("7")
    none = {"first_at": None, "first_wall_s": None, "first_open_s": None, "answers": 0, "promise_kept": None}
    assert bench.tell_story(pk)["clock"] == none
    clock = AnswerClock(episode=1, first_at=OPEN, first_wall_s=90, first_open_s=60, last_at=OPEN)
    bench.at_the_desk(pk, lambda state: type(state)(acts=state.acts, clock=clock))
    assert bench.tell_story(pk)["clock"] == {
        "first_at": "2026-11-23T09:10:00Z",
        "first_wall_s": 90,
        "first_open_s": 60,
        "answers": 1,
        "promise_kept": None,
    }
    bench.put(pk, episode=2)
    assert bench.tell_story(pk)["clock"] == none


def test_where_else_the_same_person_wrote_is_linked(bench: DeskBench) -> None:
    private = bench.write("7")
    public = bench.write("100000000000001_5/7", "Nice bread", channel="facebook_comments")
    other = bench.write("100000000000001_6/7", "Nice cake", channel="facebook_comments")
    found = {each["conversation_id"]: each["how"] for each in bench.tell_story(public)["linked"]}
    assert found == {private: "the same person in private", other: "the same person in public"}
    assert [each["code"] for each in bench.tell_story(public)["linked"]] == ["in_private", "in_public"]
    assert {each["conversation_id"] for each in bench.tell_story(private)["linked"]} == {public, other}


def test_a_conversation_that_goes_on_elsewhere_is_linked_once_it_exists(bench: DeskBench) -> None:
    pk, elsewhere = bench.write("7"), conversation_pk("whatsapp", bench.account_id("whatsapp"), "8")
    read = bench.receipts.read_conversation(pk)
    assert bench.receipts.join(pk, read, Join(since=OPEN + timedelta(days=1), pk=elsewhere))
    assert bench.tell_story(pk)["linked"] == []
    bench.write("8", channel="whatsapp")
    assert [(each["conversation_id"], each["code"]) for each in bench.tell_story(pk)["linked"]] == [
        (elsewhere, "joined")
    ]


def test_what_a_comment_stands_below_can_be_opened(bench: DeskBench) -> None:
    pk = bench.write("100000000000001_5/7", "Nice bread", channel="facebook_comments")
    by_id = "https://www.facebook.com/100000000000001/posts/5"
    assert bench.tell_story(pk)["post_context"] == {"post": "100000000000001_5", "url": by_id}
    bench.write("100000000000001_5/7", "And?", Attachment(kind="permalink", detail=WHERE), channel="facebook_comments")
    assert bench.tell_story(pk)["post_context"]["url"] == WHERE
    assert bench.tell_story(bench.write("7", "Hello"))["post_context"] is None


@pytest.mark.parametrize("address", ["http://www.facebook.com/harbour/posts/9", "javascript:alert(1)", ""])
def test_an_address_without_https_is_none(bench: DeskBench, address: str) -> None:
    told = Attachment(kind="permalink", detail=address)
    pk = bench.write("5_6/7", "Nice bread", told, channel="facebook_comments")
    assert bench.tell_story(pk)["post_context"] == {"post": "5_6", "url": None}


def test_why_nothing_was_sent_is_told_in_words_and_for_programs(bench: DeskBench) -> None:
    pk = bench.write("7")
    for number, reason in ((1, OPTED_OUT), (2, "error 10")):
        bench.put_unit(person_answer(pk, number, UnitState.SUPPRESSED, reason=reason))
    sent = [each for each in bench.tell_story(pk)["entries"] if each.get("by") == "marta"]
    assert [(each["reason"], each["reason_code"]) for each in sent] == [(OPTED_OUT, "opted_out"), ("error 10", None)]
