"""The version that SnapStart takes its snapshot of."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.build.snapshot_version import FUNCTION, RULE, VARIABLE, VERSION, name_version
from infra.build.template import load_template

ON = {"SnapStart": "yes"}
TEMPLATE = load_template()


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """What the project's own template says of ReceiveWebhook, with an artefact of one file."""
    template = tmp_path / "template.yaml"
    own = {name: each for name, each in TEMPLATE["Resources"].items() if name.startswith(FUNCTION)}
    template.write_text(yaml.safe_dump(TEMPLATE | {"Resources": own}, sort_keys=False))
    code = tmp_path / "Functions" / "code.py"
    code.parent.mkdir()
    code.write_text("answer = 42")
    return template


def named(built: Path, given: dict[str, str], before: dict[str, Any] | None = None) -> str:
    """Prepare it, tell the version's logical id, and put it back as it was."""
    text = built.read_text()
    name_version(built, given, before)
    (name,) = [name for name in yaml.safe_load(built.read_text())["Resources"] if name.startswith(VERSION)]
    built.write_text(text)
    return str(name)


def stack(**parameters: str) -> dict[str, Any]:
    return {"Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]}


def test_without_snapstart_a_template_stays_as_it_was_built(built: Path) -> None:
    text = built.read_text()
    name_version(built, {"Stage": "prod"}, stack(SnapStart="no"))
    assert built.read_text() == text


def test_what_is_prepared_passes_the_rules_and_names_one_version_everywhere(built: Path) -> None:
    name = named(built, ON)
    name_version(built, ON, None)
    made = yaml.safe_load(built.read_text())
    assert name != VERSION
    assert RULE not in made["Rules"]
    assert made["Resources"]["ReceiveWebhookAlias"]["Properties"]["FunctionVersion"] == {
        "Fn::GetAtt": [name, "Version"]
    }
    # Otherwise the function might be the same as its last version, and no other would be made.
    assert VERSION + made["Resources"][FUNCTION]["Properties"]["Environment"]["Variables"][VARIABLE] == name
    assert name.isalnum()


def test_the_same_is_no_new_version(built: Path) -> None:
    defaults = {name: str(each["Default"]) for name, each in TEMPLATE["Parameters"].items()}
    first = named(built, ON)
    assert named(built, {}, stack(**defaults | ON)) == first
    assert named(built, ON, stack(**defaults, Forgotten="by this template")) == first


def test_another_parameter_kept_or_named_is_a_new_version(built: Path) -> None:
    names = [
        named(built, ON),
        named(built, ON, stack(DueShards="16")),
        named(built, ON | {"DueShards": "32"}, stack(DueShards="16")),
    ]
    assert len(set(names)) == len(names)


def test_other_code_or_another_template_is_a_new_version(built: Path) -> None:
    first = named(built, ON)
    code = built.parent / "Functions" / "code.py"
    code.rename(code.with_name("moved.py"))
    second = named(built, ON)
    code.with_name("moved.py").write_text("answer = 43")
    third = named(built, ON)
    built.write_text(built.read_text().replace("MemorySize: 512", "MemorySize: 1024", 1))
    assert len({first, second, third, named(built, ON)}) == 4
