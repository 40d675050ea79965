"""Climbing from the line in public to the private reply, on the real table: each at most once, and all of it told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nightbell.domain.events import Author, Contact, Message, OutsideAnswer
from nightbell.domain.keys import conversation_pk
from nightbell.domain.suppression import ANSWERED, INBOX, OPTED_OUT, UNNAMED
from nightbell.domain.unit import UnitState, next_step
from nightbell.platforms.channel import ApiAccess, HttpRequest, NotSent, OutboundText, VerdictKind
from nightbell.services.recover_unit import UNREADABLE
from tests.contract.faults import Faults, How
from tests.contract.test_crashes import FURTHER, ONE_FAULT, is_idle
from tests.contract.world import CLOSED, OPEN, World
from tests.fakes import LOST_SENT, LOST_UNSENT, WELL, Behaviour, says
from tests.ladder import PRIVATE, PUBLIC, RECIPIENT, REPLIED, REPLY, LadderApi, MayAnswer

S = UnitState
ANA = "post/ana"
BEN = "post/ben"
NOT_SENT = Behaviour(executed=False, outcome=NotSent(error="refused"))


def refused(kind: VerdictKind = VerdictKind.REFUSED, **more: Any) -> Behaviour:
    return Behaviour(executed=False, outcome=says(kind, reason="not today", **more))


class Page(World):
    """One account's comments, and its private messages."""

    api: LadderApi

    def __init__(self, dynamodb: Any, table: str) -> None:
        super().__init__(dynamodb, table, PUBLIC)
        self.api = LadderApi()
        self.channels[PRIVATE.name] = PRIVATE
        self.senders[REPLY.name] = REPLY
        self.questions[PUBLIC.name] = MayAnswer()
        self.accounts[PRIVATE.name, self.account.account_id] = replace(self.account, channel=PRIVATE.name)
        self.build(Faults())

    def set_account(self, **changed: Any) -> None:
        self.account = replace(self.account, **changed)
        self.accounts[PUBLIC.name, self.account.account_id] = self.account

    def comment(self, text: str = "Do you have size 42?", *, by: str = ANA, **more: Any) -> Message:
        """Write a comment; what answers it goes to its own id."""
        message = self.message(text, by=by, **more)
        return replace(message, contact=Contact(contact_id=by, address=message.message_id), thread=message.message_id)

    def comments(self, text: str = "Do you have size 42?", **more: Any) -> None:
        self.deliver(self.comment(text, **more))

    def writes_privately(self, text: str = "Thank you!", **more: Any) -> None:
        contact = Contact(contact_id=RECIPIENT, address=RECIPIENT)
        self.deliver(replace(self.message(text, **more), channel=PRIVATE.name, contact=contact))

    def private_pk(self) -> str:
        return conversation_pk(PRIVATE.name, self.account.account_id, RECIPIENT)

    def lines(self) -> list[str]:
        return [text for _, text, _ in self.api.seen]

    def told(self) -> list[tuple[str, str | None]]:
        """List what the human queue heard of both steps, in turn."""
        return [
            (message["acknowledgement"]["state"], (message["public_line"] or {}).get("state"))  # type: ignore[index,attr-defined]
            for message in self.human_queue.messages
        ]

    def word(self, by: str = ANA) -> dict[str, Any]:
        found = self.human_queue.last_word(self.pk(by))
        assert found is not None
        return found

    def broken(self) -> list[str]:
        """Name every promise that is broken at rest."""
        unit = self.unit(1, ANA)
        said = {"line": bool(self.lines()), "reply": bool(self.api.replies)}
        states = {"line": unit.public_state, "reply": unit.state}
        word = self.word()
        checks = {
            "a second line": len(self.lines()) > 1,
            "not at rest": not unit.state.is_final or unit.due_at is not None,
            "steps are left": bool(unit.ladder) and unit.state is not S.SUPPRESSED,
            "the last word is not true": word["acknowledgement"]["state"] != WORDS[unit.state],
            "the last word about the line is not true": word["public_line"]["state"]
            != WORDS[unit.public_state or unit.state],
            "the line's text went out as the reply": any(text in self.lines() for text, _ in self.api.replies.values()),
            **{f"{step} said to be sent and is not": states[step] in SENT and not said[step] for step in said},
            **{f"{step} said not to be sent and is": states[step] in UNSENT and said[step] for step in said},
        }
        return [name for name, is_broken in checks.items() if is_broken]


