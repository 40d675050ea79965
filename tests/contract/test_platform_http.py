"""Where a send breaks decides its outcome; every break here is made by a real socket."""

import gzip
import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nightbell.adapters.platform_http import PlatformHttp
from nightbell.platforms.channel import Answer, HttpOutcome, HttpRequest, NoAnswer, NotSent
from tests.contract.certificates import write_certificate
from tests.contract.raw_server import (
    RawServer,
    Script,
    answer,
    drip,
    read_request,
    reset_after_first_byte,
    server_tls,
    serving,
)

# How late a deadline may be noticed on a machine that is busy with other work; the servers stay silent for longer.
SOON_S = 10
TOKEN = "canary-token"
TEXT = "canary-text"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Thing: \xc4\r\n"
BODY = b'{"message_id":"m_1"}'
MAX_ANSWER_BYTES = HttpRequest(method="GET", url="").max_answer
WHOLE = OK + b"Content-Length: 20\r\n\r\n" + BODY


def post(port: int, *, host: str = "127.0.0.1", scheme: str = "http", timeout_s: float = 3.0) -> HttpRequest:
    return HttpRequest(
        method="POST",
        url=f"{scheme}://{host}:{port}/v26.0/me/messages",
        headers={"Authorization": f"Bearer {TOKEN}"},
        query={"access_token": TOKEN},
        json={"text": TEXT},
        timeout_s=timeout_s,
    )


@pytest.fixture(scope="session")
def http() -> PlatformHttp:
    return PlatformHttp()


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return write_certificate(tmp_path / "server.pem", name="localhost")


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


# Nothing written


def test_name_that_does_not_resolve_is_not_sent(http: PlatformHttp) -> None:
    outcome = http.send(post(443, host="graph.platform.invalid", scheme="https"))
    assert isinstance(outcome, NotSent)
    assert outcome.error.startswith("look-up: gaierror")


def test_name_that_no_resolver_could_be_asked_for_is_not_sent(http: PlatformHttp) -> None:
    assert isinstance(http.send(post(443, host="a" * 70 + ".invalid")), NotSent)


def test_look_up_that_comes_back_too_late_opens_no_connection(
    http: PlatformHttp, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up = socket.getaddrinfo

    # Replaced, because no resolver on a test machine is slow on demand.
    def slow(host: str, port: int, **options: int) -> object:
        time.sleep(0.3)
        return look_up(host, port, **options)

    with serving(answer(WHOLE)) as server:
        monkeypatch.setattr(socket, "getaddrinfo", slow)
        outcome = http.send(post(server.port, timeout_s=0.2))
    assert isinstance(outcome, NotSent)
    assert server.connections == 0


def test_refused_connection_is_not_sent(http: PlatformHttp) -> None:
    assert http.send(post(unused_port())) == NotSent(error="connect: ConnectionRefusedError ECONNREFUSED")


def test_second_address_is_tried_when_the_first_refuses(http: PlatformHttp, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = unused_port()
    with serving(answer(WHOLE)) as server:
        # Replaced, because no name of a test machine has two addresses of which one refuses.
        both = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port)) for port in (refused, server.port)]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
        assert isinstance(http.send(post(server.port)), Answer)


def test_silent_address_ends_at_the_deadline(http: PlatformHttp) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.settimeout(0)
            one.connect_ex(address)
        outcome, took_s = timed(http, post(address[1], timeout_s=0.4))
        for one in waiting:
            one.close()
    assert outcome == NotSent(error="connect: TimeoutError")
    assert 0.35 < took_s < SOON_S


def test_certificate_nobody_vouches_for_is_not_sent(http: PlatformHttp, certificate: Path) -> None:
    with serving(answer(WHOLE), server_tls(certificate)) as server:
        outcome = http.send(post(server.port, host="localhost", scheme="https"))
    assert outcome == NotSent(error="handshake: SSLCertVerificationError CERTIFICATE_VERIFY_FAILED")
    assert server.connections == 1


@pytest.mark.parametrize(("name", "days_left"), [("platform.example", 1), ("localhost", -1)])
def test_certificate_for_another_name_or_expired_is_not_sent(tmp_path: Path, name: str, days_left: int) -> None:
    certificate = write_certificate(tmp_path / "wrong.pem", name=name, days_left=days_left)
    with serving(answer(WHOLE), server_tls(certificate)) as server:
        outcome = PlatformHttp(str(certificate)).send(post(server.port, host="localhost", scheme="https"))
    assert isinstance(outcome, NotSent)


