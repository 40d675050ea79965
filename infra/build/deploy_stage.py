"""Where one stage goes, and with what: what samconfig.toml says, and who is signed in."""

import os
import shlex
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import NoRegionError

from infra.build.package import BuildError
from infra.build.template import ROOT, Target, config_environment, load_template
from infra.cli.aws_errors import aws_errors
from infra.cli.stack import LOCAL, check_endpoint

GUARD = "nightbell"
"""A section of ours in samconfig.toml, which sam passes over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageConfig:
    """One stage of samconfig.toml.

    Attributes:
        parameters: What the template's parameters are set to.
        asks: A person looks at what would change before anything does.
        account_id: The only AWS account that it may go to; empty for any.
        role_arn: What CloudFormation works as; empty for whoever deploys.
        watch_minutes: How long the alarms are watched after an update, which goes back if one rings.
    """

    stage: str
    stack: str
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    capabilities: Sequence[str]
    region: str = ""
    asks: bool = False
    account_id: str = ""
    role_arn: str = ""
    watch_minutes: int = 0

    @property
    def target(self) -> Target:
        """What its functions run on."""
        return Target(runtime=self.parameters["Runtime"], architecture=self.parameters["Architecture"])


def read_stage(stage: str, text: str | None = None) -> StageConfig:
    """Read one stage of samconfig.toml.

    Raises:
        KeyError: There is no such stage.
        BuildError: The file has a mistake.
    """
    try:
        whole = tomllib.loads((ROOT / "samconfig.toml").read_text() if text is None else text)
    except tomllib.TOMLDecodeError as error:
        raise BuildError(f"Nothing was deployed: samconfig.toml cannot be read: {error}") from None
    section = whole[config_environment(stage)]
    given, guard = section["deploy"]["parameters"], section.get(GUARD, {}).get("parameters", {})
    return StageConfig(
        stage=stage,
        stack=section["global"]["parameters"]["stack_name"],
        # Named also where they are the template's own, because an update keeps the former value of what is not.
        parameters=_target() | _parameters(given.get("parameter_overrides", "")),
        tags=_pairs(given.get("tags", "")),
        capabilities=given["capabilities"].split(),
        region=given.get("region", ""),
        asks=given.get("confirm_changeset", False),
        account_id=guard.get("account_id", ""),
        role_arn=given.get("role_arn", ""),
        watch_minutes=guard.get("watch_minutes", 0),
    )


def _target() -> dict[str, str]:
    parameters = load_template()["Parameters"]
    return {name: parameters[name]["Default"] for name in ("Runtime", "Architecture")}


def _pairs(written: str) -> dict[str, str]:
    try:
        return dict(pair.split("=", 1) for pair in shlex.split(written))
    except ValueError:
        raise BuildError(
            f'Nothing was deployed: "{written}" in samconfig.toml is no list of Name=value, with spaces between'
        ) from None


def _parameters(written: str) -> dict[str, str]:
    given = _pairs(written)
    if unknown := sorted(given.keys() - load_template()["Parameters"].keys()):
        raise BuildError(
            f"Nothing was deployed: samconfig.toml sets {', '.join(unknown)}, and template.yaml has no such parameter"
        )
    return given


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where it goes, and as whom."""

    account_id: str
    region: str
    arn: str


def client(service: str, region: str = "") -> Any:  # noqa: ANN401 - boto3 makes clients without a type
    """Make a client of the region that is given, or else of the environment's."""
    retries = {"mode": "standard", "total_max_attempts": 6}
    return boto3.Session().client(service, region_name=region or None, config=Config(retries=retries))


def choose_region(config: StageConfig) -> str:
    """Find the region: what samconfig.toml says, or else the environment, or the profile.

    Raises:
        NoRegionError: None is set. STS would answer all the same, from nowhere in particular.
        UsageError: AWS_ENDPOINT_URL is no address.
    """
    check_endpoint(os.environ)
    # AWS_REGION is what every other AWS tool knows and botocore does not.
    region = config.region or os.environ.get("AWS_REGION") or boto3.Session().region_name
    if not region:
        raise NoRegionError
    return str(region)


def signed_in(config: StageConfig) -> Account:
    """Tell who is signed in, and refuse an account that the stage is not for.

    Raises:
        BuildError: It is another account, or the local cloud's stage would go to AWS.
        CliError: Nobody is signed in, or no region is set.
    """
    if config.stage == LOCAL and not os.environ.get("AWS_ENDPOINT_URL"):
        raise BuildError("Nothing was deployed: stage local is this machine's own, and make run starts it.")
    with aws_errors(f"see where stage {config.stage} would go"):
        region = choose_region(config)
        who = client("sts", region).get_caller_identity()
    found = Account(account_id=who["Account"], region=region, arn=who["Arn"])
    if config.account_id not in {"", found.account_id}:
        raise BuildError(
            f"Nothing was deployed: you are signed in to account {found.account_id}, and samconfig.toml says that "
            f"stage {config.stage} belongs into {config.account_id}. Sign in there: export AWS_PROFILE=…"
        )
    return found
