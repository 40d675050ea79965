"""The secrets of the local stage: made up once on each machine, kept where only its owner can read."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.local.platforms.vendor import MakeUp

PREFIX = "/nightbell/local"

Secrets = dict[str, dict[str, str]]
"""By platform and name."""


def local_secrets(file: Path, wanted: Mapping[str, Mapping[str, MakeUp]]) -> Secrets:
    """Read the secrets that are wanted of each platform, and make up those that are missing."""
    kept: dict[str, Any] = json.loads(file.read_text()) if file.is_file() else {}
    whole = {
        platform: {name: _known(kept, platform, name) or make_up() for name, make_up in names.items()}
        for platform, names in wanted.items()
    }
    if whole != kept:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as target:
            json.dump(whole, target)
    return whole


def _known(kept: Mapping[str, Any], platform: str, name: str) -> str:
    names = kept.get(platform)
    return str(names.get(name, "")) if isinstance(names, dict) else ""


def put_secrets(ssm: Any, platform: str, values: Mapping[str, str]) -> None:  # noqa: ANN401 - boto3 makes clients without a type
    """Write a platform's secrets where the functions look."""
    for name, value in values.items():
        ssm.put_parameter(Name=f"{PREFIX}/{platform}/{name}", Value=value, Type="SecureString", Overwrite=True)
