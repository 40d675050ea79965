"""The call sites of a relay: what it brings, and what it is asked to bring."""

from nightbell.adapters import table_expressions as e
from tests.chaos.wire.on_standard import STANDARD
from tests.chaos.wire.play import Play
from tests.chaos.wire.site import RECEIVE_MS, call, secret, store, update
from tests.chaos.wire.situations import SETTLED_S, Situation
from tests.chaos.wire.steps import answered, echoes, swept, work, written


def _cold(play: Play) -> None:
    play.lane.cold()


def _written_then_cold(play: Play) -> None:
    written(play)
    play.lane.cold()


def _unknown_and_settled(play: Play) -> None:
    play.mute = True
    play.answer_lost()
    answered(play)
    play.lane.later(SETTLED_S)


FORM = Situation(name="a relay brings a form", act=written, channel=STANDARD)
FORM_COLD = Situation(name="a relay brings a form after a cold start", before=_cold, act=written, channel=STANDARD)
ANSWER = Situation(name="the hint is worked on, relay", before=written, act=work, channel=STANDARD)
ANSWER_COLD = Situation(
    name="the hint is worked on after a cold start, relay", before=_written_then_cold, act=work, channel=STANDARD
)
BROUGHT = Situation(name="a relay says that it brought an answer", before=answered, act=echoes, channel=STANDARD)
AGAIN = Situation(
    name="an answer through a relay goes again under its key", before=_unknown_and_settled, act=swept, channel=STANDARD
)

ON_STANDARD = (
    secret("source", FORM_COLD, hang_ms=RECEIVE_MS),
    store("R1, relay", FORM, hang_ms=RECEIVE_MS),
    update("S1 seen, relay", BROUGHT, e.SEEN, hang_ms=RECEIVE_MS),
    secret("reply", ANSWER_COLD),
    call("POST standard", ANSWER, "send", serves="standard"),
    call("POST standard, again", AGAIN, "send"),
    update("A3 again, relay", AGAIN, e.RESEND),
)
