"""Whom a header names, whatever somebody wrote into it."""

import pytest

from nightbell.platforms.email.addresses import label_of, normal, read_addresses, without_label


@pytest.mark.parametrize(
    ("header", "addresses"),
    [
        ("Ana <Ana@Example.COM>", ["ana@example.com"]),
        ('"jefa@banco.example" <otra@correo.example>', ["otra@correo.example"]),
        ('"a <x@y.example>" <b@c.example>', ["b@c.example"]),
        ("a@b.example (x@y.example)", ["a@b.example"]),
        ("a@b.example (((x@y.example)", ["a@b.example"]),
        ('one@b.example, "Two, Three" <two@c.example>', ["one@b.example", "two@c.example"]),
        ("Team: one@b.example, two@c.example;", ["one@b.example", "two@c.example"]),
        ("undisclosed-recipients:;", []),
        ("=?utf-8?q?Jos=C3=A9?= <jose@b\u00fccher.example>", ["jose@xn--bcher-kva.example"]),
        ("first@b.example <second@c.example>", ["second@c.example"]),
        ("<>", []),
        ("", []),
        ("MAILER-DAEMON", []),
        ("a@localhost", []),
        ("a@b.example@c.example", []),
        ('"with blank"@b.example', []),
        ("a\r\nBcc: x@y.example", ["x@y.example"]),
        ('"never closed <a@b.example>', []),
    ],
)
def test_a_header_names_mailboxes(header: str, addresses: list[str]) -> None:
    assert [each.address for each in read_addresses(header)] == addresses


def test_a_name_never_looks_like_an_address() -> None:
    (found,) = read_addresses('"jefa@banco.example" <otra@correo.example>')
    assert "@" not in found.name


@pytest.mark.parametrize(
    "text",
    ["a@" + "b" * 64 + ".example", "a" * 65 + "@b.example", "a@b..example", "a@-b.example", "\u00e9@", "a@\ud800.x"],
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert normal(text) is None


@pytest.mark.parametrize("mark", ["(", '"', "<", ",", "a@", '"\\', "a@b.example,", "=?utf-8?q?a?= "])
@pytest.mark.timeout(5)
def test_a_hostile_header_takes_no_time(mark: str) -> None:
    read_addresses(mark * 50_000)


def test_a_label_stands_between_plus_and_at() -> None:
    assert without_label("hola+12345674@shop.example") == "hola@shop.example"
    assert without_label("hola@shop.example") == "hola@shop.example"
    assert label_of("hola+12345674@shop.example") == "12345674"
    assert label_of("hola@shop+x.example") == ""
