"""The secrets of the local stage: made up once on each machine, kept where only its owner can read."""

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

PREFIX = "/nightbell/local/meta"


def local_secrets(file: Path, account_ids: Sequence[str]) -> dict[str, str]:
    """Read the secrets by name, and make up those that are missing.

    Returns:
        ``app_secret``, ``instagram_app_secret``, ``verify_token``, and ``access_token/<account id>`` for each account.
    """
    kept: dict[str, str] = json.loads(file.read_text()) if file.is_file() else {}
    tokens = [f"access_token/{account}" for account in account_ids]
    names = ["app_secret", "instagram_app_secret", "verify_token", *tokens]
    whole = {name: kept.get(name) or secrets.token_hex(24) for name in names}
    if whole != kept:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as target:
            json.dump(whole, target)
    return whole


def put_secrets(ssm: Any, values: Mapping[str, str]) -> None:  # noqa: ANN401 - boto3 makes clients without a type
    """Write them where the functions look."""
    for name, value in values.items():
        ssm.put_parameter(Name=f"{PREFIX}/{name}", Value=value, Type="SecureString", Overwrite=True)
