"""Keeps recordings in our own bucket, and deletes them, by one signed request each.

The bucket encrypts by itself whatever is put into it.
Source: Amazon S3 API reference, PutObject, DeleteObject.
"""

from dataclasses import replace
from urllib.parse import quote

from nightbell.adapters.aws_signature import REGION
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.domain.errors import UnavailableError
from nightbell.platforms.channel import Answer, HttpRequest

_TIMEOUT_S = 20.0
_OK, _DELETED, _NOT_FOUND = 200, 204, 404


class RecordingBucket:
    """One bucket."""

    def __init__(self, bucket: str, http: PlatformHttp) -> None:
        """Reach it through what signs requests to AWS."""
        self._bucket = bucket
        self._http = http

    def put(self, key: str, recording: bytes) -> None:
        """Keep one; the same again is the same.

        Raises:
            UnavailableError: It may be there or not.
        """
        self._send(key, HttpRequest(method="PUT", url="", content=recording, content_type="audio/mpeg"), {_OK})

    def delete(self, key: str) -> None:
        """Delete one for good; one that is gone is deleted.

        Raises:
            UnavailableError: It may still be there; another try is safe.
        """
        self._send(key, HttpRequest(method="DELETE", url=""), {_OK, _DELETED, _NOT_FOUND})

    def _send(self, key: str, request: HttpRequest, done: set[int]) -> None:
        url = f"https://s3.{REGION}.amazonaws.com/{quote(self._bucket, safe='')}/{quote(key)}"
        answer = self._http.send(replace(request, url=url, aws="s3", timeout_s=_TIMEOUT_S))
        if not isinstance(answer, Answer):
            raise UnavailableError(f"the bucket was not reached: {answer.error}")
        if answer.status not in done:
            raise UnavailableError(f"the bucket answered with status {answer.status}")
