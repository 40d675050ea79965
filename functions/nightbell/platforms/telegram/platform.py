"""Telegram as a platform: an address for each bot, told apart by the bot's id in the path."""

import json
from collections.abc import Collection, Mapping, Sequence

from nightbell.domain.business import Account
from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Delivery, Event
from nightbell.platforms.channel import Proof, Reply, SecretNames
from nightbell.platforms.json_reading import read_json
from nightbell.platforms.telegram import signature
from nightbell.platforms.telegram.updates import read_update

_MEGABYTE = 1024 * 1024


class TelegramBots:
    """The updates of bots; see :class:`nightbell.platforms.channel.Platform`."""

    name = "telegram"
    # Not documented; an update holds one message, whose text has 4,096 characters and whose files stay at Telegram's.
    max_body = _MEGABYTE
    parse_headers: Collection[str] = ()
    signed_headers: Sequence[str] = (signature.HEADER,)
    proves = frozenset({Proof.SENDER})
    min_secret = signature.MIN_SECRET_LENGTH
    batches = False
    greets = False

    def accepts(self, path: str, accounts: Sequence[Account]) -> bool:
        """Serve the bots of the settings and no other path."""
        return any(account.account_id == path for account in accounts)

    def secret_names(self, delivery: Delivery, accounts: Sequence[Account]) -> SecretNames:  # noqa: ARG002 - the protocol's form
        """Need the secret of the bot that the path names."""
        return SecretNames(needed=(_secret_of(delivery.path),))

    def secrets_of(self, account: Account) -> SecretNames:
        """Need one for each bot."""
        return SecretNames(needed=(_secret_of(account.account_id),))

    def handshake(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> Reply | None:  # noqa: ARG002 - the protocol's form
        """Know none: a webhook is set by a call of ours."""
        return None

    def verify(self, delivery: Delivery, secrets: Mapping[str, Sequence[str]]) -> None:
        """Compare the header with the secret of the bot that the path names, and with no other bot's."""
        signature.verify(
            delivery.body, delivery.headers.get(signature.HEADER), secrets.get(_secret_of(delivery.path), ())
        )

    def parse(self, delivery: Delivery) -> list[Event]:
        """Read the update."""
        return read_update(delivery.body, delivery.path, delivery.received_at)

    def reply(self, delivery: Delivery) -> Reply:
        """Take the waiting sign off a tapped button; nothing is lost if that fails, so nobody looks at the outcome.

        Source: Telegram "Bot API" §Making requests when getting updates, §answerCallbackQuery.
        """
        query = _tap_of(delivery.body)
        if query is None:
            return Reply()
        answer = {"method": "answerCallbackQuery", "callback_query_id": query}
        return Reply(body=json.dumps(answer), content_type="application/json")


def _secret_of(bot_id: str) -> str:
    return f"secret_token/{bot_id}"


def _tap_of(body: bytes) -> str | None:
    try:
        update = read_json(body)
    except NotUnderstoodError:
        return None
    tap = update.get("callback_query") if isinstance(update, dict) else None
    query = tap.get("id") if isinstance(tap, dict) else None
    return query if isinstance(query, str) else None
