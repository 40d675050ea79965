"""The call sites of X: what is said in public, and direct messages."""

from nightbell.adapters import table_expressions as e
from tests.chaos.wire.looked_after import looked_after
from tests.chaos.wire.on_x import DIRECT, POSTS
from tests.chaos.wire.play import Play
from tests.chaos.wire.site import RECEIVE_MS, call, get, secret, store, update
from tests.chaos.wire.situations import SETTLED_S, Situation
from tests.chaos.wire.steps import answered, echoes, swept, work, written

MONTH_S = 30 * 86_400 + 60


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


def _said_long_ago(play: Play) -> None:
    answered(play)
    play.lane.later(MONTH_S)


POST = Situation(name="somebody names us on X", act=written, channel=POSTS)
POST_COLD = Situation(name="somebody names us on X after a cold start", before=_cold, act=written, channel=POSTS)
LINE = Situation(name="the hint is worked on, X post", before=written, act=work, channel=POSTS)
LINE_COLD = Situation(
    name="the hint is worked on after a cold start, X", before=_written_then_cold, act=work, channel=POSTS
)
LINE_FOUND = Situation(
    name="a line on X without answer is read back", before=_unknown_and_settled, act=swept, channel=POSTS
)
ANSWER = Situation(name="the hint is worked on, X message", before=written, act=work, channel=DIRECT)
ANSWER_ECHOED = Situation(name="our own message on X comes back", before=answered, act=echoes, channel=DIRECT)
ANSWER_FOUND = Situation(
    name="a message on X without answer is read back", before=_unknown_and_settled, act=swept, channel=DIRECT
)

BLANKED = Situation(name="what was said on X a month ago is blanked", before=_said_long_ago, act=swept, channel=POSTS)

CHECKED = looked_after("x", POSTS)

ON_X = (
    secret("consumer_secret", POST_COLD, hang_ms=RECEIVE_MS),
    get("conversation in private, X", POST, "META", 2, hang_ms=RECEIVE_MS),
    store("R1, X post", POST, hang_ms=RECEIVE_MS),
    secret("oauth1", LINE_COLD),
    secret("consumer_key", LINE_COLD),
    secret("consumer_secret, sending", LINE_COLD),
    secret("bearer", CHECKED),
    call("GET webhooks", CHECKED),
    call("POST webhooks", CHECKED, match="url"),
    call("GET subscriptions", CHECKED, nth=3),
    call("POST subscriptions", CHECKED, match="event_type"),
    call("POST tweets", LINE, "send", "text", serves="x_posts"),
    call("GET recent", LINE_FOUND, "read_back", serves="x_posts, read back"),
    call("POST messages, X", ANSWER, "send", "text", serves="x_direct"),
    call("GET dm_events", ANSWER_FOUND, "read_back", serves="x_direct, read back"),
    get("mark of what is kept for a while", BLANKED, "K#"),
    update("S1 seen, X", ANSWER_ECHOED, e.SEEN, hang_ms=RECEIVE_MS),
)
