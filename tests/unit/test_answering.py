"""By which ways a person may answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nightbell.domain.business import Account, TextId
from nightbell.domain.conversation import Consent, Conversation
from nightbell.domain.desk_state import DeskState
from nightbell.domain.keys import conversation_pk
from nightbell.domain.unit import Unit, UnitKind, UnitState
from nightbell.platforms.answering import Answered, Asked, Known, Way, is_in_group, is_late, ways_to_answer
from nightbell.platforms.registry import CHANNELS, SENDERS
from nightbell.services.answer_ways import AnswerWays
from nightbell.services.desk_acting import Seen
from nightbell.services.desk_rating import AskRating
from nightbell.services.ports import StoredMessage
from tests.unit.talk import bakery

WROTE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SOON = WROTE + timedelta(hours=1)
NEXT_DAY = WROTE + timedelta(hours=25)
NEXT_WEEK = WROTE + timedelta(days=8)
OURS = "100"
MAILBOX = "hello@corner.example"
ACCOUNTS: dict[tuple[str, str], Account] = {
    (channel, account_id): replace(bakery(), channel=channel, account_id=account_id)
    for channel, account_id in [*((name, OURS) for name in CHANNELS if name != "email"), ("email", MAILBOX)]
}
BRAND = bakery().brand.key
KNOWN = Known(channels=CHANNELS, senders=SENDERS, accounts=ACCOUNTS)
COMMENT = "post_9/comment_1"
REPLIES = {"facebook_comments": "facebook_private_reply", "instagram_comments": "instagram_private_reply"}


def said(kind: str = "some.message", **about: str) -> Answered:
    return Answered(kind=kind, sent_at=WROTE, about=about)


def talk_of(channel: str, *, contact_id: str = "7", address: str = "7", **more: Any) -> Asked:
    conversation = Conversation(last_seq=1, episode=1, address=address, contact_at=WROTE, brand=BRAND)
    account_id = MAILBOX if channel == "email" else OURS
    return Asked(
        pk=conversation_pk(channel, account_id, contact_id),
        conversation=replace(conversation, **more),
        answered=said(),
    )


def in_public(channel: str, *units: Unit, **more: Any) -> Asked:
    return replace(talk_of(channel, contact_id="post_9/7", address=COMMENT, **more), units=units)


def sent(asked: Asked, via: str, state: UnitState, address: str = COMMENT) -> Unit:
    return Unit(
        pk=asked.pk,
        seq=1,
        kind=UnitKind.ACKNOWLEDGEMENT,
        text_id=TextId.RECEIPT,
        state=state,
        via=via,
        address=address,
        created_at=WROTE,
    )


def ways(asked: Asked, now: datetime = SOON) -> tuple[Way, ...]:
    return ways_to_answer(asked, KNOWN, now)


def vias(asked: Asked, now: datetime = SOON) -> list[str]:
    return [way.via for way in ways(asked, now) if way.is_open(now)]


@pytest.mark.parametrize("name", [name for name, channel in CHANNELS.items() if not channel.is_public])
def test_who_wrote_in_private_is_answered_there(name: str) -> None:
    found = ways(talk_of(name))
    if name == "voicemail":
        assert found == ()
        return
    (way,) = found
    assert (way.via, way.via_account, way.address, way.is_public) == (name, "", "7", False)
    assert way.form == CHANNELS[name].form


@pytest.mark.parametrize("name", [name for name, channel in CHANNELS.items() if channel.is_public])
def test_who_wrote_in_public_is_answered_there_and_in_private_where_that_can_be_begun(name: str) -> None:
    private = [REPLIES[name]] if name in REPLIES else []
    found = ways(in_public(name))
    assert [way.via for way in found] == [*private, name]
    assert [way.is_public for way in found] == [*([False] if private else []), True]
    assert {way.address for way in found} == {COMMENT}


@pytest.mark.parametrize("name", sorted({"messenger", "instagram_direct"}))
def test_a_person_may_write_for_a_week_under_the_mark_for_people(name: str) -> None:
    asked = talk_of(name)
    (soon,), (late,), (over,) = ways(asked), ways(asked, NEXT_DAY), ways(asked, NEXT_WEEK)
    assert [soon.needs_person_tag, late.needs_person_tag] == [False, True]
    assert late.is_open(NEXT_DAY)
    assert not over.is_open(NEXT_WEEK)
    assert late.closes_at == WROTE + timedelta(days=7) - timedelta(minutes=5)


@pytest.mark.parametrize("name", ["whatsapp", "twilio_whatsapp"])
def test_on_whatsapp_nobody_may_write_after_a_day(name: str) -> None:
    (way,) = ways(talk_of(name), NEXT_DAY)
    assert (way.is_open(NEXT_DAY), way.needs_person_tag) == (False, False)


def test_without_a_window_there_is_no_end() -> None:
    assert vias(talk_of("telegram"), NEXT_WEEK) == ["telegram"]


@pytest.mark.parametrize("state", list(UnitState))
def test_a_private_reply_is_offered_until_it_may_have_left(state: UnitState) -> None:
    asked = in_public("facebook_comments")
    used = replace(asked, units=(sent(asked, "facebook_private_reply", state),))
    has_left = state not in {UnitState.READY, UnitState.SUPPRESSED, UnitState.REFUSED}
    assert ("facebook_private_reply" in vias(used)) is not has_left
    elsewhere = replace(
        asked, units=(sent(asked, "facebook_private_reply", UnitState.SENT, address="post_9/comment_2"),)
    )
    assert "facebook_private_reply" in vias(elsewhere)
    lined = replace(asked, units=(sent(asked, "", UnitState.SENT),))
    assert "facebook_private_reply" in vias(lined)


def test_a_private_reply_has_its_own_week_from_the_comment_on() -> None:
    asked = in_public("facebook_comments", contact_at=NEXT_DAY)
    (reply, line) = ways(asked, NEXT_DAY)
    assert (reply.said_at, reply.needs_person_tag) == (WROTE, False)
    assert reply.closes_at == WROTE + timedelta(days=7) - timedelta(minutes=5)
    assert line.closes_at is None
    assert vias(asked, NEXT_WEEK) == ["facebook_comments"]


def test_an_answer_that_replaces_another_says_so() -> None:
    found = {name: way.label for name in ("x_posts", "google_reviews") for way in ways(in_public(name))}
    assert found["x_posts"] == "in public, on x posts"
    assert "replaces" in found["google_reviews"]


def test_a_line_repeats_what_leads_below_somebody_elses_post() -> None:
    asked = replace(in_public("instagram_comments"), answered=said("instagram_comments.mention", mentioned_in="9"))
    (line,) = ways(asked)
    assert dict(line.about) == {"mentioned_in": "9"}


def test_who_went_on_in_private_is_answered_there_and_in_public() -> None:
    asked = in_public("facebook_comments", via="messenger", via_address="psid")
    (private, public) = ways(replace(asked, answered=said(id="x")))
    assert (dict(private.about), dict(public.about)) == ({"id": "x"}, {})
    assert (private.via, private.via_account, private.address) == ("messenger", "", "psid")
    assert (public.via, public.address) == ("facebook_comments", COMMENT)


def test_who_went_on_at_another_account_is_answered_by_that() -> None:
    accounts = {**ACCOUNTS, ("whatsapp", "200"): ACCOUNTS["whatsapp", OURS]}
    asked = talk_of("messenger", via="whatsapp", via_account="200", via_address="+43")
    (way,) = ways_to_answer(asked, replace(KNOWN, accounts=accounts), SOON)
    assert (way.via, way.via_account, way.address) == ("whatsapp", "200", "+43")
    assert ways(asked) == ()


@pytest.mark.parametrize("name", ["telegram", "line"])
def test_in_a_group_everybody_reads_the_answer(name: str) -> None:
    asked = talk_of(name, contact_id="-100/7", address="-100")
    (way,) = ways(asked)
    assert (way.is_public, way.address) == (True, "-100")
    assert is_in_group(asked.pk, asked.conversation)
    asking = {key: replace(each, brand=replace(each.brand, rating=True)) for key, each in ACCOUNTS.items()}
    rating = AskRating(asking, CHANNELS)
    seen = Seen(pk=asked.pk, read=asked.conversation, desk=DeskState(), now=SOON)
    alone = replace(seen, pk=talk_of(name).pk, read=talk_of(name).conversation)
    assert [rating.about(each, name, "It is ready.") for each in (alone, seen)] == [True, False]


@pytest.mark.parametrize(
    ("kind", "open_ways"),
    [
        ("facebook_comments.mention", ["facebook_comments"]),
        ("instagram_comments.mention", ["instagram_comments"]),
        ("facebook_comments.live_comment", ["private_reply"]),
    ],
)
def test_what_stands_elsewhere_has_fewer_ways(kind: str, open_ways: list[str]) -> None:
    channel = kind.partition(".")[0]
    found = vias(replace(in_public(channel), answered=said(kind)))
    assert [each.removeprefix("facebook_") if "private" in each else each for each in found] == open_ways


CONSENT = Consent(channel="email", address="ana@mail.example", given_at=WROTE, wording="May we?", seq=1)


def test_who_asked_for_a_mail_is_mailed_by_the_brands_account() -> None:
    asked = talk_of("messenger", consent=CONSENT)
    (chat, mail) = ways(asked)
    assert chat.via == "messenger"
    assert (mail.via, mail.via_account, mail.address) == ("email", MAILBOX, "ana@mail.example")
    assert dict(mail.about) == {"conversation": asked.pk}
    assert vias(talk_of("messenger", consent=replace(CONSENT, channel="phone"))) == ["messenger"]
    assert vias(talk_of("messenger", consent=CONSENT, brand="another")) == ["messenger"]
    assert vias(talk_of("voicemail", consent=CONSENT)) == ["email"]


def test_the_address_that_people_are_told_mails_them() -> None:
    told = replace(ACCOUNTS["email", MAILBOX].brand, email="b@corner.example")
    accounts = {
        key: replace(account, brand=told)
        for key, account in {
            **ACCOUNTS,
            ("email", "b@corner.example"): replace(ACCOUNTS["email", MAILBOX], account_id="b@corner.example"),
        }.items()
    }
    found = ways_to_answer(talk_of("messenger", consent=CONSENT), replace(KNOWN, accounts=accounts), SOON)
    assert found[-1].via_account == "b@corner.example"


def test_who_writes_by_mail_is_mailed_in_the_thread() -> None:
    asked = replace(talk_of("email", address="ana@mail.example", consent=CONSENT), answered=said(id="x@mail.example"))
    (way,) = ways(asked)
    assert (way.address, dict(way.about)) == ("ana@mail.example", {"id": "x@mail.example"})


@pytest.mark.parametrize("name", CHANNELS)
def test_an_account_that_the_settings_do_not_name_answers_nobody(name: str) -> None:
    asked = in_public(name) if CHANNELS[name].is_public else talk_of(name)
    assert ways_to_answer(asked, replace(KNOWN, accounts={}), SOON) == ()


def test_late_is_only_what_a_person_can_still_say() -> None:
    messenger, whatsapp = SENDERS["messenger"], SENDERS["whatsapp"]
    assert not is_late(messenger, WROTE, SOON)
    assert is_late(messenger, WROTE, NEXT_DAY)
    assert not is_late(messenger, None, NEXT_DAY)
    assert not is_late(whatsapp, WROTE, NEXT_DAY)


def stored(seq: int, kind: str, *attached: str, **about: str) -> StoredMessage:
    beside = tuple({"kind": each} for each in attached)
    sent_at = WROTE + timedelta(hours=seq)
    return StoredMessage(seq=seq, kind=kind, text="", sent_at=sent_at, attachments=beside, about=about)


def test_the_newest_message_that_says_something_is_answered() -> None:
    asked = in_public("facebook_comments")
    messages = [
        stored(2, "facebook_comments.comment", "image"),
        stored(1, "facebook_comments.comment"),
        stored(3, "facebook_comments.removal", "unsend_of"),
        stored(4, "nightbell.notice"),
    ]
    answer = AnswerWays(ACCOUNTS, CHANNELS, SENDERS)
    (reply, _) = answer(asked.pk, asked.conversation, messages, [], SOON)
    assert reply.said_at == WROTE + timedelta(hours=2)
    assert [way.via for way in answer(asked.pk, asked.conversation, messages[2:], [], SOON)] == ["facebook_comments"]
