"""A mention that tells nothing but its place: its words are read once, before a person is called, and block nothing."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from nightbell.domain.conversation import Conversation, PriorityReason
from nightbell.domain.events import Attachment, Message, Silent
from nightbell.domain.phrases import Kind
from nightbell.domain.priority import SENTENCES, WEIGHTS
from nightbell.domain.suppression import MENTIONED, OPTED_OUT, SILENT
from nightbell.domain.unit import UnitKind, UnitState
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, LookedUp
from nightbell.services.look_up_words import ANSWERED_THERE, NOT_FOUND
from tests.contract.faults import Faults, How
from tests.contract.test_ladder import Page
from tests.ladder import PUBLIC

BY = "media/c9"


class Words:
    """Looks up a comment by its id."""

    is_complaint = False
    answered_at: datetime | None = None

    def look_up_request(self, references: Mapping[str, str], account_id: str, access: ApiAccess) -> HttpRequest | None:
        comment = references.get("mentioned_comment")
        if comment is None:
            return None
        return HttpRequest(method="GET", url=f"{access.base_url}/{account_id}/{comment}")

    def read_look_up(self, outcome: HttpOutcome) -> LookedUp | None:
        texts = json.loads(outcome.body)["texts"] if isinstance(outcome, Answer) else []
        if not texts:
            return None
        said = LookedUp(text=texts[0], author="ana\ud800")
        return replace(said, is_complaint=self.is_complaint, answered_at=self.answered_at)


@pytest.fixture
def page(dynamodb: Any, table: str) -> Page:
    page = Page(dynamodb, table)
    page.look_ups[PUBLIC.name] = Words()
    page.build(Faults())
    return page


def mention(page: Page, text: str = "", kind: str = "mentioned_comment") -> Message:
    said = replace(page.comment(text, by=BY, mid="c9"), kind="fake.mention", unnamed=True)
    return replace(said, attachments=(Attachment(kind=kind, reference="c9"),))


def stored(page: Page) -> dict[str, Any]:
    return next(item for item in page.stored(BY) if item["sk"] == "M#c9")


def reason(page: Page) -> str:
    return str(page.word(BY)["acknowledgement"]["reason"])


def there_are_words(page: Page) -> None:
    page.api.seen.append(("c9", "Look what @shop sells \ud800!", ""))


def test_the_words_are_there_before_the_team_is_told(page: Page) -> None:
    there_are_words(page)
    page.deliver(mention(page))
    told: list[str] = []
    page.human_queue.send = lambda _: told.append(stored(page)["txt"])  # type: ignore[method-assign,assignment]
    page.work()
    assert told == ["Look what @shop sells ?!"]


def test_words_and_author_are_kept_with_the_message_and_nothing_is_said(page: Page) -> None:
    there_are_words(page)
    page.deliver(mention(page))
    page.rest()
    assert stored(page)["att"] == [
        {"kind": "mentioned_comment", "reference": "c9"},
        {"kind": "said_by", "detail": "ana?"},
    ]
    unit = page.unit(1, BY)
    assert (unit.kind, unit.state, reason(page)) == (UnitKind.HAND_OFF, UnitState.SUPPRESSED, MENTIONED)
    assert (len(page.api.seen), page.api.replies, page.api.reads) == (1, {}, 1)
    taken = page.desk.take(page.pk(BY), "marta")
    assert [message.text for message in taken.messages] == ["Look what @shop sells ?!"]


@pytest.mark.parametrize("case", ["gone", "unreadable", "no token", "nothing to ask for", "too late"])
def test_what_cannot_be_looked_up_is_told_all_the_same_and_says_so(page: Page, case: str) -> None:
    if case == "unreadable":
        page.api.readable = False
    if case == "no token":
        page.secrets.token = None
    page.deliver(mention(page, kind="mentioned_media" if case == "nothing to ask for" else "mentioned_comment"))
    if case == "too late":
        there_are_words(page)
        pk, sk = page.hints.waiting.pop()
        late = replace(page.run(), deadline=page.clock.now())
        page.acknowledge(pk, sk, late)
        assert page.api.reads == 0
    page.rest()
    assert reason(page) == f"{MENTIONED}; {NOT_FOUND}"
    assert page.unit(1, BY).due_at is None
    assert "txt" not in stored(page)


def test_a_table_that_does_not_take_the_words_does_not_keep_the_team_waiting(page: Page) -> None:
    there_are_words(page)
    page.deliver(mention(page))
    page.build(Faults(1, How.FAILED, of="update_item"))
    page.rest()
    assert reason(page) in {MENTIONED, f"{MENTIONED}; {NOT_FOUND}"}
    assert page.unit(1, BY).due_at is None


def test_what_must_be_looked_up_is_whatever_its_kind(page: Page) -> None:
    there_are_words(page)
    review = replace(mention(page), kind="fake.review", unnamed=False, silent=Silent.OFF, must_look_up=True)
    page.deliver(review)
    page.rest()
    assert stored(page)["txt"] == "Look what @shop sells ?!"
    assert reason(page) == SILENT[Silent.OFF]


def test_words_left_out_are_looked_up_while_others_still_wait(page: Page) -> None:
    there_are_words(page)
    review = replace(mention(page), kind="fake.review", unnamed=False, silent=Silent.OFF, must_look_up=True)
    page.deliver(review)
    page.rest()
    page.deliver(replace(review, message_id=f"{review.message_id}:edit:2"))
    page.rest()
    assert page.unit(2, BY).look_up == f"{review.message_id}:edit:2"
    assert page.unit(2, BY).due_at is None


def test_a_complaint_without_a_word_of_complaint_is_one(page: Page) -> None:
    page.look_ups[PUBLIC.name].is_complaint = True  # type: ignore[attr-defined]
    there_are_words(page)
    page.deliver(mention(page))
    page.rest()
    read = page.conversation(BY)
    assert (read.kind, read.reasons) == (Kind.COMPLAINT, (PriorityReason.COMPLAINT,))
    assert [fact.name for fact in page.facts if fact.alarm] == ["bad_reviews"]


def test_the_team_reads_that_it_was_answered_there(page: Page) -> None:
    page.look_ups[PUBLIC.name].answered_at = page.clock.now()  # type: ignore[attr-defined]
    page.look_ups[PUBLIC.name].is_complaint = True  # type: ignore[attr-defined]
    there_are_words(page)
    page.deliver(mention(page))
    page.rest()
    assert reason(page) == f"{MENTIONED}; {ANSWERED_THERE}"
    assert [fact.name for fact in page.facts if fact.alarm] == []


def test_a_mention_with_words_is_not_looked_up(page: Page) -> None:
    page.deliver(mention(page, "I love @shop"))
    page.rest()
    assert (page.api.reads, reason(page)) == (0, MENTIONED)


def test_what_was_blanked_meanwhile_stays_blank(page: Page) -> None:
    there_are_words(page)
    page.deliver(mention(page))
    key = {"pk": {"S": page.pk(BY)}, "sk": {"S": "M#c9"}}
    page.dynamodb.update_item(
        TableName=page.table,
        Key=key,
        UpdateExpression="SET blanked_at = :at REMOVE att",
        ExpressionAttributeValues={":at": {"N": "1"}},
    )
    page.units.note_words(page.pk(BY), "c9", "again", None)
    page.rest()
    assert "txt" not in stored(page)
    assert page.api.reads == 0


# What the words change


def say(page: Page, *texts: str) -> None:
    for text in texts:
        page.api.seen.append(("c9", text, ""))


def sentences(page: Page) -> list[str]:
    return list(page.word(BY)["priority"]["reasons"])


@pytest.mark.parametrize(
    ("words", "kind", "reasons"),
    [
        ("The bread was broken, @shop", "complaint", (PriorityReason.COMPLAINT,)),
        ("There is a fire at your shop", "question", (PriorityReason.EMERGENCY,)),
        ("Fire! And my bread is broken", "complaint", (PriorityReason.EMERGENCY, PriorityReason.COMPLAINT)),
        ("So delicious", "praise", ()),
        ("Look what they sell", "question", ()),
    ],
)
def test_the_team_is_told_what_the_words_make_of_it(
    page: Page, words: str, kind: str, reasons: tuple[PriorityReason, ...]
) -> None:
    say(page, words)
    page.deliver(mention(page))
    page.work()
    (told,) = page.human_queue.messages
    assert told["kind"] == kind
    assert sentences(page) == [SENTENCES[reason] for reason in reasons]
    assert page.word(BY)["priority"]["score"] == sum(WEIGHTS[reason] for reason in reasons)
    assert page.conversation(BY).reasons == reasons


def test_the_team_is_told_in_which_language_the_words_are(page: Page) -> None:
    say(page, "El pan está roto")
    page.deliver(mention(page))
    page.work()
    assert (page.word(BY)["language"], page.word(BY)["kind"]) == ("es", "complaint")


def test_whoever_asks_for_silence_in_words_that_were_looked_up_gets_no_automatic_answer(page: Page) -> None:
    say(page, "STOP")
    page.deliver(mention(page))
    page.rest()
    assert page.conversation(BY).opted_out
    page.deliver(page.comment("Is the shop open?", by=BY, mid="c10"))
    page.rest()
    assert (page.lines(), page.api.replies) == (["STOP"], {})
    assert OPTED_OUT in {item.get("held_back") for item in page.stored(BY)}


@pytest.mark.parametrize("how", [How.CRASH_BEFORE, How.CRASH_AFTER, How.LOST, How.FAILED])
@pytest.mark.parametrize("at", [1, 2])
def test_whatever_breaks_the_words_are_heeded_where_they_are_there(page: Page, at: int, how: How) -> None:
    say(page, "It is broken")
    page.deliver(mention(page))
    page.build(Faults(at, how, of="update_item"))
    page.rest()
    page.pass_by(minutes=5)
    page.rest()
    heeded = page.conversation(BY).kind is Kind.COMPLAINT
    assert heeded or "txt" not in stored(page)
    assert page.word(BY)["kind"] == page.conversation(BY).kind.value
    assert page.unit(1, BY).due_at is None


def test_words_add_to_what_came_while_they_were_looked_up(page: Page) -> None:
    say(page, "There is a fire")
    page.deliver(mention(page))
    heed = page.units.heed
    came: list[bool] = []

    def after_another(pk: str, read: Conversation, heeded: Conversation) -> bool:
        if not came:
            page.deliver(page.comment("It is broken, too", by=BY, mid="c10", unnamed=True))
        came.append(heed(pk, read, heeded))
        return came[-1]

    page.units.heed = after_another  # type: ignore[method-assign]
    page.work()
    assert came == [False, True]
    after = page.conversation(BY)
    assert (after.last_seq, after.kind) == (2, Kind.COMPLAINT)
    assert after.reasons == (PriorityReason.EMERGENCY, PriorityReason.COMPLAINT)


def test_a_conversation_that_never_stops_changing_is_told_without_its_words(page: Page) -> None:
    say(page, "It is broken")
    page.deliver(mention(page))
    page.units.heed = lambda *_: False  # type: ignore[method-assign]
    page.rest()
    assert reason(page) == f"{MENTIONED}; {NOT_FOUND}"
    assert "txt" not in stored(page)


def test_words_of_an_episode_that_is_over_change_nothing_about_the_next(page: Page) -> None:
    say(page, "It is broken")
    page.deliver(mention(page))
    page.desk.take(page.pk(BY), "marta")
    page.desk.close(page.pk(BY), "marta")
    page.deliver(page.comment("Something else", by=BY, mid="c10"))
    before = page.conversation(BY)
    page.rest()
    after = page.conversation(BY)
    assert (after.episode, after.kind, after.reasons) == (2, before.kind, before.reasons)
    assert stored(page)["txt"] == "It is broken"


@pytest.mark.parametrize("reasons", [(), (PriorityReason.THIRD_MESSAGE,)], ids=["no reasons", "reasons"])
@pytest.mark.parametrize("changed", [None, "a message", "other reasons"])
def test_words_are_heeded_only_on_the_conversation_as_it_was_read(
    page: Page, reasons: tuple[PriorityReason, ...], changed: str | None
) -> None:
    page.deliver(page.comment(by=BY))
    pk = page.pk(BY)
    empty = page.conversation(BY)
    if reasons:
        assert page.units.heed(pk, empty, replace(empty, reasons=reasons))
    read = page.conversation(BY)
    if changed == "a message":
        page.deliver(page.comment("What is it?", by=BY))
    if changed == "other reasons":
        assert page.units.heed(pk, read, replace(read, reasons=(PriorityReason.COMPLAINT, *reasons)))
    before = page.meta(BY)
    heeded = replace(read, kind=Kind.COMPLAINT, reasons=(PriorityReason.EMERGENCY, *reasons), language="es")
    assert page.units.heed(pk, read, replace(heeded, opted_out=True)) == (changed is None)
    if changed is None:
        assert page.conversation(BY) == replace(heeded, opted_out=True)
    else:
        assert page.meta(BY) == before
