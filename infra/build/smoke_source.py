"""The source that only ``nightbell smoke`` delivers to; every build adds it to the settings, so that nobody has to."""

import json
import tomllib

SOURCE = "nightbell-smoke"
NAME = "Smoke test"


def with_smoke_source(settings: str) -> str:
    """Add the source to settings in TOML: an account of the first brand, to which nothing is ever sent.

    Settings that cannot take it, such as those that list their accounts on one line, are left as they are.
    """
    document = tomllib.loads(settings)
    if any(account.get("account_id") == SOURCE for account in document.get("accounts", [])):
        return settings
    fields = {"channel": "standard", "account_id": SOURCE, "brand": next(iter(document["brands"])), "name": NAME}
    # A string of JSON in ASCII is one of TOML, too.
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in fields.items())
    added = f"{settings}\n\n[[accounts]]\n{lines}"
    try:
        tomllib.loads(added)
    except tomllib.TOMLDecodeError:
        return settings
    return added
