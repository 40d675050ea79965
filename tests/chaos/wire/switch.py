"""Sends the calls of the functions to a proxy while something is to break there, else straight to the emulator.

What a proxy without rules passes on proves nothing, and takes twice as long.
"""

from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from botocore.session import Session


class Switch:
    """Hooks into every AWS client that is made in this process from now on.

    Attributes:
        is_on: Calls go to the proxy.
    """

    def __init__(self, proxy: str, cloud: str) -> None:
        self._proxy, self._cloud = proxy, cloud
        self.is_on = False
        make = Session.create_client

        def create_client(session: Session, *args: Any, **options: Any) -> Any:
            client = make(session, *args, **options)
            client.meta.events.register("before-send", self._direct)
            return client

        Session.create_client = create_client

    def _direct(self, request: AWSPreparedRequest, **_: object) -> None:
        if not self.is_on:
            request.url = request.url.replace(self._proxy, self._cloud, 1)
