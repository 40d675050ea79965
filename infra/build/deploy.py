"""The command behind ``make deploy``: settings, build, deploy, in this order and no further than the first refusal."""

import argparse
import subprocess
import sys

from infra.build.package import BuildError, build, sam
from infra.build.template import ROOT, config_environment, stage_overrides, stage_target


def deploy(stage: str) -> None:
    """Build and deploy one stage of samconfig.toml.

    Raises:
        BuildError: The settings, the build or the deployment were refused.
    """
    check_settings()
    target = stage_target(stage)
    build(target)
    # Named, because an update of a stack keeps its former value of every parameter that is not.
    parameters = stage_overrides(stage) | {"Runtime": target.runtime, "Architecture": target.architecture}
    pairs = [f"{name}={value}" for name, value in parameters.items()]
    sam("deploy", "--config-env", config_environment(stage), "--parameter-overrides", *pairs)


def check_settings() -> None:
    """Refuse to go on with settings that the functions would not load.

    Raises:
        BuildError: They would not; what is wrong was printed.
    """
    if subprocess.run([sys.executable, "-m", "infra.cli", "settings", "check"], check=False, cwd=ROOT).returncode:
        raise BuildError("Nothing was deployed: functions/business.toml has to be mended first.")


def main() -> int:
    """Deploy the stage of the command line; 1 if it failed, 2 if there is no such stage."""
    parser = argparse.ArgumentParser(prog="make deploy", description="Build and deploy one stage.")
    parser.add_argument("stage", help="dev or prod; samconfig.toml lists them")
    stage = parser.parse_args().stage
    try:
        stage_overrides(stage)
    except KeyError:
        print(f'samconfig.toml has no stage "{stage}". Deploy with STAGE=dev or STAGE=prod.', file=sys.stderr)
        return 2
    try:
        deploy(stage)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
