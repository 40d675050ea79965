"""Where a mistake would break a promise, and the tests that stand against it."""

from collections.abc import Mapping
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]
ROOT = REPOSITORY / "functions" / "nightbell"

AREAS: Mapping[str, tuple[str, ...]] = {
    "verification": ("platforms/meta/signature.py", "platforms/meta/handshake.py", "platforms/json_reading.py"),
    "receive": (
        "services/receive_delivery.py",
        "services/store_delivery.py",
        "services/store_messages.py",
        "services/settle.py",
    ),
    "policy": (
        "domain/policy.py",
        "domain/policy_episode.py",
        "domain/policy_plan.py",
        "domain/suppression.py",
        "domain/priority.py",
        "domain/choices.py",
        "domain/acknowledgement.py",
        "domain/hand_off.py",
    ),
    "acknowledge": (
        "services/acknowledge.py",
        "services/guard_account.py",
        "services/tell_human_queue.py",
        "services/sweep.py",
    ),
    "states": (
        "domain/unit.py",
        "adapters/table_expressions.py",
        "adapters/unit_table.py",
        "adapters/receipt_table.py",
    ),
    "opening hours": ("domain/opening_hours.py", "domain/day_plan.py", "domain/promise.py"),
}
_APART = "readme template layers system_clock moments phrases spill built_calendars"
"""They start processes, or ask nothing of the areas."""
_CONTRACT = (
    "receive refusals acknowledge what_leaves sweep conflicts crashes write_units desk replay "
    "table_expressions send_to_verdict"
)


def test_files() -> list[str]:
    """List the tests that need no process, no browser and no network."""
    apart = {f"test_{name}.py" for name in _APART.split()}
    unit = [path for path in sorted((REPOSITORY / "tests" / "unit").glob("test_*.py")) if path.name not in apart]
    platforms = sorted((REPOSITORY / "tests" / "platforms").rglob("test_*.py"))
    contract = [REPOSITORY / "tests" / "contract" / f"test_{name}.py" for name in _CONTRACT.split()]
    return [str(path.relative_to(REPOSITORY)) for path in (*unit, *platforms, *contract)]
