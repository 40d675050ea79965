"""Signs a request to an AWS service (Signature Version 4), so that it is sent as any other platform's: at most once.

A client of botocore would need the service's description in the artefact, and would try again by itself.
Source: AWS "Signature Version 4 for API requests"; the arithmetic is botocore's.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import botocore.session
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.configprovider import ConfiguredEndpointProvider

if TYPE_CHECKING:
    # The functions that make clients and send nothing must not load it.
    from requests import PreparedRequest

REGION = "{region}"
"""Stands in an address for the region that the function runs in."""


class AwsSignature:
    """Signs in the name of the function's role.

    Region, credentials and ``AWS_ENDPOINT_URL`` come from the environment, as everywhere on AWS.
    """

    def __init__(self, session: Any = None) -> None:  # noqa: ANN401 - botocore has no types
        """Read nothing yet; without a session, one is made when the first request is signed."""
        self._session = session

    def address(self, url: str, service: str) -> str:
        """Tell where a request goes: ``{region}`` is filled in, and a configured endpoint takes AWS's own place.

        An address without ``{region}`` in it is somebody's who stands in for AWS, and stays as it is.
        """
        if REGION not in url:
            return url
        session = self._made()
        configured = ConfiguredEndpointProvider(
            full_config=session.full_config, scoped_config=session.get_scoped_config(), client_name=service
        ).provide()
        if configured is None:
            return url.replace(REGION, session.get_config_variable("region"))
        there = urlsplit(configured)
        return urlunsplit(urlsplit(url)._replace(scheme=there.scheme, netloc=there.netloc))

    def __call__(self, request: "PreparedRequest", service: str) -> None:
        """Add the headers that prove who sends it.

        Raises:
            ValueError: The function has no credentials.
        """
        session = self._made()
        credentials = session.get_credentials()
        if credentials is None:
            raise ValueError("no credentials to sign with")
        # What a proxy may change is not signed.
        signed = {name: value for name, value in request.headers.items() if _is_kept(name)}
        made = AWSRequest(method=request.method, url=request.url, data=request.body or b"", headers=signed)
        auth = S3SigV4Auth if service == "s3" else SigV4Auth
        auth(credentials.get_frozen_credentials(), service, session.get_config_variable("region")).add_auth(made)
        request.headers.update(_texts(made.headers))

    def _made(self) -> Any:  # noqa: ANN401 - as above
        if self._session is None:
            self._session = botocore.session.get_session()
        return self._session


def _is_kept(name: str) -> bool:
    return name.lower() == "content-type" or name.lower().startswith("x-amz-")


def _texts(headers: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in headers.items()}
