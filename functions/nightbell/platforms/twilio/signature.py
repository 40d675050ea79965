"""Proof that Twilio sent this form, to this very address.

What is signed is the address as Twilio was told it and behind it every field, name and value, in the order of the
names. Nothing stands between names and values, and neither order nor escapes count: two bodies that mean the same are
signed alike. Twilio adds fields without notice, so all that arrive are signed over.
Source: Twilio "Webhooks Security" §Validating Signatures from Twilio, and ``RequestValidator`` of twilio-python.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from nightbell.domain.errors import NotUnderstoodError, SignatureError
from nightbell.platforms.reading.compare import hmac_base64, same, strict_base64, strict_hex
from nightbell.platforms.reading.forms import read_form

HEADER = "x-twilio-signature"

_FORM = "application/x-www-form-urlencoded"
_BODY_HASH = "bodySHA256"
_HASH_LENGTH = 64
_DIGEST_LENGTH = 20
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_OWN_PORT = {"https": 443, "http": 80}

Form = Mapping[str, Sequence[str]]


def sign(url: str, form: Form, token: str) -> str:
    """Make the header's value.

    Args:
        url: With its query, without a fragment.
        form: Empty for a body that is no form.
        token: The account's auth token.
    """
    pairs = (name + value for name in sorted(form) for value in sorted(set(form[name])))
    return hmac_base64("sha1", token.encode(), (url + "".join(pairs)).encode())


def verify(url: str, content_type: str, body: bytes, header: str | None, tokens: Mapping[str, Sequence[str]]) -> str:
    """Accept a delivery that was signed with any one of the tokens.

    Args:
        url: As Twilio was told it, from our own configuration.
        content_type: Of the body.
        body: As it came.
        header: ``None`` where there was none.
        tokens: Of each account, the current one first; each long enough to be one.

    Returns:
        Whose token it was: one of the keys of ``tokens``.

    Raises:
        SignatureError: for everything else, malformed headers, addresses and bodies included.
    """
    if not tokens:
        raise SignatureError("no auth token to verify with")
    digest = strict_base64(header) if header and _PRINTABLE.fullmatch(header) else None
    if header is None or digest is None or len(digest) != _DIGEST_LENGTH:
        raise SignatureError("no signature, or none of the documented form")
    signed = _signed_form(url, content_type, body)
    urls = tuple(_spellings(url))
    found = [
        account
        for account, values in tokens.items()
        for token in values
        for spelling in urls
        if same(sign(spelling, signed, token), header)
    ]
    if not found:
        raise SignatureError("the signature does not match")
    return found[0]


def _signed_form(url: str, content_type: str, body: bytes) -> Form:
    """Read what was signed beside the address; a body that is no form is bound by its hash in the address."""
    if not body or not _PRINTABLE.fullmatch(url):
        raise SignatureError("the body is empty, or the address is none")
    if content_type.partition(";")[0].strip().lower() == _FORM:
        try:
            return read_form(body)
        except NotUnderstoodError as error:
            raise SignatureError(str(error)) from None
    hashes = [value for name, value in parse_qsl(urlsplit(url).query) if name == _BODY_HASH]
    claimed = strict_hex(hashes[0], _HASH_LENGTH) if len(hashes) == 1 else None
    if claimed is None or not same(claimed, sha256(body).digest()):
        raise SignatureError("the address does not name this body")
    return {}


def _spellings(url: str) -> Iterator[str]:
    """Spell an address with and without its scheme's own port: Twilio signs either, by product and time."""
    yield url
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        return
    own = _OWN_PORT.get(parts.scheme)
    if own is None or not parts.hostname:
        return
    if port is None:
        yield urlunsplit(parts._replace(netloc=f"{parts.netloc}:{own}"))
    elif port == own:
        yield urlunsplit(parts._replace(netloc=parts.netloc.removesuffix(f":{own}")))
