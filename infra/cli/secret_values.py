"""The rules for secrets: which there must be, what one may look like, which values stay accepted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from infra.cli.outcome import CliError, UsageError
from nightbell.adapters.secrets import least_length
from nightbell.domain.business import Account, BusinessSettings
from nightbell.domain.settings_problem import did_you_mean
from nightbell.platforms.registry import ACCESS, CARES, PLATFORM_OF, PLATFORMS
from nightbell.services.platform_access import named, secrets_of_calls

MAX_BYTES = 4096
"""Of a standard parameter's value (AWS "Parameter Store: managing parameter tiers")."""
ANY = "ACCOUNT_ID"
"""Stands in a name where the id of an account belongs."""


TEAM = "notify"
"""Under which the addresses of the team's chats are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one needed secret stands.

    Attributes:
        fault: Empty when it can be used.
        accepted: How many values are.
        changed_at: Aware; ``None`` when it was never set.
    """

    platform: str
    name: str
    fault: str
    accepted: int = 0
    changed_at: datetime | None = None


def needed_by(settings: BusinessSettings) -> list[tuple[str, str]]:
    """List platform and name of every secret that the settings need: for accounts, systems and the team's places."""
    of_webhooks = [("standard", f"out/{each.name}") for each in settings.webhooks]
    of_team = [(TEAM, each.name) for each in settings.team if each.kind != "email"]
    return [*needed(settings.accounts.values()), *of_webhooks, *of_team]


def needed(accounts: Iterable[Account]) -> list[tuple[str, str]]:
    """List platform and name of every secret that these accounts need."""
    owned = [(PLATFORM_OF[each.channel], each) for each in accounts if each.channel in PLATFORM_OF]
    of_deliveries = [(name, secret) for name, each in owned for secret in PLATFORMS[name].secrets_of(each).needed]
    of_calls = [(name, secret) for name, each in owned for secret in secrets_of_calls(name, each)]
    of_care = [(name, secret) for name, each in owned for secret in _of_care(name, each)]
    return list(dict.fromkeys([*of_deliveries, *of_calls, *of_care]))


def check_name(platform: str, name: str) -> None:
    """Refuse a name that nothing would ever read.

    Raises:
        UsageError: It is one.
    """
    if platform == TEAM:
        if not _fits(name, ANY):
            raise UsageError(f'"{name}" is no name of a place; write it as the settings do, such as shop-floor')
        return
    if platform not in PLATFORMS:
        raise UsageError(f'There is no platform "{platform}"; {did_you_mean(platform, [*PLATFORMS, TEAM])}')
    names = _names(platform)
    if not any(_fits(name, each) for each in names):
        raise UsageError(f'{platform} has no secret "{name}"; {did_you_mean(name, names)}')


def _names(platform: str) -> list[str]:
    """List what some account could need, whatever the settings say."""
    nobody: Any = None
    examples = [
        Account(channel=channel, account_id=ANY, business_account_id=ANY, brand=nobody, hours=nobody)
        for channel, owner in PLATFORM_OF.items()
        if owner == platform
    ]
    asked = [PLATFORMS[platform].secrets_of(each) for each in examples]
    of_deliveries = [name for each in asked for name in (*each.needed, *each.optional)]
    logins = [replace(each, login=login) for each in examples for login in ("", *_logins(platform))]
    of_calls = [name for each in logins for name in secrets_of_calls(platform, each)]
    of_care = [name for each in examples for name in _of_care(platform, each)]
    of_webhooks = [f"out/{ANY}"] if platform == "standard" else []
    return list(dict.fromkeys([*of_deliveries, *of_calls, *of_care, *of_webhooks]))


def _of_care(platform: str, account: Account) -> list[str]:
    """Name what looking after an account takes beside its calls."""
    return [named(pattern, account) for pattern in CARES[platform].credentials] if platform in CARES else []


def _logins(platform: str) -> list[str]:
    return [login for owner, _, login in (key.partition(".") for key in ACCESS) if owner == platform and login]


def _fits(name: str, pattern: str) -> bool:
    before, of_account, _ = pattern.partition(ANY)
    account_id = name.removeprefix(before)
    if not of_account:
        return name == pattern
    return name.startswith(before) and account_id != "" and not set(account_id) - _OF_AN_ID


_OF_AN_ID = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
"""What the name of a parameter takes, without the slash."""


def check_value(name: str, value: str) -> str:
    """Take a secret as it was pasted, or refuse it without repeating it.

    Raises:
        CliError: It cannot be one.
    """
    value = value.strip()
    if not value:
        raise CliError("Nothing was entered, so nothing was stored.")
    if any(character.isspace() or not character.isprintable() for character in value):
        raise CliError("A secret is one word, and this holds blanks or several lines. Nothing was stored.")
    if len(value) < least_length(name):
        raise CliError(
            f"{name} must have {least_length(name)} characters or more, and this has {len(value)}: a short key can be "
            "guessed. Copy it whole from the platform's dashboard. Nothing was stored."
        )
    return value


def split_values(stored: str) -> tuple[str, ...]:
    """Read a stored parameter: one accepted value a line, the current one first."""
    return tuple(line.strip() for line in stored.splitlines() if line.strip())


def next_values(new: str, before: Sequence[str], *, only: bool) -> tuple[str, ...]:
    """Put a new value before the one that was current, so that a change of secrets loses no delivery.

    Raises:
        CliError: Both together are longer than a parameter.
    """
    previous = [] if only else [value for value in before if value != new][:1]
    values = (new, *previous)
    if len("\n".join(values).encode()) > MAX_BYTES:
        raise CliError(f"That is more than the {MAX_BYTES} bytes a parameter holds. Without the old value: --only")
    return values


def stand(platform: str, name: str, stored: str | None, changed_at: datetime | None) -> Standing:
    """Judge one parameter by what is stored; ``None`` was never set."""
    if stored is None:
        return Standing(platform=platform, name=name, fault="missing")
    values = split_values(stored)
    short = any(len(value) < least_length(name) for value in values)
    fault = "empty" if not values else "too short" if short else ""
    return Standing(platform=platform, name=name, fault=fault, accepted=len(values), changed_at=changed_at)


def age(since: timedelta) -> str:
    """Say how long ago something was."""
    amounts = {"day": since.days, "hour": since.seconds // 3600, "minute": since.seconds // 60}
    for unit, amount in amounts.items():
        if amount > 0:
            return f"{amount} {unit}{'s' if amount > 1 else ''} ago"
    return "just now"
