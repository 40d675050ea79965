"""The desk's own address: finds the route, sees that whoever asks may, and answers every refusal alike."""

import gzip
from collections.abc import Callable, Sequence
from dataclasses import replace

from nightbell.domain.desk_key import read_desk_key
from nightbell.domain.errors import NightbellError
from nightbell.services.desk_api.access import agent_from
from nightbell.services.desk_api.asked import Agent, Asked, Call, Given
from nightbell.services.desk_api.own_page import check_own_page
from nightbell.services.desk_api.problems import ApiError, given_for, problem
from nightbell.services.desk_api.reading import has_it_already, read_body, read_query, read_revision
from nightbell.services.desk_api.route import Route
from nightbell.services.desk_errors import Code, DeskError

ROOT = "/desk"
PROVEN = "/api/"
"""Whatever stands below needs a token."""
HEADERS = {"x-content-type-options": "nosniff", "cache-control": "no-store", "referrer-policy": "no-referrer"}
LONG = 4096
"""Characters of an answer that is worth compressing; what a session begins with is never that long."""
NOBODY = Agent(name="", groups=())


class ServeDesk:
    """The service behind the function of that name."""

    def __init__(self, routes: Sequence[Route], page: Callable[[Asked], Given], client_id: str) -> None:
        """Serve these routes, and the page wherever none is."""
        self._routes = routes
        self._page = page
        self._client_id = client_id

    def __call__(self, asked: Asked) -> Given:
        """Answer; never raises for what the asker did, nor for a table that does not answer."""
        try:
            given = self._given(asked)
        except NightbellError as error:
            given = given_for(error)
        return zipped(asked, replace(given, headers={**HEADERS, **given.headers}))

    def _given(self, asked: Asked) -> Given:
        below = asked.path.removeprefix(ROOT)
        # First of all, so that nobody learns without a token what there is.
        agent = agent_from(asked.claims, self._client_id) if below.startswith(PROVEN) else NOBODY
        here = [(route, found) for route in self._routes if (found := route.match(below)) is not None]
        if not here:
            return self._elsewhere(asked, below)
        for route, found in here:
            if route.method == asked.method:
                return self._run(route, asked, agent, found.get("key", ""))
        allowed = ", ".join(sorted(route.method for route, _ in here))
        refused = problem("method", f"Here one asks with {allowed}.")
        return replace(refused, headers={**refused.headers, "allow": allowed})

    def _elsewhere(self, asked: Asked, below: str) -> Given:
        if below.startswith(PROVEN) or asked.method != "GET":
            raise ApiError("not_found", "The document /desk/openapi.json says what there is.")
        return self._page(asked)

    def _run(self, route: Route, asked: Asked, agent: Agent, key: str) -> Given:
        if route.is_open and route.method != "GET":
            check_own_page(asked)
        read_query(asked, route)
        body = read_body(asked, route)
        revision = read_revision(asked) if route.needs_revision else ""
        call = Call(asked=asked, agent=agent, pk=_pk(key), body=body, revision=revision)
        given = replace(route.run(call), did=route.name, pk=call.pk)
        tag = given.headers.get("etag", "")
        if route.is_cached and has_it_already(asked, tag):
            return replace(given, status=304, headers={"etag": tag}, body="")
        return given


def zipped(asked: Asked, given: Given) -> Given:
    """Compress what is long, such as a list of hundreds or a story of years; the gateway in front does not."""
    if (
        not isinstance(given.body, str)
        or len(given.body) < LONG
        or "gzip" not in asked.headers.get("accept-encoding", "")
    ):
        return given
    headers = {**given.headers, "content-encoding": "gzip", "vary": "Accept-Encoding"}
    return replace(given, body=gzip.compress(given.body.encode(), compresslevel=5), headers=headers)


def _pk(key: str) -> str:
    if not key:
        return ""
    pk = read_desk_key(key)
    if pk is None:
        raise DeskError(Code.UNKNOWN, "This is no conversation's key. Take it from the list of those that wait.")
    return pk
