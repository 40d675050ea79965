"""Who is at the keyboard."""

import getpass
from collections.abc import Mapping

from infra.cli.outcome import UsageError

LONGEST_NAME = 64


def find_agent(given: str | None, environment: Mapping[str, str]) -> str:
    """Tell who is at the desk.

    Raises:
        UsageError: Nothing tells, or not in a way that others can read.
    """
    name = given if given is not None else environment.get("NIGHTBELL_AGENT") or _login_name()
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise UsageError(
            f"Who are you? Say it with --agent NAME, in up to {LONGEST_NAME} letters; or set NIGHTBELL_AGENT."
        )
    return name


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
