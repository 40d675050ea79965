"""A command finds its deployment, or says what to type."""

import json
import tomllib
from pathlib import Path

import pytest

from infra.build.template import ROOT, load_template
from infra.cli.outcome import CliError, UsageError
from infra.cli.stack import NOTE, STAGE, check_endpoint, choose_stage, local_environment, read_note, region_environment
from infra.local.cloud import STATE

RUNNING = {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566", "STAGE": "local"}


@pytest.mark.parametrize(
    ("given", "environment", "note", "stage"),
    [
        ("dev", {"STAGE": "prod"}, RUNNING, "dev"),
        (None, {"STAGE": "prod"}, RUNNING, "prod"),
        (None, {}, RUNNING, "local"),
        ("local", {}, None, "local"),
    ],
)
def test_what_is_said_counts_before_what_is_running(
    given: str | None, environment: dict[str, str], note: dict[str, str] | None, stage: str
) -> None:
    assert choose_stage(given, environment, note) == stage


def test_an_unsaid_stage_is_asked_for() -> None:
    with pytest.raises(UsageError, match="--stage dev"):
        choose_stage(None, {}, None)


@pytest.mark.parametrize("stage", ["Dev", "-", "a" * 17, "a/b", "../meta"])
def test_what_the_template_would_refuse_is_no_stage(stage: str) -> None:
    with pytest.raises(UsageError, match="is no stage"):
        choose_stage(stage, {}, None)


def test_the_local_cloud_is_reached_by_its_own_note_unless_another_endpoint_is_set() -> None:
    assert local_environment({}, RUNNING) == RUNNING
    assert local_environment({"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, RUNNING) == {}
    with pytest.raises(CliError, match="make run"):
        local_environment({}, None)


def test_the_region_is_the_one_that_other_aws_tools_would_take() -> None:
    assert region_environment({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "x"}) == {
        "AWS_DEFAULT_REGION": "eu-west-1"
    }
    assert region_environment({"AWS_DEFAULT_REGION": "x"}) == {}


@pytest.mark.parametrize("address", ["127.0.0.1:4566", "127.0.0.1", "http://127.0.0.1:99999", "http://", "http://h:x"])
def test_an_endpoint_that_is_no_address_is_said(address: str) -> None:
    with pytest.raises(UsageError, match="AWS_ENDPOINT_URL is"):
        check_endpoint({"AWS_ENDPOINT_URL": address})


@pytest.mark.parametrize("address", ["http://127.0.0.1:4566", "https://localhost", ""])
def test_an_endpoint_that_is_an_address_is_let_be(address: str) -> None:
    check_endpoint({"AWS_ENDPOINT_URL": address})
    check_endpoint({})


@pytest.mark.parametrize("content", [None, "", "[]", '{"environment": 3', '{"environment": null}', "{}"])
def test_a_note_that_cannot_be_read_is_none(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "running.json"
    if content is not None:
        file.write_text(content)
    assert read_note(file) is None


def test_the_note_is_read_as_the_local_cloud_writes_it(tmp_path: Path) -> None:
    file = tmp_path / "running.json"
    file.write_text(json.dumps({"page_url": "http://127.0.0.1:1", "environment": RUNNING}))
    assert read_note(file) == RUNNING
    assert NOTE.parent == STATE


def test_stacks_and_secrets_are_named_as_the_deployment_names_them() -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    stages = {"dev" if name == "default" else name: section for name, section in config.items() if name != "version"}
    named = {stage: section["global"]["parameters"]["stack_name"] for stage, section in stages.items()}
    assert named == {stage: f"nightbell-{stage}" for stage in stages}
    template = load_template()
    assert template["Outputs"]["SecretsPrefix"]["Value"] == {"Fn::Sub": "/nightbell/${Stage}"}
    assert template["Parameters"]["Stage"]["AllowedPattern"] == STAGE.pattern
    assert {"ConversationTableName", "HumanQueueUrl"} <= template["Outputs"].keys()
