"""What a mail says, and that no mail stops its reading."""

import re

import pytest

from nightbell.platforms.email.mail import LONGEST_TEXT, MOST_ATTACHMENTS, MOST_HEADERS, read_mail
from nightbell.platforms.email.parts import MAX_DEPTH, MAX_PARTS

TWO_MB = 2 * 1024 * 1024


def parts(*inner: str, kind: str = "mixed", boundary: str = "b") -> str:
    opened = "".join(f"--{boundary}\n{each}\n" for each in inner)
    return f"Content-Type: multipart/{kind}; boundary={boundary}\n\npreamble\n{opened}--{boundary}--\nepilogue\n"


def text(body: str, kind: str = "plain", more: str = "") -> str:
    return f"Content-Type: text/{kind}; charset=utf-8\n{more}\n{body}"


def said(raw: str | bytes) -> str:
    return read_mail(raw if isinstance(raw, bytes) else raw.encode()).text


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (text("Hola"), "Hola"),
        (text("Hola\n").replace("\n", "\r\n"), "Hola"),
        ("\nno headers", "no headers"),
        ("Subject: x", ""),
        (parts(text("plain"), text("<p>html", "html"), kind="alternative"), "plain"),
        (parts(text("<p>html", "html"), text("plain"), kind="alternative"), "plain"),
        (parts(text("<p>only&nbsp;<b>html</b>", "html")), "only html"),
        (parts(parts(text("deep"), boundary="b2"), text("other")), "deep"),
        (parts(text("prefix"), parts(text("x"), boundary="bb"), boundary="b"), "prefix"),
        (parts(text("a file", more="Content-Disposition: attachment\n"), text("the text")), "the text"),
        (parts(text("cut off")).replace("--b--", ""), "cut off\n\nepilogue"),
        ("Content-Type: multipart/mixed\n\nno boundary", ""),
        ("Content-Type: multipart/mixed; boundary=missing\n\nnone of it", ""),
        (b"Content-Type: text/plain; charset=iso-8859-1\n\ncaf\xe9", "caf\u00e9"),
        (b"Content-Type: text/plain; charset=utf-8\n\ncaf\xe9", "caf\ufffd"),
        (b"Content-Type: text/plain; charset=utf-7\n\n+AGE-", "+AGE-"),
        (b"Content-Type: text/plain; charset=bz2\n\nabc", "abc"),
        (b"Content-Transfer-Encoding: base64\n\nSG9sYQ==", "Hola"),
        (b"Content-Transfer-Encoding: base64\n\nSG9s!YQ", "Hola"),
        (b"Content-Transfer-Encoding: quoted-printable\n\ncaf=C3=A9 =\nsolo", "caf\u00e9 solo"),
        (b"Content-Transfer-Encoding: nobody-knows\n\nHola", "Hola"),
        (b"Content-Type: text/plain\n\na\x00b\x1b[31mc", "ab[31mc"),
        (b"Content-Type: ;;;===\n\nHola", "Hola"),
        (b"\xff\xfe\xfd: \xff\n\nHola", "Hola"),
    ],
)
def test_a_mail_says_what_a_person_reads(raw: str | bytes, words: str) -> None:
    assert said(raw) == words


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("Yes\n\nOn Mon, 2 Nov 2026, Panader\u00eda <hola@p.example> wrote:\n\n> We are closed.\n> STOP\n", "Yes"),
        (
            "S\u00ed\n\nEl lun, 2 nov 2026 a las 9:00, Panader\u00eda\n(<hola@p.example>) escribi\u00f3:\n\n> Cerrado",
            "S\u00ed",
        ),
        ("Ja\n\nAm 2.11.2026 schrieb hola:\n> zu", "Ja"),
        ("Yes\n\n-----Original Message-----\nFrom: hola\n\nWe are closed.", "Yes"),
        ("> Are you open?\nNo idea.\n> Or closed?\nNeither.", "> Are you open?\nNo idea.\n> Or closed?\nNeither."),
        ("> nothing but a quote", "> nothing but a quote"),
        ("She wrote:\nCome at nine", "She wrote:\nCome at nine"),
        ("a < b\n> c", "a < b"),
    ],
)
def test_a_quoted_mail_is_not_the_contacts_own_words(body: str, words: str) -> None:
    assert said(text(body)) == words


def test_a_quote_in_html_is_known_as_one() -> None:
    body = "<div>Yes</div><div>On Monday hola wrote:<br></div><blockquote>We are<br>closed. STOP</blockquote>"
    assert said(text(body, "html")) == "Yes"


