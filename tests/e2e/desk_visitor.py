"""Somebody who talks to the deployed desk's API as the page does."""

from http.cookiejar import Cookie
from typing import Any, cast

import requests

from infra.local.cloud import LocalCloud

TIMEOUT_S = 20


class Visitor:
    """One browser, with its cookies and its token."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.url = f"{cloud.handles.api_url}/desk"
        self.passwords = cloud.passwords
        self.token = ""
        self.http = requests.Session()

    def sign_in(self, name: str, password: str = "", **more: str) -> requests.Response:
        words = {"username": name, "password": password or self.passwords[name], **more}
        answer = self.ask("POST", "/session", json=words)
        self.token = answer.json().get("access_token", "")
        return answer

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= more.pop("headers", {})
        return self.http.request(method, self.url + path, headers=headers, timeout=TIMEOUT_S, **more)

    def refresh(self) -> requests.Response:
        """Renew the session by its cookie, which the local path of the API would keep away from it."""
        return self.ask("PUT", "/session", cookies={self.cookie.name: str(self.cookie.value)})

    @property
    def cookie(self) -> Cookie:
        """What the browser keeps: one thing only."""
        [kept] = cast("list[Cookie]", list(self.http.cookies))
        return kept


def code(answer: requests.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["type"].rpartition("/")[2])
