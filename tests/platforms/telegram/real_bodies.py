"""Telegram's bodies: JSON with the bot's secret beside it."""

from collections.abc import Sequence

from nightbell.domain.events import Delivery, Event
from nightbell.platforms.telegram.platform import TelegramBots
from nightbell.platforms.telegram.signature import HEADER
from tests.platforms.fixtures import RECEIVED_AT
from tests.platforms.real_bodies import Replay, Row, compact, first_found

BOT, SECRET = "6200000017", "a-test-secret-of-32-characters-0"

EXPECTED: Sequence[tuple[str, set[str]]] = (
    (r"^message_reaction", {"telegram.message_reaction"}),
    (r"^business_message", {"telegram.business_message"}),
    (r"^update without content", {"telegram.empty"}),
    (r"^message (text|contact|document|photo|sticker|voice|web_app_data|/start)", {"telegram.message"}),
)


def _read(body: bytes) -> list[Event]:
    delivery = Delivery(
        platform="telegram",
        path=BOT,
        method="POST",
        headers={HEADER: SECRET},
        query={},
        body=body,
        received_at=RECEIVED_AT,
    )
    TelegramBots().verify(delivery, {f"secret_token/{BOT}": [SECRET]})
    return TelegramBots().parse(delivery)


def _is_own(row: Row) -> bool:
    return row.vendor == "telegram" and row.file.startswith("telegram/update_")


REPLAY = Replay(
    is_own=_is_own,
    wire=compact,
    read=_read,
    expected=lambda row: first_found(EXPECTED, row.sub_type),
    elsewhere=("telegram/api_error_403_blocked.json",),
)
