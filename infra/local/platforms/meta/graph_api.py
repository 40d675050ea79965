"""The simulated Graph API: every call is routed by method and edge, refused and answered as documented.

Sources: "Send API reference", "Conversations API", WhatsApp "Messages API", Graph API "Comment",
"IG Comment" and "Secure requests" (``appsecret_proof``). Each route's module names its own.
"""

from collections.abc import Mapping

from infra.local.loopback_server import Reply, Request
from infra.local.platforms.meta.answers import error_reply
from infra.local.platforms.meta.calls import Backend, Call, Route, read_call
from infra.local.platforms.meta.care_api import CARE_ROUTES
from infra.local.platforms.meta.comment_api import COMMENT_ROUTES
from infra.local.platforms.meta.errors import Refused, graph_error, refused
from infra.local.platforms.meta.people import MESSENGER
from infra.local.platforms.meta.profile_api import PROFILE_ROUTES
from infra.local.platforms.meta.read_back import read_conversations
from infra.local.platforms.meta.sends import send

ROUTES: Mapping[tuple[str, str], Route] = {
    ("POST", "messages"): send,
    ("GET", "conversations"): read_conversations,
    **COMMENT_ROUTES,
    **CARE_ROUTES,
    **PROFILE_ROUTES,
}
"""By method and edge of an object; an operation that the path names without an object begins with a slash,
such as ``("GET", "/debug_token")``, and the empty edge is the object itself."""


class GraphApi:
    """Answers the calls of a business."""

    def __init__(self, backend: Backend) -> None:
        """Take what it works on."""
        self._backend = backend

    def answer(self, request: Request) -> Reply:
        """Answer one call."""
        channel = MESSENGER
        try:
            call = read_call(request)
            channel = self._channel(call)
            route = ROUTES.get(call.route)
            if route is None:
                raise refused(channel, 100, 33)
            return route(self._backend, call)
        except Refused as refusal:
            return error_reply(refusal.error)
        except (ValueError, RecursionError):
            return error_reply(graph_error(channel, 100))

    def _channel(self, call: Call) -> str:
        """Tell in whose words a call is refused that cannot be read."""
        accounts = self._backend.accounts(call)
        return accounts[0].channel if accounts else MESSENGER
