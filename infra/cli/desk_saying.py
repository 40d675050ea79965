"""Answer a customer from the command line, or promise when."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from infra.cli.agent import find_agent
from infra.cli.desk_tools import Tools, open_desk, refusals, zone_of
from infra.cli.outcome import OK, REFUSED, CliError
from infra.cli.printing import print_json, print_lines, say
from infra.cli.stack import find_deployment
from infra.cli.times import read_time
from infra.cli.visible import visible
from infra.cli.words import read_words
from nightbell.domain.errors import UnavailableError
from nightbell.domain.told import BECAME, iso
from nightbell.domain.unit import Unit, UnitState
from nightbell.services.desk_checks import Spoken
from nightbell.services.desk_say import Saying

WAIT_S, LOOK_EVERY_S = 15.0, 0.5
ARRIVED = frozenset({UnitState.SENT, UnitState.CONFIRMED})


def answer(arguments: argparse.Namespace) -> int:
    """Answer what the agent was shown."""
    text = read_words(arguments, "the answer")
    agent, tools = find_agent(arguments.agent, os.environ), open_desk(find_deployment(arguments.stage))
    with refusals(f"answer {visible(arguments.id)}", json=arguments.json):
        spoken = Spoken(via=_way(tools.read(arguments.id), arguments.via), text=text)
        saying = _saying(tools, arguments, spoken, done=not arguments.keep)
    return _say(tools, arguments, agent, saying)


def promise(arguments: argparse.Namespace) -> int:
    """Tell the customer by when they get an answer; without words, in those of the settings."""
    agent, tools = find_agent(arguments.agent, os.environ), open_desk(find_deployment(arguments.stage))
    has_words = arguments.text is not None or arguments.file is not None
    text = read_words(arguments, "the promise") if has_words else ""
    with refusals(f"promise at {visible(arguments.id)}", json=arguments.json):
        at = read_time(arguments.by, tools.clock.now(), zone_of(tools.read(arguments.id)))
        spoken = tools.word_promise(arguments.id, at, text)
        saying = _saying(tools, arguments, replace(spoken, via=arguments.via or spoken.via), done=False)
    return _say(tools, arguments, agent, replace(saying, promise=at))


def _saying(tools: Tools, arguments: argparse.Namespace, spoken: Spoken, *, done: bool) -> Saying:
    return Saying(
        request=arguments.request or uuid4().hex,
        texts=[spoken],
        up_to=tools.table.read_conversation(arguments.id).agent_shown,
        override=arguments.override or "",
        done=done,
    )


def _way(story: dict[str, Any], via: str | None) -> str:
    """Choose how it leaves: as said, or as the customer wrote."""
    names = [each["via"] for each in story["may"]["answer"]]
    if via is None and not names:
        raise CliError("The platform lets nobody write to this customer any more.")
    chosen: str = via if via is not None else names[0]
    return chosen


def _say(tools: Tools, arguments: argparse.Namespace, agent: str, saying: Saying) -> int:
    with refusals(f"answer {visible(arguments.id)}", json=arguments.json):
        try:
            said = tools.desk.say(arguments.id, agent, saying).units
        except UnavailableError:
            say(f"Nobody knows whether it was said. To find out: the same command with --request {saying.request}")
            raise
    units = said if arguments.no_wait else _wait(tools, said)
    if arguments.json:
        print_json({"request": saying.request, "said": [_plain(unit) for unit in units]})
    else:
        print_lines(_line(unit) for unit in units)
    return _end(units, arguments)


def _wait(tools: Tools, units: Sequence[Unit]) -> Sequence[Unit]:
    """Look until all of it has come to something."""
    ends = tools.clock.monotonic() + WAIT_S
    while not all(unit.state.is_final for unit in units) and tools.clock.monotonic() < ends:
        tools.clock.sleep(LOOK_EVERY_S)
        units = [tools.units.read_unit_by_key(unit.pk, unit.sk) or unit for unit in units]
    return units


def _end(units: Sequence[Unit], arguments: argparse.Namespace) -> int:
    if any(unit.state.is_final and unit.state not in ARRIVED for unit in units):
        say(f"The customer goes on waiting. To read why: nightbell desk show '{visible(arguments.id)}'")
        return REFUSED
    if not all(unit.state.is_final for unit in units):
        say(f"It leaves by itself. To see how it goes: nightbell desk show '{visible(arguments.id)}'")
    return OK


def _line(unit: Unit) -> str:
    why = f" ({visible(unit.reason)})" if unit.reason else ""
    return f"{visible(unit.via)}: {BECAME[unit.state]}{why}"


def _plain(unit: Unit) -> dict[str, object]:
    return {
        "id": unit.sk,
        "via": unit.via,
        "state": unit.state.value,
        "text": unit.text,
        "promised_by": iso(unit.promised_by),
        "reason": unit.reason or None,
    }
