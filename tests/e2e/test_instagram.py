"""Instagram's direct messages on the deployed stack."""

import pytest

from infra.local.platforms.faults import Fault, FaultKind
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import INSTAGRAM_DIRECT
from infra.local.platforms.meta.writing import tapping
from infra.local.waiting import wait_for
from tests.e2e.conftest import SOON_S, Shop

pytestmark = pytest.mark.timeout(120)

SETTLED = 100


def test_a_message_is_answered_in_a_thousand_bytes_and_its_echo_settles_it(shop: Shop) -> None:
    somebody = shop.somebody(INSTAGRAM_DIRECT)
    shop.write(somebody, "Hello, is my cake ready?")
    answer = shop.answer(somebody)
    assert "automatic" in answer.text
    assert len(answer.text.encode()) <= 1000
    assert shop.told(somebody, "acknowledged")["acknowledgement"]["text"] == answer.text
    assert wait_for(lambda: shop.unit_state(somebody) == "CONFIRMED" or None, SOON_S)
    shop.quiet()
    assert shop.hand_off(somebody)["waiting_count"] == 1, "our own echo is nobody's answer"
    assert len(shop.answers(somebody)) == 1


def test_in_the_evening_a_choice_is_tapped(shop: Shop) -> None:
    somebody = shop.somebody(INSTAGRAM_DIRECT)
    with shop.at("evening"):
        shop.write(somebody, "Hello, do you have gluten free bread?")
        redirect = shop.answer(somebody)
        assert len(redirect.buttons) >= 3
        shop.cloud.meta.write(somebody, tapping(redirect, redirect.buttons[0]))
        shop.answer(somebody, 1)
    assert wait_for(lambda: shop.hand_off(somebody).get("follow_up"), SOON_S)


@pytest.mark.parametrize("kind", ["story_reply", "story_mention", "share", "old_share", "ephemeral", "sticker"])
def test_whatever_is_sent_is_kept_and_answered(kind: str, shop: Shop) -> None:
    somebody = shop.somebody(INSTAGRAM_DIRECT)
    shop.cloud.meta.write(somebody, Writing(kind=kind))
    shop.answer(somebody)
    assert len(shop.messages(somebody)) == 1


def test_a_lost_answer_is_settled_and_never_sent_twice(shop: Shop) -> None:
    somebody = shop.somebody(INSTAGRAM_DIRECT)
    for kind in (FaultKind.LOST_ANSWER, FaultKind.NO_ECHO):
        shop.cloud.meta.faults.add(Fault(kind=kind, contact_id=somebody.contact_id))
    shop.write(somebody)
    shop.answer(somebody)
    shop.quiet()
    shop.later(seconds=SETTLED)
    shop.sweep()
    shop.told(somebody, "acknowledged")
    assert len(shop.answers(somebody)) == 1


def test_a_persons_own_answer_from_the_inbox_closes_the_conversation(shop: Shop) -> None:
    somebody = shop.somebody(INSTAGRAM_DIRECT)
    shop.write(somebody)
    shop.told(somebody, "acknowledged")
    shop.later(seconds=10)
    shop.cloud.meta.outsiders.answer_in_inbox(somebody, "It is ready, see you soon! Marta")
    pk = shop.conversation(somebody)
    assert wait_for(lambda: shop.team().standing(pk) == "answered" or None, SOON_S)
