"""``nightbell settings replay``: who would have been told what by changed settings, before they go live."""

import argparse
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from infra.cli.aws_errors import aws_errors
from infra.cli.durations import read_duration
from infra.cli.outcome import OK, REFUSED, CliError
from infra.cli.printing import print_json, print_lines, say
from infra.cli.settings import BUSINESS, load_settings
from infra.cli.settings_replay_page import Replayed, page, plain
from infra.cli.stack import Deployment, find_deployment
from infra.replay.compare import compare
from infra.replay.events import Recorded
from infra.replay.files import EventsError, events_of_table, read_events, write_events
from infra.replay.invented import invented
from infra.replay.pseudonyms import Pseudonyms
from infra.replay.rows import Name, Row, rows_of
from infra.replay.run import replay as run
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
MANY = 1000
"""Events, each of which takes some milliseconds."""


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


def replay(arguments: argparse.Namespace) -> int:
    """Replay the same events by both settings, and print what differs.

    Raises:
        UnusableError: Nothing was compared, whatever the reason: 1 says that something differs.
    """
    try:
        return _replay(arguments)
    except UnusableError:
        raise
    except CliError as error:
        raise UnusableError(str(error)) from error


def _replay(arguments: argparse.Namespace) -> int:
    deployment = find_deployment(arguments.stage) if arguments.stage else None
    now = deployment.clock.now() if deployment else datetime.now(UTC)
    new = _new(Path(arguments.file or BUSINESS))
    against, old = _old(arguments.against, deployment)
    happened = _happened(arguments, deployment, (old, new), now)
    if arguments.record:
        _record(Path(arguments.record), happened, (old, new), words=arguments.words)
    if len(happened.events) > MANY:
        say(f"Replaying {len(happened.events)} events twice.")
    said = () if arguments.planned else happened.said
    before, after = (run(each, happened.events, said=said) for each in (old, new))
    shown = compare(before, after, old, new, since=happened.since)
    done = Replayed(
        file=str(arguments.file or BUSINESS.relative_to(ROOT)),
        against=against,
        source=happened.source,
        events=happened.events,
        compared=shown,
        settings=(new, old),
        as_sent=_as_sent(happened.truth, before),
        said=len(said),
        words=happened.words,
        conversation=arguments.conversation,
        everything=arguments.all,
    )
    if arguments.json:
        print_json(plain(done))
    else:
        print_lines(page(done))
    return REFUSED if arguments.check and not shown.is_same else OK


def _new(file: Path) -> BusinessSettings:
    try:
        return load_settings(file)
    except CliError as error:
        raise UnusableError(str(error)) from None


def _old(against: str | None, deployment: Deployment | None) -> tuple[str, BusinessSettings]:
    """Find what the settings are compared with: as said, as deployed, or as last committed."""
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
        raise UnusableError(
            "git is not there to tell what was before. Name a file: --against old.toml"
        ) from None
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


def _happened(
    arguments: argparse.Namespace,
    deployment: Deployment | None,
    settings: tuple[BusinessSettings, BusinessSettings],
    now: datetime,
) -> Happened:
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
    except (OSError, EventsError) as error:
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


def _as_sent(truth: Mapping[Name, Row] | None, again: Mapping[Name, Row]) -> tuple[int, int] | None:
    """Count how many texts the settings before give exactly as they were really sent."""
    if truth is None:
        return None
    sent = [row for row in truth.values() if row.text and row.name in again]
    return sum(again[row.name].text == row.text for row in sent), len(sent)


def _record(
    path: Path, happened: Happened, settings: tuple[BusinessSettings, BusinessSettings], *, words: bool
) -> None:
    if path.exists():
        raise UnusableError(f"{path} is there already. Name a new file.")
    brands = [brand for each in settings for brand in each.brands.values()]
    hide = Pseudonyms(brands)
    events = happened.events if words else [hide(each) for each in happened.events]
    try:
        count = write_events(path, events, words=words and happened.words, said=happened.said)
    except OSError as error:
        raise CliError(f"{path} cannot be written: {error.strerror}.") from None
    kind = "with the words that people wrote: keep it as safe as the table" if words else "without names and words"
    say(f"{count} events recorded in {path}, {kind}.")
