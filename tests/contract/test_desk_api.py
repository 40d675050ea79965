"""The desk's API on the real table: who may, what is refused and how, and nothing that its document does not say."""

import gzip
import json
from typing import Any

import pytest

from infra.cli.settings import load_settings
from nightbell.adapters.table_client import Deadline
from nightbell.domain.desk_key import desk_key
from nightbell.domain.events import Attachment
from nightbell.services import desk, desk_entries
from tests.contract.conversation_table import make_table
from tests.contract.desk_bench import DeskBench
from tests.contract.desk_office import CLIENT_ID, DeskOffice, code, told

ACT = "/api/conversations/{}/take"


@pytest.fixture
def office(dynamodb: Any, table: str) -> DeskOffice:
    return DeskOffice(DeskBench(dynamodb, table))


@pytest.fixture(scope="module")
def counter(dynamodb: Any) -> DeskOffice:
    """One desk for all that is refused."""
    return DeskOffice(DeskBench(dynamodb, make_table(dynamodb)))


def spoken(text: str = "Yes, it is ready at five.", **more: object) -> dict[str, object]:
    return {"request": "click-001", "texts": [{"via": "messenger", "text": text}], "up_to": 1, **more}


def test_an_agent_finds_what_waits_takes_it_and_answers(office: DeskOffice) -> None:
    pk = office.bench.write("7", "Is my cake ready?")
    [row] = told(office.ask("GET", "/api/waiting"))["rows"]
    story = told(office.ask("POST", f"/api/conversations/{row['key']}/take"))
    assert (story["held_by"], story["shown_up_to"]) == ("marta", 1)
    answered = told(office.act(pk, "answer", body=spoken(), seen=story["revision"]))
    assert [entry["text"] for entry in answered["entries"] if entry.get("by") == "marta" and "text" in entry] == [
        "Yes, it is ready at five."
    ]
    assert [hint[0] for hint in office.hints.waiting] == [pk]


def test_the_same_click_says_it_once(office: DeskOffice) -> None:
    pk = office.bench.write("7")
    office.act(pk, "take")
    for _ in range(2):
        told(office.act(pk, "answer", body=spoken(), seen="1.0"))
    assert len([each for each in office.story(pk)["entries"] if each.get("kind") == "person_answer"]) == 1


def test_two_agents_never_hold_one(office: DeskOffice) -> None:
    pk = office.bench.write("7")
    office.act(pk, "take")
    refused = office.act(pk, "take", "omar")
    assert (refused.status, code(refused)) == (409, "held")
    assert code(office.act(pk, "answer", "omar", spoken(), seen="1.0")) == "not_held"


def test_what_was_seen_must_be_said_and_still_be_so(office: DeskOffice) -> None:
    pk = office.bench.write("7")
    office.act(pk, "take")
    assert office.act(pk, "answer", body=spoken()).status == 428
    office.bench.write("7", "And the bread?")
    refused = office.act(pk, "answer", body=spoken(), seen="1.0")
    assert (refused.status, code(refused)) == (412, "changed")
    whole = office.ask("GET", f"/api/conversations/{desk_key(pk)}").headers["etag"]
    assert told(office.act(pk, "take"))["shown_up_to"] == 2
    headers = {"if-match": whole}
    path = f"/api/conversations/{desk_key(pk)}/answer"
    assert office.ask("POST", path, body=spoken(up_to=2), headers=headers).status == 200


@pytest.mark.parametrize("header", ["", "*", "1.0", '"1.0', '"1.0", "2.0"', '""', '"-0f"', '"1"'])
def test_a_revision_without_quotes_is_none(counter: DeskOffice, header: str) -> None:
    pk = counter.bench.write("7")
    path = f"/api/conversations/{desk_key(pk)}/done"
    refused = counter.ask("POST", path, body={"how": "answered", "up_to": 1}, headers={"if-match": header})
    assert (refused.status, code(refused)) == (428, "revision_needed")


def test_a_promise_without_words_is_worded(office: DeskOffice) -> None:
    pk = office.bench.write("7")
    office.act(pk, "take")
    body = {"request": "click-002", "at": "2026-11-23T15:00:00Z", "up_to": 1}
    story = told(office.act(pk, "promise", body=body, seen="1.0"))
    [said] = [each for each in story["entries"] if each.get("kind") == "person_promise"]
    assert "16:00" in said["text"]
    assert said["promised_by"] == "2026-11-23T15:00:00Z"
    assert story["held_by"] == "marta"


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-11-23T09:00:00Z"])
def test_a_promise_of_no_time_to_come_is_refused(counter: DeskOffice, at: str) -> None:
    pk = counter.bench.write("7")
    counter.act(pk, "take")
    assert (
        code(counter.act(pk, "promise", body={"request": "click-003", "at": at, "up_to": 1}, seen="1.0")) == "invalid"
    )


