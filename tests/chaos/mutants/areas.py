"""Where a mistake would break a promise, and the tests that stand against it."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path

from nightbell.platforms.registry import PLATFORMS

REPOSITORY = Path(__file__).parents[3]
ROOT = REPOSITORY / "functions" / "nightbell"

PROVING = ("signature", "handshake", "challenge", "callbacks", "claims", "platform")
"""What the modules are called by which registered platforms prove their deliveries; their tests are called alike."""


def _of_every_platform(folder: Path, *names: str) -> list[str]:
    found = [path for name in names for path in folder.glob(f"*/{name}.py") if path.parent.name in PLATFORMS]
    return sorted(str(path.relative_to(folder.parent)) for path in found)


AREAS: Mapping[str, tuple[str, ...]] = {
    "verification": (
        *_of_every_platform(ROOT / "platforms", *PROVING),
        "platforms/json_reading.py",
        "platforms/reading/compare.py",
        "platforms/reading/forms.py",
    ),
    "receive": (
        "services/receive_delivery.py",
        "services/answer_callback.py",
        "services/store_delivery.py",
        "services/store_events.py",
        "services/sort_events.py",
        "services/store_messages.py",
        "services/draft_messages.py",
        "services/settle.py",
        "services/find_home.py",
        "services/read_pointers.py",
        "services/hold_back.py",
        "services/heed_opt_out.py",
        "services/account_news.py",
    ),
    "policy": (
        "domain/policy.py",
        "domain/policy_episode.py",
        "domain/policy_place.py",
        "domain/policy_plan.py",
        "domain/policy_public.py",
        "domain/policy_unit.py",
        "domain/suppression.py",
        "domain/desk_suppression.py",
        "domain/closing.py",
        "domain/notice.py",
        "domain/priority.py",
        "domain/later_words.py",
        "domain/choice_list.py",
        "domain/choices.py",
        "domain/references.py",
        "domain/acknowledgement.py",
        "domain/graphemes.py",
        "domain/public_line.py",
        "domain/own_words.py",
        "domain/taking_back.py",
        "domain/hand_off.py",
    ),
    "acknowledge": (
        "services/acknowledge.py",
        "services/after_answer.py",
        "services/attempts.py",
        "services/desk_units.py",
        "services/find_case.py",
        "services/recover_unit.py",
        "services/send_once.py",
        "services/start_unit.py",
        "services/still_wanted.py",
        "services/unit_outcomes.py",
        "services/wording.py",
        "services/case.py",
        "services/ask_first.py",
        "services/open_way.py",
        "services/look_back.py",
        "services/look_up_words.py",
        "services/join_reply.py",
        "services/guard_account.py",
        "services/platform_access.py",
        "services/tell_human_queue.py",
        "services/sweep.py",
    ),
    "desk": (
        "services/desk.py",
        "services/desk_acting.py",
        "services/desk_checks.py",
        "services/desk_done.py",
        "services/desk_rating.py",
        "services/desk_say.py",
        "services/desk_way.py",
        "services/answer_ways.py",
        "services/hold_promises.py",
        "services/look_at_promise.py",
        "services/say_holding.py",
        "domain/answer_checks.py",
        "domain/answer_clock.py",
        "domain/arrivals.py",
        "domain/desk_state.py",
        "domain/holding.py",
        "domain/personal_words.py",
        "domain/rating.py",
    ),
    "states": (
        "domain/unit.py",
        "domain/conversation.py",
        "adapters/table_expressions.py",
        "adapters/unit_table.py",
        "adapters/receipt_table.py",
        "adapters/table_conversations.py",
        "adapters/table_answers.py",
        "adapters/table_joins.py",
        "adapters/table_words.py",
    ),
    "opening hours": (
        "domain/opening_hours.py",
        "domain/day_plan.py",
        "domain/local_time.py",
        "domain/promise.py",
    ),
}

NOT_MUTATED: Mapping[str, str] = {
    "*__init__.py": "empty",
    "platforms/*/*.py": (
        "what each kind of event and each code means is a table, and fixtures of every kind are read and compared; "
        "hostile puts every shape in. What of it would break a promise is named in the critical list"
    ),
    "platforms/*.py": "protocols, and the list of what there is",
    "handlers/*.py": "only compose; the template's tests and the end-to-end tests stand against them",
    "adapters/*.py": (
        "speak to AWS, files, clocks and sockets, which no table in memory answers for; wire breaks each of their "
        "calls, deaths kills around it, and the contract tests run them on the emulator"
    ),
    "domain/settings_checks/*.py": "refuse settings while people look on, before anything is deployed",
    "domain/*.py": (
        "words, dates in words, pages and settings: their own tests compare whole texts, and a wrong word loses nobody"
    ),
    "services/desk_*.py": "read what the table holds for lists and stories, which whole answers are compared with",
    "services/*.py": (
        "jobs of operators, and what Sweep finishes: forgetting, quarantine, read-back, accounts, tokens, pages. "
        "Each may be run again, and its own tests break every call. What is promised of them is named in the list"
    ),
}
"""Patterns of what stands in no area, the first that fits counting, and why it does not."""

_APART = {
    "unit": (
        "readme template layers system_clock moments phrases spill built_calendars business_settings check_settings "
        "login_settings public_holidays hours_in_words http_event platform_access"
    ),
    "contract": (
        "cli cli_desk cli_queue cli_dead_letters cli_quarantine cli_forget cli_platforms cli_webhooks docs_example "
        "build aws_clients secrets queues platform_http public_only what_a_request_carries memory_dynamodb "
        "send_to_verdict send_webhooks_handler notify notify_handler"
    ),
}
"""They start processes, ask other services than the table, or ask nothing of the areas."""


def files_of_tests(named: Iterable[str] = ()) -> list[str]:
    """List the tests that need no process, no browser and no network, and whatever else is ``named``."""
    tests = REPOSITORY / "tests"
    found = [path for folder, apart in _APART.items() for path in _but(tests / folder, apart)]
    proving = _of_every_platform(tests / "platforms", *(f"test_{name}" for name in PROVING))
    found += [tests / "platforms" / "test_contract.py", *(tests / name for name in proving)]
    return list(dict.fromkeys([*(str(path.relative_to(REPOSITORY)) for path in found), *named]))


def why_not(file: str) -> str | None:
    """Tell why nothing is invented in a module; ``None`` where something is."""
    if any(file in files for files in AREAS.values()):
        return None
    return next(why for pattern, why in NOT_MUTATED.items() if fnmatch(file, pattern))


def _but(folder: Path, apart: str) -> list[Path]:
    names = {f"test_{name}.py" for name in apart.split()}
    return [path for path in sorted(folder.glob("test_*.py")) if path.name not in names]
