"""What customers read, and what the human team is told."""

import pytest

from infra.local.platforms.faults import Fault, FaultKind
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import MESSENGER, WHATSAPP
from infra.local.platforms.meta.writing import tapping
from infra.local.waiting import wait_for
from nightbell.services.desk_errors import DeskError
from tests.e2e.conftest import SOON_S, Shop

pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize("channel", [MESSENGER, WHATSAPP])
def test_a_customer_who_writes_while_we_are_open_gets_a_receipt(channel: str, shop: Shop) -> None:
    somebody = shop.somebody(channel)
    shop.write(somebody, "Hello, is my cake ready?")
    answer = shop.answer(somebody)
    assert "automatic" in answer.text
    told = shop.told(somebody, "acknowledged")
    assert told["acknowledgement"]["kind"] == "receipt"
    assert told["acknowledgement"]["text"] == answer.text
    assert told["acknowledgement"]["promised_by"]
    assert wait_for(lambda: shop.unit_state(somebody) == "CONFIRMED" or None, SOON_S), "echo or status confirms it"


@pytest.mark.parametrize("channel", [MESSENGER, WHATSAPP])
def test_a_customer_who_writes_in_the_evening_chooses_how_to_go_on(channel: str, shop: Shop) -> None:
    somebody = shop.somebody(channel)
    with shop.at("evening"):
        shop.write(somebody, "Hello, do you have gluten free bread?")
        redirect = shop.answer(somebody)
        assert "open" in redirect.text
        assert len(redirect.buttons) >= 3
        shop.cloud.meta.write(somebody, tapping(redirect, redirect.buttons[0]))
        shop.answer(somebody, 1)
        assert wait_for(lambda: shop.hand_off(somebody).get("follow_up"), SOON_S)
        shop.cloud.meta.write(somebody, tapping(redirect, redirect.buttons[0]))
        shop.quiet()
    assert len(shop.answers(somebody)) == 2, "a choice is answered once"
    assert shop.hand_off(somebody)["follow_up"]["choice"] == "here"


def test_on_a_public_holiday_the_shop_is_closed(shop: Shop) -> None:
    somebody = shop.somebody()
    with shop.at("holiday"):
        shop.write(somebody, "Are you open today?")
        shop.answer(somebody)
        assert shop.told(somebody, "acknowledged")["acknowledgement"]["kind"].startswith("redirect")


def test_a_customer_whose_number_is_hidden_is_answered_too(shop: Shop) -> None:
    seen = shop.somebody(WHATSAPP)
    hidden = type(seen)(
        channel=WHATSAPP,
        account_id=seen.account_id,
        contact_id=seen.contact_id,
        name="Nobody's number",
        user_id=seen.user_id,
        phone_hidden=True,
    )
    shop.write(hidden, "Hello, are you open?")
    shop.answer(hidden)


@pytest.mark.parametrize("kind", ["image", "sticker", "audio", "location"])
@pytest.mark.parametrize("channel", [MESSENGER, WHATSAPP])
def test_a_message_without_words_is_answered(channel: str, kind: str, shop: Shop) -> None:
    somebody = shop.somebody(channel)
    shop.cloud.meta.write(somebody, Writing(kind=kind))
    shop.answer(somebody)


def test_a_reaction_alone_is_not_answered(shop: Shop) -> None:
    somebody = shop.somebody()
    shop.cloud.meta.write(somebody, Writing(kind="reaction", about="m_1"))
    shop.quiet()
    assert shop.answers(somebody) == []


def test_further_messages_of_an_episode_are_kept_and_not_answered(shop: Shop) -> None:
    somebody = shop.somebody()
    for text in ("Hello, a question", "and another", "and a third"):
        shop.write(somebody, text)
    shop.answer(somebody)
    shop.quiet()
    assert len(shop.answers(somebody)) == 1
    assert len(shop.messages(somebody)) == 3


def test_a_conversation_is_taken_by_one_closed_and_begins_anew(shop: Shop) -> None:
    somebody = shop.somebody()
    shop.write(somebody)
    shop.told(somebody, "acknowledged")
    desk, conversation = shop.desk(), shop.conversation(somebody)
    assert [m.text for m in desk.take(conversation, "marta").messages] == ["Is my cake ready?"]
    with pytest.raises(DeskError, match="marta holds"):
        desk.take(conversation, "jaume")
    assert desk.close(conversation, "marta").still_waiting == 0
    first = shop.hand_off(somebody)
    shop.write(somebody, "One more thing")
    shop.answer(somebody, 1)
    assert wait_for(lambda: shop.hand_off(somebody)["episode"] > first["episode"] or None, SOON_S)
    assert shop.hand_off(somebody)["revision"] > first["revision"]


def test_a_message_that_whatsapp_could_not_deliver_is_told_to_the_team(shop: Shop) -> None:
    somebody = shop.somebody(WHATSAPP)
    shop.cloud.meta.faults.add(
        Fault(kind=FaultKind.FAILED_STATUS, contact_id=somebody.contact_id, code=131026, seconds=0.5)
    )
    shop.write(somebody)
    assert shop.told(somebody, "undelivered")["acknowledgement"]["reason"]


@pytest.mark.parametrize("channel", [MESSENGER, WHATSAPP])
def test_a_customer_who_blocked_us_is_handed_over_as_not_reached(channel: str, shop: Shop) -> None:
    somebody = shop.somebody(channel)
    shop.cloud.meta.block(somebody)
    shop.write(somebody)
    shop.told(somebody, "refused")
    assert shop.answers(somebody) == []
