"""Check a hand-off against its published schema before it leaves."""

import json
from collections.abc import Mapping
from pathlib import Path

from jsonschema import Draft202012Validator

from nightbell.domain.errors import MisconfiguredError
from nightbell.services.ports import HumanQueue

FILE = Path(__file__).parents[1] / "schemas" / "human_queue_message.v1.json"


class CheckedHumanQueue:
    """Lets only messages through that every reader can rely on."""

    def __init__(self, queue: HumanQueue) -> None:
        """Stand before a queue."""
        self._queue = queue
        self._validator = Draft202012Validator(json.loads(FILE.read_bytes()))

    def send(self, message: Mapping[str, object]) -> None:
        """Check, then send.

        Raises:
            MisconfiguredError: The message breaks its schema: a defect of ours. The unit stays due,
                so that nothing is lost while it is mended; the error names the place, not the content.
            UnavailableError: as the queue's.
        """
        error = next(iter(self._validator.iter_errors(dict(message))), None)
        if error is not None:
            raise MisconfiguredError(f"the hand-off breaks its schema at {error.json_path}: {error.validator}")
        self._queue.send(message)
