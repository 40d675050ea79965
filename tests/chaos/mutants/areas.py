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
        "services/find_home.py",
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
        "services/case.py",
        "services/ask_first.py",
        "services/open_way.py",
        "services/look_back.py",
        "services/guard_account.py",
        "services/platform_access.py",
        "services/tell_human_queue.py",
        "services/sweep.py",
    ),
    "states": (
        "domain/unit.py",
        "adapters/table_expressions.py",
        "adapters/unit_table.py",
        "adapters/receipt_table.py",
        "adapters/table_joins.py",
    ),
    "opening hours": (
        "domain/opening_hours.py",
        "domain/day_plan.py",
        "domain/local_time.py",
        "domain/promise.py",
    ),
}
_APART = {
    "unit": (
        "readme template layers system_clock moments phrases spill built_calendars business_settings check_settings "
        "graphemes login_settings public_holidays public_texts hours_in_words"
    ),
    "contract": (
        "cli cli_quarantine cli_forget cli_platforms docs_example build aws_clients secrets queues platform_http "
        "memory_dynamodb send_to_verdict"
    ),
}
"""They start processes, ask other services than the table, or ask nothing of the areas."""
_PLATFORMS = ("test_contract.py", "meta/test_signature.py", "meta/test_handshake.py")


def test_files() -> list[str]:
    """List the tests that need no process, no browser and no network."""
    tests = REPOSITORY / "tests"
    found = [path for folder, apart in _APART.items() for path in _but(tests / folder, apart)]
    found += [tests / "platforms" / name for name in _PLATFORMS]
    return [str(path.relative_to(REPOSITORY)) for path in found]


def _but(folder: Path, apart: str) -> list[Path]:
    names = {f"test_{name}.py" for name in apart.split()}
    return [path for path in sorted(folder.glob("test_*.py")) if path.name not in names]