@pytest.mark.parametrize("sent", [b'{"how": "answered", "up_to": 1.0}', b'{"how": "answered", "up_to": 10e-1}'])
def test_a_whole_number_may_be_spelled_with_a_point(office: DeskOffice, sent: bytes) -> None:
    pk = office.bench.write("7")
    office.act(pk, "take")
    path = f"/api/conversations/{desk_key(pk)}/done"
    assert told(office.ask("POST", path, body=sent, headers={"if-match": '"1.0"'}))["seen_up_to"] == 1


@pytest.mark.parametrize("up_to", [b"1.5", b"1e400", b"1e300", b"-1.0"])
def test_what_is_no_count_is_refused_however_it_is_spelled(counter: DeskOffice, up_to: bytes) -> None:
    pk = counter.bench.write("7")
    counter.act(pk, "take")
    path, sent = f"/api/conversations/{desk_key(pk)}/done", b'{"how": "answered", "up_to": ' + up_to + b"}"
    assert code(counter.ask("POST", path, body=sent, headers={"if-match": '"1.0"'})) == "invalid"


def test_a_promise_below_a_comment_leaves_the_one_private_reply_for_the_answer(office: DeskOffice) -> None:
    pk = office.bench.write("7", channel="facebook_comments")
    office.act(pk, "take")
    body = {"request": "click-002", "at": "2026-11-23T15:00:00Z", "up_to": 1}
    story = told(office.act(pk, "promise", body=body, seen="1.0"))
    [said] = [each for each in story["entries"] if each.get("kind") == "person_promise"]
    assert said["is_public"] is True
    assert [way["is_public"] for way in story["may"]["answer"]] == [False, True]


@pytest.mark.parametrize("at", ["2026-06-31T10:00:00Z", "2026-13-01T10:00:00Z", "2026-11-23T29:00:00Z"])
def test_a_time_that_is_none_is_refused(counter: DeskOffice, at: str) -> None:
    pk = counter.bench.write("7")
    counter.act(pk, "take")
    assert code(counter.act(pk, "snooze", body={"until": at}, seen="1.0")) == "invalid"


def test_a_colleague_gets_it_who_works_here(office: DeskOffice) -> None:
    pk = office.bench.write("7")
    office.act(pk, "take")
    assert code(office.act(pk, "hand-over", body={"to": "nobody"}, seen="1.0")) == "invalid"
    assert told(office.act(pk, "hand-over", body={"to": "lena"}, seen="1.0"))["held_by"] == "lena"
    # An agent cannot take it from her, and a lead can.
    assert code(office.act(pk, "hand-over", body={"to": "marta"}, seen="1.0")) == "not_held"
    assert told(office.act(pk, "hand-over", "lena", body={"to": "marta"}, seen="1.0"))["held_by"] == "marta"


def test_colleagues_are_listed_once_and_only_those_who_may_sign_in(counter: DeskOffice) -> None:
    assert told(counter.ask("GET", "/api/colleagues"))["colleagues"] == ["lena", "marta"]


def test_a_flood_is_read_and_finished_in_pages(office: DeskOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "LARGEST", 2 * desk.AROUND)
    for number in range(1, 6):
        pk = office.bench.write("7", f"buy {number}")
    read: list[list[str]] = []
    for up_to in (2, 4, 5):
        story = told(office.act(pk, "take"))
        read.append([each["text"] for each in story["entries"] if each.get("waits")])
        assert (story["shown_up_to"], story["last_number"], story["left_out"]) == (up_to, 5, 0)
        refused = office.act(pk, "done", body={"how": "no_answer_needed", "up_to": 5}, seen=story["revision"])
        assert (refused.status == 200) == (up_to == 5)
        office.act(pk, "done", body={"how": "no_answer_needed", "up_to": up_to}, seen=story["revision"])
    assert read == [["buy 1", "buy 2"], ["buy 3", "buy 4"], ["buy 5"]]
    assert not office.bench.units.read_conversation(pk).is_waiting