WORDS = {
    S.SENT: "acknowledged",
    S.CONFIRMED: "acknowledged",
    S.REFUSED: "refused",
    S.UNCERTAIN: "uncertain",
    S.SUPPRESSED: "suppressed",
}
SENT, UNSENT = {S.SENT, S.CONFIRMED}, {S.REFUSED, S.SUPPRESSED}


@pytest.fixture
def page(dynamodb: Any, table: str) -> Page:
    return Page(dynamodb, table)


@pytest.fixture
def make_page(dynamodb: Any, table: str) -> Callable[[], Page]:
    return lambda: Page(dynamodb, table)


def test_a_comment_gets_its_line_then_its_reply_in_one_run_and_one_word(page: Page) -> None:
    page.comments()
    page.work()
    unit = page.unit(1, ANA)
    assert (unit.public_state, unit.public_id, unit.state, unit.platform_message_id) == (
        S.SENT,
        "platform-id",
        S.SENT,
        "reply-id",
    )
    assert [to for to, _, _ in page.api.seen] == list(page.api.replies) == ["mid.1"]
    assert page.told() == [("acknowledged", "acknowledged")]
    assert page.broken() == []
    word = page.word()
    assert word["public_line"]["text"] == page.lines()[0]
    assert word["acknowledgement"]["text"] == page.api.replies["mid.1"][0]
    assert (word["post"], word["contact"]["id"], word["via"]) == ("post", "ana", None)


@pytest.mark.parametrize(
    ("line", "reply", "public", "private", "lines", "replies"),
    [
        (WELL, REPLIED, S.SENT, S.SENT, 1, 1),
        (refused(), REPLIED, S.REFUSED, S.SENT, 0, 1),
        (LOST_SENT, REPLIED, S.CONFIRMED, S.SENT, 1, 1),
        (LOST_UNSENT, REPLIED, S.SENT, S.SENT, 1, 1),
        (NOT_SENT, REPLIED, S.SENT, S.SENT, 1, 1),
        (WELL, refused(), S.SENT, S.REFUSED, 1, 0),
        (WELL, LOST_SENT, S.SENT, S.SENT, 1, 1),
        (WELL, LOST_UNSENT, S.SENT, S.SENT, 1, 1),
        (WELL, NOT_SENT, S.SENT, S.SENT, 1, 1),
        (refused(), refused(), S.REFUSED, S.REFUSED, 0, 0),
        (LOST_SENT, LOST_SENT, S.CONFIRMED, S.SENT, 1, 1),
    ],
)
def test_each_step_is_settled_by_its_own_senders_class(  # noqa: PLR0913, PLR0917 - a table
    page: Page, line: Behaviour, reply: Behaviour, public: S, private: S, lines: int, replies: int
) -> None:
    page.api.next, page.api.next_replies = [line], [reply]
    page.comments()
    page.rest()
    unit = page.unit(1, ANA)
    assert (unit.public_state, unit.state) == (public, private)
    assert (len(page.lines()), len(page.api.replies)) == (lines, replies)
    assert page.broken() == []


def test_an_unknown_line_is_looked_for_after_the_settle_time_and_before_anything_else_is_sent(page: Page) -> None:
    page.api.next = [LOST_UNSENT]
    page.comments()
    page.work()
    page.pass_by(seconds=60)
    page.sweep()
    page.work()
    assert (page.api.reads, page.lines(), page.api.replies) == (0, [], {})
    page.rest()
    assert (page.api.reads, len(page.lines()), len(page.api.replies)) == (1, 1, 1)


def test_a_line_that_nobody_can_look_for_is_not_said_again_and_the_reply_follows(page: Page) -> None:
    page.api.next, page.api.readable = [LOST_SENT], False
    page.comments()
    page.rest()
    unit = page.unit(1, ANA)
    assert (unit.public_state, unit.public_reason, unit.state) == (S.UNCERTAIN, UNREADABLE, S.SENT)
    assert page.told() == [("acknowledged", "uncertain")]
    assert page.broken() == []


def test_a_refused_reply_below_a_standing_line_is_told_in_words(page: Page) -> None:
    page.api.next_replies = [refused()]
    page.comments()
    page.rest()
    word = page.word()
    acknowledgement, line = word["acknowledgement"], word["public_line"]
    assert (acknowledgement["state"], acknowledgement["reason"]) == ("refused", "not today")
    assert acknowledgement["text"] == line["text"] == page.lines()[0]
    assert acknowledgement["promised_by"] is not None
    assert "The line in public stands, but the platform refused the private reply." in word["priority"]["reasons"]


