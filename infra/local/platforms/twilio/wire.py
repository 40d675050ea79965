"""How Twilio puts a form on the wire and signs it, written down a second time.

Source: Twilio "Webhooks Security" §Validating Signatures from Twilio.
"""

import base64
import hmac
import secrets
from collections.abc import Sequence
from urllib.parse import urlencode

from infra.local.platforms.courier import Delivery

Pairs = Sequence[tuple[str, str]]

FORM = "application/x-www-form-urlencoded; charset=UTF-8"


def signature(url: str, form: Pairs, token: str) -> str:
    """Sign the address and every field behind it, sorted by name."""
    signed = url + "".join(name + value for name, value in sorted(set(form)))
    return base64.b64encode(hmac.new(token.encode(), signed.encode(), "sha1").digest()).decode()


def signed_delivery(what: str, address: str, form: Pairs, token: str, below: str = "") -> Delivery:
    """Make a delivery that is signed for ``address`` and what is ``below`` it: a path, and a query if there is one."""
    path, _, query = below.partition("?")
    url = f"{address}/{below}" if below else address
    headers = {
        "Content-Type": FORM,
        "User-Agent": "TwilioProxy/1.1",
        "I-Twilio-Idempotency-Token": secrets.token_hex(16),
        "X-Twilio-Signature": signature(url, form, token),
    }
    return Delivery(what=what, body=urlencode(form).encode(), headers=headers, path=path, query=query)
