"""The secret of the source that only the smoke test uses: made when it is first needed, and replaced by later runs.

A run signs with every value that the functions may know, as Standard Webhooks allows: what they read less than five
minutes ago, and what is stored now. So no run waits for a cache, and a value that leaked is worth nothing two runs
later.
"""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from infra.build.smoke_source import SOURCE
from nightbell.adapters.secret_parameters import SecretParameters
from nightbell.adapters.secrets import FRESH_FOR

PLATFORM, NAME = "standard", f"source/{SOURCE}"
REPLACED_AFTER: timedelta = 2 * FRESH_FOR
"""Younger than this, some function may still know only the value before."""
_KEY_BYTES = 32


def current_secrets(store: SecretParameters, now: datetime) -> Sequence[str]:
    """Tell what to sign with, the newest first; replaces a value that has served before.

    Args:
        store: Where the stage's secrets are.
        now: By the clock of whoever stores them, not by one that a local cloud has shifted.

    Raises:
        NightbellError: It cannot be read or written.
    """
    stored = store.read(PLATFORM, NAME)
    if stored is not None and stored.values and now - stored.changed_at < REPLACED_AFTER:
        return stored.values
    values = [_new_secret(), *(stored.values[:1] if stored else ())]
    store.write(PLATFORM, NAME, values)
    return values


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()
