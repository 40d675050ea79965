"""How the bodies come in that Google pushes."""

from nightbell.domain.events import Delivery, Event
from nightbell.platforms.google.platform import Google
from tests.platforms.fixtures import RECEIVED_AT
from tests.platforms.google.test_claims import CLAIMS, SECRETS
from tests.platforms.real_bodies import Replay, compact, first_found

EXPECTED = (
    (r"NEW_REVIEW", {"google_reviews.review"}),
    (r"non-JSON", {"google_reviews.not_a_notice"}),
)
FEED = "google/youtube_websub_feed.xml.txt"
"""Of videos, which customers do not write."""


def read(body: bytes) -> list[Event]:
    delivery = Delivery(
        platform="google",
        path="",
        method="POST",
        headers={},
        query={},
        body=body,
        received_at=RECEIVED_AT,
        claims=CLAIMS,
    )
    Google().verify(delivery, SECRETS)
    return Google().parse(delivery)


REPLAY = Replay(
    is_own=lambda row: row.vendor == "google" and row.file != FEED,
    wire=compact,
    read=read,
    expected=lambda row: first_found(EXPECTED, row.sub_type),
    elsewhere=[FEED],
)
