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
from functools import partial

from requests import PreparedRequest, Request
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import HTTPConnectionPool, HTTPResponse
from urllib3.util import parse_url

from nightbell.adapters.one_shot_connection import Attempt, PlainPool, SecurePool
from nightbell.platforms.channel import Answer, HttpOutcome, HttpRequest, NoAnswer, NotSent

MAX_ANSWER_BYTES = 1_000_000
"""More than any documented answer of a send or a read-back; the rest is left unread."""

_PIECE_BYTES = 65_536


class PlatformHttp:
    """The only way to a platform's API."""

    def __init__(self, ca_file: str | None = None) -> None:
        """Read the trusted authorities once: that takes longer than a connection.

        Args:
            ca_file: PEM file to trust in place of the public authorities.
        """
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
        attempt = Attempt(request.timeout_s)
        failure = ""
        try:
            adapter = _OneShotAdapter(attempt, self._tls)
            with adapter.send(_prepare(request), stream=True) as response:
                _read_body(response.raw, attempt)
        except Exception as error:  # noqa: BLE001 - a corrupted answer raises what it likes; the attempt knows how far we came
            failure = f"{attempt.stage}: {_describe(error)}"
        if attempt.head:
            status, headers = attempt.head
            return Answer(status=status, headers=headers, body=bytes(attempt.body), complete=attempt.complete)
        return NoAnswer(error=failure) if attempt.written else NotSent(error=failure)


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
    body = None
    if request.json is not None:
        # ASCII, so that a lone surrogate cannot fail here.
        body = json.dumps(request.json, allow_nan=False).encode()
        headers["Content-Type"] = "application/json"
    return Request(request.method, request.url, headers=headers, params=dict(request.query), data=body).prepare()


def _read_body(raw: HTTPResponse, attempt: Attempt) -> None:
    while len(attempt.body) <= MAX_ANSWER_BYTES:
        # read1 hands over what is there: a drip that ends at the deadline leaves what had come.
        piece = raw.read1(_PIECE_BYTES, decode_content=False)
        if not piece:
            attempt.complete = True
            return
        attempt.body += piece
    del attempt.body[MAX_ANSWER_BYTES:]


def _describe(error: BaseException) -> str:
    """Name the first cause, without its text: that may quote the address or the answer."""
    while cause := error.__cause__ or error.__context__:
        error = cause
    detail = error.reason if isinstance(error, ssl.SSLError) else errno.errorcode.get(getattr(error, "errno", 0) or 0)
    return f"{type(error).__name__} {detail or ''}".strip()
