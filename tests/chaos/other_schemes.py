"""How the platforms beside Meta sign, each by its own documentation and none by our code."""

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime
from urllib.parse import parse_qsl

from tests.chaos.scheme import InClaims, InHeader, Scheme
from tests.chaos.sent import RECEIVED_AT, address
from tests.chaos.signing import RIGHT, RIGHT_SHA1, WRONG, Make, Signing, mac, signing, signings, url_safe, wrong_for

BOT = "6200000017"
SOURCE = "shop-form"
TWILIO_OWNER = "AC00000000000000000000000000000777"
LINE_ACCOUNT = "U00000000000000000000000000000001"


def _marked(mark: str) -> Callable[[bytes], str]:
    return lambda raw: mark + base64.b64encode(raw).decode()


def _unmarked(mark: str) -> Callable[[str], bytes]:
    return lambda signature: base64.b64decode(signature.removeprefix(mark))


# Source: X "Securing webhooks": "sha256=" and the HMAC-SHA256 of the raw body in base64.
X = Scheme(
    platform="x",
    secrets=("consumer_secret",),
    place=InHeader(name="x-twitter-webhooks-signature"),
    sign=signing(_marked("sha256="), RIGHT),
    wrong={
        **signings(_marked("sha256="), WRONG),
        "hex": signing(lambda raw: f"sha256={raw.hex()}", RIGHT),
        "hex in base64": signing(lambda raw: _marked("sha256=")(raw.hex().encode()), RIGHT),
        "not filled up": signing(lambda raw: _marked("sha256=")(raw).rstrip("="), RIGHT),
        "for addresses": signing(lambda raw: f"sha256={url_safe(raw)}=", RIGHT),
        "without its name": signing(_marked(""), RIGHT),
        "sha1 for sha256": signing(_marked("sha1="), RIGHT),
    },
    raw=_unmarked("sha256="),
    written=_marked("sha256="),
)

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"  # pragma: allowlist secret

# Source: Telegram "Bot API" setWebhook, secret_token: the header repeats the secret, whatever the body is.
TELEGRAM = Scheme(
    platform="telegram",
    secrets=(f"secret_token/{BOT}",),
    place=InHeader(name="x-telegram-bot-api-secret-token"),
    sign=lambda _, secret: secret,
    wrong={
        "the secret's hash": lambda _, secret: hashlib.sha256(secret.encode()).hexdigest(),
        "a signature of the body": lambda body, secret: mac("sha256", secret.encode(), body).hex(),
        "the secret in base64": lambda _, secret: url_safe(secret.encode()),
        "the secret in other letters": lambda _, secret: secret.swapcase(),
        "the secret twice": lambda _, secret: secret * 2,
        "the secret without its last letter": lambda _, secret: secret[:-1],
        "the secret as a bearer's": lambda _, secret: f"Bearer {secret}",
    },
    raw=lambda signature: bytes(_LETTERS.index(letter) for letter in signature),
    written=lambda raw: "".join(_LETTERS[byte % len(_LETTERS)] for byte in raw),
    path=BOT,
    binds_body=False,
)


_LINKEDINS_MARK = b"hmacsha256="


def _marked_before(make: Make) -> Make:
    return lambda key, body: make(key, _LINKEDINS_MARK + body)


# Source: LinkedIn "Webhooks": the HMAC-SHA256, in hex, of the body with a mark before it.
LINKEDIN = Scheme(
    platform="linkedin",
    secrets=("client_secret",),
    place=InHeader(name="x-li-signature"),
    sign=signing(bytes.hex, _marked_before(RIGHT)),
    wrong={
        **{name: signing(bytes.hex, _marked_before(make)) for name, make in WRONG.items()},
        "the body alone signed": signing(bytes.hex, RIGHT),
        "the mark behind the body": signing(bytes.hex, lambda key, body: RIGHT(key, body + _LINKEDINS_MARK)),
        "the mark in other letters": signing(bytes.hex, lambda key, body: RIGHT(key, _LINKEDINS_MARK.upper() + body)),
        "the mark twice": signing(bytes.hex, _marked_before(_marked_before(RIGHT))),
        "base64": signing(lambda raw: base64.b64encode(raw).decode(), _marked_before(RIGHT)),
        "as Meta writes it": signing(lambda raw: f"sha256={raw.hex()}", _marked_before(RIGHT)),
    },
    raw=bytes.fromhex,
    written=bytes.hex,
)


