"""The command line: every command is described with an example that it takes, and ends with 0, 1 or 2."""

import argparse
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module

import pytest

from infra.build.template import ROOT
from infra.cli.__main__ import main
from infra.cli.agent import find_agent
from infra.cli.outcome import UsageError
from infra.cli.parser import build_parser

SLOW = {"boto3", "botocore", "holidays", "jsonschema", "requests"}


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action.choices, Mapping):
            for below in action.choices.values():
                yield from parsers(below)


ALL = list(parsers(build_parser()))


@pytest.mark.parametrize("parser", ALL, ids=lambda parser: parser.prog)
def test_every_help_has_one_example_that_the_command_takes(parser: argparse.ArgumentParser) -> None:
    examples = re.findall(r"^  (nightbell .*)$", parser.format_help().partition("example:")[2], re.MULTILINE)
    assert len(examples) == 1
    module, function = build_parser().parse_args(shlex.split(examples[0])[1:]).runs.split(":")
    assert callable(getattr(import_module(module), function))


@pytest.mark.parametrize("parser", ALL, ids=lambda parser: parser.prog)
def test_no_command_takes_a_secret_as_an_argument(parser: argparse.ArgumentParser) -> None:
    assert not {action.dest for action in parser._actions} & {"value", "secret", "token", "password"}


def test_what_a_command_does_not_know_is_refused_with_that_commands_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["forget", "messenger", "1"])
    assert "usage: nightbell forget " in capsys.readouterr().err


@pytest.mark.parametrize(
    "argv", [[], ["desk"], ["desk", "take"], ["ring"], ["secrets", "set", "meta", "app_secret", "a-value"]]
)
def test_a_wrong_command_line_ends_with_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(argv)
    assert ended.value.code == 2
    assert capsys.readouterr().out == ""


def test_help_answers_at_once_because_it_imports_nothing_slow() -> None:
    code = (
        f"import sys, infra.cli.__main__, infra.cli.parser as p; p.build_parser(); print({SLOW!r} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout == "set()\n"


def test_the_agent_is_who_says_so() -> None:
    assert find_agent("marta", {"NIGHTBELL_AGENT": "luis"}) == "marta"
    assert find_agent(None, {"NIGHTBELL_AGENT": "luis"}) == "luis"
    assert find_agent(None, {})


@pytest.mark.parametrize("name", ["", "  ", "a" * 65, "line\nbreak", "\x1b[2J"])
def test_a_name_that_others_cannot_read_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="--agent NAME"):
        find_agent(name, {})
