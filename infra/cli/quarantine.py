"""``nightbell quarantine``: what was genuine and could not be read."""

import argparse
import os
import re

from infra.cli.agent import find_agent
from infra.cli.kept_page import lines, page, plain, plain_page
from infra.cli.outcome import OK, REFUSED, UsageError
from infra.cli.printing import print_json, print_lines, say
from infra.cli.stack import find_deployment
from infra.cli.storing import check_reason, open_custody, refusals, stored
from infra.cli.visible import visible
from nightbell.adapters.quarantine_table import QuarantineTable
from nightbell.services.quarantine import Quarantine

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


def list_all(arguments: argparse.Namespace) -> int:
    """List what nobody has looked after, or all."""
    month = arguments.month
    if month and not MONTH.fullmatch(month):
        raise UsageError(f'--month "{month}" is no month. Write it like 2026-11.')
    with refusals("list the quarantine"):
        found = _open(arguments).entries(month)
    shown = found if arguments.all else [entry for entry in found if entry.is_open]
    if arguments.json:
        print_json([plain(entry) for entry in shown])
    else:
        print_lines(line for entry in shown for line in lines(entry))
    left_out = "" if arguments.all else f"; {len(found) - len(shown)} that were looked after are shown by --all"
    say(f"{len(shown)} in quarantine{left_out}.")
    return OK


def show(arguments: argparse.Namespace) -> int:
    """Show how one is built, or what it says."""
    quarantine = _open(arguments)
    with refusals(f"show {visible(arguments.id)}"):
        copies = quarantine.find(arguments.id)
        entry = next((copy for copy in copies if copy.discarded is None), copies[0])
        raw = None if entry.discarded else quarantine.read(arguments.id)[1]
    if arguments.json:
        print_json(plain_page(entry, raw, content=arguments.content))
    else:
        print_lines(page(entry, raw, content=arguments.content))
    say("Its content is gone." if raw is None else f"To try to read it: nightbell quarantine replay {entry.name}")
    return OK


def replay(arguments: argparse.Namespace) -> int:
    """Feed one again; what it says then is what ReceiveWebhook would have counted."""
    who = find_agent(arguments.agent, os.environ)
    quarantine = _open(arguments)
    with refusals(f"replay {visible(arguments.id)}"):
        done = quarantine.replay(arguments.id, who)
    if arguments.json:
        facts = [{"name": fact.name, "count": fact.count} for fact in done.facts]
        print_json({"understood": done.understood, "facts": facts, "kept_as": list(done.kept_as)})
    else:
        print_lines([stored(done.facts)])
    for name in done.kept_as:
        say(f"A part of it is still not understood and is kept by itself: nightbell quarantine show {name}")
    if not done.understood:
        say("It is still not understood, so it stays. What reads it is the code in this folder: mend that first.")
    return OK if done.understood and not done.kept_as else REFUSED


def discard(arguments: argparse.Namespace) -> int:
    """Give one up; a record of who and why stays."""
    who, why = find_agent(arguments.agent, os.environ), check_reason(arguments.reason)
    quarantine = _open(arguments)
    with refusals(f"discard {visible(arguments.id)}"):
        entries = quarantine.discard(arguments.id, who, why)
    if arguments.json:
        print_json([plain(entry) for entry in entries])
    say(f"Discarded {visible(arguments.id)}: its content is gone; who did it and why is kept.")
    return OK


def _open(arguments: argparse.Namespace) -> Quarantine:
    deployment = find_deployment(arguments.stage)
    custody = open_custody(deployment)
    return Quarantine(
        store=QuarantineTable(custody.client), store_delivery=custody.store_delivery, clock=deployment.clock
    )
