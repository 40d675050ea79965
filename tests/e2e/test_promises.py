"""A promise that is about to break, on the deployed stack: the customer's phone shows it, once."""

from datetime import datetime, timedelta

import pytest

from infra.local.waiting import wait_for
from tests.e2e.conftest import SOON_S, Shop

pytestmark = pytest.mark.timeout(180)


def test_the_customer_hears_before_the_promise_breaks_and_the_desk_shows_the_new_time(shop: Shop) -> None:
    somebody = shop.somebody()
    with shop.at("open"):
        shop.write(somebody)
        shop.answer(somebody)
        told = shop.told(somebody, "acknowledged")
        promised = datetime.fromisoformat(told["acknowledgement"]["promised_by"])
        shop.cloud.clock.set_to(promised - timedelta(minutes=9))
        shop.sweep()
        said = shop.answer(somebody, place=1)
        assert "a little longer than we said" in said.text
        pk = shop.conversation(somebody)
        state = wait_for(lambda: [each for each in shop.items(pk, "DESK") if "promise_at" in each] or None, SOON_S)
        assert state, shop.items(pk)
        assert int(state[0]["promise_at"]) > promised.timestamp() * 1000
        assert shop.items(pk, "D#")[0]["unit_kind"] == "holding"
        shop.later(minutes=2)
        shop.sweep()
        shop.quiet()
        assert len(shop.answers(somebody)) == 2, "once, and then never again"
