"""The call sites of reviews: a notice comes, and what it is about is looked up."""

from tests.chaos.wire.looked_after import looked_after
from tests.chaos.wire.on_google import REVIEWS
from tests.chaos.wire.play import Play
from tests.chaos.wire.site import RECEIVE_MS, call, secret, store
from tests.chaos.wire.situations import Situation
from tests.chaos.wire.steps import work, written


def _cold(play: Play) -> None:
    play.lane.cold()


def _written_then_cold(play: Play) -> None:
    written(play)
    play.lane.cold()


REVIEW = Situation(name="somebody reviews us", act=written, channel=REVIEWS, seen_once=False)
REVIEW_COLD = Situation(
    name="somebody reviews us after a cold start", before=_cold, act=written, channel=REVIEWS, seen_once=False
)
LOOKED_UP = Situation(
    name="a review is looked up after a cold start",
    before=_written_then_cold,
    act=work,
    channel=REVIEWS,
    seen_once=False,
)
CHECKED = looked_after("google", REVIEWS)

ON_GOOGLE = (
    secret("push", REVIEW_COLD, hang_ms=RECEIVE_MS),
    store("R1, review", REVIEW, hang_ms=RECEIVE_MS),
    secret("oauth2", LOOKED_UP),
    secret("client", LOOKED_UP),
    call("POST token", LOOKED_UP),
    call("GET comment, review", LOOKED_UP, nth=2, serves="google_reviews, look up"),
    call("GET notificationSetting", CHECKED, nth=2),
    call("PATCH notificationSetting", CHECKED, match="notificationTypes"),
)
