"""One port for every simulated platform: the first part of the path says whose API is called."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from infra.local.loopback_server import Reply, Request

ROOT = "meta"
"""Whose API is called where the first part names nobody."""


class Answers(Protocol):
    """The part of a simulated vendor that calls need."""

    def answer(self, request: Request) -> Reply:
        """Answer a call of its API."""


class Switchboard:
    """Hands each call to the platform it is for."""

    def __init__(self, vendors: Mapping[str, Answers]) -> None:
        """Take them by name."""
        self._vendors = vendors

    def answer(self, request: Request) -> Reply:
        """Let the platform answer, which sees the path without its own name."""
        name, slash, rest = request.path[1:].partition("/")
        if name == ROOT or name not in self._vendors:
            return self._vendors[ROOT].answer(request)
        return self._vendors[name].answer(replace(request, path=f"/{rest}" if slash else "/"))