def test_what_is_over_and_long_is_left_out_from_its_beginning(
    office: DeskOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_entries, "LARGEST", 3000)
    for number in range(1, 5):
        office.bench.clock.advance(1)
        pk = office.bench.write("7", f"{number}" * 1500)
    office.bench.put(pk, seen_seq=3)
    story = office.story(pk)
    assert [each["number"] for each in story["entries"] if each["type"] == "message"] == [2, 3, 4]
    assert story["left_out"] > 0


def test_finishing_counts_as_the_first_answer_only_where_there_was_one(office: DeskOffice) -> None:
    counted = []
    for contact, how in (("7", "answered"), ("8", "no_answer_needed")):
        pk = office.bench.write(contact)
        office.act(pk, "take")
        given = office.act(pk, "done", body={"how": how, "up_to": 1}, seen="1.0")
        counted.append([(fact.name, fact.fields["came"], fact.fields["episode"]) for fact in given.facts])
    assert counted == [[("first_answer", "open", 1)], []]


def test_finishing_and_snoozing_let_go(office: DeskOffice) -> None:
    first, second = office.bench.write("7"), office.bench.write("8")
    office.act(first, "take")
    done = told(office.act(first, "done", body={"how": "no_answer_needed", "up_to": 1}, seen="1.0"))
    assert (done["revision"], done["held_by"]) == ("1.1", None)
    office.act(second, "take")
    told(office.act(second, "snooze", body={"until": "2026-11-23T12:00:00Z"}, seen="1.0"))
    assert told(office.ask("GET", "/api/waiting"))["rows"] == []
    with_it = told(office.ask("GET", "/api/waiting", query={"snoozed": "true"}))
    assert [row["conversation_id"] for row in with_it["rows"]] == [second]


def test_a_note_needs_no_hold_and_a_release_one(office: DeskOffice) -> None:
    pk = office.bench.write("7")
    noted = told(office.act(pk, "note", "lena", {"text": "her brother called"}))
    assert [each["what"] for each in noted["entries"] if each["type"] == "act"] == ["her brother called"]
    assert code(office.act(pk, "release")) == "not_held"


def test_what_has_not_changed_is_not_sent_again(office: DeskOffice) -> None:
    pk = office.bench.write("7")
    for path in ("/api/waiting", f"/api/conversations/{desk_key(pk)}", "/openapi.json"):
        tag = office.ask("GET", path).headers["etag"]
        again = office.ask("GET", path, headers={"if-none-match": f'"other", {tag}'})
        assert (again.status, again.body) == (304, "")
    office.bench.clock.advance(60)
    assert office.ask("GET", "/api/waiting", headers={"if-none-match": tag}).status == 200


def test_a_note_of_a_colleague_is_news_and_no_conflict(office: DeskOffice) -> None:
    pk = office.bench.write("7")
    story = office.act(pk, "take")
    office.act(pk, "note", "lena", {"text": "her brother called"})
    path = f"/api/conversations/{desk_key(pk)}"
    assert office.ask("GET", path, headers={"if-none-match": story.headers["etag"]}).status == 200
    assert (
        office.ask("POST", f"{path}/answer", body=spoken(), headers={"if-match": story.headers["etag"]}).status == 200
    )


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"token_use": "id", "client_id": CLIENT_ID, "username": "marta", "cognito:groups": "[agents]"},
        {"token_use": "access", "client_id": "other", "username": "marta", "cognito:groups": "[agents]"},
        {"token_use": "access", "client_id": CLIENT_ID, "cognito:groups": "[agents]"},
        {"email": "push@google.example", "aud": CLIENT_ID},
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/api/me"), ("GET", "/api/nothing"), ("POST", ACT.format("Qw"))])
def test_without_a_proven_token_there_is_nothing(
    counter: DeskOffice, claims: dict[str, str], method: str, path: str
) -> None:
    refused = counter.ask(method, path, claims=claims)
    assert (refused.status, code(refused)) == (401, "not_signed_in")


@pytest.mark.parametrize("groups", ["", "[visitors]", "[agents-of-others]", "[Agents]"])
def test_whoever_is_no_agent_is_told_so(counter: DeskOffice, groups: str) -> None:
    claims = {"token_use": "access", "client_id": CLIENT_ID, "username": "eve", "cognito:groups": groups}
    refused = counter.ask("GET", "/api/waiting", claims=claims)
    assert (refused.status, code(refused)) == (403, "not_an_agent")


