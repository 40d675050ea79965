"""Meta's check that the endpoint is ours, made whenever the callback address is saved.

Source: Meta "Webhooks: Getting Started" §Verification Requests.
"""

import hmac
import re
from collections.abc import Mapping, Sequence

from nightbell.domain.errors import HandshakeError

# Documented as a number. Taken a little wider, but never so wide that a browser could be shown markup.
_CHALLENGE = re.compile(r"[A-Za-z0-9_.-]{1,256}")


def answer(query: Mapping[str, str], tokens: Sequence[str]) -> str:
    """Return the challenge exactly as it came: it may have leading zeros or more digits than an int.

    Raises:
        HandshakeError: The mode, the verify token or the challenge is missing or wrong.
    """
    if query.get("hub.mode") != "subscribe":
        raise HandshakeError("the mode is not subscribe")
    given = query.get("hub.verify_token", "").encode("utf-8", "surrogatepass")
    matches = [hmac.compare_digest(token.encode(), given) for token in tokens if token]
    if not any(matches):
        raise HandshakeError("the verify token does not match")
    challenge = query.get("hub.challenge", "")
    if not _CHALLENGE.fullmatch(challenge):
        raise HandshakeError("the challenge is missing or malformed")
    return challenge
