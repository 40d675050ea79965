"""The call sites of Telegram: a bot's chats, and who blocks it."""

from dataclasses import replace

from nightbell.adapters import table_expressions as e
from tests.chaos.wire.looked_after import looked_after
from tests.chaos.wire.on_telegram import CHATS
from tests.chaos.wire.play import Play
from tests.chaos.wire.plays import PlayElsewhere, there
from tests.chaos.wire.site import RECEIVE_MS, call, get, secret, store, update
from tests.chaos.wire.situations import Situation
from tests.chaos.wire.steps import answered, at_rest, work, written


def _cold(play: Play) -> None:
    play.lane.cold()


def _written_then_cold(play: Play) -> None:
    written(play)
    play.lane.cold()


def _in_a_business_chat(play: Play) -> None:
    contact = play.contacts.pop()
    play.contacts.append(replace(contact, contact_id=f"bc-1:{contact.contact_id}"))
    play.mids[play.contact.contact_id] = []
    written(play)


def _does(play: Play, what: str) -> None:
    assert isinstance(play, PlayElsewhere)
    play.lane.later(30)
    play.vendor.others()[what](there(play.contact), "", "")


def _block(play: Play) -> None:
    _does(play, "block")


def _blocked(play: Play) -> None:
    at_rest(play)
    _block(play)


def _unblock(play: Play) -> None:
    _does(play, "unblock")


MESSAGE = Situation(name="somebody writes to the bot", act=written, channel=CHATS)
MESSAGE_COLD = Situation(name="somebody writes to the bot after a cold start", before=_cold, act=written, channel=CHATS)
ANSWER = Situation(name="the hint is worked on, Telegram", before=written, act=work, channel=CHATS)
ANSWER_COLD = Situation(
    name="the hint is worked on after a cold start, Telegram", before=_written_then_cold, act=work, channel=CHATS
)
BUSINESS_CHAT = Situation(
    name="the hint of a business account's chat is worked on", before=_in_a_business_chat, act=work, channel=CHATS
)
BLOCK = Situation(name="somebody blocks the bot", before=answered, act=_block, channel=CHATS)
CHECKED = looked_after("telegram", CHATS)
UNBLOCK = Situation(name="somebody lets the bot write again", before=_blocked, act=_unblock, channel=CHATS)

ON_TELEGRAM = (
    secret("secret_token", MESSAGE_COLD, hang_ms=RECEIVE_MS),
    store("R1, Telegram", MESSAGE, hang_ms=RECEIVE_MS),
    secret("access_token, Telegram", ANSWER_COLD),
    call("POST sendMessage", ANSWER, "send", serves="telegram"),
    call("POST getBusinessConnection", BUSINESS_CHAT, "ask", serves="telegram, question"),
    call("POST getWebhookInfo", CHECKED),
    call("POST setWebhook", CHECKED, match="allowed_updates"),
    get("conversation, H6", BLOCK, "META", hang_ms=RECEIVE_MS),
    update("H6 opted out", BLOCK, e.OPTED_OUT, hang_ms=RECEIVE_MS),
    update("H6 opted in", UNBLOCK, e.OPTED_IN, hang_ms=RECEIVE_MS),
)
