"""What a header says, in whichever charset, and never on more than one line."""

import pytest

from nightbell.platforms.email.header_words import header_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("folded\r\n over\r\n\tlines", "folded over lines"),
        ("=?iso-8859-1?q?=E1?= plain", "\u00e1 plain"),
        ("=?utf-8?b?w6E=?= =?utf-8?b?IGI=?=", "\u00e1 b"),
        ("=?utf-8?q?b=C3?= =?utf-8?q?=A1?=", "b\u00e1"),
        ("=?utf-8?q?caf=C3=A9_solo?=", "caf\u00e9 solo"),
        ("caf\udcc3\udca9", "caf\u00e9"),
        ("caf\udce9", "caf\u00e9"),
        ("=?utf-7?q?+AGE-?=", "+AGE-"),
        ("=?unicode_escape?q?=5Cx41?=", "\\x41"),
        ("=?nobody-knows?q?=E1?=", "\u00e1"),
        ("=?utf-8?q?a=0D=0ABcc:_x@y.example?=", "a Bcc: x@y.example"),
        ("=?utf-8?q?a=00=1B[31m?=", "a[31m"),
        ("a\u2028b", "ab"),
        ("=?utf-8?b?!?=", ""),
        ("=?utf-8?q?", "=?utf-8?q?"),
    ],
)
def test_a_header_is_read_on_one_line(value: str, text: str) -> None:
    assert header_text(value) == text
