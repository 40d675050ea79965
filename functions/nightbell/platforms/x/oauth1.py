"""Signing calls as OAuth 1.0a wants it: with the app's and the account's secrets, a time, and a word used once.

Sources: RFC 5849 §3.4, §3.5.1; X "OAuth 1.0a: Creating a signature", "Authorizing a request".
A JSON body is no part of what is signed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from nightbell.platforms.reading.compare import hmac_base64

_METHOD = "HMAC-SHA1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Whose call it is: the app's key and secret, the account's token and secret."""

    consumer_key: str
    consumer_secret: str = field(repr=False)
    token: str
    token_secret: str = field(repr=False)


def authorization(  # noqa: PLR0913 - RFC 5849 signs all of it
    method: str, url: str, query: Mapping[str, str], keys: Keys, *, at: datetime, nonce: str
) -> str:
    """Write the header ``Authorization`` of a call.

    Args:
        method: Upper case.
        url: Without a query.
        query: Decoded.
        keys: Whose call it is.
        at: Now; X refuses what is minutes off.
        nonce: Another one each time.
    """
    said = {
        "oauth_consumer_key": keys.consumer_key,
        "oauth_nonce": nonce,
        "oauth_signature_method": _METHOD,
        "oauth_timestamp": str(int(at.timestamp())),
        "oauth_token": keys.token,
        "oauth_version": "1.0",
    }
    signed = {**said, "oauth_signature": sign(method, url, {**query, **said}, keys)}
    return "OAuth " + ", ".join(f'{_escaped(name)}="{_escaped(value)}"' for name, value in sorted(signed.items()))


def sign(method: str, url: str, parameters: Mapping[str, str], keys: Keys) -> str:
    """Sign a call with all of its parameters."""
    pairs = sorted((_escaped(name), _escaped(value)) for name, value in parameters.items())
    written = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join(_escaped(part) for part in (method, url, written))
    key = f"{_escaped(keys.consumer_secret)}&{_escaped(keys.token_secret)}"
    return hmac_base64("sha1", key.encode(), base.encode())


def _escaped(text: str) -> str:
    return quote(text, safe="~")
