"""The files of the desk's page, as they ship beside the package: read once, compressed once."""

import gzip
import hashlib
from collections.abc import Mapping
from pathlib import Path

from nightbell.services.desk_api.page import PageFile

FOLDER = Path(__file__).parents[1] / "desk_page"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""What a browser is told; a file of any other kind is not served."""


def page_files(folder: Path = FOLDER) -> Mapping[str, PageFile]:
    """Read them all, by their names."""
    return {path.name: _file(path) for path in sorted(folder.iterdir()) if path.suffix in TYPES}


def _file(path: Path) -> PageFile:
    content = path.read_bytes()
    return PageFile(
        content_type=TYPES[path.suffix],
        content=content,
        # Of no time, so that the same file is the same bytes.
        zipped=gzip.compress(content, mtime=0),
        tag=f'"{hashlib.sha256(content).hexdigest()[:16]}"',
    )
