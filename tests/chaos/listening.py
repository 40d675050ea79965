"""Listens to everything that is written, and knows what must never be."""

import base64
import io
import logging
import re
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout

SIGNATURE = r"[0-9a-fA-F]{64}|sha(?:1|256|512)=|(?<=[\w-]{43})\.eyJ"
"""In a header, or before the JSON of a signed request."""


class Listener(io.TextIOBase):
    """Takes the place of the screen; keeps nothing but what leaked.

    Attributes:
        leaks: How often each canary was written.
        lines: How much was written at all: a silent listener proves nothing.
    """

    def __init__(self, canaries: Collection[str]) -> None:
        words = {form for canary in canaries for form in _forms(canary)}
        self._pattern = re.compile("|".join([*sorted(map(re.escape, words)), SIGNATURE]))
        self.leaks: Counter[str] = Counter()
        self.lines = 0

    def write(self, text: str) -> int:
        self.lines += text.count("\n")
        self.leaks.update(self._pattern.findall(text))
        return len(text)

    def writable(self) -> bool:
        return True


def _forms(canary: str) -> Iterator[str]:
    """Give a canary as it is, and as it looks inside of something in base64, wherever it begins there."""
    yield canary
    for shift, skipped in enumerate((0, 2, 3)):
        yield base64.b64encode(b"\0" * shift + canary.encode()).decode().rstrip("=")[skipped:-1]


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Hand everything that would be written to the listener instead."""
    with ExitStack() as stack:
        stack.enter_context(redirect_stdout(listener))
        stack.enter_context(redirect_stderr(listener))
        own = logging.StreamHandler(listener)
        logging.getLogger().addHandler(own)
        stack.callback(logging.getLogger().removeHandler, own)
        for handler in _stream_handlers():
            before = handler.setStream(listener)
            if before is not None:
                stack.callback(handler.setStream, before)
        yield


def _stream_handlers() -> list["logging.StreamHandler[io.TextIOBase]"]:
    named = [logger for logger in logging.Logger.manager.loggerDict.values() if isinstance(logger, logging.Logger)]
    return [
        handler
        for logger in [logging.getLogger(), *named]
        for handler in logger.handlers
        if isinstance(handler, logging.StreamHandler)
    ]
