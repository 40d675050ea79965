from pathlib import Path

from nightbell.domain.events import Broken, Unknown
from nightbell.platforms.standard.consequences import KINDS, ROWS
from nightbell.platforms.standard.platform import Standard
from tests.platforms.fixtures import NOT_UNDERSTOOD, read_fixtures

DOCS = Path("docs/platforms/standard.md")


def kinds_seen(folder: str) -> set[str]:
    return {
        event.kind
        for fixture in read_fixtures(folder, "standard")
        if fixture.expect != NOT_UNDERSTOOD
        for event in Standard().parse(fixture.delivery())
        if not isinstance(event, Unknown | Broken)
    }


def test_every_kind_of_the_table_comes_from_some_fixture() -> None:
    assert kinds_seen("valid") == set(ROWS) == set(KINDS.values())
    assert kinds_seen("hostile") <= set(ROWS)


def test_what_is_broken_is_named_by_its_kind_and_what_is_unknown_has_no_row() -> None:
    for fixture in read_fixtures("hostile", "standard"):
        for event in Standard().parse(fixture.delivery()) if fixture.expect != NOT_UNDERSTOOD else ():
            assert not isinstance(event, Broken) or event.kind in ROWS
            assert not isinstance(event, Unknown) or event.kind not in ROWS


def test_the_docs_show_the_table_and_the_types() -> None:
    shown = DOCS.read_text().splitlines()
    wanted = [
        f"| `{written}` | `{kind}` | {ROWS[kind].consequence} | {ROWS[kind].why} |" for written, kind in KINDS.items()
    ]
    assert [line for line in wanted if line not in shown] == []
