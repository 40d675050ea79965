"""What can be simulated is in the documentation, and the other way round."""

import argparse
import re
from pathlib import Path

from infra.local.__main__ import parser
from infra.local.page_server import FOLDER
from infra.local.platforms.faults import FaultKind
from infra.local.platforms.vendors import VENDORS
from nightbell.platforms.registry import PLATFORM_OF

PAGE = (Path(__file__).parents[3] / "docs" / "local-cloud.md").read_text()


def _choices(of: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    action = next(action for action in of._actions if isinstance(action, argparse._SubParsersAction))
    return dict(action.choices)


def test_every_act_and_every_fault_is_documented() -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    acts = set(_choices(_choices(parser())["simulate"]))
    assert named == acts | {kind.value for kind in FaultKind}


def test_every_command_of_the_page_can_be_typed() -> None:
    lines = re.findall(r"^\.venv/dev/bin/python -m infra\.local (.*)$", PAGE, re.MULTILINE)
    assert len(lines) >= 6
    for line in lines:
        assert parser().parse_args(re.findall(r'"[^"]*"|\S+', line)).command == "simulate"


def test_every_place_and_every_kind_of_the_page_is_named_once() -> None:
    script = (FOLDER / "people.js").read_text()
    for table in ("CHANNELS", "KINDS"):
        names = re.findall(r"^  (\w+):", script.partition(f"const {table} = {{")[2].partition("\n};")[0], re.MULTILINE)
        assert sorted(names) == sorted(set(names))
    kinds = {kind for found in re.findall(r"kinds: \[(.*?)\]", script) for kind in re.findall(r'"(\w+)"', found)}
    assert kinds <= set(names)


def test_every_simulated_channel_has_a_tab() -> None:
    script = (FOLDER / "people.js").read_text()
    played = {name for name, platform in PLATFORM_OF.items() if platform in {*VENDORS, "meta"}}
    assert {name for name in played if f"\n  {name}: {{ title:" not in script} == set()