def test_a_reply_that_must_wait_is_told_with_the_line_that_stands_and_told_again_when_it_left(page: Page) -> None:
    page.api.next_replies = [refused(VerdictKind.TOKEN_DEAD)]
    page.comments()
    page.work()
    assert page.told() == [("pending", "acknowledged")]
    assert page.word()["acknowledgement"]["text"] == page.lines()[0]
    page.secrets.token = "another one"
    page.rest()
    assert page.told() == [("pending", "acknowledged"), ("acknowledged", "acknowledged")]
    assert page.broken() == []


def test_each_sender_has_a_breaker_of_its_own(page: Page) -> None:
    page.api.next_replies = [refused(VerdictKind.ACCOUNT_BLOCKED)]
    page.comments()
    page.work()
    page.pass_by(seconds=5)
    page.comments(by=BEN)
    page.work()
    assert len(page.lines()) == 2
    assert page.api.asked_to_reply == 1
    assert page.unit(1, BEN).public_state is S.SENT
    page.rest()
    assert len(page.api.replies) == 2


def test_a_missing_permission_is_told_to_an_operator_once_and_not_for_every_comment(page: Page) -> None:
    page.api.next_replies = [refused(VerdictKind.NOT_PERMITTED)]
    for by in (ANA, BEN, "post/cleo"):
        page.comments(by=by)
        page.work()
    told = [(fact.name, fact.fields) for fact in page.facts if fact.alarm]
    assert told == [
        ("breakers_opened", {"channel": REPLY.name, "account": page.account.account_id, "cause": "permission"})
    ]
    assert page.api.asked_to_reply == 1
    assert len(page.lines()) == 3
    assert [page.word(by)["acknowledgement"]["state"] for by in (ANA, BEN)] == ["pending"] * 2
    page.secrets.token = "one with the permission"
    page.rest()
    assert len(page.api.replies) == 3


def test_a_permission_that_was_granted_to_the_same_token_is_found_by_one_that_tries(page: Page) -> None:
    page.api.next = [refused(VerdictKind.NOT_PERMITTED)] * 2
    page.comments()
    page.comments(by=BEN)
    page.rest()
    assert (len(page.lines()), len(page.api.replies)) == (2, 2)
    assert [fact.fields["cause"] for fact in page.facts if fact.name == "breakers_opened"] == ["permission"] * 2


def test_a_line_that_waits_keeps_the_reply_waiting(page: Page) -> None:
    page.api.next = [refused(VerdictKind.NOT_SENT, retry_after_s=300)]
    page.comments()
    page.work()
    assert (page.told(), page.api.asked_to_reply) == ([("pending", "pending")], 0)
    page.rest()
    assert page.told() == [("pending", "pending"), ("acknowledged", "acknowledged")]


def test_both_steps_answer_the_comment_that_asked_for_them_whatever_came_since(page: Page) -> None:
    page.api.next = [refused(VerdictKind.NOT_SENT, retry_after_s=60), LOST_UNSENT]
    page.comments()
    page.work()
    page.comments("Hello?")
    page.rest()
    assert page.conversation(ANA).address == "mid.2"
    assert [to for to, _, _ in page.api.seen] == list(page.api.replies) == ["mid.1"]


def test_a_person_who_answers_in_between_stops_the_reply_and_the_line_stands(page: Page) -> None:
    page.api.next_replies = [refused(VerdictKind.NOT_SENT, retry_after_s=60)]
    page.comments()
    page.work()
    taken = page.desk.take(page.pk(ANA), "marta")
    assert [message.seq for message in taken.messages] == [1]
    page.desk.close(page.pk(ANA), "marta")
    page.rest()
    unit = page.unit(1, ANA)
    assert (unit.state, unit.reason, unit.public_state) == (S.SUPPRESSED, ANSWERED, S.SENT)
    assert page.api.replies == {}
    assert page.told()[-1] == ("suppressed", "acknowledged")


def test_what_is_dropped_before_the_line_ends_the_unit(page: Page) -> None:
    page.comments()
    page.desk.take(page.pk(ANA), "marta")
    page.work()
    unit = page.unit(1, ANA)
    assert (unit.state, unit.public_state, page.lines(), page.api.replies) == (S.SUPPRESSED, None, [], {})
    assert page.told() == [("suppressed", "suppressed")]


def test_switched_off_steps_are_left_out(page: Page) -> None:
    page.set_account(public_line=False)
    page.comments()
    page.rest()
    assert (page.lines(), len(page.api.replies), page.told()) == ([], 1, [("acknowledged", None)])
    page.set_account(public_line=True, private_reply=False)
    page.comments(by=BEN)
    page.rest()
    assert (len(page.lines()), len(page.api.replies)) == (1, 1)
    assert page.told()[-1] == ("acknowledged", "acknowledged")
    assert page.word(BEN)["public_line"]["comment_id"] == "platform-id"


