"""Witnesses among Twilio's hostile deliveries: a form holds one message, so what is hostile stands inside of it."""

from collections.abc import Mapping
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tests.chaos.accounts import ACCOUNTS, OWNERS
from tests.chaos.forgery.corpus import NAME, WORD

_SOMEBODY = "+34999000111"
_OWNER = "AccountSid"
_FIRST = frozenset({"MessageSid", _OWNER, "From", "To", "SmsStatus", "NumMedia"})
"""By these a message is one, and filed; each that is wrong makes it broken or another's, and says so."""
_MOST = 400


def _form(message_id: str, **more: str) -> dict[str, Any]:
    return {
        "MessageSid": message_id,
        _OWNER: OWNERS["sms"],
        "From": _SOMEBODY,
        "To": ACCOUNTS["sms"],
        "Body": f"{WORD} of a witness",
        "SmsStatus": "received",
        "NumMedia": "0",
        "ProfileName": NAME,
        **more,
    }


def put(rng: Random, tree: Any, message_id: str) -> Any:
    """Write a good message in whose other fields the hostile one stands, under its own names."""
    fields = tree if isinstance(tree, Mapping) else {rng.choice(["Body", "OptOutType", "Label"]): tree}
    # A name that is given often, with other values, cannot be read at all; that is said elsewhere.
    single = {str(name): value[0] if isinstance(value, list) and value else value for name, value in fields.items()}
    hostile = {name: "" if value == [] else value for name, value in list(single.items())[:_MOST] if name not in _FIRST}
    good = _form(message_id)
    media = {"NumMedia": str(rng.randrange(12))} if rng.random() < 0.5 else {}
    return {**good, **hostile, **{name: good[name] for name in _FIRST}, **media}


def items(_: Any) -> int:
    """Count the one message."""
    return 1


def attach(message_id: str, address: str) -> bytes:
    """Write an address wherever one may stand."""
    media = {f"{name}{at}": address for name in ("MediaUrl", "MediaContentType") for at in range(3)}
    words = dict.fromkeys(("Body", "ProfileName", "ButtonPayload", "ButtonText", "Label", "Address"), address)
    around = dict.fromkeys(("OriginalRepliedMessageSid", "ReferralSourceId", "ReferralSourceUrl"), address)
    return urlencode(_form(message_id, **words, **around, **media) | {"NumMedia": "3"}).encode()


def sendable(body: bytes) -> bytes:
    """Name the account that signs it: Twilio never signs for another."""
    pairs = [(name, value) for name, value in parse_qsl(body.decode(), keep_blank_values=True) if name != _OWNER]
    return urlencode([*pairs, (_OWNER, OWNERS["sms"])]).encode()
