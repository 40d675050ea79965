"""What this machine can run."""

import platform
import shutil
import subprocess
import sys

from infra.build.template import Target

_ARCHITECTURES = {"aarch64": "arm64", "arm64": "arm64", "amd64": "x86_64", "x86_64": "x86_64"}


def own_target() -> Target:
    """Give the target that this very Python on this very processor is."""
    return Target(
        runtime=f"python{sys.version_info.major}.{sys.version_info.minor}",
        architecture=_ARCHITECTURES[platform.machine().lower()],
    )


def find_python(runtime: str) -> str | None:
    """Find an interpreter of the runtime's own minor version; only that one makes byte code it can load."""
    if runtime == own_target().runtime:
        return sys.executable
    found = shutil.which(runtime)
    if found is None:
        return None
    # Version managers put names on the path that lead nowhere: only one that starts counts.
    started = subprocess.run([found, "-c", ""], check=False, capture_output=True)
    return found if started.returncode == 0 else None