def test_an_unnamed_comment_is_handed_over_without_a_word(page: Page) -> None:
    page.deliver(replace(page.comment(by="post/c9"), unnamed=True))
    page.rest()
    assert (page.lines(), page.api.replies) == ([], {})
    assert page.word("post/c9")["acknowledgement"]["reason"] == UNNAMED


def test_a_later_unit_still_tells_of_the_line(page: Page) -> None:
    page.comments()
    page.rest()
    page.desk.take(page.pk(ANA), "marta")
    page.desk.close(page.pk(ANA), "marta")
    page.pass_by(days=1)
    page.comments("And 43?")
    page.rest()
    assert page.unit(2, ANA).via == REPLY.name
    assert list(page.api.replies) == ["mid.1", "mid.2"]
    assert page.word()["public_line"]["text"] == page.lines()[0]
    assert len(page.lines()) == 1


def test_of_a_line_that_is_still_open_no_other_unit_speaks(page: Page) -> None:
    page.api.next = [refused(VerdictKind.NOT_SENT, retry_after_s=300)]
    page.comments()
    page.work()
    page.desk.take(page.pk(ANA), "marta")
    page.desk.close(page.pk(ANA), "marta")
    page.pass_by(seconds=30)
    page.comments("And 43?")
    page.work()
    assert page.told()[-1] == ("acknowledged", None)
    page.rest()
    assert page.unit(1, ANA).state is S.SUPPRESSED
    assert page.told()[-1] == ("suppressed", "suppressed")
    assert (page.word()["acknowledgement"]["state"], page.word()["public_line"]) == ("acknowledged", None)


# What the contact answers


def test_what_the_contact_answers_goes_on_in_the_conversation_of_the_comment(page: Page) -> None:
    page.comments()
    page.rest()
    page.pass_by(hours=6)
    page.writes_privately("Great, and 43?")
    page.rest()
    assert page.numbers(ANA) == [1, 2]
    assert page.truth.read_conversation(page.private_pk()).last_seq == 0
    unit = page.unit(2, ANA)
    assert (unit.via, unit.address, unit.state) == (PRIVATE.name, RECIPIENT, S.SENT)
    assert [to for to, _, _ in page.api.seen] == ["mid.1", RECIPIENT]
    word = page.word()
    assert (word["via"], word["channel"], word["waiting_count"]) == (PRIVATE.name, PUBLIC.name, 2)
    assert word["reply_window_closes_at"] is not None


def test_what_the_contact_had_said_elsewhere_stays_there(page: Page) -> None:
    page.comments()
    page.work()
    earlier = page.clock.now() - timedelta(seconds=1)
    page.writes_privately("Hello?", sent_at=earlier)
    assert page.numbers(ANA) == [1]
    assert page.truth.read_conversation(page.private_pk()).last_seq == 1


def test_an_echo_of_the_reply_settles_its_step_and_nothing_else(page: Page) -> None:
    page.comments()
    page.work()
    unit = page.unit(1, ANA)
    [(_, tag)] = page.api.replies.values()
    assert tag == unit.tag
    echo = page.settlement(tag, by=RECIPIENT)
    page.deliver(replace(echo, channel=PRIVATE.name))
    assert page.unit(1, ANA).state is S.CONFIRMED
    assert page.broken() == []


def test_the_key_of_the_line_settles_nothing_once_it_is_over(page: Page) -> None:
    page.api.next_replies = [refused(VerdictKind.NOT_SENT, retry_after_s=60)]
    page.comments()
    page.work()
    [(_, _, tag)] = page.api.seen
    page.deliver(page.settlement(tag, by=ANA))
    assert page.unit(1, ANA).state is S.READY
    assert page.counted("settlements_without_unit") == 1


def test_a_join_that_others_keep_writing_is_counted_and_the_reply_stands(page: Page) -> None:
    page.units.join = lambda *_: False  # type: ignore[method-assign]
    page.comments()
    page.rest()
    assert page.unit(1, ANA).state is S.SENT
    assert page.counted("joins_missed") == 1


def test_a_line_that_comes_back_is_known_by_its_id_although_the_texts_have_changed(page: Page) -> None:
    page.comments()
    page.rest()
    page.pass_by(minutes=1)
    answer = OutsideAnswer(
        kind="fake.own",
        channel=PUBLIC.name,
        account_id=page.account.account_id,
        contact_ids=(),
        author=Author.PERSON,
        sent_at=page.clock.now(),
        thread="mid.1",
        said_id="platform-id",
        text="as the platform shows it",
    )
    page.deliver(answer)
    assert page.conversation(ANA).is_waiting
    assert page.counted("own_public_lines") == 1
    page.deliver(replace(answer, said_id="another"))
    assert not page.conversation(ANA).is_waiting


