"""Forms, exact bytes, tokens in addresses and signatures, as a real server receives them."""

import hashlib
import hmac
import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest

from nightbell.adapters.aws_signature import AwsSignature
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.platforms.channel import Answer, HttpOutcome, HttpRequest, NotSent
from tests.contract.raw_server import read_request, serving

WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
KEY_ID, KEY, SESSION = (
    "AKIDEXAMPLE",
    "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",  # pragma: allowlist secret
    "a/session==",
)  # pragma: allowlist secret
REGION = "eu-central-1"


def post(**given: object) -> HttpRequest:
    return HttpRequest(**{"method": "POST", "url": "http://127.0.0.1:{port}/v1/messages", **given})  # type: ignore[arg-type]


@contextmanager
def listening() -> Iterator[tuple[int, list[bytes]]]:
    received: list[bytes] = []

    def script(sock: socket.socket) -> None:
        received.append(read_request(sock))
        sock.sendall(WHOLE)

    with serving(script) as server:
        yield server.port, received


def sent(request: HttpRequest, http: PlatformHttp | None = None) -> tuple[str, dict[str, str], bytes]:
    """Send it, and give back the target, the headers and the body that arrived."""
    with listening() as (port, received):
        outcome = (http or PlatformHttp()).send(replace(request, url=request.url.replace("{port}", str(port))))
    assert isinstance(outcome, Answer), outcome
    head, _, body = received[0].partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    return first.split(" ")[1], {name.lower(): value for name, _, value in (x.partition(": ") for x in lines)}, body


def refused(request: HttpRequest, http: PlatformHttp | None = None) -> HttpOutcome:
    with listening() as (port, received):
        outcome = (http or PlatformHttp()).send(replace(request, url=request.url.replace("{port}", str(port))))
    assert received == []
    return outcome


# Bodies

FORM: Sequence[tuple[str, str]] = (("To", "+34600111222"), ("Body", "¡Hola! 1+1=2 & más \U0001f514"), ("To", "again"))


def test_a_form_arrives_with_every_field_in_its_order() -> None:
    _, headers, body = sent(post(form=FORM))
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert tuple(parse_qsl(body.decode("ascii"), strict_parsing=True)) == FORM


def test_half_of_a_pair_stops_no_form() -> None:
    assert sent(post(form=[("Body", "a\ud83d")]))[2] == b"Body=a%3F"


@pytest.mark.parametrize("content", [b"", b"\x00\xff\r\n", b'{"a": 1}\n', "ñ".encode()])
def test_content_arrives_byte_for_byte(content: bytes) -> None:
    _, headers, body = sent(post(content=content, content_type="audio/mpeg"))
    assert body == content
    assert headers["content-type"] == "audio/mpeg"
    assert headers["content-length"] == str(len(content))


@pytest.mark.parametrize(
    "bodies", [{"json": {}, "form": ()}, {"form": (), "content": b""}, {"json": {}, "content": b""}], ids=str
)
def test_a_request_with_two_bodies_is_not_sent(bodies: dict[str, object]) -> None:
    assert isinstance(refused(post(**bodies)), NotSent)


# Tokens in addresses


def test_a_token_takes_its_place_in_the_address_and_shows_nowhere_else() -> None:
    request = post(url="http://127.0.0.1:{port}/bot{token}/sendMessage", url_token="7:AA-b_c")
    target, _, _ = sent(request)
    assert target == "/bot7:AA-b_c/sendMessage"
    assert "AA-b_c" not in repr(request)


def test_a_token_stays_within_its_part_of_the_address() -> None:
    assert sent(post(url="http://127.0.0.1:{port}/bot{token}/x", url_token="a/../?#b"))[0] == "/bota%2F..%2F%3F%23b/x"


def test_without_its_token_nothing_is_sent() -> None:
    assert isinstance(refused(post(url="http://127.0.0.1:{port}/bot{token}/x")), NotSent)


def test_what_failed_is_told_without_the_token() -> None:
    outcome = PlatformHttp().send(post(url="http://127.0.0.1:9/bot{token}/x", url_token="canary-token"))
    assert outcome == NotSent(error="connect: ConnectionRefusedError ECONNREFUSED")


# Answers


