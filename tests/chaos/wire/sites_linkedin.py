"""The call sites of LinkedIn: comments in public."""

from tests.chaos.wire.looked_after import looked_after
from tests.chaos.wire.on_linkedin import COMMENTS
from tests.chaos.wire.play import Play
from tests.chaos.wire.site import RECEIVE_MS, call, secret, store
from tests.chaos.wire.situations import SETTLED_S, Situation
from tests.chaos.wire.steps import answered, swept, work, written


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


COMMENT = Situation(name="a member comments", act=written, channel=COMMENTS)
COMMENT_COLD = Situation(name="a member comments after a cold start", before=_cold, act=written, channel=COMMENTS)
LINE = Situation(name="the hint is worked on, LinkedIn", before=written, act=work, channel=COMMENTS)
LINE_COLD = Situation(
    name="the hint is worked on after a cold start, LinkedIn", before=_written_then_cold, act=work, channel=COMMENTS
)
LINE_FOUND = Situation(
    name="a line on LinkedIn without answer is read back", before=_unknown_and_settled, act=swept, channel=COMMENTS
)

CHECKED = looked_after("linkedin", COMMENTS)

ON_LINKEDIN = (
    secret("client_secret", COMMENT_COLD, hang_ms=RECEIVE_MS),
    store("R1, LinkedIn", COMMENT, hang_ms=RECEIVE_MS),
    secret("oauth2, LinkedIn", LINE_COLD),
    call("POST comments, LinkedIn", LINE, "send", "message", serves="linkedin"),
    call("GET comments, LinkedIn", LINE_FOUND, "read_back", serves="linkedin, read back"),
    call("GET eventSubscriptions", CHECKED),
    call("PUT eventSubscriptions", CHECKED, match="webhook"),
)
