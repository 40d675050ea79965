"""LinkedIn's check that the endpoint is ours, made when it is registered and every two hours after.

Source: LinkedIn "Webhooks" §Validation: due within 3 s; the third failure in a row blocks the webhook.
"""

import json
import re
from collections.abc import Mapping, Sequence

from nightbell.domain.errors import HandshakeError
from nightbell.platforms.channel import Reply
from nightbell.platforms.linkedin.signature import is_usable
from nightbell.platforms.reading.compare import hmac_hex

QUERY = "challengeCode"

# Documented as a UUID. Whatever is asked here is signed for whoever asks, with the very key that proves deliveries: so
# nothing with a mark or a brace in it is ever signed, because that could be a delivery.
_CODE = re.compile(r"[0-9A-Za-z-]{1,64}")


def answer(query: Mapping[str, str], secrets: Sequence[str]) -> Reply:
    """Sign the code with the current secret.

    Raises:
        HandshakeError: The code is malformed, or there is no secret to sign it with.
    """
    code = query.get(QUERY, "")
    if not _CODE.fullmatch(code):
        raise HandshakeError("the challenge is malformed")
    current = next((secret for secret in secrets if is_usable(secret)), None)
    if current is None:
        raise HandshakeError("no secret to answer with")
    response = hmac_hex("sha256", current.encode(), code.encode())
    body = json.dumps({"challengeCode": code, "challengeResponse": response})
    return Reply(body=body, content_type="application/json")
