"""``nightbell secrets``: store a secret where the functions look for it, and tell which are missing."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from getpass import getpass
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError

from infra.cli.aws_errors import aws_errors, code_of
from infra.cli.outcome import OK, REFUSED, CliError
from infra.cli.printing import print_json, print_lines, say
from infra.cli.secret_values import Standing, age, check_name, check_value, needed_by, next_values, split_values, stand
from infra.cli.settings import load_settings
from infra.cli.stack import Deployment, find_deployment
from infra.local.progress import green, red

AT_ONCE = 10
"""Parameters in one call (AWS Systems Manager API "GetParameters" §Names)."""


def put(arguments: argparse.Namespace) -> int:
    """Store one secret; what was current stays accepted beside it."""
    platform, name = arguments.platform, arguments.name
    check_name(platform, name)
    deployment = find_deployment(arguments.stage)
    parameter = f"{deployment.secrets_prefix}/{platform}/{name}"
    new = check_value(name, _read_secret(parameter))
    ssm = deployment.client("ssm")
    with aws_errors(f"store {parameter}"):
        values = next_values(new, _current(ssm, parameter), only=arguments.only)
        ssm.put_parameter(Name=parameter, Value="\n".join(values), Type="SecureString", Overwrite=True)
    say(f"Stored {parameter}. The functions use it within five minutes.")
    if len(values) > 1:
        again = _command(deployment, platform, name)
        say(f"The previous value is still accepted. Once nobody uses it: {again} --only")
    _say_if_unneeded(platform, name)
    return OK


def check(arguments: argparse.Namespace) -> int:
    """List every secret that the accounts in the settings need."""
    wanted = needed_by(load_settings())
    deployment = find_deployment(arguments.stage)
    found = _read_all(deployment, wanted)
    if arguments.json:
        print_json([_plain(deployment, each) for each in found])
    else:
        print_lines(line for each in found for line in _lines(deployment, each))
    faults = sum(1 for each in found if each.fault)
    say(f"Stage {deployment.stage}: {len(found) - faults} of {len(found)} secrets are set.")
    return REFUSED if faults else OK


def missing(deployment: Deployment) -> list[tuple[str, str]]:
    """List platform and name of every secret that the settings need and that cannot be used.

    Raises:
        CliError: The settings or the secrets cannot be read.
    """
    found = _read_all(deployment, needed_by(load_settings()))
    return [(each.platform, each.name) for each in found if each.fault]


def _say_if_unneeded(platform: str, name: str) -> None:
    try:
        wanted = needed_by(load_settings())
    except CliError:
        return  # a settings file with a fault is no reason to refuse a secret
    if (platform, name) not in wanted:
        say("Nothing in functions/business.toml needs it. Is the account's id right?")


def _read_secret(parameter: str) -> str:
    return getpass(f"{parameter} (is not shown): ") if sys.stdin.isatty() else sys.stdin.read()


def _current(ssm: Any, parameter: str) -> tuple[str, ...]:  # noqa: ANN401 - botocore makes its clients at run time
    try:
        return split_values(ssm.get_parameter(Name=parameter, WithDecryption=True)["Parameter"]["Value"])
    except ClientError as error:
        if code_of(error).endswith("ParameterNotFound"):
            return ()
        raise


def _read_all(deployment: Deployment, wanted: Iterable[tuple[str, str]]) -> list[Standing]:
    names = {f"{deployment.secrets_prefix}/{platform}/{name}": (platform, name) for platform, name in wanted}
    stored: dict[str, Mapping[str, Any]] = {}
    ssm = deployment.client("ssm")
    with aws_errors(f"read the secrets of stage {deployment.stage}"):
        for some in _by(AT_ONCE, names):
            answer = ssm.get_parameters(Names=some, WithDecryption=True)
            stored |= {parameter["Name"]: parameter for parameter in answer["Parameters"]}
    return [
        stand(platform, name, stored.get(path, {}).get("Value"), stored.get(path, {}).get("LastModifiedDate"))
        for path, (platform, name) in names.items()
    ]


def _by(count: int, names: Iterable[str]) -> Iterator[list[str]]:
    left = iter(names)
    while some := list(islice(left, count)):
        yield some


def _lines(deployment: Deployment, each: Standing) -> Iterator[str]:
    state = red(f"{each.fault:9}") if each.fault else green(f"{'set':9}")
    accepted = f"{each.accepted} value{'s' if each.accepted > 1 else ''} accepted" if each.accepted else ""
    changed = f"changed {age(datetime.now(UTC) - each.changed_at)}" if each.changed_at else ""
    details = "  ".join(part for part in (accepted, changed) if part)
    yield f"{state}  {deployment.secrets_prefix}/{each.platform}/{each.name}  {details}".rstrip()
    if each.fault:
        yield f"           → {_command(deployment, each.platform, each.name)}"


def _plain(deployment: Deployment, each: Standing) -> dict[str, object]:
    return {
        "parameter": f"{deployment.secrets_prefix}/{each.platform}/{each.name}",
        "fault": each.fault or None,
        "accepted_values": each.accepted,
        "changed_at": each.changed_at.isoformat() if each.changed_at else None,
        "set_with": _command(deployment, each.platform, each.name),
    }


def _command(deployment: Deployment, platform: str, name: str) -> str:
    return f"nightbell secrets set {platform} {name} --stage {deployment.stage}"
