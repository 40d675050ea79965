"""Write down what this version writes: ``python -m tests.contract.versions.record 2026-12-01``."""

import argparse
import sys
import tempfile
from pathlib import Path

from infra.local.deployment import aws_client
from infra.local.ministack import MiniStack, free_port
from tests.contract.versions.every_scene import RECORDED, SCENES
from tests.contract.versions.stage import Cloud


def main() -> int:
    """Record every scene into a folder of its own; 2 where there is one of that name already."""
    parser = argparse.ArgumentParser(prog="record", description="Record what this version writes, beside the others.")
    parser.add_argument("name", help="of the version: the date, such as 2026-12-01")
    parser.add_argument("--again", action="store_true", help="write over one that was never deployed anywhere")
    arguments = parser.parse_args()
    folder: Path = RECORDED / arguments.name
    if folder.exists() and not arguments.again:
        print(f"{folder} is there. What was deployed once stays as it is: choose another name.", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as state, MiniStack(free_port(), Path(state)) as ministack:
        ministack.wait()
        cloud = Cloud(aws_client(ministack.endpoint, "dynamodb"), aws_client(ministack.endpoint, "sqs"))
        for name, scene in SCENES.items():
            (folder / f"{name}.json").write_text(cloud.record(scene).to_json(), "utf-8")
            print(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
