"""The function behind the desk: what it writes down, and what it says when it breaks."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from nightbell.adapters.table_client import Deadline
from nightbell.domain.trace_ids import trace_id
from nightbell.handlers import serve_desk
from nightbell.services.desk_api.asked import Asked, Given
from nightbell.services.desk_api.problems import problem
from tests.contract.fake_clock import FakeClock

NOW = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
PK = "C#messenger.100.7"
EVENT: dict[str, Any] = {
    "rawPath": "/desk/api/conversations/QyM/note",
    "headers": {"Authorization": "Bearer secret"},
    "body": '{"text": "her brother called"}',
    "requestContext": {"http": {"method": "POST"}, "authorizer": {"jwt": {"claims": {"username": "marta"}}}},
}


class Written(list[Any]):
    """Everything that the function writes down."""

    def add(self, facts: Any) -> None:
        self.extend((fact.name, dict(fact.fields)) for fact in facts)

    @contextmanager
    def about(self, **ids: str) -> Iterator[None]:
        self.append(ids)
        yield


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Written:
    written = Written()
    monkeypatch.setattr(serve_desk, "report", written.add)
    monkeypatch.setattr(serve_desk, "about", written.about)
    monkeypatch.setattr(serve_desk, "report_crash", lambda error: written.append(type(error).__name__))
    return written


def answered(monkeypatch: pytest.MonkeyPatch, given: Given | Exception, **more: Any) -> dict[str, Any]:
    """Run the function before a service that answers so."""

    def serve(asked: Asked) -> Given:
        assert asked.path == EVENT["rawPath"]
        if isinstance(given, Exception):
            raise given
        return given

    deadline = Deadline(FakeClock(NOW))
    monkeypatch.setattr(serve_desk, "_service", lambda: (serve, deadline))
    deadline.set(-1)
    answer = serve_desk.handler(EVENT | more, None)
    # Each request has its own time, whatever the one before has used up.
    assert not deadline.is_over()
    return answer


def test_an_act_is_written_down_without_who_and_without_a_word(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = answered(monkeypatch, Given(body='{"by": "marta"}', did="note", pk=PK))
    assert answer["statusCode"] == 200
    assert written == [{"conversation": trace_id(PK)}, ("desk_acts", {"did": "note"})]


def test_looking_is_no_line(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    answered(monkeypatch, Given(did="story", pk=PK), requestContext={"http": {"method": "GET"}})
    assert [each for each in written if isinstance(each, tuple)] == []


def test_a_refusal_is_written_down_by_its_code(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    assert answered(monkeypatch, problem("held", "marta holds it."))["statusCode"] == 409
    assert written == [("desk_refused", {"code": "held", "method": "POST"})]


def test_what_breaks_is_an_alarm_and_a_problem(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = answered(monkeypatch, ValueError("her brother called"))
    assert (answer["statusCode"], "brother" in answer["body"]) == (503, False)
    assert json.loads(answer["body"])["type"] == "/desk/problems/unavailable"
    assert written[0] == "ValueError"
