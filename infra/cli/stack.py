"""Find the deployment that a command is for: its stage, its AWS account, and what its stack is made of."""

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from infra.cli.aws_errors import aws_errors
from infra.cli.outcome import CliError, UsageError
from nightbell.adapters.aws_clients import WORK, AwsClients
from nightbell.adapters.clock import SystemClock

LOCAL = "local"
STATE = Path(__file__).parents[2] / ".nightbell" / "local"
NOTE = STATE / "running.json"
"""Written by the local cloud while it runs."""
STAGE = re.compile(r"[a-z][a-z0-9-]{0,15}")
"""As the template's parameter allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One stage, reachable.

    Attributes:
        clock: The one that its functions go by; the local cloud can move its own.
    """

    stage: str
    aws: AwsClients
    clock: SystemClock

    @property
    def secrets_prefix(self) -> str:
        """Where its secrets are; known before the first deployment, so that they can be set before it."""
        return f"/nightbell/{self.stage}"

    def client(self, service: str) -> Any:  # noqa: ANN401 - botocore makes its clients at run time
        """Make a client.

        Raises:
            CliError: No region is set.
        """
        with aws_errors(f"reach {service} of stage {self.stage}"):
            return self.aws.make(service, WORK)

    def outputs(self) -> Mapping[str, str]:
        """Read what the stack says about itself.

        Raises:
            CliError: There is no such stack, or it cannot be read.
        """
        return {output["OutputKey"]: output["OutputValue"] for output in self._stack().get("Outputs", [])}

    def parameters(self) -> Mapping[str, str]:
        """Read what the stack was deployed with.

        Raises:
            CliError: There is no such stack, or it cannot be read.
        """
        return {each["ParameterKey"]: each["ParameterValue"] for each in self._stack().get("Parameters", [])}

    def tags(self) -> Sequence[Mapping[str, str]]:
        """Read how the stack is tagged; everything in it is tagged alike.

        Raises:
            CliError: There is no such stack, or it cannot be read.
        """
        return [dict(each) for each in self._stack().get("Tags", [])]

    def _stack(self) -> Mapping[str, Any]:
        cloudformation = self.client("cloudformation")
        with aws_errors(f"find stage {self.stage}"):
            try:
                stacks = cloudformation.describe_stacks(StackName=f"nightbell-{self.stage}")["Stacks"]
            except ClientError as error:
                if "does not exist" in str(error):
                    raise CliError(_not_deployed(self.stage, cloudformation.meta)) from error
                raise
        found: Mapping[str, Any] = stacks[0]
        return found


def find_deployment(given: str | None) -> Deployment:
    """Open the stage of the command line, of the environment, or the local cloud if that is running.

    Raises:
        UsageError: No stage was said, or AWS_ENDPOINT_URL is no address.
        CliError: The local cloud is not running.
    """
    note = read_note(NOTE)
    stage = choose_stage(given, os.environ, note)
    check_endpoint(os.environ)
    os.environ.update(region_environment(os.environ))
    os.environ.update(local_environment(os.environ, note) if stage == LOCAL else {})
    with aws_errors(f"reach stage {stage}"):
        return Deployment(stage=stage, aws=AwsClients(), clock=SystemClock(_clock_file(stage)))


def read_note(file: Path) -> Mapping[str, str] | None:
    """Read which environment reaches the running local cloud; ``None`` where none is running."""
    try:
        environment = dict(json.loads(file.read_bytes())["environment"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return {str(name): str(value) for name, value in environment.items()}


def choose_stage(given: str | None, environment: Mapping[str, str], note: Mapping[str, str] | None) -> str:
    """Choose what was said; unsaid, the local cloud if that is running.

    Raises:
        UsageError: Nothing tells which one is meant.
    """
    stage = given or environment.get("STAGE") or (LOCAL if note else None)
    if stage is None:
        raise UsageError("Which deployment? Say it with --stage, such as --stage dev; or start a local one: make run")
    if not STAGE.fullmatch(stage):
        raise UsageError(f'"{stage}" is no stage: up to 16 lower-case letters, digits and hyphens, such as dev.')
    return stage


def region_environment(environment: Mapping[str, str]) -> Mapping[str, str]:
    """Hand on ``AWS_REGION``, which every other AWS tool knows and botocore does not."""
    region = environment.get("AWS_REGION")
    return {"AWS_DEFAULT_REGION": region} if region else {}


def check_endpoint(environment: Mapping[str, str]) -> None:
    """Refuse an address that botocore would end with a traceback.

    Raises:
        UsageError: AWS_ENDPOINT_URL is no address.
    """
    address = environment.get("AWS_ENDPOINT_URL")
    if address and not _is_address(address):
        raise UsageError(
            f'AWS_ENDPOINT_URL is "{address}", which is no address: write it as http://127.0.0.1:4566, or unset it.'
        )


def _is_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that no machine has
        return False


def local_environment(environment: Mapping[str, str], note: Mapping[str, str] | None) -> Mapping[str, str]:
    """Tell what must be set to reach the local cloud; an endpoint that a person has set stays.

    Raises:
        CliError: It is not running.
    """
    if environment.get("AWS_ENDPOINT_URL"):
        return {}
    if note is None:
        raise CliError("The local cloud is not running. Start it in another terminal: make run")
    return note


def _clock_file(stage: str) -> Path | None:
    """Find the file that moves the local cloud's clock; it is named after the port."""
    if stage != LOCAL:
        return None
    return STATE / f"clock-{os.environ['AWS_ENDPOINT_URL'].rpartition(':')[2].strip('/')}.json"


def _not_deployed(stage: str, where: Any) -> str:  # noqa: ANN401 - botocore's own
    if stage == LOCAL:
        return (
            f"The local cloud at {where.endpoint_url} holds no stack yet. Wait until `make run` says so, or start it."
        )
    return (
        f"Stage {stage} is not deployed in region {where.region_name}. Deploy it: make deploy STAGE={stage}. "
        "Or choose the region where it is: export AWS_REGION=…"
    )
