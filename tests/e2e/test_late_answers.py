"""The next day, when nothing automatic may be sent any more, somebody answers all the same."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from infra.local.platforms.meta.people import INSTAGRAM_DIRECT, MESSENGER
from infra.local.waiting import wait_for
from nightbell.domain.keys import BREAKER_SK, account_pk
from nightbell.platforms.person_verdict import NOT_APPROVED
from tests.e2e.conftest import SOON_S, Shop

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def next_day(shop: Shop) -> Iterator[Shop]:
    """Give time back, and the app what Meta has approved it for."""
    before, app = shop.cloud.clock.now(), shop.cloud.meta.world.app
    yield shop
    shop.cloud.clock.set_to(before)
    shop.cloud.meta.world.app = app


@pytest.mark.parametrize("channel", [MESSENGER, INSTAGRAM_DIRECT])
def test_an_answer_of_the_next_day_is_read(channel: str, next_day: Shop) -> None:
    shop, somebody = next_day, next_day.somebody(channel)
    shop.write(somebody)
    shop.answer(somebody)
    shop.later(hours=25)
    shop.say(shop.conversation(somebody), "Your cake is ready, and we keep it for you.", channel)
    assert shop.answer(somebody, place=1).text == "Your cake is ready, and we keep it for you."


def test_without_metas_approval_whoever_answered_reads_what_to_do(next_day: Shop) -> None:
    shop, somebody = next_day, next_day.somebody(MESSENGER)
    shop.write(somebody)
    shop.answer(somebody)
    shop.later(hours=25)
    meta = shop.cloud.meta.world
    meta.app = replace(meta.app, human_agent=False)
    unit = shop.say(shop.conversation(somebody), "Your cake is ready, and we keep it for you.", MESSENGER)
    noticed = wait_for(lambda: [each for each in shop.messages(somebody) if "notice" in each["event"]], SOON_S)
    assert noticed
    assert NOT_APPROVED in noticed[0]["txt"]
    assert shop.items(unit.pk, unit.sk)[0]["st"] == "REFUSED"
    assert len(shop.answers(somebody)) == 1
    # Everything else goes on leaving by the same token.
    another = shop.somebody(MESSENGER)
    shop.write(another)
    shop.answer(another)


def test_a_clock_that_is_turned_back_holds_nobody_up(next_day: Shop) -> None:
    shop, somebody = next_day, next_day.somebody(MESSENGER)
    before = shop.cloud.clock.now()
    shop.later(hours=25)
    full_at = int(shop.cloud.clock.now().timestamp() * 1000)
    shop.cloud.handles.client("dynamodb").update_item(
        TableName=shop.cloud.handles.table_name,
        Key={"pk": {"S": account_pk(MESSENGER, somebody.account_id)}, "sk": {"S": BREAKER_SK}},
        UpdateExpression="SET full_at = :at",
        ExpressionAttributeValues={":at": {"N": str(full_at)}},
    )
    shop.cloud.clock.set_to(before)
    shop.write(somebody)
    shop.answer(somebody)