@pytest.mark.parametrize(
    "hidden",
    ["<style>p{}</style>", "<script>x()</script>", "<!-- x -->", "<title>x</title>", "<img alt='x'>", "&#99999999;"],
)
def test_what_nobody_sees_in_html_is_not_read(hidden: str) -> None:
    assert said(text(f"<p>Hola{hidden}</p>", "html")) == "Hola"


def test_files_are_listed_with_name_kind_and_size() -> None:
    raw = parts(
        text("Hola"),
        text("<p>Hola", "html"),
        "Content-Type: image/png\nContent-Disposition: attachment; filename*=utf-8''caf%C3%A9.png\n\nAAAA",
        'Content-Type: text/plain; name="notes.txt"\n\nnotes',
        "Content-Type: message/rfc822\n\nSubject: forwarded\n\nx",
    )
    files = read_mail(raw.encode()).files
    assert [(each.number, each.name, each.kind, each.size) for each in files] == [
        (4, "caf\u00e9.png", "image/png", 4),
        (5, "notes.txt", "text/plain", 5),
        (6, "", "message/rfc822", 21),
    ]


def test_a_mail_within_a_mail_stays_closed() -> None:
    raw = parts(text("Look"), "Content-Type: message/rfc822\n\n" + parts(text("inner"), boundary="c"))
    assert said(raw) == "Look"


def nested(levels: int, innermost: bytes) -> bytes:
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=b%d.\n\n--b%d.\n" % (n, n) for n in range(levels))
    return opened + innermost


def many(count: int) -> bytes:
    head = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHola\n"
    return head + b"--b\nContent-Type: image/png\n\nAAAA\n" * (count - 1)


@pytest.mark.parametrize(
    ("raw", "shown", "is_cut"),
    [
        (nested(MAX_DEPTH, b"\nHola"), "Hola", False),
        (nested(MAX_DEPTH + 1, b"\nHola"), "", True),
        (many(MAX_PARTS - 1), "Hola", False),
        (many(MAX_PARTS), "Hola", True),
        (many(10_000), "Hola", True),
        (
            b"Content-Type: multipart/mixed; boundary=a\n\n--a\n\nHola\n--a\n" + nested(MAX_DEPTH + 5, b"\nx"),
            "Hola",
            True,
        ),
    ],
    ids=["as deep as may be", "deeper", "as many as may be", "more", "far more", "a text beside what is too deep"],
)
def test_of_a_mail_of_too_many_parts_the_first_are_read(raw: bytes, shown: str, *, is_cut: bool) -> None:
    mail = read_mail(raw)
    assert (mail.text, mail.is_cut) == (shown, is_cut)
    assert len(mail.files) <= MOST_ATTACHMENTS


@pytest.mark.parametrize(
    "raw",
    [
        b"\n" * TWO_MB,
        b"\r" * TWO_MB,
        b"\x00" * TWO_MB,
        b"a: b\n" * (TWO_MB // 5),
        b"Subject: " + b"x" * TWO_MB,
        b"Subject: " + b"=?utf-8?b?" * (TWO_MB // 10),
        b"From: " + b"(" * TWO_MB,
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b" * (TWO_MB // 3),
        b"Content-Type: multipart/mixed; " + b"boundary=a;" * 20_000 + b"\n\nx",
        b"Content-Disposition: attachment; " + b"".join(b"filename*%d=a;" % n for n in range(10_000)) + b"\n\nx",
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d.\n\n--b%d.\n" % (n, n) for n in range(31))
        + b"\n"
        + b"x\n" * (TWO_MB // 2),
        *(
            b"Content-Type: text/html\n\n" + mark * (TWO_MB // len(mark))
            for mark in (b"<!--", b"<a ", b"<a a='", b"&#1", b"<")
        ),
        b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=\n" * (TWO_MB // 2),
        b"\n\n" + b"> x\n" * (TWO_MB // 4),
        b"\n\n" + b" wrote:\n" * (TWO_MB // 8),
    ],
    ids=lambda raw: repr(raw[:60]),
)
@pytest.mark.timeout(10)
def test_no_mail_takes_long_or_grows(raw: bytes) -> None:
    mail = read_mail(raw)
    assert len(mail.text) <= LONGEST_TEXT
    assert len(mail.headers) <= MOST_HEADERS
    for name in ("subject", "from", "to"):
        assert len(mail.first(name)) <= 4_000
        mail.people(name)
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", mail.text)
