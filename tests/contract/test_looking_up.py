"""A mention that tells nothing but its place: its words are read once, before a person is called, and block nothing."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from nightbell.domain.events import Attachment, Message
from nightbell.domain.suppression import MENTIONED
from nightbell.domain.unit import UnitKind, UnitState
from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, LookedUp
from nightbell.services.look_up_words import NOT_FOUND
from tests.contract.faults import Faults, How
from tests.contract.test_ladder import Page
from tests.ladder import PUBLIC

BY = "media/c9"


class Words:
    """Looks up a comment by its id."""

    def look_up_request(self, references: Mapping[str, str], account_id: str, access: ApiAccess) -> HttpRequest | None:
        comment = references.get("mentioned_comment")
        if comment is None:
            return None
        return HttpRequest(method="GET", url=f"{access.base_url}/{account_id}/{comment}")

    def read_look_up(self, outcome: HttpOutcome) -> LookedUp | None:
        texts = json.loads(outcome.body)["texts"] if isinstance(outcome, Answer) else []
        return LookedUp(text=texts[0], author="ana\ud800") if texts else None


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
