"""The public vectors of Twilio's own library, and what they leave out."""

import base64
from urllib.parse import urlencode

import pytest

from nightbell.domain.errors import SignatureError
from nightbell.platforms.twilio.signature import sign, verify

TOKEN = "12345"
TOKENS = {"AC1": [TOKEN]}
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FORM = "application/x-www-form-urlencoded"
CALL = {
    "CallSid": ["CA1234567890ABCDE"],
    "Digits": ["1234"],
    "From": ["+14158675309"],
    "To": ["+18005551212"],
    "Caller": ["+14158675309"],
}
CALL_BODY = urlencode(CALL, doseq=True).encode()
JSON = b'{"property": "value", "boolean": true}'
JSON_URL = (
    URL + "&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
)  # pragma: allowlist secret
JSON_SIGNATURE = "a9nBmqA0ju/hNViExpshrM61xv4="  # pragma: allowlist secret
SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="  # pragma: allowlist secret
WITH_443 = "kvajT1Ptam85bY51eRf/AJRuM3w="  # pragma: allowlist secret

VECTORS = [
    (URL, CALL, SIGNATURE),
    (URL.replace(".com", ".com:443"), CALL, WITH_443),
    (URL.replace("https", "http").replace(".com", ".com:80"), CALL, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
    (URL.replace("https", "http").replace(".com", ".com:1234"), CALL, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
    (
        URL,
        {"Sid": ["CA123"], "SidAccount": ["AC123"], "Digits": ["5678", "1234", "1234"]},
        "IK+Dwps556ElfBT0I3Rgjkr1wJU=",
    ),
]


@pytest.mark.parametrize(("url", "form", "signature"), VECTORS, ids=[vector[2][:4] for vector in VECTORS])
def test_a_public_vector_is_made_and_accepted(url: str, form: dict[str, list[str]], signature: str) -> None:
    assert sign(url, form, TOKEN) == signature
    assert verify(url, FORM, urlencode(form, doseq=True).encode(), signature, TOKENS) == "AC1"


def test_the_public_vector_of_a_body_that_is_no_form_is_accepted() -> None:
    assert sign(JSON_URL, {}, TOKEN) == JSON_SIGNATURE
    assert verify(JSON_URL, "application/json", JSON, JSON_SIGNATURE, TOKENS) == "AC1"


def refuses(
    url: str = URL,
    content_type: str = FORM,
    body: bytes = CALL_BODY,
    header: str | None = SIGNATURE,
    tokens: dict[str, list[str]] = TOKENS,
) -> None:
    with pytest.raises(SignatureError):
        verify(url, content_type, body, header, tokens)


@pytest.mark.parametrize(
    "url",
    [
        JSON_URL.replace("0a1f", "0a1e"),
        JSON_URL.upper().replace("BODYSHA256", "bodySHA256"),
        JSON_URL + "0",
        JSON_URL[:-1],
        URL,
        URL + "&bodySHA256=",
        JSON_URL + "&bodySHA256=" + "0" * 64,
    ],
)
def test_a_body_hash_that_does_not_match_is_refused_however_it_is_signed(url: str) -> None:
    refuses(url, "application/json", JSON, sign(url, {}, TOKEN))


def test_a_body_that_is_no_form_is_not_taken_for_one_and_the_other_way_round() -> None:
    refuses(JSON_URL, FORM, JSON, JSON_SIGNATURE)
    refuses(URL, "application/json", CALL_BODY, SIGNATURE)
    refuses(URL, "", CALL_BODY, SIGNATURE)
    refuses(URL, "application/x-www-form-urlencoded-not", CALL_BODY, SIGNATURE)


def test_a_form_is_known_with_its_character_set() -> None:
    assert verify(URL, "Application/X-WWW-Form-Urlencoded; charset=UTF-8", CALL_BODY, SIGNATURE, TOKENS)


@pytest.mark.parametrize(
    ("told", "signed"),
    [
        ("https://a.example/x?y=1", "https://a.example:443/x?y=1"),
        ("https://a.example:443/x", "https://a.example/x"),
        ("http://a.example/x", "http://a.example:80/x"),
        ("http://a.example:80/x", "http://a.example/x"),
    ],
)
def test_a_schemes_own_port_may_stand_in_the_address_or_not(told: str, signed: str) -> None:
    assert verify(told, FORM, CALL_BODY, sign(signed, CALL, TOKEN), TOKENS) == "AC1"


@pytest.mark.parametrize(
    ("told", "signed"),
    [
        ("https://a.example/x", "https://a.example:8443/x"),
        ("https://a.example:8443/x", "https://a.example/x"),
        ("https://a.example/x", "https://a.example:80/x"),
        ("https://a.example/x", "http://a.example/x"),
        ("https://a.example/x", "https://b.example/x"),
        ("https://a.example/x?tag=1", "https://a.example/x?tag=2"),
        ("https://a.example/x?tag=1", "https://a.example/x"),
        ("https://a.example/x/", "https://a.example/x"),
        ("https://a.example/x", "https://a.example/x#rc=2"),
        ("https://a.example/x%2B", "https://a.example/x+"),
    ],
)
def test_another_address_is_refused(told: str, signed: str) -> None:
    refuses(told, header=sign(signed, CALL, TOKEN))


def test_a_blank_value_is_signed_by_its_name() -> None:
    body = b"ToCity=&Body=Hello&ToZip="
    assert verify(URL, FORM, body, sign(URL, {"ToCity": [""], "Body": ["Hello"], "ToZip": [""]}, TOKEN), TOKENS)
    refuses(body=body, header=sign(URL, {"Body": ["Hello"]}, TOKEN))


def test_a_plus_is_a_blank_and_an_escaped_one_is_a_plus() -> None:
    assert verify(URL, FORM, b"Body=a+b", sign(URL, {"Body": ["a b"]}, TOKEN), TOKENS)
    assert verify(URL, FORM, b"Body=a%2Bb", sign(URL, {"Body": ["a+b"]}, TOKEN), TOKENS)
    refuses(body=b"Body=a+b", header=sign(URL, {"Body": ["a+b"]}, TOKEN))


def test_names_are_in_the_order_of_their_characters_so_that_capitals_come_first() -> None:
    assert verify(URL, FORM, b"alpha=1&Zeta=2", sign(URL + "Zeta2alpha1", {}, TOKEN), TOKENS)


def test_a_repeated_value_counts_once_and_other_values_of_its_name_all_count() -> None:
    assert verify(URL, FORM, b"D=2&D=1&D=2", sign(URL + "D1D2", {}, TOKEN), TOKENS)
    refuses(body=b"D=2&D=1&D=3", header=sign(URL + "D1D2", {}, TOKEN))


def test_a_text_beyond_ascii_is_signed_as_utf_8() -> None:
    body = "Body=Grüße+🙂"
    assert verify(URL, FORM, body.encode(), sign(URL, {"Body": ["Grüße 🙂"]}, TOKEN), TOKENS)


@pytest.mark.parametrize("body", [b"", b"Body=%ff", b"\xff=1", b"&".join([b"a=1"] * 501)])
def test_a_body_that_is_no_form_is_refused(body: bytes) -> None:
    refuses(body=body)


@pytest.mark.parametrize("url", ["", " ", URL + "\n", URL + "é", "\udcff"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    refuses(url, header=base64.b64encode(b"\0" * 20).decode())


def test_a_port_that_is_no_number_spoils_nothing() -> None:
    url = "https://a.example:x/"
    assert verify(url, FORM, CALL_BODY, sign(url, CALL, TOKEN), TOKENS)
    assert verify("https://a.example:99999/", FORM, CALL_BODY, sign("https://a.example:99999/", CALL, TOKEN), TOKENS)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        SIGNATURE[:-1],
        SIGNATURE + "=",
        SIGNATURE + " ",
        SIGNATURE + "\n",
        " " + SIGNATURE,
        SIGNATURE.replace("/", "_").replace("+", "-"),
        SIGNATURE.lower(),
        SIGNATURE[:-2] + "9=",
        f"{SIGNATURE}, {SIGNATURE}",
        SIGNATURE[:4],
        "\udcff",
        "é" * 28,
        base64.b64encode(b"\0" * 32).decode(),
        base64.b64encode(b"\0" * 20).decode(),
    ],
)
def test_a_malformed_signature_is_refused(header: str | None) -> None:
    refuses(header=header)


def test_it_is_told_whose_token_signed() -> None:
    tokens = {"AC1": ["another", "yet another"], "AC2": ["a new one", TOKEN]}
    assert verify(URL, FORM, CALL_BODY, SIGNATURE, tokens) == "AC2"


@pytest.mark.parametrize("tokens", [{}, {"AC1": []}, {"AC1": [""]}, {"AC1": ["123456"]}])
def test_without_the_right_token_nothing_is_accepted(tokens: dict[str, list[str]]) -> None:
    refuses(tokens=tokens)
