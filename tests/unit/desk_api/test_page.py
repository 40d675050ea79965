"""The desk's page: the files that ship, safe in any browser."""

import gzip
from pathlib import Path

import pytest

from nightbell.adapters.page_files import FOLDER, SCRIPT, TYPES, page_files
from nightbell.domain.weekly_report.style import STYLE_HASH
from nightbell.services.desk_api.asked import Asked, Given
from nightbell.services.desk_api.page import ServePage
from nightbell.services.desk_api.problems import ApiError

FILES = page_files()


def shown(path: str, **headers: str) -> Given:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return ServePage(FILES)(Asked(method="GET", path=path, headers=named))


@pytest.mark.parametrize(
    "path", ["/desk", "/desk/", "/desk/QyNtZXNz", "/desk/C%23messenger.1.2", "/desk/problems/held"]
)
def test_every_address_of_its_own_is_the_page(path: str) -> None:
    given = shown(path)
    assert given.headers["content-type"] == "text/html; charset=utf-8"
    assert given.body == (FOLDER / "index.html").read_bytes()


@pytest.mark.parametrize("name", sorted(set(FILES) - {SCRIPT}))
def test_a_file_comes_as_what_it_is(name: str) -> None:
    given = shown(f"/desk/files/{name}")
    assert given.body == (FOLDER / name).read_bytes()
    assert given.headers["content-type"] == TYPES[Path(name).suffix]
    zipped = shown(f"/desk/files/{name}", accept_encoding="br, gzip").body
    assert isinstance(zipped, bytes)
    assert gzip.decompress(zipped) == given.body


def test_nothing_but_the_page_s_files_is_served() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(FILES) - {SCRIPT}
    for name in ("", "..", "../business.toml", "../handlers/serve_desk.py", "/etc/passwd", "index.html/"):
        with pytest.raises(ApiError, match="no such file"):
            shown(f"/desk/files/{name}")


def test_a_file_that_the_browser_has_is_not_sent_again() -> None:
    tag = shown("/desk").headers["etag"]
    assert shown("/desk", if_none_match=tag).status == 304
    assert shown("/desk", if_none_match='"other"').status == 200


def test_the_page_may_load_its_own_files_and_nothing_else() -> None:
    policy = dict(part.strip().split(" ", 1) for part in shown("/desk").headers["content-security-policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": f"'self' {STYLE_HASH}",
        "connect-src": "'self'",
        "img-src": "'self' data:",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
