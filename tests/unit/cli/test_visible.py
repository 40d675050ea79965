"""What a stranger wrote can be read on a terminal, and can do nothing there."""

import pytest

from infra.cli.visible import visible, visible_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2Jgone", "<U+001B>[2Jgone"),
        ("bell\x07", "bell<U+0007>"),
        ("abc\u202etxt.exe", "abc<U+202E>txt.exe"),
        ("\u2066isolated\u2069", "<U+2066>isolated<U+2069>"),
        ("\u200fmark", "<U+200F>mark"),
        ("two\u2028lines", "two<U+2028>lines"),
        ("c1\x9bcontrol", "c1<U+009B>control"),
        ("half \ud83d", "half <U+D83D>"),
        ("one\nline", "one<U+000A>line"),
        ("soft\u00adhyphen", "soft<U+00AD>hyphen"),
    ],
)
def test_what_acts_is_written_by_its_number(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize("text", ["¿Abrís mañana?", "שלום", "नमस्ते", "👩\u200d🍳 👍🏽", "a\u200cb"])
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_only_a_line_feed_ends_a_line() -> None:
    assert visible_lines("a\r\nb\nc\rd") == ["a", "b", "c<U+000D>d"]
