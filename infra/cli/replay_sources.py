"""What a replay of settings takes: the settings before and after, and what happened."""

import argparse
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from infra.cli.aws_errors import aws_errors
from infra.cli.durations import read_duration
from infra.cli.outcome import CliError
from infra.cli.settings import BUSINESS, load_settings
from infra.cli.stack import Deployment
from infra.replay.events import Recorded
from infra.replay.files import EventsError, events_of_table, read_events
from infra.replay.invented import invented
from infra.replay.rows import Name, Row, rows_of
from infra.replay.source import deployed_settings, items_of, recent, waiting
from nightbell.adapters.override_table import OverrideTable
from nightbell.adapters.public_holidays import LibraryCalendars
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.build_settings import build_settings
from nightbell.domain.business import BusinessSettings
from nightbell.domain.hours_override import Override
from nightbell.domain.settings_file import parse_settings
from nightbell.domain.settings_problem import SettingsError

ROOT = BUSINESS.parents[1]
FARTHEST = timedelta(days=31)


class UnusableError(CliError):
    """Nothing can be replayed, so that nothing is known about the settings either."""

    code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What is replayed.

    Attributes:
        source: Where it comes from, in words.
        said: What was said by hand about the hours.
        truth: What was really sent, where that is known.
        since: What was before only leads up to what is compared.
    """

    source: str
    events: Sequence[Recorded]
    said: tuple[Override, ...] = ()
    truth: Mapping[Name, Row] | None = None
    words: bool = True
    since: datetime | None = None


def changed_settings(file: Path) -> BusinessSettings:
    """Read what is about to go live.

    Raises:
        UnusableError: It has faults.
    """
    try:
        return load_settings(file)
    except CliError as error:
        raise UnusableError(str(error)) from None


def settings_before(against: str | None, deployment: Deployment | None) -> tuple[str, BusinessSettings]:
    """Find what the settings are compared with: as said, as deployed, or as last committed.

    Raises:
        UnusableError: There is nothing to compare with.
        CliError: The stage cannot be asked.
    """
    if against and Path(against).exists():
        return against, _parsed(Path(against).read_bytes(), against)
    if against or deployment is None:
        revision = against or "HEAD"
        return f"revision {revision}", _parsed(_committed(revision), revision)
    name = f"what stage {deployment.stage} runs with"
    with aws_errors(f"read the settings that stage {deployment.stage} runs with"):
        try:
            raw = deployed_settings(deployment.client("lambda"), deployment.outputs()["AcknowledgeName"])
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            raise UnusableError(
                f"The package of stage {deployment.stage} cannot be read ({type(error).__name__}). "
                "Name what to compare with: --against a file, or --against a git revision."
            ) from None
    return name, _parsed(raw, name)


def _committed(revision: str) -> bytes:
    command = ["git", "show", "--end-of-options", f"{revision}:functions/business.toml"]
    try:
        done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True)
    except OSError:
        raise UnusableError("git is not there to tell what was before. Name a file: --against old.toml") from None
    if done.returncode:
        raise UnusableError(
            f"{revision} is neither a file nor a revision that holds functions/business.toml. "
            "Name what to compare with: --against old.toml, or --against HEAD~1"
        )
    return done.stdout


def _parsed(raw: bytes, name: str) -> BusinessSettings:
    """Read what was good enough to run; today's checks may want more of it."""
    try:
        return build_settings(parse_settings(raw), LibraryCalendars())
    except SettingsError as error:
        raise UnusableError(f"The settings of {name} cannot be used: {error}") from None


def what_happened(
    arguments: argparse.Namespace,
    deployment: Deployment | None,
    settings: tuple[BusinessSettings, BusinessSettings],
    now: datetime,
) -> Happened:
    """Find what is replayed: of a file, of a stage, or invented.

    Raises:
        UnusableError: There is nothing.
        CliError: The stage cannot be asked.
    """
    if arguments.events:
        found = _of_file(Path(arguments.events))
    elif deployment:
        found = _of_stage(deployment, arguments, settings, now)
    else:
        found = Happened(source="invented: a week, and the special days of a year", events=invented(settings[0], now))
    if arguments.conversation:
        found = replace(found, events=[each for each in found.events if each.pk == arguments.conversation])
    if not found.events:
        raise UnusableError(f"Nothing to replay ({found.source}). Without --stage and --events, events are invented.")
    return found


def _of_file(path: Path) -> Happened:
    try:
        read = read_events(path)
    except OSError as error:
        raise UnusableError(
            f"{path} cannot be read: {error.strerror}. Name a file that --record has written."
        ) from None
    except EventsError as error:
        raise UnusableError(str(error)) from None
    return Happened(source=str(path), events=read.events, words=read.words, said=read.said, truth=read.truth)


def _of_stage(
    deployment: Deployment,
    arguments: argparse.Namespace,
    settings: tuple[BusinessSettings, BusinessSettings],
    now: datetime,
) -> Happened:
    """Read what waits, or the one conversation that is named."""
    looked_back = read_duration(arguments.since, FARTHEST)
    table_name = deployment.outputs()["ConversationTableName"]
    table = TableClient(deployment.client("dynamodb"), table_name, Deadline(deployment.clock))
    with aws_errors(f"read the conversations of stage {deployment.stage}"):
        said = OverrideTable(table).read()
        brands = dict.fromkeys(key for each in settings for key in each.brands)
        pks = [arguments.conversation] if arguments.conversation else waiting(table, brands, now - FARTHEST, now)
        items = list(items_of(table, pks, deployment.clock))
    events = events_of_table(items if arguments.conversation else recent(items, now, looked_back))
    since = None if arguments.conversation else now - looked_back
    source = f"what waits in stage {deployment.stage}"
    return Happened(source=source, events=events, said=said, truth=rows_of(items), since=since)
