from pathlib import Path

from nightbell.domain.events import Broken, Unknown
from nightbell.platforms.google.consequences import ROWS
from nightbell.platforms.google.platform import Google
from tests.platforms.fixtures import NOT_UNDERSTOOD, read_fixtures

DOCS = Path("docs/platforms/google.md")


def kinds_seen(*folders: str) -> set[str]:
    return {
        event.kind
        for folder in folders
        for fixture in read_fixtures(folder, "google")
        if fixture.expect != NOT_UNDERSTOOD
        for event in Google().parse(fixture.delivery())
        if not isinstance(event, Unknown | Broken)
    }


def test_every_kind_of_the_table_comes_from_some_fixture() -> None:
    assert kinds_seen("valid", "hostile") == set(ROWS)


def test_what_is_broken_is_named_by_its_kind_and_what_is_unknown_has_no_row() -> None:
    for fixture in read_fixtures("hostile", "google"):
        for event in Google().parse(fixture.delivery()) if fixture.expect != NOT_UNDERSTOOD else ():
            assert not isinstance(event, Broken) or event.kind in ROWS
            assert not isinstance(event, Unknown) or event.kind not in ROWS


def test_the_docs_show_the_table() -> None:
    shown = DOCS.read_text().splitlines()
    wanted = [f"| `{kind}` | {row.consequence} | {row.why} |" for kind, row in ROWS.items()]
    assert [line for line in wanted if line not in shown] == []
