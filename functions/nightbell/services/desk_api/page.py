"""The desk's page: one document at every address of its own, and the files that belong to it."""

from collections.abc import Mapping
from dataclasses import dataclass

from nightbell.domain.weekly_report.style import STYLE_HASH
from nightbell.services.desk_api.asked import Asked, Given
from nightbell.services.desk_api.problems import ApiError
from nightbell.services.desk_api.reading import has_it_already

INDEX = "index.html"
FILES = "/desk/files/"
POLICY = (
    f"default-src 'none'; script-src 'self'; style-src 'self' {STYLE_HASH}; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""What the page may load and do: its own files and its own API, and be shown in nobody's frame.

The weekly report, in a frame of its own, goes by the same; its one style is named by its hash.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFile:
    """One file, as it is sent.

    Attributes:
        content_type: Whole, such as ``text/css; charset=utf-8``.
        zipped: The same with gzip.
        tag: Changes with the content.
    """

    content_type: str
    content: bytes
    zipped: bytes
    tag: str


class ServePage:
    """Serves what needs no token, and tells nothing about anybody."""

    def __init__(self, files: Mapping[str, PageFile]) -> None:
        """Serve these, by their names."""
        self._files = files

    def __call__(self, asked: Asked) -> Given:
        """Give a file, or the page: what else stands in the address, the page itself reads.

        Raises:
            ApiError: There is no such file.
        """
        named = asked.path.startswith(FILES)
        file = self._files.get(asked.path.removeprefix(FILES) if named else INDEX)
        if file is None:
            raise ApiError("not_found", "The page has no such file.")
        headers = {"etag": file.tag, "cache-control": "no-cache", "vary": "Accept-Encoding"}
        headers |= {"content-security-policy": POLICY}
        if has_it_already(asked, file.tag):
            return Given(status=304, headers=headers)
        headers["content-type"] = file.content_type
        if "gzip" in asked.headers.get("accept-encoding", ""):
            return Given(body=file.zipped, headers={**headers, "content-encoding": "gzip"})
        return Given(body=file.content, headers=headers)
