"""LINE's bodies: JSON signed with the channel's secret."""

from collections.abc import Sequence

from nightbell.domain.events import Delivery, Event
from nightbell.platforms.line.platform import Line
from nightbell.platforms.line.signature import HEADER, signed_with
from tests.platforms.fixtures import RECEIVED_AT
from tests.platforms.real_bodies import Replay, Row, compact, first_found

ACCOUNT, SECRET = "U00000000000000000000000000000001", "a-test-secret-of-32-characters-0"

EXPECTED: Sequence[tuple[str, set[str]]] = (
    (r"^LINE (message_|two events)", {"line.message"}),
    (r"^LINE postback", {"line.choice"}),
    (r"^LINE memberJoined", {"line.member_joined"}),
    (r"^LINE (follow|unfollow|unsend|join|undefined)$", {r"line.\1"}),
)


def _read(body: bytes) -> list[Event]:
    delivery = Delivery(
        platform="line",
        path=ACCOUNT,
        method="POST",
        headers={HEADER: signed_with(SECRET, body)},
        query={},
        body=body,
        received_at=RECEIVED_AT,
    )
    Line().verify(delivery, {f"channel_secret/{ACCOUNT}": [SECRET]})
    return Line().parse(delivery)


def _is_own(row: Row) -> bool:
    return row.vendor == "line" and "api_error" not in row.file


REPLAY = Replay(
    is_own=_is_own,
    wire=compact,
    read=_read,
    expected=lambda row: first_found(EXPECTED, row.sub_type),
    undeclared=("line.undefined",),
    elsewhere=("line/api_error_monthly_limit.json",),
)
