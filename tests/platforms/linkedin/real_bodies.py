"""LinkedIn's bodies: JSON, signed with the app's secret."""

from collections.abc import Sequence

from nightbell.domain.events import Delivery, Event
from nightbell.platforms.linkedin.platform import LinkedIn
from nightbell.platforms.linkedin.signature import HEADER, sign
from tests.platforms.fixtures import RECEIVED_AT
from tests.platforms.real_bodies import Replay, Row, compact, first_found

SECRET = "a-test-secret-16"  # pragma: allowlist secret

EXPECTED: Sequence[tuple[str, set[str]]] = (
    (r"^COMMENT\+LIKE", {"linkedin.comment", "linkedin.like"}),
    (r"^COMMENT push", {"linkedin.comment"}),
)


def _read(body: bytes) -> list[Event]:
    headers = {HEADER: sign(body, SECRET)}
    delivery = Delivery(
        platform="linkedin", path="", method="POST", headers=headers, query={}, body=body, received_at=RECEIVED_AT
    )
    LinkedIn().verify(delivery, {"client_secret": [SECRET]})
    return LinkedIn().parse(delivery)


def _is_own(row: Row) -> bool:
    return row.file.startswith("linkedin/push_")


REPLAY = Replay(
    is_own=_is_own,
    wire=compact,
    read=_read,
    expected=lambda row: first_found(EXPECTED, row.sub_type),
    elsewhere=(
        "linkedin/pull_share_mention_min.json",
        "linkedin/reply_comment_request.json",
        "linkedin/reply_comment_response_201.json",
    ),
)
