"""Whether a contact gets a receipt or a redirect, and what it promises (points 1, 2 and 8 of the policy)."""

from dataclasses import replace

import pytest

from nightbell.domain.business import Choice, TextId
from nightbell.domain.suppression import TOLD_ALREADY
from nightbell.domain.unit import UnitKind
from tests.unit.talk import MONDAY_NIGHT, Talk, always, bakery, in_madrid, nine_to_six, text_of


def test_open_a_question_gets_a_receipt() -> None:
    talk = Talk()
    decision = talk.says("What does a loaf cost?")
    assert text_of(decision) is TextId.RECEIPT
    sent = talk.sent(decision)
    assert "automatic" in sent.text
    assert "Marta will answer you personally, today at 13:00 at the latest" in sent.text
    assert sent.promised_by == in_madrid("2026-11-23 13:00")
    assert sent.buttons == ()


def test_ten_minutes_before_closing_the_promise_runs_into_the_next_day_and_says_so() -> None:
    talk = Talk(in_madrid("2026-11-23 17:50"), account=nine_to_six(bakery()))
    decision = talk.says("What does a loaf cost?")
    sent = talk.sent(decision)
    assert text_of(decision) is TextId.RECEIPT
    assert sent.promised_by == in_madrid("2026-11-24 09:50")
    assert "tomorrow, Tuesday 24 November, at 09:50 at the latest" in sent.text


def test_the_promise_is_the_brands_own() -> None:
    account = bakery()
    quick = replace(account, brand=replace(account.brand, promise=account.brand.promise / 2))
    talk = Talk(account=quick)
    assert talk.sent(talk.says("Hello")).promised_by == in_madrid("2026-11-23 12:30")


def test_the_promise_counts_no_lunch_break() -> None:
    talk = Talk(in_madrid("2026-11-23 13:30"))
    assert talk.sent(talk.says("Hello")).promised_by == in_madrid("2026-11-23 17:00")


@pytest.mark.parametrize(
    ("at", "opens", "promised"),
    [
        ("2026-11-23 22:00", "tomorrow, Tuesday 24 November, at 08:00", "tomorrow, Tuesday 24 November, at 09:00"),
        ("2026-11-24 03:00", "today at 08:00", "today at 09:00"),
        ("2026-11-24 15:00", "today at 16:30", "today at 17:30"),
        # Closed on Saturday afternoon and on Sunday.
        ("2026-11-28 15:00", "on Monday 30 November at 08:00", "on Monday 30 November at 09:00"),
        # Christmas Eve ends at 13:00, and Christmas Day is a holiday.
        ("2026-12-24 13:30", "on Saturday 26 December at 08:30", "on Saturday 26 December at 09:30"),
        # Across the year's end, and a holiday of the shop's own.
        ("2026-12-31 20:00", "tomorrow, Friday 1 January, at 08:00", "tomorrow, Friday 1 January, at 09:00"),
        ("2027-02-08 12:00", "on Monday 15 February at 08:00", "on Monday 15 February at 09:00"),
        # Both clock changes: the night is an hour shorter or longer, and the clock's times stay.
        ("2027-03-27 22:00", "on Monday 29 March at 08:00", "on Monday 29 March at 09:00"),
        ("2026-10-24 22:00", "on Monday 26 October at 08:00", "on Monday 26 October at 09:00"),
    ],
)
def test_closed_the_redirect_says_when_we_open_and_by_when_we_answer(at: str, opens: str, promised: str) -> None:
    talk = Talk(in_madrid(at), window=None)
    decision = talk.says("What does a loaf cost?")
    sent = talk.sent(decision)
    assert text_of(decision) is TextId.REDIRECT
    assert f"we open again {opens}, and Marta will answer you personally, {promised} at the latest" in sent.text


def test_a_redirect_never_only_says_that_we_are_closed() -> None:
    talk = Talk(MONDAY_NIGHT)
    sent = talk.sent(talk.says("What does a loaf cost?"))
    assert [button.title for button in sent.buttons] == [talk.account.brand.titles["en"][c] for c in Choice]
    assert all(button.payload.startswith("nightbell.choice.") for button in sent.buttons)


def test_who_never_opens_promises_no_time() -> None:
    talk = Talk(account=always(bakery(), is_open=False))
    sent = talk.sent(talk.says("Hello"))
    assert sent.promised_by is None
    assert "as soon as we can" in sent.text


