"""Sends the calls of the functions to a proxy while something is to break there, else straight to the emulator.

What a proxy without rules passes on proves nothing, and takes twice as long.
"""

from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from botocore.session import Session

from infra.local.loopback_server import Request
from tests.chaos.wire.made import Made, made_of_aws, made_of_platform


class Switch:
    """Hooks into every AWS client that is made in this process from now on.

    Attributes:
        is_on: Calls go to the proxy.
        function: Which function runs; empty while none does.
        through: The operations that functions sent to the proxy in this case.
    """

    def __init__(self, proxy: str, cloud: str) -> None:
        self._proxy, self._cloud = proxy, cloud
        self.is_on = False
        self.function = ""
        self.through: set[tuple[str, str]] = set()
        self._known: set[tuple[str, str, str]] = set()
        self._fresh: list[Made] = []
        make = Session.create_client

        def create_client(session: Session, *args: Any, **options: Any) -> Any:
            client = make(session, *args, **options)
            client.meta.events.register("before-send", self._send)
            return client

        Session.create_client = create_client

    def _send(self, request: AWSPreparedRequest, event_name: str, **_: object) -> None:
        if self.function:
            self._note(made_of_aws(self.function, event_name, request.body))
        if not self.is_on:
            request.url = request.url.replace(self._proxy, self._cloud, 1)
        elif self.function:
            self.through.add((self.function, event_name.rpartition(".")[2]))

    def hear(self, request: Request) -> None:
        """Note what reached the platform, unless it is the lane that warms up."""
        if self.function:
            self._note(made_of_platform(self.function, request))

    def _note(self, call: Made) -> None:
        name = (call.function, call.operation, call.shape)
        if name not in self._known:
            self._known.add(name)
            self._fresh.append(call)

    def news(self) -> tuple[Made, ...]:
        """Give the calls of kinds that were not given before."""
        fresh, self._fresh = self._fresh, []
        return tuple(fresh)
