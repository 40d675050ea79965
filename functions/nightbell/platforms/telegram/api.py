"""Calls to Telegram's Bot API. Nothing here is sent: an adapter sends the request, at most once."""

import re
from collections.abc import Mapping

from nightbell.platforms.channel import ApiAccess, HttpRequest

SEND_TIMEOUT_S = 8.0

_NUMBER = re.compile(r"-?[0-9]{1,20}")


def call(access: ApiAccess, method: str, body: Mapping[str, object]) -> HttpRequest:
    """Describe a call of a method; the token, which Telegram wants in the address, is put in by the adapter.

    Source: Telegram "Bot API" §Making requests.
    """
    return HttpRequest(
        method="POST",
        url=f"{access.base_url}/bot{{token}}/{method}",
        url_token=access.token,
        json=dict(body),
        timeout_s=SEND_TIMEOUT_S,
    )


def chat_of(address: str) -> dict[str, object]:
    """Take an address apart into the fields that name a chat: one of a business account names the connection, too."""
    connection, _, chat = address.rpartition(":")
    found: dict[str, object] = {"chat_id": int(chat) if _NUMBER.fullmatch(chat) else chat}
    return found | ({"business_connection_id": connection} if connection else {})
