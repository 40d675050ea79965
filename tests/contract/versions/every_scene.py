"""Every scene, and every version that was written down."""

from pathlib import Path

from tests.contract.versions import scenes, scenes_around, scenes_kept
from tests.contract.versions.stage import Recording

RECORDED = Path(__file__).parent / "recorded"
SCENES = scenes.EVERY | scenes_around.EVERY | scenes_kept.EVERY


def versions() -> list[str]:
    """List them, the oldest first."""
    return sorted(folder.name for folder in RECORDED.iterdir())


def read(version: str, scene: str) -> Recording:
    """Read what one scene came to in a version."""
    return Recording.from_json((RECORDED / version / f"{scene}.json").read_text("utf-8"))
