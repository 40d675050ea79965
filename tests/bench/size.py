"""How many bytes are deployed."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from infra.build.machine import own_target
from infra.build.package import build, zipped_size
from tests.bench.figure import Figure

MOST_MB = 6.0


def measure() -> Iterator[Figure]:
    """Build as for a deployment."""
    with tempfile.TemporaryDirectory() as name:
        build(own_target(), Path(name) / "built" / "template.yaml")
        deployed = zipped_size(Path(name) / "built" / "Functions") / 1e6
    yield Figure(name="deployed", value=deployed, unit="MB", target=MOST_MB)