def _signed_by_twilio(body: bytes) -> bytes | None:
    """Write the address and behind it each field's name and value, sorted; ``None`` for what is no form."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=500)
    except ValueError:
        return None
    return (address("twilio") + "".join(name + value for name, value in sorted(set(pairs)))).encode()


def _of_form(make: Make, signed: Callable[[bytes], bytes | None] = _signed_by_twilio) -> Signing:
    def sign(body: bytes, secret: str) -> str:
        text = signed(body)
        return "" if text is None else base64.b64encode(make(secret.encode(), text)).decode()

    return sign


def _without(part: bytes) -> Callable[[bytes], bytes | None]:
    return lambda body: (_signed_by_twilio(body) or b"").replace(part, b"", 1)


# Source: Twilio "Webhooks security": HMAC-SHA1 of the address and the sorted fields, in base64.
TWILIO = Scheme(
    platform="twilio",
    secrets=(f"auth_token/{TWILIO_OWNER}",),
    place=InHeader(name="x-twilio-signature"),
    sign=_of_form(RIGHT_SHA1),
    wrong={
        **{name: _of_form(make) for name, make in wrong_for("sha1").items()},
        "the body as it is signed": _of_form(RIGHT_SHA1, lambda body: body),
        "the address alone signed": _of_form(RIGHT_SHA1, lambda _: address("twilio").encode()),
        "the fields alone signed": _of_form(RIGHT_SHA1, _without(address("twilio").encode())),
        "another scheme's address signed": _of_form(RIGHT_SHA1, _without(b"s")),
    },
    raw=base64.b64decode,
    written=_marked(""),
    is_form=True,
    types=(
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=UTF-8",
        "Application/X-WWW-Form-URLEncoded;charset=utf-8",
    ),
)

_ID = "msg_canary.1"


def _key(secret: str) -> bytes:
    """Read a key; what is none signs as it stands, as somebody might."""
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        return secret.encode()


_V1 = _marked("v1,")


def _by_standard(make: Make, lead: bytes, write: Callable[[bytes], str] = _V1) -> Signing:
    return lambda body, secret: write(make(_key(secret), lead + body))


def standard_at(at: datetime) -> Scheme:
    """Sign as at that moment: a signature is good for five minutes.

    Source: Standard Webhooks "Signature scheme": v1 is the HMAC-SHA256 of id, time and body with dots, in base64.
    """
    written = str(int(at.timestamp()))
    lead = f"{_ID}.{written}.".encode()
    return Scheme(
        platform="standard",
        secrets=(f"source/{SOURCE}",),
        place=InHeader(name="webhook-signature"),
        sign=_by_standard(RIGHT, lead),
        wrong={
            **{name: _by_standard(make, lead) for name, make in WRONG.items()},
            "the body alone signed": _by_standard(RIGHT, b""),
            "without the time": _by_standard(RIGHT, f"{_ID}.".encode()),
            "with another id": _by_standard(RIGHT, f"msg_other.{written}.".encode()),
            "the secret as it is written": lambda body, secret: _V1(RIGHT(secret.encode(), lead + body)),
            "as a signature by a key pair": _by_standard(RIGHT, lead, _marked("v1a,")),
            "without its version": _by_standard(RIGHT, lead, _marked("")),
            "hex": _by_standard(RIGHT, lead, lambda raw: f"v1,{raw.hex()}"),
        },
        raw=_unmarked("v1,"),
        written=_V1,
        takes=lambda _body, _secret: {"webhook-id": _ID, "webhook-timestamp": written},
        path=SOURCE,
        several=True,
        spelled=lambda key: "whsec_" + base64.b64encode(key.encode()).decode(),
        at=standard_at,
    )


STANDARD = standard_at(RECEIVED_AT)

# Source: LINE "Verify webhook signature": the HMAC-SHA256 of the raw body in base64.
LINE = Scheme(
    platform="line",
    secrets=(f"channel_secret/{LINE_ACCOUNT}",),
    place=InHeader(name="x-line-signature"),
    sign=signing(_marked(""), RIGHT),
    wrong={
        **signings(_marked(""), WRONG),
        "hex": signing(bytes.hex, RIGHT),
        "hex in base64": signing(lambda raw: _marked("")(raw.hex().encode()), RIGHT),
        "not filled up": signing(lambda raw: _marked("")(raw).rstrip("="), RIGHT),
        "for addresses": signing(lambda raw: f"{url_safe(raw)}==", RIGHT),
        "as X writes it": signing(_marked("sha256="), RIGHT),
    },
    raw=base64.b64decode,
    written=_marked(""),
    path=LINE_ACCOUNT,
)

_TOKEN = {
    "iss": "https://accounts.google.com",
    "aud": "https://webhooks.example/google",
    "email_verified": "true",
    "exp": str(int(RECEIVED_AT.timestamp()) + 3000),
}

# Source: Google Cloud "Authenticate push subscriptions": the account in whose name is pushed stands in the token.
GOOGLE = Scheme(
    platform="google",
    secrets=("push/email",),
    place=InClaims(name="email", others=_TOKEN),
    sign=lambda _, secret: secret,
    wrong={
        "the account's hash": lambda _, secret: hashlib.sha256(secret.encode()).hexdigest(),
        "a signature of the body": lambda body, secret: mac("sha256", secret.encode(), body).hex(),
        "the account in other letters": lambda _, secret: secret.swapcase(),
        "the account twice": lambda _, secret: f"{secret} {secret}",
        "the account without its last letter": lambda _, secret: secret[:-1],
        "a list with the account": lambda _, secret: f"[{secret}]",
    },
    raw=lambda signature: bytes(_LETTERS.index(letter) for letter in signature),
    written=lambda raw: "".join(_LETTERS[byte % len(_LETTERS)] for byte in raw),
    binds_body=False,
)
