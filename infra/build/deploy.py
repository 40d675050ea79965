"""The command behind ``make deploy``: one stage, from its settings to a delivery that comes through.

Checked, built, and shown before anything changes; carried out, and tried. No further than the first refusal.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from infra.build.check import LINT_ENVIRONMENT
from infra.build.deploy_after import next_steps, try_out
from infra.build.deploy_package import change_set_name, package
from infra.build.deploy_plan import Plan, give_up, make_plan
from infra.build.deploy_run import carry_out
from infra.build.deploy_stage import Account, StageConfig, client, read_stage, signed_in
from infra.build.deploy_state import Stack, find_stack, quiet_alarms, version_of
from infra.build.deploy_words import refused, table
from infra.build.package import BUILT_TEMPLATE, BuildError, build, sam
from infra.build.snapshot_version import name_version
from infra.build.template import ROOT
from infra.cli.aws_errors import aws_errors
from infra.cli.outcome import CliError
from infra.local.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What whoever deploys has said.

    Attributes:
        yes: Do not ask.
        replace: Names of resources that may be lost.
        smoke: Try it out afterwards.
    """

    yes: bool = False
    replace: Collection[str] = field(default_factory=tuple)
    smoke: bool = True


def deploy(config: StageConfig, wishes: Wishes, built: Path = BUILT_TEMPLATE) -> None:
    """Build and deploy one stage of samconfig.toml, and try it out.

    Args:
        config: The stage.
        wishes: What whoever deploys has said.
        built: Where the template is built; its folder is replaced.

    Raises:
        BuildError: The settings, the build or the deployment were refused, or what was deployed does not work.
        CliError: AWS cannot be asked.
    """
    progress = Progress()
    check_settings()
    account = signed_in(config)
    # The smoke test and sam go by these.
    os.environ.update(AWS_REGION=account.region, AWS_DEFAULT_REGION=account.region)
    progress.say(f"Stage {config.stage}: {config.stack} in {account.region}, account {account.account_id}")
    cloudformation = client("cloudformation", account.region)
    with aws_errors(f"look at {config.stack}"):
        find_stack(cloudformation, config)
    with progress.step("Template: valid"):
        sam("validate", "--lint", environment=LINT_ENVIRONMENT, quiet=True)
    build(config.target, built)
    with aws_errors(f"deploy stage {config.stage}"):
        before = find_stack(cloudformation, config)
        name_version(built, config.parameters, before)
        with progress.step("Functions and templates: uploaded"):
            template = package(built, config, account)
        update(config, account, {"TemplateURL": template}, before, wishes, progress)
    next_steps(config)
    if wishes.smoke:
        try_out(config, version_of(before))


def update(  # noqa: PLR0913, PLR0917 - what a deployment consists of
    config: StageConfig,
    account: Account,
    template: dict[str, str],
    before: Stack | None,
    wishes: Wishes,
    progress: Progress,
) -> None:
    """Show what would change, ask where that is wanted, and change it.

    Raises:
        BuildError: Somebody or something refused, or it failed and was taken back.
    """
    cloudformation = client("cloudformation", account.region)
    alarms, ringing = quiet_alarms(client("cloudwatch", account.region), config.stage) if before else ((), ())
    plan = make_plan(cloudformation, config, template, before, name=change_set_name(), alarms=alarms)
    if not plan.changes:
        progress.say("Nothing changes: what runs is what would be deployed.")
        return
    show(plan, alarms, ringing, config.watch_minutes)
    try:
        permit(config, plan, wishes)
    except BuildError:
        give_up(cloudformation, plan)
        raise
    carry_out(cloudformation, plan, progress)
    progress.say("Deployed")


def show(plan: Plan, alarms: Collection[str], ringing: Collection[str], minutes: int) -> None:
    """Print what would change."""
    print(f"{plan.stack} would change:", *table(plan.changes), sep="\n", flush=True)
    if not plan.is_whole:
        print("  What changes inside nested stacks is not among this: CloudFormation cannot tell beforehand.")
    if alarms:
        print(f"If one of {len(alarms)} alarms rings until {minutes} minutes after it, all of it is taken back.")
    if ringing:
        print(f"Not watched, because they ring already: {', '.join(ringing)}")


def permit(config: StageConfig, plan: Plan, wishes: Wishes) -> None:
    """Let pass what loses nothing, and what a person has agreed to.

    Raises:
        BuildError: Something would be lost, or nobody has agreed.
    """
    if sentences := refused(plan.changes, wishes.replace):
        names = ",".join(sentence.split(" ", 1)[0] for sentence in sentences)
        raise BuildError("\n".join([*sentences, f"Nothing was deployed. If you mean it, add REPLACE={names}"]))
    if wishes.yes or not config.asks:
        return
    if not sys.stdin.isatty():
        raise BuildError(f"Nothing was deployed: stage {config.stage} asks first. Where nobody can be asked, add YES=1")
    print(f"Deploy this to stage {config.stage}? [y/N] ", end="", flush=True)
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise BuildError("Nothing was deployed.")


def check_settings() -> None:
    """Refuse to go on with settings that the functions would not load.

    Raises:
        BuildError: They would not; what is wrong was printed.
    """
    if subprocess.run([sys.executable, "-m", "infra.cli", "settings", "check"], check=False, cwd=ROOT).returncode:
        raise BuildError("Nothing was deployed: functions/business.toml has to be mended first.")


def main(argv: list[str] | None = None) -> int:
    """Deploy the stage of the command line; 1 if it failed, 2 if there is no such stage."""
    parser = argparse.ArgumentParser(prog="make deploy", description="Build and deploy one stage, and try it out.")
    parser.add_argument("stage", help="dev or prod; samconfig.toml lists them")
    parser.add_argument("--yes", action="store_true", help="do not ask; make deploy YES=1")
    parser.add_argument("--replace", default="", help="resources that may be lost; make deploy REPLACE=HumanQueue")
    parser.add_argument("--no-smoke", action="store_true", help="do not try it out; make deploy SMOKE=no")
    given = parser.parse_args(argv)
    try:
        config = read_stage(given.stage)
    except KeyError:
        print(f'samconfig.toml has no stage "{given.stage}". Deploy with STAGE=dev or STAGE=prod.', file=sys.stderr)
        return 2
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    wishes = Wishes(yes=given.yes, replace=given.replace.replace(",", " ").split(), smoke=not given.no_smoke)
    try:
        deploy(config, wishes)
    except (BuildError, CliError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
