"""Serves the phone page, the control API behind it and behind ``simulate``, and the way to the deployed desk.

Only this machine may use it: it listens on loopback, wants its own name in ``Host`` (a page that
resolves its name to 127.0.0.1 gets nothing) and JSON from its own origin (no other page can write).
"""

import json
from collections.abc import Callable
from pathlib import Path

from infra.local.cloud import LocalCloud
from infra.local.desk_door import is_desk, pass_on
from infra.local.loopback_server import LoopbackServer, PortTakenError, Reply, Request
from infra.local.ministack import LocalCloudError, free_port
from infra.local.page_state import page_state
from infra.local.platforms.vendor import Act
from infra.local.shifted_clock import moments
from infra.local.simulated_acts import SimulatedActs, contact_in, read_object
from infra.local.team import Team
from infra.local.team_page import team_page
from nightbell.domain.errors import NightbellError

FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/bell.svg": ("bell.svg", "image/svg+xml"),
    "/phone.css": ("phone.css", "text/css; charset=utf-8"),
    "/people.js": ("people.js", "text/javascript; charset=utf-8"),
    "/call.js": ("call.js", "text/javascript; charset=utf-8"),
    "/wall.js": ("wall.js", "text/javascript; charset=utf-8"),
    "/phone.js": ("phone.js", "text/javascript; charset=utf-8"),
}
FOLDER = Path(__file__).parent / "page"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

NAMED = ("channel", "contact", "name", "kind", "text", "payload", "about", "subject", "copies", "batch")
"""What every act may have; whatever else is sent is for some channels only."""


class PageServer:
    """The page of one local cloud; ``stop`` ends it."""

    def __init__(self, cloud: LocalCloud, port: int = 0) -> None:
        """Listen; 0 means any free port.

        Raises:
            LocalCloudError: The port is taken.
        """
        self._cloud = cloud
        self._team = Team(cloud.handles, cloud.clock)
        self._moment = "now"
        self._routes: dict[tuple[str, str], Callable[[Request], object]] = {
            ("GET", "/api/state"): self._state,
            ("POST", "/api/messages"): self._message,
            ("POST", "/api/clock"): self._set_clock,
            **SimulatedActs(cloud).routes,
        }
        try:
            self._server = LoopbackServer(self.answer, port)
        except PortTakenError as error:
            message = f"{error} Choose another for the phone page: python -m infra.local run --page-port {free_port()}"
            raise LocalCloudError(message) from error
        self.url = self._server.url

    def stop(self) -> None:
        """Stop listening."""
        self._server.close()

    def answer(self, request: Request) -> Reply:
        """Answer one request of the page or of the command line."""
        if refusal := self._refusal(request):
            return _json(refusal, 403)
        if is_desk(request.path):
            return pass_on(self._cloud.handles, request)
        if request.method == "GET" and (page := self._page(request.path)):
            return page
        route = self._routes.get((request.method, request.path))
        if route is None:
            return _json("There is nothing here.", 404)
        try:
            return _json(route(request))
        except (ValueError, KeyError, LookupError, NightbellError) as error:
            return _json(str(error), 400)

    def _page(self, path: str) -> Reply | None:
        if path == "/team":
            shown = team_page(self._cloud.team_chat.posted)
            return Reply(body=shown.encode(), content_type="text/html; charset=utf-8", headers=HEADERS)
        if path not in FILES:
            return None
        name, content_type = FILES[path]
        return Reply(body=(FOLDER / name).read_bytes(), content_type=content_type, headers=HEADERS)

    def _refusal(self, request: Request) -> str:
        port = self._server.port
        own = {f"127.0.0.1:{port}", f"localhost:{port}"}
        if request.headers.get("host") not in own:
            return "This page answers to its own address only."
        origin = request.headers.get("origin", "")
        if origin and origin.removeprefix("http://") not in own:
            return "Only the page itself may do that."
        if request.method == "POST" and request.headers.get("content-type", "").split(";")[0] != "application/json":
            return "Send JSON, as application/json."
        return ""

    def _state(self, request: Request) -> object:
        shown = contact_in(self._cloud.vendors, request.query) if request.query.get("contact") else None
        return page_state(self._cloud, self._team, shown, self._moment)

    def _message(self, request: Request) -> object:
        body = read_object(request)
        vendor, contact = contact_in(self._cloud.vendors, body)
        words = {name: str(body.get(name, "")) for name in ("text", "payload", "about", "subject")}
        more = {name: value for name, value in body.items() if name not in NAMED}
        act = Act(kind=str(body.get("kind", "text")), more=more, **words)
        copies, batch = int(body.get("copies", 1)), int(body.get("batch", 1))
        written = vendor.write(contact, act, copies=copies, batch=batch)
        attempts = [{"status": attempt.status, "ms": attempt.ms} for attempt in written.attempts]
        return {"message_ids": written.message_ids, "attempts": attempts}

    def _set_clock(self, request: Request) -> object:
        moment = str(read_object(request).get("moment", "now"))
        account = next(iter(self._cloud.business.accounts.values()))
        self._cloud.clock.set_to(None)
        known = moments(account.hours, self._cloud.clock.now(), account.brand.promise)
        if moment != "now" and moment not in known:
            message = f"There is no moment {moment!r}; there are now, {', '.join(known)}."
            raise ValueError(message)
        self._cloud.clock.set_to(known.get(moment))
        self._moment = moment
        return {"now": self._cloud.clock.now().isoformat()}


def _json(body: object, status: int = 200) -> Reply:
    return Reply(status=status, body=json.dumps(body if status < 400 else {"error": body}).encode(), headers=HEADERS)  # noqa: PLR2004
