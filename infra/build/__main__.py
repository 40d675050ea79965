"""The command behind ``make build``."""

import argparse

from infra.build.package import build
from infra.build.template import Target, stage_target


def main() -> None:
    """Build for stage dev, or for what the arguments say."""
    stage = stage_target("dev")
    parser = argparse.ArgumentParser(prog="make build", description="Build the functions.")
    parser.add_argument("--runtime", default=stage.runtime, help="such as python3.13")
    parser.add_argument("--architecture", default=stage.architecture, choices=["arm64", "x86_64"])
    arguments = parser.parse_args()
    build(Target(runtime=arguments.runtime, architecture=arguments.architecture))


if __name__ == "__main__":
    main()
