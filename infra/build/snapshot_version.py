"""Names the version that SnapStart takes its snapshot of, so that each deployment of anything else makes a new one.

A version never changes. CloudFormation makes another for another logical id, cannot update one, and is refused a second
one of a function that has not changed (AWS CloudFormation template reference, "AWS::Lambda::Version"; AWS Lambda API
reference, "PublishVersion"). So the id carries a hash of all that the function may be made of, parameters included,
and the function carries it, too: whenever the one is new, the other has changed.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

VERSION = "ReceiveWebhookVersion"
FUNCTION = "ReceiveWebhook"
RULE = "SnapshotsByMakeDeploy"
"""Refuses every template that was not prepared here."""
VARIABLE = "PUBLISHED"
"""Read by nobody: that it differs makes the function differ."""
_LENGTH = 16


def name_version(template: Path, given: Mapping[str, str], before: Mapping[str, Any] | None) -> None:
    """Prepare a built template for SnapStart, where the parameters want it; otherwise leave it as it is.

    Args:
        template: What was built, with its artefact beside it; rewritten.
        given: The parameters that are named.
        before: The stack as it stands, whose parameters are kept where they are not named.
    """
    text = template.read_text()
    parameters = _parameters(yaml.safe_load(text), given, before)
    if parameters.get("SnapStart") != "yes":
        return
    name = _fingerprint(template.parent, parameters)
    made = yaml.safe_load(text.replace(VERSION, VERSION + name))
    del made["Rules"][RULE]
    made["Resources"][FUNCTION]["Properties"]["Environment"]["Variables"][VARIABLE] = name
    template.write_text(yaml.safe_dump(made, sort_keys=False))


def _parameters(
    template: Mapping[str, Any], given: Mapping[str, str], before: Mapping[str, Any] | None
) -> dict[str, str]:
    """Give all that a deployment will have, so that the first one, which names few, is the same as the next."""
    own = {name: str(each.get("Default", "")) for name, each in template["Parameters"].items()}
    kept = {each["ParameterKey"]: each["ParameterValue"] for each in (before or {}).get("Parameters", ())}
    return own | {name: value for name, value in (kept | dict(given)).items() if name in own}


def _fingerprint(folder: Path, parameters: Mapping[str, str]) -> str:
    found = hashlib.sha256(repr(sorted(parameters.items())).encode())
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        found.update(f"{path.relative_to(folder)} {content}\n".encode())
    return found.hexdigest()[:_LENGTH]
