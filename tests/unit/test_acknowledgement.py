"""What leaves is true at the moment it leaves, and fits what the platform takes (point 9 of the policy)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightbell.domain.acknowledgement import ChoiceButton, Composed, compose
from nightbell.domain.business import Account, Choice, TextId
from nightbell.domain.choices import payload
from nightbell.domain.conversation import Conversation
from nightbell.domain.moments import moment
from nightbell.domain.phrases import Kind, plain_words
from nightbell.domain.promise import KEEPABLE, promise_since
from nightbell.domain.settings_checks.text_places import needed_texts
from nightbell.domain.texts import measure
from nightbell.domain.unit import Unit, UnitKind
from nightbell.platforms.registry import CHANNELS, SENDERS
from tests.unit.talk import MADRID, MONDAY_NIGHT, PK, Talk, bakery, business, in_madrid, text_of

SENT_TEXTS = [text_id for text_id in needed_texts(bakery().brand) if text_id not in {"automatic", "ask_fact", "menu"}]
KIND_OF = {TextId.RECEIPT_COMPLAINT: Kind.COMPLAINT, TextId.REDIRECT_COMPLAINT: Kind.COMPLAINT} | {
    text_id: kind for kind in (Kind.IDEA, Kind.PRAISE) for text_id in TextId if text_id.endswith(f"_{kind}")
}


def unit_of(text_id: TextId, at: datetime, account: Account, *, language: str = "en", ask_fact: bool = False) -> Unit:
    return Unit(
        pk=PK,
        seq=1,
        kind=UnitKind.ACKNOWLEDGEMENT,
        text_id=text_id,
        language=language,
        ask_fact=ask_fact,
        promise_at=promise_since(at, account, at),
        created_at=at,
    )


def composed(unit: Unit, account: Account, now: datetime) -> Composed:
    assert unit.text_id is not None
    kind = KIND_OF.get(unit.text_id, Kind.QUESTION)
    conversation = Conversation(last_seq=1, episode=1, kind=kind, reference="ABCDEFG")
    return compose(unit, unit.text_id, conversation, account, now)


@pytest.mark.parametrize(
    ("redirect", "receipt"),
    [(text_id, TextId(text_id.replace("redirect", "receipt"))) for text_id in TextId if text_id.startswith("redirect")],
)
def test_a_redirect_that_leaves_after_opening_becomes_a_receipt(redirect: TextId, receipt: TextId) -> None:
    account = bakery()
    unit = unit_of(redirect, MONDAY_NIGHT, account)
    assert composed(unit, account, in_madrid("2026-11-24 07:59")).text_id is redirect
    late = composed(unit, account, in_madrid("2026-11-24 08:00"))
    assert late.text_id is receipt
    assert late.buttons == ()
    assert "open" not in late.text


def test_a_receipt_that_leaves_after_closing_keeps_its_promise() -> None:
    talk = Talk(in_madrid("2026-11-23 13:59"))
    decision = talk.says("Hello")
    sent = talk.until("2026-11-23 14:01").sent(decision)
    assert sent.text_id is TextId.RECEIPT
    assert "today at 17:29 at the latest" in sent.text


@pytest.mark.parametrize(
    ("sent_at", "promised"),
    [("12:00", "13:00"), ("12:50", "13:00"), ("12:51", "13:51"), ("13:00", "14:00"), ("13:30", "17:00")],
)
def test_a_promise_less_than_ten_minutes_away_is_counted_anew(sent_at: str, promised: str) -> None:
    talk = Talk(in_madrid("2026-11-23 12:00"))
    decision = talk.says("Hello")
    sent = talk.until(f"2026-11-23 {sent_at}").sent(decision)
    assert sent.promised_by == in_madrid(f"2026-11-23 {promised}")
    assert f"today at {promised}" in sent.text


def test_a_text_without_a_promise_records_none() -> None:
    talk = Talk()
    assert talk.sent(talk.says("stop")).promised_by is None


@pytest.mark.parametrize("text_id", SENT_TEXTS)
def test_choices_stand_only_below_redirects_that_are_answered(text_id: TextId) -> None:
    account = bakery()
    buttons = composed(unit_of(text_id, MONDAY_NIGHT, account), account, MONDAY_NIGHT).buttons
    if text_id in {TextId.REDIRECT, TextId.REDIRECT_COMPLAINT}:
        assert buttons[0] == ChoiceButton(title="I'll wait here", payload=payload(Choice.HERE))
        assert len(buttons) == len(account.brand.choices)
    else:
        assert buttons == ()


@pytest.mark.parametrize(("text_id", "ask"), [(TextId.ASK_EMAIL, "email"), (TextId.ASK_PHONE, "phone")])
def test_a_question_for_an_address_offers_to_hand_it_over(text_id: TextId, ask: str) -> None:
    account = bakery()
    assert composed(unit_of(text_id, MONDAY_NIGHT, account), account, MONDAY_NIGHT).ask == ask
    assert composed(unit_of(TextId.CHOICE_HERE, MONDAY_NIGHT, account), account, MONDAY_NIGHT).ask is None


@pytest.mark.parametrize("account", business().accounts.values(), ids=lambda account: account.channel)
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("text_id", SENT_TEXTS)
def test_every_text_of_the_example_business_fits_its_channel(account: Account, language: str, text_id: TextId) -> None:
    channel = CHANNELS[account.channel]
    form = SENDERS[channel.private_reply or channel.name].form
    for days in range(0, 366, 3):
        now = MONDAY_NIGHT + timedelta(days=days)
        sent = composed(unit_of(text_id, now, account, language=language, ask_fact=True), account, now)
        most = form.max_text_with_choices if sent.buttons else form.max_text
        assert measure(sent.text, form.unit) <= most
        assert len(sent.buttons) <= form.max_choices
        assert all(0 < len(button.title) <= form.max_title for button in sent.buttons)


AUTOMATIC = {"en": "automatic", "es": "automático"}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("text_id", SENT_TEXTS)
def test_every_text_of_the_example_business_reads_well(text_id: TextId, language: str) -> None:
    account = bakery()
    for at in ("2026-11-23 12:00", "2026-11-23 22:00", "2026-12-31 20:00"):
        now = in_madrid(at)
        text = composed(unit_of(text_id, now, account, language=language, ask_fact=True), account, now).text
        assert not {"{", "}", "  ", "\n", " ,", " .", "None", ":  "} & {
            text[i : i + n] for n in (1, 2, 3, 4) for i in range(len(text))
        }
        assert text == text.strip()
        assert text[-1] in ".!"
        if text_id.startswith(("receipt", "redirect", "emergency")):
            assert AUTOMATIC[language] in text


@pytest.mark.parametrize(
    ("text_id", "language", "word"), [(TextId.OPTED_OUT, "en", "START"), (TextId.OPTED_OUT, "es", "ALTA")]
)
def test_the_word_that_undoes_an_opt_out_does_so(text_id: TextId, language: str, word: str) -> None:
    account = bakery()
    assert word in composed(unit_of(text_id, MONDAY_NIGHT, account, language=language), account, MONDAY_NIGHT).text
    talk = Talk()
    talk.says("stop")
    assert text_of(talk.says(word)) is TextId.OPTED_IN


def test_titles_in_one_language_tell_the_choices_apart_as_people_type_them() -> None:
    for titles in bakery().brand.titles.values():
        assert len({plain_words(title) for title in titles.values()}) == len(titles)


CLOCK_CHANGES = [datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, tzinfo=UTC)]


def around(moment_: datetime) -> st.SearchStrategy[datetime]:
    return st.timedeltas(timedelta(days=-2), timedelta(days=2)).map(lambda offset: moment_ + offset)


AROUND = st.one_of(
    st.datetimes(datetime(2026, 11, 1), datetime(2027, 11, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the strategy adds it
    *map(around, [*CLOCK_CHANGES, datetime(2027, 1, 1, tzinfo=UTC)]),
)


@given(at=AROUND, late=st.timedeltas(timedelta(0), timedelta(days=3)), text_id=st.sampled_from(SENT_TEXTS))
def test_no_text_states_a_time_that_has_passed(at: datetime, late: timedelta, text_id: TextId) -> None:
    account, now = bakery(), at + late
    sent = composed(unit_of(text_id, at, account), account, now)
    if sent.promised_by is not None:
        assert sent.promised_by >= now + KEEPABLE
        assert moment(sent.promised_by, now, MADRID, "en") in sent.text
        assert account.hours.stretch_at(sent.promised_by - timedelta(seconds=1)).is_open
    if str(sent.text_id).startswith("redirect"):
        opens = account.hours.next_opening(now)
        assert opens is not None
        assert opens > now
        assert f"open again {moment(opens, now, MADRID, 'en')}" in sent.text
        assert sent.promised_by is None or opens < sent.promised_by


@given(at=AROUND, later=st.timedeltas(timedelta(0), timedelta(days=3)))
def test_a_promise_is_never_put_off_while_it_can_be_kept(at: datetime, later: timedelta) -> None:
    account, now = bakery(), at + later
    first, again = promise_since(at, account, at), promise_since(at, account, now)
    assert first is not None
    assert again is not None
    assert again == first if first - now >= KEEPABLE else again > first - KEEPABLE


@given(at=AROUND)
def test_a_promise_is_kept_in_opening_time_alone(at: datetime) -> None:
    account = bakery()
    promise = promise_since(at, account, at)
    assert promise is not None
    minutes = [at + timedelta(minutes=n) for n in range(int((promise - at).total_seconds() // 60))]
    # Counted by the clock, minute by minute, to within the minutes at either end.
    opened = sum(account.hours.stretch_at(minute).is_open for minute in minutes[:: max(1, len(minutes) // 300)])
    step = max(1, len(minutes) // 300)
    assert abs(opened * step - 60) <= 4 * step
