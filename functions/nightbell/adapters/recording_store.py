"""Keeps recordings in our own bucket, by one signed request each.

The bucket encrypts by itself whatever is put into it.
Source: Amazon S3 API reference, PutObject.
"""

from urllib.parse import quote

from nightbell.adapters.aws_signature import REGION
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.domain.errors import UnavailableError
from nightbell.platforms.channel import Answer, HttpRequest

_TIMEOUT_S = 20.0
_OK = 200


class RecordingBucket:
    """One bucket."""

    def __init__(self, bucket: str, http: PlatformHttp) -> None:
        """Write to it through what signs requests to AWS."""
        self._bucket = bucket
        self._http = http

    def put(self, key: str, recording: bytes) -> None:
        """Keep one; the same again is the same.

        Raises:
            UnavailableError: It may be there or not.
        """
        answer = self._http.send(
            HttpRequest(
                method="PUT",
                url=f"https://s3.{REGION}.amazonaws.com/{quote(self._bucket, safe='')}/{quote(key)}",
                content=recording,
                content_type="audio/mpeg",
                aws="s3",
                timeout_s=_TIMEOUT_S,
            )
        )
        if not isinstance(answer, Answer):
            raise UnavailableError(f"the bucket was not reached: {answer.error}")
        if answer.status != _OK:
            raise UnavailableError(f"the bucket answered with status {answer.status}")
