"""The files of the desk's page, as they ship beside the package: read once, compressed once."""

import gzip
import hashlib
from collections.abc import Mapping
from pathlib import Path

from nightbell.services.desk_api.one_script import one_script
from nightbell.services.desk_api.page import PageFile

SCRIPT = "desk.js"
"""All modules in one, but for the languages, of which a visit needs one."""
FOLDER = Path(__file__).parents[1] / "desk_page"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""What a browser is told; a file of any other kind is not served."""


def page_files(folder: Path = FOLDER) -> Mapping[str, PageFile]:
    """Read them all, by their names, and :data:`SCRIPT`, which is what the page loads."""
    found = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in TYPES}
    modules = {Path(name).stem: content.decode() for name, content in found.items() if name.endswith(".js")}
    found[SCRIPT] = one_script(modules).encode()
    return {name: _file(name, content) for name, content in found.items()}


def _file(name: str, content: bytes) -> PageFile:
    return PageFile(
        content_type=TYPES[Path(name).suffix],
        content=content,
        # Of no time, so that the same file is the same bytes.
        zipped=gzip.compress(content, mtime=0),
        tag=f'"{hashlib.sha256(content).hexdigest()[:16]}"',
    )
