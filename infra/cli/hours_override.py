"""``nightbell hours close``, ``open``, ``resume`` and ``override``: by hand, for a while, without a deployment."""

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import reduce
from zoneinfo import ZoneInfo

from infra.cli.agent import find_agent
from infra.cli.aws_errors import aws_errors
from infra.cli.outcome import OK, CliError, UsageError
from infra.cli.printing import print_json, print_lines, say
from infra.cli.settings import load_settings
from infra.cli.stack import Deployment, find_deployment
from infra.cli.times import read_time
from infra.cli.visible import visible
from infra.local.progress import bold
from nightbell.adapters.override_table import OverrideTable, Said
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.business import BusinessSettings
from nightbell.domain.hours_override import LONGEST, Override, Scope, ended, running, with_word

LONGEST_REASON = 200
SOON = "Every function follows within 30 seconds."


def close(arguments: argparse.Namespace) -> int:
    """Close until a time."""
    return _speak(arguments, is_open=False)


def open_now(arguments: argparse.Namespace) -> int:
    """Open until a time."""
    return _speak(arguments, is_open=True)


def _speak(arguments: argparse.Namespace, *, is_open: bool) -> int:
    settings, deployment = load_settings(), find_deployment(arguments.stage)
    who, now, scopes = find_agent(arguments.agent, os.environ), deployment.clock.now(), _scopes(settings, arguments)
    until = read_time(arguments.until, now, _zone(settings, scopes))
    if until - now > LONGEST:
        raise UsageError(
            f"That is longer than {LONGEST.days} days. Write it into the settings: nightbell settings check"
        )
    reason = _reason(arguments.reason or "")
    words = [
        Override(scope=each, is_open=is_open, since=now.replace(microsecond=0), until=until, by=who, reason=reason)
        for each in scopes
    ]
    said = _change(deployment, lambda before: reduce(with_word, words, before))
    say(SOON)
    return _show(settings, [each for each in said if each.is_running(now)], arguments)


def resume(arguments: argparse.Namespace) -> int:
    """Go back to the settings."""
    settings, deployment = load_settings(), find_deployment(arguments.stage)
    now, scopes = deployment.clock.now(), _scopes(settings, arguments)
    said = _change(deployment, lambda before: reduce(lambda found, each: ended(found, each, now), scopes, before))
    say(SOON)
    if any(running(said, each, now) for each in scopes):
        say("What was said for more than that goes on. To end all of it: nightbell hours resume")
    return _show(settings, [each for each in said if each.is_running(now)], arguments)


def show(arguments: argparse.Namespace) -> int:
    """Print what is open or closed by hand now."""
    settings, deployment = load_settings(), find_deployment(arguments.stage)
    with aws_errors(f"read the hours of stage {deployment.stage}"):
        said = _table(deployment).read()
    now = deployment.clock.now()
    return _show(settings, [each for each in said if each.is_running(now)], arguments)


def _table(deployment: Deployment) -> OverrideTable:
    name = deployment.outputs()["ConversationTableName"]
    return OverrideTable(TableClient(deployment.client("dynamodb"), name, Deadline(deployment.clock)))


def _change(deployment: Deployment, change: Callable[[Said], Said]) -> Said:
    with aws_errors(f"change the hours of stage {deployment.stage}"):
        return _table(deployment).change(change)


def _scopes(settings: BusinessSettings, arguments: argparse.Namespace) -> list[Scope]:
    """Read for whom: all, a brand, or the accounts of an id, which may be there on several channels.

    Raises:
        CliError: The settings do not name it.
    """
    if arguments.brand and arguments.brand not in settings.brands:
        known = ", ".join(settings.brands)
        raise CliError(f"The settings have no brand {visible(arguments.brand)}. They have: {visible(known)}")
    if not arguments.account:
        return [Scope(brand=arguments.brand or "")]
    found = [
        Scope(brand=each.brand.key, channel=each.channel, account_id=each.account_id)
        for each in settings.accounts.values()
        if each.account_id == arguments.account
    ]
    if not found:
        raise CliError(
            f"The settings have no account {visible(arguments.account)}. To see them: nightbell settings show"
        )
    return found


def _zone(settings: BusinessSettings, scopes: Sequence[Scope]) -> ZoneInfo:
    """Find on whose clock a time is meant.

    Raises:
        UsageError: On that of several brands, and they differ.
    """
    names = {each.brand for each in scopes if each.brand} or set(settings.brands)
    zones = {settings.brands[name].zone for name in names}
    if len(zones) != 1:
        raise UsageError("Your brands are on different clocks. Name one with --brand, one command each.")
    return zones.pop()


def _reason(text: str) -> str:
    if len(text) > LONGEST_REASON or not text.isprintable():
        raise UsageError(f"Write the reason in one line of up to {LONGEST_REASON} letters.")
    return text.strip()


def _show(settings: BusinessSettings, found: Sequence[Override], arguments: argparse.Namespace) -> int:
    if arguments.json:
        print_json({"overrides": [_plain(each) for each in found]})
        return OK
    print_lines(line for each in found for line in _lines(settings, each))
    if not found:
        say("Nothing is opened or closed by hand: the settings hold.")
    return OK


def _lines(settings: BusinessSettings, each: Override) -> Iterator[str]:
    brand = settings.brands.get(each.scope.brand) or next(iter(settings.brands.values()))
    who = " ".join(filter(None, (each.scope.brand or "all brands", each.scope.channel, each.scope.account_id)))
    state = "open" if each.is_open else "closed"
    yield bold(visible(f"{who}: {state} until {_when(each.until, brand.zone)}"))
    yield visible(
        f"  since {_when(each.since, brand.zone)}, by {each.by}" + (f": {each.reason}" if each.reason else "")
    )


def _when(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %d %b %H:%M} ({zone.key})"


def _plain(each: Override) -> dict[str, object]:
    return {
        "brand": each.scope.brand or None,
        "channel": each.scope.channel or None,
        "account_id": each.scope.account_id or None,
        "open": each.is_open,
        "since": each.since.isoformat(timespec="seconds"),
        "until": each.until.isoformat(timespec="seconds"),
        "by": each.by,
        "reason": each.reason or None,
    }
