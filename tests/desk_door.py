"""The local cloud's desk for a browser of a test, without the phone page beside it."""

from infra.local.deployment import Handles
from infra.local.desk_door import ROOT_PATH, is_desk, pass_on
from infra.local.loopback_server import LoopbackServer, Reply, Request


class DeskDoor:
    """A server of its own for the desk alone; ``stop`` ends it."""

    def __init__(self, handles: Handles, port: int = 0) -> None:
        """Listen; 0 means any free port.

        Raises:
            PortTakenError: The port is taken.
        """
        self._handles = handles
        self._server = LoopbackServer(self._answer, port)
        self.url = self._server.url + ROOT_PATH

    def stop(self) -> None:
        """Stop listening."""
        self._server.close()

    def _answer(self, request: Request) -> Reply:
        if not is_desk(request.path):
            return Reply(status=404, body=b"The desk is at /desk.", content_type="text/plain; charset=utf-8")
        return pass_on(self._handles, request)
