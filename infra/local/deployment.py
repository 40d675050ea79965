"""Builds and deploys the very template that production uses, and finds what came of it."""

import fcntl
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from infra.build.deploy import check_settings
from infra.build.machine import own_target
from infra.build.package import BuildError, build, sam
from infra.build.smoke_source import with_smoke_source
from infra.build.template import ROOT, Target, config_environment, stage_overrides
from infra.local.ministack import CREDENTIALS, REGION, LocalCloudError, MiniStack
from infra.local.progress import Progress

STAGE = "local"
STACK = "nightbell-local"
TEMPLATE = ROOT / ".nightbell" / "build" / "template.yaml"
"""Not where a deployment to the cloud looks: nobody may deploy the accounts that are simulated."""
MARK = TEMPLATE.parent / "built-from"
LOCK = ROOT / ".nightbell" / "build.lock"
SAM = ROOT / ".venv" / "tools" / "bin" / "sam"
NOT_SOURCES = {"__pycache__", ".mypy_cache", ".ruff_cache"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Handles:
    """What one needs to talk to a deployed stack.

    Attributes:
        api_url: Of the API's default stage; platforms deliver below ``/webhooks``.
        outputs: Those of the stack, by name.
    """

    endpoint: str
    api_url: str
    outputs: Mapping[str, str]

    def hook(self, platform: str, path: str = "") -> str:
        """Where a platform delivers."""
        return f"{self.api_url}/webhooks/{platform}" + (f"/{path}" if path else "")

    @property
    def human_queue_url(self) -> str:
        """What the team reads."""
        return self.outputs["HumanQueueUrl"]

    @property
    def table_name(self) -> str:
        """The truth."""
        return self.outputs["ConversationTableName"]

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes clients without a type
        """Make a client of an AWS service of this cloud."""
        return aws_client(self.endpoint, service)

    @property
    def environment(self) -> dict[str, str]:
        """What the `nightbell` command and other tools need to reach this stack."""
        return {
            **CREDENTIALS,
            "AWS_ENDPOINT_URL": self.endpoint,
            "STAGE": STAGE,
            "TABLE_NAME": self.table_name,
            "HUMAN_QUEUE_URL": self.human_queue_url,
        }


def aws_client(endpoint: str, service: str) -> Any:  # noqa: ANN401 - boto3 makes clients without a type
    """Make a client that talks to MiniStack, whatever the person's own AWS settings are."""
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        config=Config(retries={"total_max_attempts": 2}, connect_timeout=2, read_timeout=60),
    )


def build_if_needed(progress: Progress, settings: str) -> None:
    """Build for this machine's own Python, with these settings, unless the last build was from the same sources.

    Raises:
        LocalCloudError: Settings or sources were refused, or a tool is missing.
    """
    target = own_target()
    fingerprint = source_fingerprint(target, settings)
    if MARK.is_file() and MARK.read_text() == fingerprint:
        progress.say("Functions: unchanged, built before")
        return
    with progress.step("Functions: built"):
        _checked(check_settings)
        _checked(lambda: build(target, TEMPLATE))
        (TEMPLATE.parent / "Functions" / "business.toml").write_text(with_smoke_source(settings), "utf-8")
    MARK.write_text(fingerprint)


def deploy(cloud: MiniStack, overrides: Mapping[str, str]) -> Handles:
    """Deploy what was built.

    Raises:
        LocalCloudError: sam refused.
    """
    target = own_target()
    parameters = stage_overrides(STAGE) | {"Runtime": target.runtime, "Architecture": target.architecture, **overrides}
    pairs = [f"{name}={value}" for name, value in parameters.items()]
    # sam asks every five seconds whether it is done, unless told otherwise.
    environment = cloud.client_environment | {"SAM_CLI_POLL_DELAY": "0.3"}
    # Beside another template, sam would look for another configuration, too.
    place = ["--config-file", str(ROOT / "samconfig.toml"), "--template-file", str(TEMPLATE)]
    arguments = ["--config-env", config_environment(STAGE), *place, "--parameter-overrides", *pairs]
    _checked(lambda: sam("deploy", *arguments, environment=environment, quiet=True))
    return find_handles(cloud.endpoint)


def find_handles(endpoint: str) -> Handles:
    """Read the outputs of the deployed stack."""
    stacks = aws_client(endpoint, "cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stacks[0]["Outputs"]}
    # Many resolvers do not know *.localhost, so the API is called by its path.
    api_url = f"{endpoint}/_aws/execute-api/{outputs['HttpApiId']}/$default"
    return Handles(endpoint=endpoint, api_url=api_url, outputs=outputs)


@contextmanager
def build_lock() -> Iterator[None]:
    """Let one local cloud build and deploy at a time: they share the folder of the build."""
    LOCK.parent.mkdir(parents=True, exist_ok=True)
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def source_fingerprint(target: Target, settings: str = "", root: Path = ROOT) -> str:
    """Hash all that goes into a build."""
    digest = hashlib.sha256(repr((target, settings)).encode())
    sources = [path for path in (root / "functions").rglob("*") if path.is_file()]
    for path in sorted([*sources, *(root / "infra" / "build").glob("*.py"), *_templates(root)]):
        if NOT_SOURCES.isdisjoint(path.parts):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _templates(root: Path) -> list[Path]:
    return [root / "template.yaml", *(root / "infra").glob("*.yaml")]


def _checked(work: Callable[[], object]) -> None:
    if not SAM.is_file():
        raise LocalCloudError(
            "sam is not installed yet. `make run` and `make demo` install it; or: make .venv/tools/ready"
        )
    try:
        work()
    except BuildError as error:
        raise LocalCloudError(str(error)) from error