@pytest.mark.parametrize("key", ["QyM", "Qw", "x", desk_key("C#messenger.100.7"), "A" * 2732])
def test_a_key_of_nothing_is_unknown(counter: DeskOffice, key: str) -> None:
    refused = counter.ask("GET", f"/api/conversations/{key}")
    assert (refused.status, code(refused)) == (404, "unknown")


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"\xff", "not_json"),
        (b'{"text": NaN}', "not_json"),
        (b'{"text": "\\ud800"}', "not_json"),
        (b"[" * 20_000, "not_json"),
        (b'{"text": ' + b"9" * 5000 + b"}", "not_json"),
        (b"[]", "invalid"),
        (b'{"text": 1}', "invalid"),
        (b'{"text": ""}', "invalid"),
        (b'{"text": "a", "by": "omar"}', "invalid"),
        (b'{"text": "' + b"a" * 70_000 + b'"}', "too_large"),
    ],
)
def test_what_is_no_note_is_refused_in_one_sentence(counter: DeskOffice, sent: bytes, expected: str) -> None:
    pk = counter.bench.write("7")
    refused = counter.ask("POST", f"/api/conversations/{desk_key(pk)}/note", body=sent)
    assert code(refused) == expected
    assert len(json.loads(refused.body)["detail"]) < 300


@pytest.mark.parametrize("query", [{"brand": "nobody"}, {"snoozed": "yes"}, {"brands": "harbour"}])
def test_a_query_that_nobody_knows_is_refused(counter: DeskOffice, query: dict[str, str]) -> None:
    assert code(counter.ask("GET", "/api/waiting", query=query)) == "invalid"


def test_another_method_is_told_which_ones_there_are(counter: DeskOffice) -> None:
    refused = counter.ask("PATCH", "/session", who="")
    assert (refused.status, code(refused), refused.headers["allow"]) == (405, "method", "DELETE, POST, PUT")
    assert code(counter.ask("DELETE", "/api/me")) == "method"
    assert code(counter.ask("GET", "/api/nothing")) == "not_found"


def test_a_table_that_does_not_answer_is_said_and_a_retry_is_safe(office: DeskOffice) -> None:
    deadline = Deadline(office.bench.clock)
    deadline.set(-1)
    office.bench.client.deadline = deadline
    refused = office.ask("GET", "/api/waiting")
    assert (refused.status, code(refused), refused.headers["retry-after"]) == (503, "unavailable", "5")


def test_nothing_about_anybody_is_kept_by_a_browser(office: DeskOffice) -> None:
    pk = office.bench.write("7")
    for given in (office.ask("GET", "/api/waiting"), office.act(pk, "take"), office.ask("GET", "/api/me", who="")):
        assert given.headers["cache-control"] == "no-store"
        assert given.headers["x-content-type-options"] == "nosniff"


def test_what_is_long_travels_compressed_where_the_browser_can_read_that(office: DeskOffice) -> None:
    for number in range(8):
        office.bench.write(f"{number}", "Is my cake ready?")
    plain = office.ask("GET", "/api/waiting")
    zipped = office.ask("GET", "/api/waiting", headers={"accept-encoding": "gzip, br"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert isinstance(zipped.body, bytes)
    assert gzip.decompress(zipped.body).decode() == plain.body
    assert len(zipped.body) * 3 < len(plain.body)
    assert "content-encoding" not in office.ask("GET", "/api/me", headers={"accept-encoding": "gzip"}).headers


@pytest.mark.parametrize("channel", [channel for channel, _ in load_settings().accounts])
def test_what_is_told_of_any_channel_is_what_the_document_says(office: DeskOffice, channel: str) -> None:
    picture = Attachment(kind="image", reference="https://cdn.example/1", detail="a cake")
    pk = office.bench.write("7", "Is my cake ready?", picture, channel=channel)
    if office.bench.units.read_conversation(pk).ack_seq:
        office.bench.tell(pk)
    office.act(pk, "note", body={"text": "her brother called"})
    [row] = told(office.ask("GET", "/api/waiting"))["rows"]
    story = told(office.act(pk, "take"))
    assert (row["channel"], story["channel"]) == (channel, channel)
    assert {entry["type"] for entry in story["entries"]} >= {"message", "act"}
    for way in story["may"]["answer"]:
        assert way["most"] > 0
