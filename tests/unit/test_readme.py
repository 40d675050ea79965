"""What the documents tell people to type and to open is there."""

import argparse
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from infra.build.template import ROOT
from infra.cli.parser import build_parser

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text() for page in PAGES}
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("page", TEXTS)
def test_every_link_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#]+)", TEXTS[page])
    missing = [link for link in links if "://" not in link and not (ROOT / Path(page).parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", TEXTS)
def test_every_link_into_a_page_leads_to_a_heading(page: str) -> None:
    for name, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", TEXTS[page]):
        target = (ROOT / Path(page).parent / name).resolve() if name else ROOT / page
        assert anchor in headings(target.read_text()), (name, anchor)


def headings(text: str) -> set[str]:
    """Name each heading as a browser finds it: in lower case, with hyphens, without other signs."""
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w-]", "", title.lower().replace(" ", "-")) for title in titles}


@pytest.mark.parametrize("page", TEXTS)
def test_every_nightbell_command_in_a_block_can_be_typed(page: str) -> None:
    for line in re.findall(r"^ *(nightbell .*)$", TEXTS[page], re.MULTILINE):
        assert build_parser().parse_args(shlex.split(line, comments=True)[1:]).runs


@pytest.mark.parametrize("page", TEXTS)
def test_every_nightbell_command_in_a_sentence_exists_with_its_options(page: str) -> None:
    named = re.findall(r"`(nightbell [^`\n]+)`", TEXTS[page])
    assert [(command, unknown) for command in named if (unknown := unknown_words(command))] == []


def unknown_words(command: str) -> list[str]:
    """Name nouns, verbs and options that there are not; a sentence may leave out what a command needs besides."""
    parser, unknown = build_parser(), []
    for word in shlex.split(command)[1:]:
        below = next((each.choices for each in parser._actions if isinstance(each.choices, Mapping)), None)
        if word.startswith("--"):
            unknown += [word] if word.partition("=")[0] not in parser._option_string_actions else []
        elif below and word in below:
            parser = below[word]
        elif below and word != "…":
            unknown.append(word)
    return unknown


def test_a_command_that_is_not_there_is_found() -> None:
    assert unknown_words("nightbell settings repaly --chek") == ["repaly", "--chek"]
    assert unknown_words("nightbell settings replay --chek") == ["--chek"]
    assert unknown_words("nightbell settings replay --check") == []


@pytest.mark.parametrize("page", TEXTS)
def test_every_make_target_that_is_named_exists(page: str) -> None:
    named = set(re.findall(r"(?:`|^ *)make ([a-z-]+)", TEXTS[page], re.MULTILINE))
    assert named - TARGETS == set()


def test_every_command_is_in_the_readme() -> None:
    verbs = [parser.prog for parser in parsers(build_parser()) if parser.get_default("runs")]
    assert verbs
    assert [verb for verb in verbs if f"\n{verb}" not in TEXTS["README.md"]] == []


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        for below in action.choices.values() if isinstance(action.choices, Mapping) else ():
            yield from parsers(below)


def test_every_folder_of_the_package_is_in_the_readme() -> None:
    package = ROOT / "functions" / "nightbell"
    folders = [found.name for found in package.iterdir() if found.is_dir() and not found.name.startswith("_")]
    assert [name for name in folders if f"`functions/nightbell/{name}/`" not in TEXTS["README.md"]] == []


def test_every_part_of_infra_and_every_page_is_in_the_readme() -> None:
    infra = [each for each in (ROOT / "infra").iterdir() if not each.name.startswith("_")]
    parts = [f"`infra/{each.name}{'/' if each.is_dir() else ''}`" for each in infra]
    pages = [f"(docs/{page.name})" for page in (ROOT / "docs").glob("*.md")]
    assert [each for each in parts + pages if each not in TEXTS["README.md"]] == []


def test_every_decision_is_numbered_once_and_says_what_would_change_it() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [decision.name[:4] for decision in decisions]
    assert len(set(numbers)) == len(numbers)
    for decision in decisions:
        assert decision.read_text().startswith(f"# {decision.name[:4]}: ")
        titles = re.findall(r"^## (.*)$", decision.read_text(), re.MULTILINE)
        assert titles == ["Context", "Decision", "Consequences", "What would change it"]
