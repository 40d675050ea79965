"""The one place that makes clients of AWS services, so that each function's limits stand in one line.

Made from botocore alone: importing boto3 adds its resource layer, which nothing here uses.
Region, credentials and ``AWS_ENDPOINT_URL`` come from the environment, as everywhere on AWS.
"""

from dataclasses import dataclass
from typing import Any

import botocore
import botocore.session
from botocore.config import Config

from nightbell.adapters.aws_signature import AwsSignature


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientLimits:
    """How long one call may take, and how many may be under way.

    Attributes:
        read_timeout_s: From one byte of the answer to the next.
        tries: The first one included, unlike botocore's ``max_attempts``.
        connections: Most calls at once; at least the number of threads that share the client, as
            a thread without a connection of the pool opens one that is thrown away.
    """

    connect_timeout_s: float
    read_timeout_s: float
    tries: int
    connections: int = 10


RECEIVE = ClientLimits(connect_timeout_s=0.5, read_timeout_s=0.8, tries=3)
"""For the table while a platform waits. Between the tries botocore pauses up to 1 s and 2 s, or 0.1 s at most with
``AWS_NEW_RETRIES_2026=true`` unless it is throttled; only with that do three silent tries fit the 2.5 s of a delivery.
"""

RECEIVE_ONCE = ClientLimits(connect_timeout_s=0.5, read_timeout_s=0.8, tries=1)
"""For what must not use up a delivery's time: hints may be lost, and secrets are asked for again within seconds."""

WORK = ClientLimits(connect_timeout_s=1.0, read_timeout_s=2.0, tries=3)
"""Nobody waits, but a function's life ends after 30 s, with a send of up to 8 s among it."""


_USER_AGENT = f"Botocore/{botocore.__version__} nightbell"


class AwsClients:
    """Makes clients that share what they have in common: credentials and the descriptions of services."""

    def __init__(self) -> None:
        """Read the environment once."""
        self._session = botocore.session.get_session()

    def signature(self) -> AwsSignature:
        """Make what signs the requests to services that no client is made of."""
        return AwsSignature(self._session)

    def make(self, service: str, limits: ClientLimits) -> Any:  # noqa: ANN401 - botocore makes its clients at run time
        """Make a client; safe to share between threads.

        The caller narrows it to the protocol of the adapter it is for.
        """
        config = Config(
            connect_timeout=limits.connect_timeout_s,
            read_timeout=limits.read_timeout_s,
            retries={"mode": "standard", "total_max_attempts": limits.tries},
            max_pool_connections=limits.connections,
            # Every request is made by our own typed code and tried on the emulator; checking each again against the
            # service's description takes a tenth of a call's processor time.
            parameter_validation=False,
            # Otherwise put together anew for every call, of fourteen parts: an eighth of a call's processor time.
            user_agent=_USER_AGENT,
        )
        return self._session.create_client(service, config=config)
