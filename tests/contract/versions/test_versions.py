"""What a version before this one left in table and queues is carried to its end, and what a later one adds is kept."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from infra.build.template import ROOT
from infra.cli.queue import lines
from infra.local.deployment import aws_client
from tests.contract.versions.every_scene import RECORDED, SCENES, read, versions
from tests.contract.versions.stage import QUEUES, Cloud, Items, Recording
from tests.fakes import SCHEMA

NEWS = "of_a_newer_version"
EVERY = [
    (version, scene) for version in versions() for scene in SCENES if (RECORDED / version / f"{scene}.json").is_file()
]
"""A scene that is younger than a version was not recorded with it."""
KEY = re.compile(r"`([A-Z]+)(?:#[^`]*)?`")
NEVER_RECORDED = {
    "C": "conversations are told by their sort keys",
    "ACC": "accounts are, too",
    "ALERT": "below TEAM",
    "BULLETIN": "below TEAM",
    "POST": "below TEAM",
}


@pytest.fixture(scope="module")
def cloud(ministack: str) -> Cloud:
    return Cloud(aws_client(ministack, "dynamodb"), aws_client(ministack, "sqs"))


def kind(item: dict[str, Any]) -> str:
    pk, sk = item["pk"]["S"], item["sk"]["S"]
    return str((sk if pk.startswith(("C#", "ACC#")) else pk).partition("#")[0])


def with_news(recording: Recording) -> Recording:
    """Have a newer version write it: into every item, every part of an item, and every message."""
    messages = {
        name: [json.dumps(json.loads(body) | {NEWS: {"more": ["x"]}}) for body in bodies]
        for name, bodies in recording.messages.items()
    }
    return replace(recording, items=[beside(within(each)) for each in recording.items], messages=messages)


def beside(item: dict[str, Any]) -> dict[str, Any]:
    return item | {NEWS: {"M": {"more": {"L": [{"S": "x"}]}}}}


def within(value: Any) -> Any:
    """Add something to every map that an item holds."""
    if isinstance(value, dict):
        inner = {name: within(each) for name, each in value.items()}
        return {"M": value["M"] and inner["M"] | {NEWS: {"S": "x"}}} if set(value) == {"M"} else inner
    return [within(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("version", "scene"), EVERY)
def test_what_was_under_way_is_carried_to_its_end(cloud: Cloud, version: str, scene: str) -> None:
    stage = cloud.restore(SCENES[scene], read(version, scene))
    SCENES[scene].end(stage)


@pytest.mark.parametrize(("version", "scene"), EVERY)
def test_after_a_rollback_what_a_newer_version_wrote_is_no_fault_and_what_it_added_to_an_item_stays(
    cloud: Cloud, version: str, scene: str
) -> None:
    recording = with_news(read(version, scene))
    stage = cloud.restore(SCENES[scene], recording)
    SCENES[scene].end(stage)
    kept = {_key(item) for item in stage.everything() if NEWS in item}
    assert {_key(item) for item in recording.items} - kept == set()


@pytest.mark.parametrize("version", versions())
def test_what_the_team_was_told_can_still_be_read(version: str) -> None:
    told = [json.loads(body) for of, scene in EVERY if of == version for body in read(of, scene).messages["human"]]
    assert told
    for message in told:
        Draft202012Validator(SCHEMA.schema).validate(message)
        assert list(lines({**message, "held_by": None}, None))


def test_every_kind_of_item_and_message_is_among_what_was_recorded() -> None:
    """The page of data protection names them all, and is held to the code by a test of its own."""
    page = (ROOT / "docs" / "operations.md").read_text("utf-8").partition("### What is stored in the table")[2]
    rows = [line.split("|")[1] for line in page.partition("###")[0].splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in KEY.findall(row)}
    newest = versions()[-1]
    recordings = [read(newest, scene) for scene in SCENES if (RECORDED / newest / f"{scene}.json").is_file()]
    recorded = {kind(item) for recording in recordings for item in recording.items}
    assert named - recorded - NEVER_RECORDED.keys() == set()
    assert {name for recording in recordings for name in QUEUES if recording.messages[name]} == set(QUEUES)


@pytest.mark.parametrize("scene", SCENES)
def test_this_version_writes_what_the_newest_recorded_one_wrote(cloud: Cloud, scene: str) -> None:
    """Otherwise: python -m tests.contract.versions.record with today's date, and commit it beside the others."""
    newest = read(versions()[-1], scene)
    today = cloud.record(SCENES[scene])
    assert shape(today.items) == shape(newest.items)
    assert today.messages.keys() == newest.messages.keys()
    assert {name: _fields(today, name) for name in QUEUES} == {name: _fields(newest, name) for name in QUEUES}


def shape(items: Items) -> dict[str, set[str]]:
    """Tell for each kind of item which attributes it has, of which types."""
    found: dict[str, set[str]] = {}
    for item in items:
        found.setdefault(kind(item), set()).update(f"{name}:{next(iter(value))}" for name, value in item.items())
    return found


def _fields(recording: Recording, name: str) -> set[str]:
    return {field for body in recording.messages[name] for field in json.loads(body)}


def _key(item: dict[str, Any]) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["S"]
