"""The desk's own address on the real table, with people who are signed in and a user pool that is played."""

import gzip
import json
from typing import Any

from botocore.exceptions import ClientError
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from nightbell.adapters.sign_in import UserPool
from nightbell.domain.desk_key import desk_key
from nightbell.handlers.build_desk import compose_desk
from nightbell.handlers.environment import Environment
from nightbell.services.desk_api.asked import Asked, Given
from tests.contract.desk_bench import SHARDS, DeskBench
from tests.fakes import FakeHints
from tests.unit.desk_api.table import DOCUMENT, TABLE

CLIENT_ID = "the-desk"
PROBLEM = "application/problem+json"
PEOPLE = {"marta": "[agents]", "omar": "[agents]", "lena": "[agents leads]", "guest": "[visitors]"}


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Operation")


class PlayedPool:
    """Answers as Cognito would; a test sets what it says next, and reads what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.says: list[Any] = []

    def _answer(self, operation: str, request: dict[str, Any]) -> Any:
        self.asked.append((operation, request))
        said = self.says.pop(0) if self.says else {}
        if isinstance(said, Exception):
            raise said
        return said

    def initiate_auth(self, **request: Any) -> Any:
        return self._answer("initiate_auth", request)

    def respond_to_auth_challenge(self, **request: Any) -> Any:
        return self._answer("respond_to_auth_challenge", request)

    def revoke_token(self, **request: Any) -> Any:
        return self._answer("revoke_token", request)

    def list_users_in_group(self, **request: Any) -> Any:
        self.asked.append(("list_users_in_group", request))
        if "NextToken" in request:
            return {"Users": []}
        found = [name for name, groups in PEOPLE.items() if request["GroupName"] in groups]
        users = [{"Username": name, "Enabled": name != "omar"} for name in found]
        return {"Users": users, "NextToken": "more"}


class DeskOffice:
    """One shop's desk; every answer is held against the document."""

    def __init__(self, bench: DeskBench, *, stage: str = "prod") -> None:
        self.bench, self.pool, self.hints = bench, PlayedPool(), FakeHints()
        env = Environment(stage=stage, due_shards=SHARDS, desk_client_id=CLIENT_ID)
        users = UserPool(self.pool, "the-pool", CLIENT_ID)
        self.desk = compose_desk(env, bench.client, users, self.hints, bench.settings, bench.clock)

    def ask(self, method: str, path: str, who: str = "marta", body: object = None, **more: Any) -> Given:
        """Ask as somebody who is signed in, or as nobody."""
        claims = {"token_use": "access", "client_id": CLIENT_ID, "username": who, "cognito:groups": PEOPLE.get(who, "")}
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        shown = {"claims": claims if who else {}, **more}
        asked = Asked(method=method, path=f"/desk{path}", body=sent, **shown)
        given = self.desk(asked)
        _check(asked, given)
        return given

    def act(self, pk: str, verb: str, who: str = "marta", body: object = None, seen: str = "") -> Given:
        """Do something with a conversation, having seen a revision of it."""
        headers = {"if-match": f'"{seen}"'} if seen else {}
        return self.ask("POST", f"/api/conversations/{desk_key(pk)}/{verb}", who, body, headers=headers)

    def story(self, pk: str) -> dict[str, Any]:
        return told(self.ask("GET", f"/api/conversations/{desk_key(pk)}"))


def told(given: Given) -> dict[str, Any]:
    assert given.status == 200, given.body
    found: dict[str, Any] = json.loads(given.body)
    return found


def code(given: Given) -> str:
    """Name the problem that an answer is."""
    assert given.headers["content-type"] == PROBLEM
    body = json.loads(given.body)
    assert body["status"] == given.status
    assert body["detail"].endswith((".", "'"))
    return str(body["type"].removeprefix("/desk/problems/"))


_HERE = "urn:desk"
_REGISTRY = Registry().with_resource(_HERE, DRAFT202012.create_resource(DOCUMENT))


def _check(asked: Asked, given: Given) -> None:
    """See that the document allows this answer to this request."""
    path = asked.path.removeprefix("/desk")
    [*found] = [route for route in TABLE if route.match(path) is not None and route.method == asked.method]
    if not found:
        return
    operation = DOCUMENT["paths"][f"/desk{found[0].path}"][asked.method.lower()]
    assert str(given.status) in operation["responses"], (asked.path, given.status, given.body)
    content = operation["responses"][str(given.status)].get("content")
    if content is None:
        assert given.body == ""
        return
    body = given.body if isinstance(given.body, str) else gzip.decompress(given.body)
    schema = {"$ref": _HERE + content[given.headers["content-type"]]["schema"]["$ref"]}
    Draft202012Validator(schema, registry=_REGISTRY).validate(json.loads(body))
