"""Reads template.yaml and samconfig.toml: what is deployed, and for which Python and processor."""

import shlex
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the functions are built for.

    Attributes:
        runtime: As Lambda names it, such as ``python3.13``.
        architecture: ``arm64`` or ``x86_64``.
    """

    runtime: str
    architecture: str


class _Loader(yaml.SafeLoader):
    """Understands the short forms of CloudFormation: ``!Ref x`` becomes ``{"Ref": "x"}``."""


def _short_form(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> dict[str, Any]:
    name = tag if tag in {"Ref", "Condition"} else f"Fn::{tag}"
    if isinstance(node, yaml.ScalarNode):
        text = loader.construct_scalar(node)
        return {name: str(text).split(".", 1) if tag == "GetAtt" else text}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    if isinstance(node, yaml.MappingNode):
        return {name: loader.construct_mapping(node, deep=True)}
    raise yaml.YAMLError(f"cannot read !{tag}")


_Loader.add_multi_constructor("!", _short_form)


def load_template(path: Path = ROOT / "template.yaml") -> dict[str, Any]:
    """Read a template with its intrinsic functions in their long form."""
    loader = _Loader(path.read_text())
    try:
        template: dict[str, Any] = loader.get_single_data()
    finally:
        loader.dispose()
    return template


def functions(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Give the properties of every function by its logical id, without those of Globals."""
    resources = template["Resources"].items()
    return {name: r["Properties"] for name, r in resources if r["Type"] == "AWS::Serverless::Function"}


def config_environment(stage: str) -> str:
    """Name the section of samconfig.toml that deploys a stage; a plain ``sam deploy`` is stage dev."""
    return "default" if stage == "dev" else stage


def stage_overrides(stage: str) -> dict[str, str]:
    """Read the parameters that samconfig.toml sets for a stage.

    Raises:
        KeyError: samconfig.toml does not know the stage.
    """
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    overrides = config[config_environment(stage)]["deploy"]["parameters"]["parameter_overrides"]
    return dict(pair.split("=", 1) for pair in shlex.split(overrides))


def stage_target(stage: str) -> Target:
    """Tell what a stage runs on: what samconfig.toml says, else the template's defaults."""
    parameters = load_template()["Parameters"]
    values = {name: parameters[name]["Default"] for name in ("Runtime", "Architecture")} | stage_overrides(stage)
    return Target(runtime=values["Runtime"], architecture=values["Architecture"])
