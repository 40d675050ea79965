"""What a plain ``sam build`` leaves of the same code."""

from pathlib import Path

from infra.build.machine import own_target
from infra.build.package import sam


def plain_build(folder: Path) -> Path:
    """Build so for this machine; the folder of any of the functions, which are all built alike."""
    target, out = own_target(), folder / "plain"
    chosen = [f"Runtime={target.runtime}", f"Architecture={target.architecture}"]
    command = ["build", "--build-dir", str(out), "--cache-dir", str(folder / "cache"), "--parameter-overrides", *chosen]
    sam(*command, quiet=True)
    return out / "ReceiveWebhook"
