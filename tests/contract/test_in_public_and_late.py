"""What a public conversation says late, long, or about itself, on the real table."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nightbell.domain.business import TextId
from nightbell.domain.events import Author, OutsideAnswer
from nightbell.domain.suppression import STALE, WINDOW_CLOSED
from nightbell.domain.texts import PLACEHOLDER, text_for
from nightbell.domain.unit import UnitState
from nightbell.platforms.channel import RecoveryClass, TextForm, VerdictKind
from tests.contract.test_ladder import ANA, Page, refused
from tests.contract.world import CLOSED, World
from tests.fakes import FakeChannel

WEEK = timedelta(days=7)


@pytest.fixture
def page(dynamodb: Any, table: str) -> Page:
    return Page(dynamodb, table)


def test_a_comment_that_comes_after_its_week_gets_no_late_line_either(page: Page) -> None:
    page.comments(sent_at=page.clock.now() - WEEK - timedelta(minutes=1))
    page.rest()
    assert (page.lines(), page.api.replies) == ([], {})
    assert page.word()["acknowledgement"]["reason"] == STALE


def test_a_comment_that_comes_within_its_week_gets_both(page: Page) -> None:
    page.comments(sent_at=page.clock.now() - WEEK + timedelta(minutes=10))
    page.rest()
    assert (len(page.lines()), len(page.api.replies)) == (1, 1)


def test_a_line_that_waited_longer_than_the_week_is_said_and_the_reply_is_not(page: Page) -> None:
    page.api.next = [refused(VerdictKind.NOT_SENT, retry_after_s=8 * 86_400)]
    page.comments()
    page.rest()
    unit = page.unit(1, ANA)
    assert (len(page.lines()), page.api.replies) == (1, {})
    assert (unit.public_state, unit.state, unit.reason) == (UnitState.SENT, UnitState.SUPPRESSED, WINDOW_CLOSED)


def test_the_team_reads_which_comment_is_ours_while_the_reply_waits_and_afterwards(page: Page) -> None:
    page.api.next_replies = [refused(VerdictKind.NOT_SENT, retry_after_s=60)]
    page.comments()
    page.work()
    assert page.word()["public_line"]["comment_id"] == "platform-id"
    page.rest()
    assert page.unit(1, ANA).platform_message_id == "reply-id"
    assert page.word()["public_line"]["comment_id"] == "platform-id"


def test_a_step_that_went_well_is_told_without_a_reason(page: Page) -> None:
    page.comments()
    page.rest()
    unit = page.unit(1, ANA)
    assert (unit.public_reason, unit.reason) == ("", "")
    assert (page.word()["public_line"]["reason"], page.word()["acknowledgement"]["reason"]) == (None, None)


def test_our_line_to_somebody_else_is_no_answer_long_after_the_comment_either(world: World) -> None:
    world.deliver(world.message("your bread was stale", by="post/9", mid="c1", thread="c1"))
    world.pass_by(minutes=5)
    brand = world.account.brand
    wording = text_for(brand, TextId.PUBLIC_LINE, brand.default_language, world.channel.name)
    line = OutsideAnswer(
        kind="fake.own",
        channel=world.channel.name,
        account_id=world.account.account_id,
        contact_ids=(),
        author=Author.PERSON,
        sent_at=world.clock.now(),
        thread="c1",
        said_id="c7",
        text=PLACEHOLDER.sub("tomorrow", wording),
    )
    world.deliver(line)
    assert world.conversation("post/9").is_waiting
    assert world.conversation("post/9").human_at is None
    world.deliver(replace(line, text="We are sorry, please come by"))
    assert not world.conversation("post/9").is_waiting


@pytest.mark.parametrize(("most", "with_choices"), [(40, 400), (400, 40)], ids=["without choices", "with choices"])
def test_whatever_is_too_long_leaves_as_long_as_the_platform_takes_it(
    make_world: Any, most: int, with_choices: int
) -> None:
    form = TextForm(unit="utf8_bytes", max_text=most, max_text_with_choices=with_choices, max_choices=13, max_title=20)
    world = make_world(FakeChannel(name="short", recovery=RecoveryClass.ECHOED, can_read_back=True, form=form))
    if with_choices < most:
        world.clock.advance((CLOSED - world.clock.now()).total_seconds())
    world.write()
    world.rest()
    [(_, text, _)] = world.api.seen
    assert 30 < len(text.encode()) <= 40
    assert text.endswith("…")
    assert world.unit(1).text == text
