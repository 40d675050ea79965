"""X's bodies: JSON in UTF-8, signed with the app's API secret."""

from collections.abc import Sequence

from nightbell.domain.events import Delivery, Event
from nightbell.platforms.x.platform import X
from nightbell.platforms.x.signature import HEADER, sign
from tests.platforms.fixtures import RECEIVED_AT
from tests.platforms.real_bodies import Replay, Row, compact, first_found

SECRET = "a-test-secret-of-32-characters-00"

EXPECTED: Sequence[tuple[str, set[str]]] = (
    (r"direct_message_indicate_typing", {"x_direct.typing"}),
    (r"direct_message_events", {"x_direct.message"}),
    (r"tweet_create_events", {"x_posts.addressed"}),
    # Both samples tell of a post of the account's own.
    (r"tweet_delete_events|post\.delete", {"x_posts.own_delete"}),
    (r"favorite_events|like\.create", {"x_posts.like"}),
    (r"post\.mention\.create", {"x_posts.addressed"}),
    (r"post\.reply\.create", {"x_posts.bare_reply"}),
    (r"post\.quote\.create", {"x_posts.quote"}),
    (r"dm\.received", {"x_direct.message"}),
    (r"chat\.received", {"x_direct.encrypted"}),
    (r"chat\.sent", {"x_direct.own_encrypted"}),
    (r"oauth\.revoke", {"x.revoked"}),
    (r"filtered stream", {"x.filtered_stream"}),
    (r"replay job", {"x.replay_job_failed"}),
    (r"broadcast|spaces", {"x.broadcast"}),
    (r"(block|mute|follow)(_events|\.)", {r"x.\1"}),
    (r"XAA (profile|news)\.", {r"x.\1"}),
)


def _read(body: bytes) -> list[Event]:
    delivery = Delivery(
        platform="x",
        path="",
        method="POST",
        headers={HEADER: sign(body, SECRET)},
        query={},
        body=body,
        received_at=RECEIVED_AT,
    )
    X().verify(delivery, {"consumer_secret": [SECRET]})
    return X().parse(delivery)


def _is_own(row: Row) -> bool:
    return row.file.startswith("x/") and not row.file.startswith("x/api_error")


REPLAY = Replay(
    is_own=_is_own,
    wire=compact,
    read=_read,
    expected=lambda row: first_found(EXPECTED, row.sub_type),
    elsewhere=("x/api_error_429.json", "x/api_error_invalid_request.json"),
)