@pytest.mark.parametrize(("most", "complete"), [(1, False), (2, True)])
def test_an_answer_is_read_as_far_as_the_request_wants(most: int, *, complete: bool) -> None:
    with listening() as (port, _):
        outcome = PlatformHttp().send(post(url=f"http://127.0.0.1:{port}/", max_answer=most))
    assert outcome == Answer(status=200, headers={"content-length": "2"}, body=b"{}"[:most], complete=complete)


# Requests to AWS


@pytest.fixture
def role(monkeypatch: pytest.MonkeyPatch) -> PlatformHttp:
    """Run as a function does, with credentials of a role."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SES", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEY)
    monkeypatch.setenv("AWS_SESSION_TOKEN", SESSION)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    return PlatformHttp(sign=AwsSignature())


def signature(method: str, target: str, headers: dict[str, str], body: bytes, service: str) -> str:
    """Sign what arrived, by AWS "Create a signed AWS API request" and nothing of ours."""
    names = re.findall(r"SignedHeaders=([^,]+)", headers["authorization"])[0]
    day, parts = headers["x-amz-date"][:8], urlsplit(target)
    canonical = [method, parts.path, "&".join(sorted(parts.query.split("&"))) if parts.query else ""]
    canonical += [*(f"{name}:{headers[name].strip()}" for name in names.split(";")), "", names]
    digest = hashlib.sha256("\n".join([*canonical, hashlib.sha256(body).hexdigest()]).encode()).hexdigest()
    scope = f"{day}/{REGION}/{service}/aws4_request"
    to_sign = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, digest])
    key = f"AWS4{KEY}".encode()
    for part in (day, REGION, service, "aws4_request", to_sign):
        key = hmac.digest(key, part.encode(), "sha256")
    return key.hex()


@pytest.mark.parametrize(
    ("service", "more"),
    [
        ("ses", {"json": {"Content": "x" * 1000}}),
        ("ses", {"json": {"Content": "ñ"}, "query": {"b": "2", "a": "1 1"}}),
        ("s3", {"method": "GET", "headers": {"Range": "bytes=0-1999"}}),
        ("s3", {"method": "PUT", "content": b"\x00\xff", "content_type": "audio/mpeg"}),
        ("s3", {"method": "DELETE"}),
    ],
)
def test_what_arrives_is_what_was_signed(role: PlatformHttp, service: str, more: dict[str, object]) -> None:
    request = post(aws=service, **more)
    target, headers, body = sent(request, role)
    right = signature(request.method, target, headers, body, service)
    assert headers["authorization"].endswith(f"Signature={right}")
    assert f"Credential={KEY_ID}/" in headers["authorization"]
    assert headers["x-amz-security-token"] == SESSION
    assert headers.get("range") == request.headers.get("Range")
    signed = re.findall(r"SignedHeaders=([^,]+)", headers["authorization"])[0].split(";")
    assert {"host", "x-amz-date", "x-amz-security-token"} <= set(signed)
    assert not {"connection", "range", "user-agent"} & set(signed)
    assert (service == "s3") == ("x-amz-content-sha256" in headers)


@pytest.mark.parametrize("key", ["recordings/RE0 a+b~ñ.mp3", "mail/x?y#z"])
def test_a_key_with_signs_in_it_is_signed_as_it_travels(role: PlatformHttp, key: str) -> None:
    from urllib.parse import quote  # noqa: PLC0415 - what whoever describes such a request must do

    request = post(method="GET", url="http://127.0.0.1:{port}/bucket/" + quote(key), aws="s3")
    target, headers, body = sent(request, role)
    assert headers["authorization"].endswith(signature("GET", target, headers, body, "s3"))


def test_without_credentials_or_a_signer_nothing_is_sent(role: PlatformHttp, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(refused(post(aws="ses"), PlatformHttp()), NotSent)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    assert isinstance(refused(post(aws="ses"), role), NotSent)


SES = "https://email.{region}.amazonaws.com/v2/email/outbound-emails"


@pytest.mark.usefixtures("role")
def test_the_region_is_the_functions_own() -> None:
    address = AwsSignature().address(SES, "ses")
    assert address == "https://email.eu-central-1.amazonaws.com/v2/email/outbound-emails"


@pytest.mark.usefixtures("role")
def test_a_configured_endpoint_takes_the_place_of_aws_and_of_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:4566")
    sign = AwsSignature()
    assert sign.address(SES, "ses") == "http://localhost:4566/v2/email/outbound-emails"
    simulated = "http://127.0.0.1:4790/email/v2/email/outbound-emails"
    assert sign.address(simulated, "ses") == simulated
