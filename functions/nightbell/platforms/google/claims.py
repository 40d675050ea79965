"""Proof that Cloud Pub/Sub pushed a delivery, as the API's authorizer has found it in a token.

The authorizer has checked the token's signature, issuer, audience and times before anything of ours runs; here is
checked that it did so at all, and that the token is of our own subscription's account. Nothing binds the body to it:
Google signs who sends, and TLS protects what.
Source: Google Cloud "Authenticate push subscriptions" §JWT format, §Validate tokens.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from nightbell.domain.errors import SignatureError
from nightbell.platforms.reading.compare import same

ISSUERS: Sequence[str] = ("https://accounts.google.com", "accounts.google.com")
LATE_S = 60
"""How far the token's end may be behind us; clocks differ."""

_LONGEST_NUMBER = 12


def verify(
    claims: Mapping[str, str],
    received_at: datetime,
    *,
    issuers: Sequence[str],
    emails: Sequence[str],
) -> None:
    """Accept a token that was made for us, by the account that pushes for us.

    Raises:
        SignatureError: No token was proven, nobody said what to expect, or one thing is not as expected.
    """
    if not claims:
        raise SignatureError("no token was proven")
    expected = {"iss": issuers, "email": emails}
    # A list, because a generator would stop at the first difference.
    if not all([_is_one_of(claims.get(name, ""), values) for name, values in expected.items()]):  # noqa: C419 - as said
        raise SignatureError("the token was not made for this")
    if claims.get("email_verified", "").lower() != "true":
        raise SignatureError("the token's account is not proven")
    ends = claims.get("exp", "")
    if not (ends.isascii() and ends.isdigit() and len(ends) <= _LONGEST_NUMBER):
        raise SignatureError("the token has no end")
    if int(ends) < received_at.timestamp() - LATE_S:
        raise SignatureError("the token has ended")


def _is_one_of(found: str, values: Sequence[str]) -> bool:
    return bool(found) and any([same(found, value) for value in values if value])  # noqa: C419 - as above