def test_server_that_speaks_no_tls_is_not_sent(http: PlatformHttp) -> None:
    with serving(lambda sock: sock.sendall(WHOLE)) as server:
        assert isinstance(http.send(post(server.port, scheme="https")), NotSent)


def test_connection_that_closes_in_the_handshake_is_not_sent(http: PlatformHttp) -> None:
    with serving(lambda sock: sock.close()) as server:
        assert isinstance(http.send(post(server.port, scheme="https")), NotSent)


def test_handshake_that_never_ends_is_not_sent_at_the_deadline(http: PlatformHttp, stop: threading.Event) -> None:
    def silent(_: socket.socket) -> None:
        stop.wait(30)

    with serving(silent) as server:
        outcome, took_s = timed(http, post(server.port, scheme="https", timeout_s=0.4))
        stop.set()
    assert outcome == NotSent(error="handshake: TimeoutError")
    assert took_s < SOON_S


def test_request_that_cannot_be_made_is_not_sent(http: PlatformHttp) -> None:
    assert isinstance(http.send(HttpRequest(method="GET", url="no address at all")), NotSent)
    assert isinstance(http.send(HttpRequest(method="POST", url="http://127.0.0.1/", json=float("nan"))), NotSent)


# Something written, no complete head


@pytest.mark.parametrize(
    "script",
    [
        reset_after_first_byte,
        answer(),
        answer(b"HTTP/1.1 2"),
        answer(b"HTTP/1.1 200"),
        answer(b"HTTP/1.1 200 OK\r\n"),
        answer(OK),
        answer(b"HTTP/1.1 200 OK\r\nContent-Le"),
        answer(b"\xff\xfe garbage \xf0\r\n\r\n"),
        answer(b"HTTP/1.1 2\xb2\xb2 OK\r\n\r\n"),
        answer(b"SSH-2.0-OpenSSH\r\n"),
        answer(b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        answer(b"HTTP/1.1 100 Continue\r\n\r\n"),
        answer(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n"),
    ],
)
def test_break_before_the_head_is_complete_is_no_answer(http: PlatformHttp, script: Script) -> None:
    with serving(script) as server:
        outcome = http.send(post(server.port))
    assert isinstance(outcome, NoAnswer)
    assert server.connections == 1


def test_drip_in_the_headers_is_no_answer_at_the_deadline(http: PlatformHttp, stop: threading.Event) -> None:
    with serving(drip(OK + b"X-Slow: ", b"a", stop)) as server:
        outcome, took_s = timed(http, post(server.port, timeout_s=0.5))
        stop.set()
    assert outcome == NoAnswer(error="answer: TimeoutError")
    assert 0.45 < took_s < SOON_S


def test_request_that_is_not_read_ends_at_the_deadline(http: PlatformHttp, stop: threading.Event) -> None:
    request = HttpRequest(method="POST", url="", json="x" * 30_000_000, timeout_s=0.5)

    def silent(_: socket.socket) -> None:
        stop.wait(30)

    with serving(silent) as server:
        outcome, took_s = timed(http, at(server, request))
        stop.set()
    assert outcome == NoAnswer(error="request: TimeoutError")
    assert took_s < SOON_S


def test_early_answer_to_a_request_that_is_not_read_is_an_answer(http: PlatformHttp) -> None:
    def refuse(sock: socket.socket) -> None:
        sock.recv(10)
        sock.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(65_536):
            pass

    with serving(refuse) as server:
        outcome = http.send(at(server, HttpRequest(method="POST", url="", json="x" * 300_000)))
    assert isinstance(outcome, Answer)
    assert outcome.status == 413


# A complete head


def test_whole_answer_is_complete_and_has_lower_case_headers(http: PlatformHttp) -> None:
    with serving(answer(WHOLE)) as server:
        outcome = http.send(post(server.port))
    assert isinstance(outcome, Answer)
    assert (outcome.status, outcome.body, outcome.complete) == (200, BODY, True)
    assert outcome.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (OK + b"Content-Length: 100\r\n\r\n", BODY),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"14\r\n" + BODY + b"\r\n"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"20\r\n" + BODY),
    ],
)
def test_cut_body_is_an_incomplete_answer(http: PlatformHttp, head: bytes, body: bytes) -> None:
    with serving(answer(head + body)) as server:
        outcome = http.send(post(server.port))
    assert isinstance(outcome, Answer)
    assert (outcome.status, outcome.body, outcome.complete) == (200, BODY, False)
    assert server.connections == 1