def test_who_never_closes_sends_receipts_only() -> None:
    talk = Talk(MONDAY_NIGHT, account=always(bakery(), is_open=True))
    assert text_of(talk.says("Hello")) is TextId.RECEIPT
    assert text_of(talk.wait(hours=20).says("Are you there?")) is None


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Where is my order?", True),
        ("Where is my order HB-12345?", False),
        ("where is hb12345", False),
        ("Where is my order HB-123?", True),
        ("My cake was broken", True),
        ("I have an idea for you", False),
        ("Delicious!", False),
    ],
)
@pytest.mark.parametrize("at", ["2026-11-23 12:00", "2026-11-23 22:00"])
def test_the_needed_fact_is_asked_for_only_if_it_is_missing_and_helps(text: str, asks: bool, at: str) -> None:  # noqa: FBT001
    talk = Talk(in_madrid(at))
    assert ("your order number (it starts with HB)" in talk.sent(talk.says(text)).text) is asks


def test_a_brand_that_needs_no_fact_asks_for_none() -> None:
    account = bakery()
    talk = Talk(account=replace(account, brand=replace(account.brand, fact=None)))
    assert "order" not in talk.sent(talk.says("Where is my cake?")).text


def test_the_fact_is_not_asked_for_again_once_it_was_given() -> None:
    talk = Talk(MONDAY_NIGHT)
    talk.says("Where is my order HB-12345?")
    again = talk.until("2026-11-24 08:30").says("Any news?")
    assert text_of(again) is TextId.RECEIPT
    assert "order number" not in talk.sent(again).text


def test_an_episode_gets_one_acknowledgement_in_a_stretch() -> None:
    talk = Talk()
    assert text_of(talk.says("Hello")) is TextId.RECEIPT
    again = talk.wait(minutes=5).says("Do you have rye bread?")
    assert again.unit is None
    assert again.held_back == TOLD_ALREADY


def test_one_more_after_we_closed_and_one_more_after_we_opened() -> None:
    talk = Talk(in_madrid("2026-11-23 13:50"))
    texts = [text_of(talk.says("Hello"))]
    texts += [text_of(talk.until(f"2026-11-23 {at}").says("Anybody?")) for at in ("14:10", "14:20", "16:40", "16:50")]
    assert texts == [TextId.RECEIPT, TextId.REDIRECT, None, TextId.RECEIPT, None]


def test_a_later_acknowledgement_keeps_the_first_promise_while_it_can_be_kept() -> None:
    talk = Talk(in_madrid("2026-11-23 13:50"))
    assert talk.sent(talk.says("Hello")).promised_by == in_madrid("2026-11-23 17:20")
    later = talk.until("2026-11-23 16:40").says("Anybody?")
    assert talk.sent(later).promised_by == in_madrid("2026-11-23 17:20")


def test_after_a_person_has_closed_the_next_message_is_acknowledged_anew() -> None:
    talk = Talk()
    talk.says("Hello")
    talk.is_closed_by_a_person()
    again = talk.wait(minutes=30).says("One more thing")
    assert text_of(again) is TextId.RECEIPT
    assert again.conversation.episode == again.conversation.last_seq == 2


def test_a_part_answer_leaves_the_episode_open() -> None:
    talk = Talk()
    talk.says("Hello")
    talk.says("And rye bread?")
    again = talk.changes(seen_seq=1).says("Hello?")
    assert again.conversation.episode == 1
    assert again.unit is None


def test_what_nobody_answered_for_seven_days_lapses_and_opens_an_episode_that_says_so() -> None:
    talk = Talk(window=None)
    talk.says("Hello")
    again = talk.wait(days=7).says("Hello?")
    assert again.conversation.episode == 2
    assert again.conversation.seen_seq == 0
    assert text_of(again) is TextId.RECEIPT
    assert talk.handed_off(again)["priority"]["reasons"] == [
        "An earlier message was never answered and is more than seven days old."
    ]


def test_a_day_less_than_that_has_not_lapsed() -> None:
    talk = Talk(window=None)
    talk.says("Hello")
    assert talk.wait(days=6, hours=23).says("Hello?").conversation.episode == 1


@pytest.mark.parametrize(("text", "language"), [("Hello, when do you open?", "en"), ("Hola, ¿cuándo abrís?", "es")])
def test_the_answer_speaks_the_contacts_language(text: str, language: str) -> None:
    decision = Talk().says(text)
    assert decision.unit is not None
    assert decision.unit.language == language
    assert decision.conversation.language == language


def test_a_message_that_shows_no_language_is_answered_in_the_one_spoken_before() -> None:
    talk = Talk()
    talk.says("Hola, ¿cuándo abrís?")
    talk.is_closed_by_a_person()
    assert "automático" in talk.sent(talk.says("ok")).text


def test_the_unit_names_what_it_covers() -> None:
    talk = Talk()
    unit = talk.says("Hello").unit
    assert unit is not None
    assert (unit.seq, unit.kind, unit.created_at) == (1, UnitKind.ACKNOWLEDGEMENT, talk.now)
    assert unit.promise_at == in_madrid("2026-11-23 13:00")
    assert (talk.conversation.unit_seq, talk.conversation.ack_seq) == (1, 1)
