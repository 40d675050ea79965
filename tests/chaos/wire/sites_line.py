"""The call sites of LINE: an account's chats, a push that goes again under its key, and who blocks the account."""

from nightbell.adapters import table_expressions as e
from tests.chaos.wire.looked_after import looked_after
from tests.chaos.wire.on_line import CHATS
from tests.chaos.wire.play import Play
from tests.chaos.wire.plays import PlayElsewhere, there
from tests.chaos.wire.site import RECEIVE_MS, call, get, secret, store, update
from tests.chaos.wire.situations import SETTLED_S, Situation
from tests.chaos.wire.steps import answered, at_rest, swept, work, written


def _cold(play: Play) -> None:
    play.lane.cold()


def _written_then_cold(play: Play) -> None:
    written(play)
    play.lane.cold()


def _unknown_and_settled(play: Play) -> None:
    play.answer_lost()
    answered(play)
    play.lane.later(SETTLED_S)


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


MESSAGE = Situation(name="somebody writes on LINE", act=written, channel=CHATS)
MESSAGE_COLD = Situation(name="somebody writes on LINE after a cold start", before=_cold, act=written, channel=CHATS)
ANSWER = Situation(name="the hint is worked on, LINE", before=written, act=work, channel=CHATS)
ANSWER_COLD = Situation(
    name="the hint is worked on after a cold start, LINE", before=_written_then_cold, act=work, channel=CHATS
)
AGAIN = Situation(name="a push goes again under its key", before=_unknown_and_settled, act=swept, channel=CHATS)
BLOCK = Situation(name="somebody blocks the account on LINE", before=answered, act=_block, channel=CHATS)
CHECKED = looked_after("line", CHATS)
UNBLOCK = Situation(name="somebody adds the account on LINE again", before=_blocked, act=_unblock, channel=CHATS)

ON_LINE = (
    secret("channel_secret", MESSAGE_COLD, hang_ms=RECEIVE_MS),
    store("R1, LINE", MESSAGE, hang_ms=RECEIVE_MS),
    secret("access_token, LINE", ANSWER_COLD),
    call("POST push", ANSWER, "send", serves="line"),
    call("POST push, again", AGAIN, "send"),
    call("GET info", CHECKED),
    call("GET endpoint", CHECKED, nth=2),
    call("PUT endpoint", CHECKED, match="endpoint"),
    update("A3 again, LINE", AGAIN, e.RESEND),
    get("conversation, H6, LINE", BLOCK, "META", hang_ms=RECEIVE_MS),
    update("H6 opted out, LINE", BLOCK, e.OPTED_OUT, hang_ms=RECEIVE_MS),
    update("H6 opted in, LINE", UNBLOCK, e.OPTED_IN, hang_ms=RECEIVE_MS),
)
