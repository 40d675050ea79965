"""A process that has imported the handlers, and forks a child for each invocation.

A new interpreter would take longer for the imports than for all the rest. Here is nothing but imports: no client is
made and no thread is started before a fork, so that each child begins as a new execution environment does.
"""

import importlib
import json
import os
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import Any, NoReturn

from tests.chaos.wire.brisk import hurry, read_descriptions, settle_in
from tests.chaos.wire.crash_hook import Calls, watch
from tests.chaos.wire.events import Life

HANDLERS = ("receive_webhook", "acknowledge", "sweep", "replay_delivery", "check_accounts")
MOST_S = 60
"""A child that takes longer is killed by its alarm."""


def serve(business: Path) -> None:
    """Take orders, a line of JSON each, and answer with the exit code of the child that did it."""
    hurry()
    read_descriptions()
    settle_in(business)
    for name in HANDLERS:
        importlib.import_module(f"nightbell.handlers.{name}")
    for line in sys.stdin:
        if threading.active_count() > 1:
            raise RuntimeError("a thread was started before the fork")
        child = os.fork()
        if child == 0:
            _live(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _live(order: dict[str, Any]) -> NoReturn:
    """Be the function for one invocation."""
    ended_with = 1
    try:
        signal.alarm(MOST_S)
        _redirect(order["errors"])
        os.environ |= order["environment"]
        watch(Calls(order["when"], order["at"], Path(order["calls"])))
        if order["defect"]:
            _build_in(order["defect"])
        handler = importlib.import_module(f"nightbell.handlers.{order['function']}").handler
        Path(order["answer"]).write_text(json.dumps(handler(order["event"], Life(order["life_ms"]))))
        ended_with = 0
    except BaseException:  # noqa: BLE001 - whatever it was, the child must not go on as a second parent
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(ended_with)


def _build_in(defect: str) -> None:
    from tests.chaos.wire.defects import DEFECTS  # noqa: PLC0415 - imports services that most children do not need

    mistake = DEFECTS[defect]
    setattr(mistake.owner, mistake.method, mistake.wrong)


def _redirect(errors: str) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    os.dup2(os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