def test_the_same_contact_is_led_to_the_comment_that_was_answered_last(page: Page) -> None:
    page.comments()
    page.rest()
    page.pass_by(minutes=1)
    page.comments(by="other/ana")
    page.rest()
    page.pass_by(minutes=1)
    page.writes_privately()
    assert (page.numbers(ANA), page.numbers("other/ana")) == ([1], [1, 2])


# Whatever dies or fails at any one call


def drive(page: Page, line: Behaviour, reply: Behaviour) -> None:
    page.api.next, page.api.next_replies = [line], [reply]
    page.comments()
    page.work()
    page.rest()


@pytest.mark.parametrize(
    ("line", "reply", "ways"),
    [(WELL, REPLIED, ONE_FAULT), (LOST_SENT, LOST_SENT, FURTHER), (LOST_UNSENT, LOST_UNSENT, FURTHER)],
    ids=["all goes well", "both are sent without an answer", "neither is sent at first"],
)
def test_a_ladder_survives_any_one_fault(
    make_page: Callable[[], Page], line: Behaviour, reply: Behaviour, ways: tuple[How, ...]
) -> None:
    plain = make_page()
    drive(plain, line, reply)
    assert plain.broken() == []
    assert plain.api.asked
    sites = plain.faults.sites
    cases = [(at, how) for at in range(len(sites)) for how in ways if not is_idle(sites[at], how)]
    problems = []
    for at, how in cases:
        page = make_page()
        page.build(Faults(at + 1, how))
        drive(page, line, reply)
        found = page.broken()
        if not page.api.replies or (not page.lines() and page.unit(1, ANA).public_state is not S.UNCERTAIN):
            found.append("a step is missing, and nobody is told")
        if found:
            problems.append((at + 1, sites[at], how.value, found))
    assert problems == []
    assert len(cases) >= 30


def test_the_steps_of_a_unit_have_tags_that_lead_to_the_same_unit(page: Page) -> None:
    page.comments()
    unit = page.unit(1, ANA)
    tags = {unit.tag, next_step(unit).tag}
    assert len(tags) == 2
    assert {tag.split(".")[2] for tag in tags} == {"1"}
    assert page.clock.now() == OPEN


def in_private(page: Page, text: str) -> None:
    """Let the contact who comments write on the private channel, under the same id."""
    contact = Contact(contact_id="ana", address="ana")
    page.deliver(replace(page.message(text), channel=PRIVATE.name, contact=contact))


def test_who_asked_in_private_for_no_automatic_messages_gets_none_in_public(page: Page) -> None:
    in_private(page, "stop")
    page.work()
    page.api.seen.clear()
    page.comments()
    page.rest()
    assert (page.lines(), page.api.replies) == ([], {})
    assert page.word()["acknowledgement"]["reason"] == OPTED_OUT
    in_private(page, "start")
    page.comments("And in blue?")
    page.rest()
    assert len(page.api.replies) == 1


def test_where_a_person_writes_in_private_nothing_automatic_comes_from_a_comment(page: Page) -> None:
    in_private(page, "hello")
    answered = OutsideAnswer(
        kind="fake.echo",
        channel=PRIVATE.name,
        account_id=page.account.account_id,
        contact_ids=("ana",),
        author=Author.PERSON,
        sent_at=page.clock.now(),
    )
    page.pass_by(minutes=1)
    page.deliver(replace(answered, sent_at=page.clock.now()))
    page.api.seen.clear()
    page.comments()
    page.rest()
    assert (page.lines(), page.api.replies) == ([], {})
    assert page.word()["acknowledgement"]["reason"] == INBOX


class Noted:
    """The private reply's sender, whose buttons are noted."""

    def __init__(self) -> None:
        self.buttons: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(REPLY, name)

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        self.buttons.append(len(outbound.buttons))
        return REPLY.send_request(outbound, access)


def test_a_reply_that_is_said_again_has_its_choices_again(page: Page) -> None:
    noted: Any = Noted()
    page.senders[REPLY.name] = noted
    page.build(Faults())
    page.clock.advance((CLOSED - page.clock.now()).total_seconds())
    page.api.next_replies = [LOST_UNSENT]
    page.comments()
    page.rest()
    assert noted.buttons == [len(page.account.brand.choices)] * 2
