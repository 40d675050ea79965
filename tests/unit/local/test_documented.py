"""What can be simulated is in the documentation, and the other way round."""

import argparse
import re
from pathlib import Path

from infra.local.__main__ import parser
from infra.local.platforms.faults import FaultKind

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
