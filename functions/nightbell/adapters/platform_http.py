"""Sends one described request to a platform, at most once, inside one deadline.

The outcome is decided by where the send broke, not by the name of what was raised, because a
corrupted answer may raise anything:

=============================================  =====================================
how far it came                                outcome
=============================================  =====================================
no byte of the request written                 :class:`NotSent`
a byte written, no complete status and header  :class:`NoAnswer`
complete status and header                     :class:`Answer`, ``complete`` or not
=============================================  =====================================

There are no retries, no redirects, no proxies, no cookies, no netrc. Every send has a connection of
its own: a socket that slept in a frozen Lambda may fail on its first reuse, and that would be a
:class:`NoAnswer` for nothing.
"""

import errno
import json
import logging
import ssl
from dataclasses import replace
from functools import partial
from typing import Protocol
from urllib.parse import quote, urlencode, urlsplit

from requests import PreparedRequest, Request
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import HTTPConnectionPool, HTTPResponse
from urllib3.util import parse_url

from nightbell.adapters.one_shot_connection import Attempt, PlainPool, SecurePool
from nightbell.platforms.channel import Answer, HttpOutcome, HttpRequest, NoAnswer, NotSent

_PIECE_BYTES = 65_536
_HTTPS = 443
_TOKEN = "{token}"  # noqa: S105 - where one is put


class Sign(Protocol):
    """Proves to AWS who sends."""

    def address(self, url: str, service: str) -> str:
        """Tell where a request goes."""

    def __call__(self, request: PreparedRequest, service: str) -> None:
        """Add the headers that prove it."""


class PlatformHttp:
    """The only way to a platform's API."""

    def __init__(self, ca_file: str | None = None, *, sign: Sign | None = None) -> None:
        """Read the trusted authorities once: that takes longer than a connection.

        Args:
            ca_file: PEM file to trust in place of the public authorities.
            sign: Signs the requests to AWS; without it they are not sent.
        """
        self._sign = sign
        self._tls = ssl.create_default_context(cafile=ca_file or DEFAULT_CA_BUNDLE_PATH)
        # urllib3 writes addresses into its log, and an address may carry a token.
        logging.getLogger("urllib3").setLevel(logging.ERROR)

    def send(self, request: HttpRequest) -> HttpOutcome:
        """Send once and wait for the whole answer; never raises.

        Nothing of it outlives the call. ``timeout_s`` bounds everything but the look-up of the name, which
        cannot be interrupted and ends by the resolver's own limits (``RES_OPTIONS``); a look-up that
        comes back too late is :class:`NotSent`, and no connection is opened.

        The errors in the outcome name a stage and a kind of failure: no address, token or body.
        """
        attempt = Attempt(request.timeout_s, public_only=request.public_only)
        failure = ""
        try:
            adapter = _OneShotAdapter(attempt, self._tls)
            with adapter.send(self._prepare(request), stream=True) as response:
                _read_body(response.raw, attempt, request.max_answer)
        except Exception as error:  # noqa: BLE001 - a corrupted answer raises what it likes; the attempt knows how far we came
            failure = f"{attempt.stage}: {_describe(error)}"
        if attempt.head:
            status, headers = attempt.head
            return Answer(status=status, headers=headers, body=bytes(attempt.body), complete=attempt.complete)
        return NoAnswer(error=failure) if attempt.written else NotSent(error=failure)

    def _prepare(self, request: HttpRequest) -> PreparedRequest:
        if not request.aws:
            return _prepare(request)
        if self._sign is None:
            raise ValueError("nothing to sign with")
        prepared = _prepare(replace(request, url=self._sign.address(request.url, request.aws)))
        self._sign(prepared, request.aws)
        return prepared


class _OneShotAdapter(HTTPAdapter):
    """Gives its one request a pool of its own that tells the attempt what happens."""

    def __init__(self, attempt: Attempt, tls: ssl.SSLContext) -> None:
        super().__init__(max_retries=0)
        self._attempt = attempt
        self._tls = tls

    def get_connection_with_tls_context(
        self,
        request: PreparedRequest,
        verify: object,
        proxies: object = None,
        cert: object = None,
    ) -> HTTPConnectionPool:
        """Make the pool; what ``requests`` would pass on about trust and proxies is not used."""
        del verify, proxies, cert
        url = parse_url(str(request.url))
        pool = partial(SecurePool, ssl_context=self._tls) if url.scheme == "https" else PlainPool
        return pool(str(url.host), url.port, attempt=self._attempt)

    def cert_verify(self, conn: object, url: object, verify: object, cert: object) -> None:
        """Leave the connection alone: its context always verifies."""


def _prepare(request: HttpRequest) -> PreparedRequest:
    headers = {**request.headers, "Connection": "close"}
    body, content_type = _body(request)
    if content_type:
        headers["Content-Type"] = content_type
    url = _address(request)
    return Request(request.method, url, headers=headers, params=dict(request.query), data=body).prepare()


def _body(request: HttpRequest) -> tuple[bytes | None, str]:
    """Write the body; neither form can fail for a lone surrogate."""
    if sum(each is not None for each in (request.json, request.form, request.content)) > 1:
        raise ValueError("several bodies")
    if request.json is not None:
        return json.dumps(request.json, allow_nan=False).encode(), "application/json"
    if request.form is not None:
        return urlencode(request.form, errors="replace").encode(), "application/x-www-form-urlencoded"
    return request.content, request.content_type


def _address(request: HttpRequest) -> str:
    """Put the token where it belongs, and refuse an address that nobody outside may name.

    Raises:
        ValueError: It is no address for this request.
    """
    parts = urlsplit(request.url)
    if request.public_only and (parts.scheme, parts.port or _HTTPS, "@" in parts.netloc) != ("https", _HTTPS, False):
        raise ValueError("address not public")
    if _TOKEN in request.url and not request.url_token:
        raise ValueError("no token for the address")
    return request.url.replace(_TOKEN, quote(request.url_token, safe=":"))


def _read_body(raw: HTTPResponse, attempt: Attempt, most: int) -> None:
    while len(attempt.body) <= most:
        # read1 hands over what is there: a drip that ends at the deadline leaves what had come.
        piece = raw.read1(_PIECE_BYTES, decode_content=False)
        if not piece:
            attempt.complete = True
            return
        attempt.body += piece
    del attempt.body[most:]


def _describe(error: BaseException) -> str:
    """Name the first cause, without its text: that may quote the address or the answer."""
    while cause := error.__cause__ or error.__context__:
        error = cause
    detail = error.reason if isinstance(error, ssl.SSLError) else errno.errorcode.get(getattr(error, "errno", 0) or 0)
    return f"{type(error).__name__} {detail or ''}".strip()
