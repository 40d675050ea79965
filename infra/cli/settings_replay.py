"""``nightbell settings replay``: who would have been told what by changed settings, before they go live."""

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from infra.cli.outcome import OK, REFUSED, CliError
from infra.cli.printing import print_json, print_lines, say
from infra.cli.replay_sources import (
    ROOT,
    Happened,
    UnusableError,
    changed_settings,
    settings_before,
    what_happened,
)
from infra.cli.settings import BUSINESS
from infra.cli.settings_replay_page import page
from infra.cli.settings_replayed import Replayed, plain
from infra.cli.stack import find_deployment
from infra.replay.compare import compare
from infra.replay.files import write_events
from infra.replay.pseudonyms import Pseudonyms
from infra.replay.rows import Name, Row
from infra.replay.run import replay as run
from nightbell.domain.business import BusinessSettings

MANY = 1000
"""Events, each of which takes some milliseconds."""


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
    if arguments.words and not arguments.record:
        raise UnusableError("--words says what --record writes. Name a file: --record week.jsonl --words")
    deployment = find_deployment(arguments.stage) if arguments.stage else None
    now = deployment.clock.now() if deployment else datetime.now(UTC)
    new = changed_settings(Path(arguments.file or BUSINESS))
    against, old = settings_before(arguments.against, deployment)
    happened = what_happened(arguments, deployment, (old, new), now)
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
