"""``nightbell desk``: read what waits, take it, answer it, and finish it."""

import argparse
import os
import sys
from typing import Any

from infra.cli.agent import find_agent
from infra.cli.desk_lines import table
from infra.cli.desk_page import page, what_is_new
from infra.cli.desk_tools import Tools, open_desk, refusals, zone_of
from infra.cli.outcome import OK, CliError, UsageError
from infra.cli.printing import print_json, print_lines, say
from infra.cli.queue_next import next_in_queue
from infra.cli.stack import find_deployment
from infra.cli.times import read_time
from infra.cli.visible import visible
from infra.cli.words import read_words
from nightbell.domain.told import iso
from nightbell.services.desk_done import Closed, How, Way
from nightbell.services.desk_list import Listed

WATCH_EVERY_S = 5
CLEAR = "\x1b[H\x1b[2J"


def list_all(arguments: argparse.Namespace) -> int:
    """List what waits, once or again and again."""
    if arguments.watch and arguments.json:
        raise UsageError("--watch is for people; a program lists again when it wants to.")
    tools = open_desk(find_deployment(arguments.stage))
    known = tools.settings.brands
    if not known:
        raise CliError("Nothing can be listed without the settings: they say which brands there are.")
    if unknown := set(arguments.brand or ()) - known.keys():
        raise UsageError(f'There is no brand "{min(unknown)}" in the settings, only {", ".join(known)}.')
    while True:
        with refusals("list what waits"):
            listed = tools.waiting(arguments.brand, snoozed=arguments.snoozed)
        _show(listed, arguments)
        if not arguments.watch:
            return OK
        tools.clock.sleep(WATCH_EVERY_S)


def _show(listed: Listed, arguments: argparse.Namespace) -> None:
    if arguments.json:
        print_json({"now": iso(listed.now), "rows": listed.rows, "more": listed.more, "snoozed": listed.snoozed})
        return
    if arguments.watch and sys.stdout.isatty():
        print(CLEAR, end="")
    print_lines(table(listed.rows, listed.now))
    left_out = f" {listed.snoozed} more are for later: --snoozed." if listed.snoozed else ""
    say(f"{len(listed.rows)} waiting.{left_out}")
    for brand in listed.more:
        say(f"Of {visible(brand) or 'accounts without a brand'} more waits than is listed: these are the oldest.")


def show(arguments: argparse.Namespace) -> int:
    """Read a conversation without taking it."""
    tools = open_desk(find_deployment(arguments.stage))
    with refusals(f"show {visible(arguments.id)}", json=arguments.json):
        story = tools.read(arguments.id)
    if arguments.json:
        print_json(story)
    else:
        print_lines(page(story))
    return OK


def take(arguments: argparse.Namespace) -> int:
    """Hold a conversation, and print what waits in it."""
    agent = find_agent(arguments.agent, os.environ)
    tools = open_desk(find_deployment(arguments.stage))
    with refusals(f"take {visible(arguments.id)}", json=arguments.json):
        tools.desk.take(arguments.id, agent)
        story = tools.read(arguments.id)
    _taken(story, agent, json=arguments.json)
    return OK


def take_next(arguments: argparse.Namespace) -> int:
    """Take the next conversation that the human queue tells about."""
    agent = find_agent(arguments.agent, os.environ)
    deployment = find_deployment(arguments.stage)
    tools = open_desk(deployment)
    with refusals("take the next conversation", json=arguments.json):
        pk = next_in_queue(deployment, tools, agent)
        story = tools.read(pk)
    _taken(story, agent, json=arguments.json)
    return OK


def _taken(story: dict[str, Any], agent: str, *, json: bool) -> None:
    if json:
        print_json(story)
    else:
        print_lines(what_is_new(story))
    pk = visible(story["conversation_id"])
    say(f"You ({agent}) hold it now. To answer: nightbell desk answer '{pk}' TEXT")
    say(f"If there is nothing to answer, or you have answered elsewhere: nightbell desk done '{pk}' --how …")


def note(arguments: argparse.Namespace) -> int:
    """Write something down for colleagues."""
    agent, words = find_agent(arguments.agent, os.environ), read_words(arguments, "the note")
    tools = open_desk(find_deployment(arguments.stage))
    with refusals(f"note something at {visible(arguments.id)}", json=arguments.json):
        tools.desk.note(arguments.id, agent, words)
    return _did(tools, arguments, "Noted.")


def hand_over(arguments: argparse.Namespace) -> int:
    """Have a colleague hold it."""
    agent, to = find_agent(arguments.agent, os.environ), find_agent(arguments.to, {})
    tools = open_desk(find_deployment(arguments.stage))
    with refusals(f"hand over {visible(arguments.id)}", json=arguments.json):
        tools.desk.hand_over(arguments.id, agent, to, is_lead=arguments.lead)
    return _did(tools, arguments, f"{to} holds it now, for half an hour.")


def snooze(arguments: argparse.Namespace) -> int:
    """Let go, and have nobody see it for a while."""
    agent = find_agent(arguments.agent, os.environ)
    tools = open_desk(find_deployment(arguments.stage))
    with refusals(f"snooze {visible(arguments.id)}", json=arguments.json):
        zone = zone_of(tools.read(arguments.id))
        until = read_time(arguments.until, tools.clock.now(), zone)
        tools.desk.snooze(arguments.id, agent, until)
    at = f"{until.astimezone(zone):%a %d %b %H:%M}"
    return _did(tools, arguments, f"Nobody sees it until {at}, or until the customer writes.")


def release(arguments: argparse.Namespace) -> int:
    """Let go of a conversation."""
    agent = find_agent(arguments.agent, os.environ)
    tools = open_desk(find_deployment(arguments.stage))
    with refusals(f"release {visible(arguments.id)}", json=arguments.json):
        tools.desk.release(arguments.id, agent)
    return _did(tools, arguments, "Released.")


def done(arguments: argparse.Namespace) -> int:
    """Finish what the agent was shown."""
    agent = find_agent(arguments.agent, os.environ)
    how = How(arguments.how.replace("-", "_"))
    by = Way(arguments.by.replace("-", "_")) if arguments.by else None
    if (by is None) is (how is How.RESOLVED_ELSEWHERE):
        raise UsageError("--by goes with --how resolved-elsewhere, and that needs it.")
    tools = open_desk(find_deployment(arguments.stage))
    with refusals(f"close {visible(arguments.id)}", json=arguments.json):
        closed = tools.desk.close(arguments.id, agent, how, by)
    _closed(closed, arguments)
    return OK


def _closed(closed: Closed, arguments: argparse.Namespace) -> None:
    if arguments.json:
        print_json({"closed_up_to": closed.up_to, "still_waiting": closed.still_waiting})
    else:
        print_lines([f"Closed up to message {closed.up_to}.", _left(closed.still_waiting)])
    if closed.still_waiting:
        say(f"To read on: nightbell desk take '{visible(arguments.id)}'")


def _did(tools: Tools, arguments: argparse.Namespace, said: str) -> int:
    """Say what was done, and how the conversation stands after it."""
    with refusals(f"read {visible(arguments.id)}"):
        conversation = tools.table.read_conversation(arguments.id)
    if arguments.json:
        held = conversation.agent_id if conversation.is_held(tools.clock.now()) else None
        print_json({"still_waiting": conversation.waiting_count, "held_by": held})
    else:
        print_lines([f"{said} {_left(conversation.waiting_count)}"])
    return OK


def _left(count: int) -> str:
    if not count:
        return "Nothing waits in it any more."
    return f"{count} {'message waits' if count == 1 else 'messages wait'} in it."
