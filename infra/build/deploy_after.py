"""What comes after a deployment: what to do next, and whether a delivery comes through."""

from collections.abc import Iterator, Mapping

from infra.build.deploy_stage import StageConfig
from infra.build.package import BuildError
from infra.cli.outcome import CliError
from infra.cli.secrets import missing
from infra.cli.settings import load_settings
from infra.cli.smoke import run_smoke, sentence
from infra.cli.stack import Deployment, find_deployment
from nightbell.platforms.registry import PLATFORM_OF


def next_steps(config: StageConfig) -> None:
    """Print the addresses that matter, and what is left to do."""
    deployment = find_deployment(config.stage)
    outputs = deployment.outputs()
    platforms = sorted({PLATFORM_OF[each.channel] for each in load_settings().accounts.values()} - {"email"})
    print(*_addresses(outputs, platforms), *_secrets(deployment), sep="\n")
    if config.parameters.get("AlarmEmail"):
        print(f"AWS has asked {config.parameters['AlarmEmail']} to confirm, before it sends any alarm there.")
    elif "AlarmTopicArn" in outputs:
        print("Nobody hears the alarms: set AlarmEmail in samconfig.toml, or subscribe to the output AlarmTopicArn.")


def _addresses(outputs: Mapping[str, str], platforms: list[str]) -> Iterator[str]:
    for platform in platforms:
        yield f"  {platform:10} delivers to  {outputs['WebhookUrl']}/{platform}"
    for name, about in (("DeskPageUrl", "the desk"), ("HoursUrl", "your hours"), ("DashboardUrl", "dashboard")):
        if name in outputs:
            yield f"  {about:23}  {outputs[name]}"


def _secrets(deployment: Deployment) -> Iterator[str]:
    """Name what is missing; whoever deploys need not have the right to look."""
    try:
        left = missing(deployment)
    except CliError:
        yield f"Whether a secret is missing could not be seen: nightbell secrets check --stage {deployment.stage}"
        return
    if left:
        yield "Missing secrets, without which nothing of that account is received or sent:"
    yield from (f"  nightbell secrets set {platform} {name} --stage {deployment.stage}" for platform, name in left)


def try_out(config: StageConfig, before: str) -> None:
    """Send a delivery through what was deployed.

    Raises:
        BuildError: It did not come through; the sentence says what is wrong, and how to go back.
    """
    try:
        done = run_smoke(find_deployment(config.stage))
    except CliError as error:
        raise BuildError(f"{error}\n{go_back(config.stage, before)}") from error
    print(sentence(config.stage, done))


def go_back(stage: str, before: str) -> str:
    """Say how to deploy the version before."""
    if not before:
        return "It was deployed all the same; nobody knows which version ran before."
    commit = before.removesuffix("changed")
    changed = " (with changes that were never committed)" if commit != before else ""
    return (
        f"It was deployed all the same. Before, {commit}{changed} ran: "
        f"git switch --detach {commit} && make deploy STAGE={stage}"
    )