@pytest.mark.parametrize(
    "rest",
    [
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\nboo",
        b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nboo",
        b"Content-Length: 50\r\nContent-Encoding: gzip\r\n\r\nboo",
        b"Set-Cookie: =;;\xff\r\nContent-Length: 9\r\n\r\nboo",
    ],
)
def test_senseless_framing_after_a_complete_head_is_an_incomplete_answer(http: PlatformHttp, rest: bytes) -> None:
    with serving(answer(OK + rest)) as server:
        outcome = http.send(post(server.port))
    assert isinstance(outcome, Answer)
    assert (outcome.status, outcome.complete) == (200, False)


def test_drip_in_the_body_is_an_incomplete_answer_at_the_deadline(http: PlatformHttp, stop: threading.Event) -> None:
    with serving(drip(OK + b"Content-Length: 1000\r\n\r\n" + BODY, b"a", stop)) as server:
        outcome, took_s = timed(http, post(server.port, timeout_s=0.5))
        stop.set()
    assert isinstance(outcome, Answer)
    assert (outcome.status, outcome.complete) == (200, False)
    assert outcome.body.startswith(BODY + b"a")
    assert 0.45 < took_s < SOON_S


def test_drip_in_a_body_under_tls_ends_at_the_deadline(certificate: Path, stop: threading.Event) -> None:
    script = drip(OK + b"Content-Length: 1000\r\n\r\n" + BODY, b"a", stop)
    with serving(script, server_tls(certificate)) as server:
        request = post(server.port, host="localhost", scheme="https", timeout_s=0.5)
        outcome, took_s = timed(PlatformHttp(str(certificate)), request)
        stop.set()
    assert isinstance(outcome, Answer)
    assert not outcome.complete
    assert took_s < SOON_S


def test_body_over_the_limit_is_cut_there(http: PlatformHttp) -> None:
    with serving(answer(OK + b"\r\n", b"a" * (MAX_ANSWER_BYTES + 1))) as server:
        outcome = http.send(post(server.port))
    assert isinstance(outcome, Answer)
    assert (len(outcome.body), outcome.complete) == (MAX_ANSWER_BYTES, False)


def test_body_of_just_the_limit_is_complete(http: PlatformHttp) -> None:
    with serving(answer(OK + b"\r\n", b"a" * MAX_ANSWER_BYTES)) as server:
        outcome = http.send(post(server.port))
    assert isinstance(outcome, Answer)
    assert (len(outcome.body), outcome.complete) == (MAX_ANSWER_BYTES, True)


def test_compressed_body_is_handed_on_as_it_came(http: PlatformHttp) -> None:
    packed = gzip.compress(b"a" * 50_000_000)
    with serving(answer(OK + b"Content-Encoding: gzip\r\n\r\n", packed)) as server:
        outcome = http.send(post(server.port))
    assert isinstance(outcome, Answer)
    assert outcome.body == packed


@pytest.mark.parametrize("status", [204, 304, 400, 409, 429, 500, 503])
def test_every_final_status_is_an_answer(http: PlatformHttp, status: int) -> None:
    with serving(answer(b"HTTP/1.1 %d Whatever\r\nRetry-After: 7\r\n\r\n" % status)) as server:
        outcome = http.send(post(server.port))
    assert outcome == Answer(status=status, headers={"retry-after": "7"}, body=b"")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=st.binary(max_size=60), keep=st.integers(0, len(WHOLE)))
def test_any_damage_to_the_answer_is_one_of_the_three_outcomes(http: PlatformHttp, junk: bytes, keep: int) -> None:
    with serving(answer(WHOLE[:keep] + junk)) as server:
        outcome = http.send(post(server.port))
    assert isinstance(outcome, NoAnswer | Answer)
    if keep == len(WHOLE):
        assert isinstance(outcome, Answer)
        assert outcome.body == BODY


# What is sent, and how often


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_not_followed(http: PlatformHttp, status: int) -> None:
    with serving(answer(WHOLE)) as elsewhere:
        location = f"http://127.0.0.1:{elsewhere.port}/".encode()
        with serving(answer(b"HTTP/1.1 %d Moved\r\nLocation: %s\r\n\r\n" % (status, location))) as server:
            outcome = http.send(post(server.port))
    assert isinstance(outcome, Answer)
    assert (outcome.status, server.connections, elsewhere.connections) == (status, 1, 0)


