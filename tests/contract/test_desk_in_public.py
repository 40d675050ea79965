"""Agents who answer where everybody reads: in public, in private, or both with one click."""

from typing import Any

import pytest

from nightbell.domain.unit import UnitState
from nightbell.services.desk_checks import Spoken
from nightbell.services.desk_errors import Code, DeskError
from nightbell.services.desk_say import Saying
from tests.contract.test_desk_saying import refusal
from tests.contract.test_ladder import ANA, Page
from tests.ladder import PUBLIC, REPLY


@pytest.fixture
def held(dynamodb: Any, table: str) -> Page:
    """Have an agent hold a comment to which nothing was said automatically."""
    page = Page(dynamodb, table)
    page.set_account(public_line=False, private_reply=False)
    page.build(page.faults)
    page.comments("My mail is ana@example.com, when do you open?")
    page.rest()
    page.desk.take(page.pk(ANA), "marta")
    return page


def say(page: Page, up_to: int = 1, request: str = "click", **texts: str) -> Any:
    spoken = [Spoken(via={"public": PUBLIC.name, "private": REPLY.name}[way], text=text) for way, text in texts.items()]
    return page.desk.say(page.pk(ANA), "marta", Saying(request=request, texts=spoken, up_to=up_to, done=False))


def test_one_click_answers_in_private_and_in_public(held: Page) -> None:
    private, public = say(held, private="We open at eight.", public="We have written to you.").units
    assert (private.via, public.via) == (REPLY.name, PUBLIC.name)
    assert private.address == public.address == "mid.1"
    held.rest()
    assert held.lines() == ["We have written to you."]
    assert [text for text, _ in held.api.replies.values()] == ["We open at eight."]
    assert {unit.state for unit in held.desk_units_of(ANA)} <= {UnitState.SENT, UnitState.CONFIRMED}
    assert not held.conversation(ANA).is_waiting


@pytest.mark.parametrize("way", ["public", "private"])
def test_nobody_answers_below_a_comment_that_they_were_not_shown(held: Page, way: str) -> None:
    held.comments("And on Sunday?")
    with refusal(Code.CHANGED):
        say(held, 1, **{way: "We open at eight."})
    held.desk.take(held.pk(ANA), "marta")
    [unit] = say(held, 2, **{way: "We open at eight."}).units
    assert unit.address == "mid.2"


@pytest.mark.parametrize(
    ("text", "code"),
    [("👍", "no_words"), ("We wrote to ana@example.com.", "tells_in_public")],
)
def test_what_is_said_in_public_is_looked_at_with_what_the_contact_has_told(held: Page, text: str, code: str) -> None:
    with pytest.raises(DeskError) as refused:
        say(held, public=text)
    assert [each.code for each in refused.value.objections] == [code]
    assert held.desk_units_of(ANA) == []
    assert say(held, private="We wrote to ana@example.com.").units


def test_the_private_reply_to_a_comment_is_given_once(held: Page) -> None:
    say(held, private="We open at eight.")
    held.work()
    held.pass_by(seconds=1)
    with refusal(Code.NOT_ALLOWED):
        say(held, 1, "another", private="And at nine on Sunday.")
    assert say(held, 1, "another", public="We have written to you.").units
