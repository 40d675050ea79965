"""How many bytes are deployed, and how many a plain ``sam build`` would deploy."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from infra.build.machine import own_target
from infra.build.package import build, zipped_size
from tests.bench.figure import Figure
from tests.bench.plain import plain_build

MOST_MB = 6.0


def measure() -> Iterator[Figure]:
    """Build both ways."""
    with tempfile.TemporaryDirectory() as name:
        build(own_target(), Path(name) / "built" / "template.yaml")
        ours = zipped_size(Path(name) / "built" / "Functions") / 1e6
        plain = zipped_size(plain_build(Path(name))) / 1e6
    yield Figure(name="deployed", value=ours, unit="MB", target=MOST_MB)
    yield Figure(name="deployed, against a plain sam build", value=ours / plain, unit="x", note=f"{plain:.1f} MB")
