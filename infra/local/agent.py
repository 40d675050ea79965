"""An agent who works at the deployed desk by its HTTP API, as the desk's page does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import requests

from infra.local.cloud import LocalCloud

TIMEOUT_S = 40.0


class DeskRefusedError(Exception):
    """The desk said no.

    Attributes:
        code: The problem's own name, such as ``held``.
    """

    def __init__(self, code: str, sentence: str) -> None:
        """Carry the problem's name and its sentence."""
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who is signed in."""

    name: str
    _api_url: str
    _token: str

    @classmethod
    def sign_in(cls, cloud: LocalCloud, name: str) -> "Agent":
        """Prove the password that the local cloud made up.

        Raises:
            DeskRefusedError: It is not believed.
        """
        proof = {"username": name, "password": cloud.passwords[name]}
        session = _ask("POST", f"{cloud.handles.api_url}/desk/session", proof)
        return cls(name, f"{cloud.handles.api_url}/desk/api", session["access_token"])

    def waiting(self) -> list[dict[str, Any]]:
        """List what waits, the most urgent first."""
        rows: list[dict[str, Any]] = self._ask("GET", "/waiting")["rows"]
        return rows

    def find(self, conversation: str) -> dict[str, Any] | None:
        """Find a conversation among those that wait."""
        return next((row for row in self.waiting() if row["conversation_id"] == conversation), None)

    def story(self, key: str) -> dict[str, Any]:
        """Read a conversation."""
        return self._ask("GET", f"/conversations/{key}")

    def take(self, key: str) -> dict[str, Any]:
        """Hold a conversation; answers with its story.

        Raises:
            DeskRefusedError: Somebody else holds it, or nothing waits.
        """
        return self._ask("POST", f"/conversations/{key}/take")

    def answer(self, story: Mapping[str, Any], text: str) -> dict[str, Any]:
        """Answer by the first way that is open, up to what was shown.

        Raises:
            DeskRefusedError: A check objects, or it has moved on.
        """
        via = story["may"]["answer"][0]["via"]
        body = {"request": str(uuid4()), "texts": [{"via": via, "text": text}], "up_to": story["shown_up_to"]}
        return self._ask("POST", f"/conversations/{story['key']}/answer", body, revision=story["revision"])

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, revision: str = "") -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}"}
        if revision:
            headers["If-Match"] = f'"{revision}"'
        return _ask(method, self._api_url + path, body, headers)


def _ask(
    method: str, url: str, body: Mapping[str, Any] | None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    answer = requests.request(method, url, json=body, headers=headers, timeout=TIMEOUT_S)
    said: dict[str, Any] = answer.json()
    if not answer.ok:
        code = str(said.get("type", "")).rpartition("/")[2]
        raise DeskRefusedError(code, str(said.get("detail") or said.get("title") or answer.status_code))
    return said
