"""Reads mails out of the bucket that SES writes them to, and deletes them, by one signed request each.

A client for S3 would need its description, which is larger than all others together, in the artefact.
Source: Amazon S3 API reference, GetObject §Range, DeleteObject.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote

from nightbell.adapters.aws_signature import REGION
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.domain.errors import UnavailableError
from nightbell.platforms.channel import Answer, HttpRequest
from nightbell.platforms.email.completing import READ_BYTES, StoredMail

_TIMEOUT_S = 10.0
_OK, _DELETED, _PARTIAL, _NOT_FOUND, _NOTHING_THERE = 200, 204, 206, 404, 416
_TOTAL = re.compile(r"bytes \d+-\d+/(\d{1,12})")


class MailBucket:
    """One bucket."""

    def __init__(self, bucket: str, http: PlatformHttp) -> None:
        """Reach it through what signs requests to AWS."""
        self.bucket = bucket
        self._http = http

    def read(self, key: str) -> StoredMail | None:
        """Read the first ``READ_BYTES`` of an object; ``None`` where there is none.

        Raises:
            UnavailableError: It cannot be read now, or never by this role: S3 does not tell a stranger what is there.
        """
        answer = self._send("GET", key, {"Range": f"bytes=0-{READ_BYTES - 1}"})
        if answer.status == _NOT_FOUND:
            return None
        if answer.status == _NOTHING_THERE:
            return StoredMail(beginning=b"", size=0)
        if answer.status not in {_OK, _PARTIAL} or not answer.complete:
            raise UnavailableError(f"the bucket answered with status {answer.status}, complete: {answer.complete}")
        total = _TOTAL.fullmatch(answer.headers.get("content-range", ""))
        return StoredMail(beginning=answer.body, size=int(total[1]) if total else len(answer.body))

    def delete(self, key: str) -> None:
        """Delete an object for good; one that is gone is deleted.

        Raises:
            UnavailableError: It may still be there; another try is safe.
        """
        answer = self._send("DELETE", key, {})
        if answer.status not in {_OK, _DELETED, _NOT_FOUND}:
            raise UnavailableError(f"the bucket answered with status {answer.status} to a deletion")

    def _send(self, method: str, key: str, headers: Mapping[str, str]) -> Answer:
        request = HttpRequest(
            method=method,
            url=f"https://s3.{REGION}.amazonaws.com/{quote(self.bucket, safe='')}/{quote(key)}",
            headers=headers,
            aws="s3",
            max_answer=READ_BYTES + 1,
            timeout_s=_TIMEOUT_S,
        )
        answer = self._http.send(request)
        if not isinstance(answer, Answer):
            raise UnavailableError(f"the bucket was not reached: {answer.error}")
        return answer