def test_two_sends_use_two_connections_even_if_the_server_keeps_them_open(http: PlatformHttp) -> None:
    def keep_alive(sock: socket.socket) -> None:
        while True:
            read_request(sock)
            sock.sendall(WHOLE)
            if sock.recv(1) == b"":
                return

    with serving(keep_alive) as server:
        http.send(post(server.port))
        http.send(post(server.port))
    assert server.connections == 2


def test_request_arrives_as_described(http: PlatformHttp) -> None:
    seen: list[bytes] = []

    def record(sock: socket.socket) -> None:
        seen.append(read_request(sock))
        sock.sendall(WHOLE)

    described = HttpRequest(
        method="POST",
        url="",
        headers={"Authorization": "Bearer x"},
        query={"fields": "a,b", "q": "ä&="},
        json={"text": "Grüße 🔔 \ud800"},
    )
    with serving(record) as server:
        http.send(at(server, described))
    head, _, body = seen[0].partition(b"\r\n\r\n")
    line, *headers = head.decode("ascii").split("\r\n")
    assert line.startswith("POST /path?")
    assert parse_qs(urlsplit(line.split(" ")[1]).query) == {"fields": ["a,b"], "q": ["ä&="]}
    assert {"Connection: close", "Content-Type: application/json", "Authorization: Bearer x"} <= set(headers)
    assert not any(header.lower().startswith("transfer-encoding") for header in headers)
    assert json.loads(body) == {"text": "Grüße 🔔 \ud800"}


def test_get_has_no_body(http: PlatformHttp) -> None:
    seen: list[bytes] = []

    def record(sock: socket.socket) -> None:
        seen.append(read_request(sock))
        sock.sendall(WHOLE)

    with serving(record) as server:
        http.send(at(server, HttpRequest(method="GET", url="")))
    assert seen[0].startswith(b"GET /path HTTP/1.1\r\n")
    assert seen[0].endswith(b"\r\n\r\n")
    assert b"content-length" not in seen[0].lower()


def test_proxies_and_netrc_of_the_machine_are_not_used(
    http: PlatformHttp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[bytes] = []

    def record(sock: socket.socket) -> None:
        seen.append(read_request(sock))
        sock.sendall(WHOLE)

    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password something\n")
    netrc.chmod(0o600)
    with serving(answer(WHOLE)) as proxy, serving(record) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("NETRC", str(netrc))
        http.send(at(server, HttpRequest(method="GET", url="")))
    assert proxy.connections == 0
    assert b"authorization" not in seen[0].lower()


def test_answer_under_tls_arrives(certificate: Path) -> None:
    with serving(answer(WHOLE), server_tls(certificate)) as server:
        outcome = PlatformHttp(str(certificate)).send(post(server.port, host="localhost", scheme="https"))
    assert isinstance(outcome, Answer)
    assert outcome.body == BODY


def test_no_thread_outlives_a_send(http: PlatformHttp, stop: threading.Event) -> None:
    before = set(threading.enumerate())
    with serving(drip(OK, b"X: y\r\n", stop)) as server:
        http.send(post(server.port, timeout_s=0.2))
        added = {thread.name for thread in set(threading.enumerate()) - before}
        stop.set()
    assert added == {"server accepts", "server answers"}


@pytest.mark.parametrize(
    "break_at",
    [
        lambda: post(1, host="graph.platform.invalid"),
        lambda: post(unused_port()),
        lambda: HttpRequest(method="POST", url=f"nothing://{TOKEN}", json=TEXT),
    ],
)
def test_errors_of_what_was_not_sent_name_no_secret(http: PlatformHttp, break_at: Callable[[], HttpRequest]) -> None:
    outcome = http.send(break_at())
    assert isinstance(outcome, NotSent)
    assert "canary" not in outcome.error


@pytest.mark.parametrize("script", [answer(), answer(WHOLE), answer(OK + b"No colon here\r\n: x\r\n\r\n")])
def test_errors_and_logs_name_no_secret(http: PlatformHttp, caplog: pytest.LogCaptureFixture, script: Script) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(script) as server:
        outcome = http.send(post(server.port))
    assert "canary" not in repr(outcome)
    assert "canary" not in caplog.text


def timed(http: PlatformHttp, request: HttpRequest) -> tuple[HttpOutcome, float]:
    started = time.monotonic()
    outcome = http.send(request)
    return outcome, time.monotonic() - started


def at(server: RawServer, request: HttpRequest) -> HttpRequest:
    return HttpRequest(
        method=request.method,
        url=f"http://127.0.0.1:{server.port}/path",
        headers=request.headers,
        query=request.query,
        json=request.json,
        timeout_s=request.timeout_s,
    )
