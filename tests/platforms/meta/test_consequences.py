from nightbell.domain.events import Broken, Unknown
from nightbell.platforms.meta.consequences import ROWS
from nightbell.platforms.registry import PLATFORMS
from tests.platforms.fixtures import NOT_UNDERSTOOD, read_fixtures

DOCS = "docs/platforms/meta.md"
CONTAINERS = {"meta", "messenger", "whatsapp", "facebook_comments", "instagram_direct", "instagram_comments"}


def kinds_seen(folder: str) -> set[str]:
    return {
        event.kind
        for fixture in read_fixtures(folder, "meta")
        if fixture.expect != NOT_UNDERSTOOD
        for event in PLATFORMS["meta"].parse(fixture.delivery())
        if not isinstance(event, Unknown | Broken)
    }


def test_every_kind_of_the_table_comes_from_some_fixture() -> None:
    assert set(ROWS) - kinds_seen("valid") - kinds_seen("hostile") == set()


def test_every_kind_that_the_parser_names_has_a_row() -> None:
    assert kinds_seen("valid") | kinds_seen("hostile") <= set(ROWS)


def test_an_unknown_kind_has_no_row_of_its_channel() -> None:
    for fixture in read_fixtures("hostile", "meta"):
        if fixture.expect == NOT_UNDERSTOOD or fixture.name == "whatsapp_field_named_like_another_kind":
            continue
        for event in PLATFORMS["meta"].parse(fixture.delivery()):
            assert not isinstance(event, Unknown) or event.kind not in ROWS
            assert not isinstance(event, Broken) or event.kind in ROWS.keys() | CONTAINERS


def test_the_docs_show_the_table() -> None:
    with open(DOCS, encoding="utf-8") as docs:  # noqa: PTH123 - one line to read a file
        shown = [line for line in docs if line.startswith("| `")]
    wanted = [f"| `{kind}` | {row.consequence} | {row.why} |\n" for kind, row in ROWS.items()]
    assert [line for line in wanted if line not in shown] == []
