"""What is said in public comes as Meta delivers it, and is answered as Meta lets a business answer."""

import json
from typing import Any

import pytest

from infra.local.platforms.courier import PATIENT_RETRY_AFTER_S, RETRY_AFTER_S
from infra.local.platforms.faults import Fault, FaultKind
from infra.local.platforms.meta.acts import NothingThereError, UnknownKindError, Writing
from infra.local.platforms.meta.simulator import SimulatedMeta
from tests.unit.local.conftest import (
    ADA,
    ADA_IN_PUBLIC,
    CARLA,
    DORA_IN_PUBLIC,
    EVA,
    FEED,
    GRAM,
    PAGE,
    Api,
    Clock,
    WrittenDown,
    error_of,
    told,
)


def _change(meta: SimulatedMeta, writing: Writing, contact: Any = ADA_IN_PUBLIC) -> dict[str, Any]:
    change: dict[str, Any] = told(meta.write(contact, writing))["changes"][0]
    return change


def _comment(meta: SimulatedMeta, text: str = "How much is it?", about: str = "", contact: Any = ADA_IN_PUBLIC) -> str:
    return meta.write(contact, Writing(text=text, about=about)).message_ids[0]


def _ids(reply: Any) -> list[str]:
    return [comment["id"] for comment in json.loads(reply.body)["data"]]


def test_a_comment_names_who_where_and_when_in_seconds(meta: SimulatedMeta, clock: Clock) -> None:
    entry = told(meta.write(ADA_IN_PUBLIC, Writing(text="How much is it?")))
    change = entry["changes"][0]
    value = change["value"]
    assert (entry["id"], entry["time"], change["field"]) == (FEED.account_id, int(clock().timestamp()), "feed")
    assert (value["item"], value["verb"], value["message"]) == ("comment", "add", "How much is it?")
    assert value["from"] == {"id": ADA.contact_id, "name": "Ada"}
    assert value["created_time"] == int(clock().timestamp())
    assert value["parent_id"] == value["post_id"]
    assert value["post_id"].startswith(f"{FEED.account_id}_")
    assert value["comment_id"].startswith(value["post_id"].partition("_")[2] + "_")


def test_answers_nest_one_level_deep(meta: SimulatedMeta) -> None:
    top = _comment(meta)
    answer = _change(meta, Writing(text="me too", about=top), CARLA)["value"]
    deeper = _change(meta, Writing(text="and me", about=answer["comment_id"]))["value"]
    assert answer["parent_id"] == deeper["parent_id"] == top


def test_an_edit_keeps_the_time_and_a_removal_has_no_words(meta: SimulatedMeta, clock: Clock) -> None:
    comment, first = _comment(meta), int(clock().timestamp())
    clock.forward(hours=1)
    edited = _change(meta, Writing(kind="edit", text="How much are they?", about=comment))["value"]
    assert (edited["verb"], edited["comment_id"], edited["created_time"]) == ("edited", comment, first)
    removed = _change(meta, Writing(kind="unsend", about=comment))["value"]
    assert (removed["verb"], removed["comment_id"], removed["from"]["id"]) == ("remove", comment, ADA.contact_id)
    assert "message" not in removed
    assert "created_time" not in removed


@pytest.mark.parametrize("kind", ["edit", "unsend"])
def test_nobody_changes_what_somebody_else_wrote(kind: str, meta: SimulatedMeta) -> None:
    comment = _comment(meta)
    with pytest.raises(NothingThereError, match="of their own"):
        meta.write(CARLA, Writing(kind=kind, text="x", about=comment))


def test_nobody_answers_what_is_gone(meta: SimulatedMeta) -> None:
    comment = _comment(meta)
    meta.write(ADA_IN_PUBLIC, Writing(kind="unsend", about=comment))
    with pytest.raises(NothingThereError, match="There is no post and no comment"):
        _comment(meta, about=comment)


@pytest.mark.parametrize(
    ("writing", "field", "item"),
    [
        (Writing(kind="post", text="Are you open?"), "feed", "post"),
        (Writing(kind="image", text="look"), "feed", "comment"),
        (Writing(kind="mention", text="as the Bakery says"), "mention", "comment"),
        (Writing(kind="mention_in_post", text="thanks to the Bakery"), "mention", "post"),
        (Writing(kind="recommendation", text="the best bread"), "ratings", "rating"),
        (Writing(kind="reaction"), "feed", "reaction"),
    ],
)
def test_whatever_else_happens_on_a_page_has_its_field_and_item(
    writing: Writing, field: str, item: str, meta: SimulatedMeta
) -> None:
    change = _change(meta, writing)
    assert (change["field"], change["value"]["item"], change["value"]["verb"]) == (field, item, "add")


def test_a_mention_and_an_unnamed_comment_say_nothing_of_their_author(meta: SimulatedMeta) -> None:
    for writing in (Writing(kind="mention", text="x"), Writing(text="x", unnamed=True)):
        assert "from" not in _change(meta, writing)["value"]


def test_an_instagram_comment_has_neither_time_nor_verb(meta: SimulatedMeta) -> None:
    change = _change(meta, Writing(text="So nice!"), DORA_IN_PUBLIC)
    assert change["field"] == "comments"
    assert set(change["value"]) == {"id", "text", "media", "from"}
    assert change["value"]["from"] == {"id": DORA_IN_PUBLIC.contact_id, "username": "dora.vidal"}
    answer = _change(meta, Writing(text="me too", about=change["value"]["id"]), DORA_IN_PUBLIC)
    assert answer["value"]["parent_id"] == change["value"]["id"]
    with pytest.raises(UnknownKindError, match="there are text, mention, mention_in_post, live"):
        meta.write(DORA_IN_PUBLIC, Writing(kind="edit", text="x"))


def test_an_instagram_mention_is_only_ids_and_can_be_looked_up(meta: SimulatedMeta, api: Api) -> None:
    value = _change(meta, Writing(kind="mention", text="ask the.business"), DORA_IN_PUBLIC)["value"]
    assert set(value) == {"media_id", "comment_id"}
    fields = f"mentioned_comment.comment_id({value['comment_id']}){{text,from,username,timestamp}}"
    answer = api("GET", f"/v26.0/{GRAM.account_id}/", query={"fields": fields})
    found = json.loads(answer.body)["mentioned_comment"]
    assert (found["text"], found["username"]) == ("ask the.business", "dora.vidal")
    caption = _change(meta, Writing(kind="mention_in_post", text="with the.business"), DORA_IN_PUBLIC)["value"]
    assert set(caption) == {"media_id"}
    fields = f"mentioned_media.media_id({caption['media_id']}){{caption,username,timestamp}}"
    answer = api("GET", f"/v26.0/{GRAM.account_id}", query={"fields": fields})
    assert json.loads(answer.body)["mentioned_media"]["caption"] == "with the.business"
    unknown = api("GET", f"/v26.0/{GRAM.account_id}", query={"fields": "mentioned_comment.comment_id(1){text}"})
    assert error_of(unknown) == (400, 100, 33)


def test_the_pages_answer_stands_below_and_comes_back_as_its_own(
    meta: SimulatedMeta, api: Api, courier: WrittenDown
) -> None:
    comment = _comment(meta)
    said = json.loads(api("POST", f"/v26.0/{comment}/comments", {"message": "Thank you!"}).body)["id"]
    listed = json.loads(api("GET", f"/v26.0/{comment}/comments", query={"fields": "id,from,message"}).body)["data"]
    assert listed == [{"id": said, "from": {"id": PAGE.account_id, "name": "Bakery"}, "message": "Thank you!"}]
    ((_, body),) = courier.later
    value = body["entry"][0]["changes"][0]["value"]
    assert (value["from"]["id"], value["comment_id"], value["parent_id"]) == (PAGE.account_id, said, comment)


def test_instagrams_answer_stands_below_and_comes_back_as_its_own(
    meta: SimulatedMeta, api: Api, courier: WrittenDown
) -> None:
    comment = _comment(meta, contact=DORA_IN_PUBLIC)
    said = json.loads(api("POST", f"/v26.0/{comment}/replies", {"message": "Thank you!"}).body)["id"]
    (listed,) = json.loads(api("GET", f"/v26.0/{comment}/replies", query={"fields": "id,text"}).body)["data"]
    assert listed == {"id": said, "text": "Thank you!"}
    value = courier.later[0][1]["entry"][0]["changes"][0]["value"]
    assert (value["from"]["id"], value["id"], value["parent_id"]) == (GRAM.account_id, said, comment)
    assert error_of(api("POST", f"/v26.0/{comment}/comments", {"message": "x"})) == (400, 100, 33)


def test_the_same_words_twice_in_a_row_are_a_duplicate(meta: SimulatedMeta, api: Api) -> None:
    first, second = _comment(meta), _comment(meta, contact=CARLA)
    for comment in (first, second):
        assert api("POST", f"/v26.0/{comment}/comments", {"message": "Thank you!"}).status == 200
    again = api("POST", f"/v26.0/{first}/comments", {"message": "Thank you!"})
    assert error_of(again) == (400, 506, None)
    assert len(_ids(api("GET", f"/v26.0/{first}/comments"))) == 1
    assert api("POST", f"/v26.0/{first}/comments", {"message": "And goodbye!"}).status == 200


def test_comments_are_read_in_the_order_and_depth_asked_for(meta: SimulatedMeta, api: Api) -> None:
    first = _comment(meta)
    answer, second = _comment(meta, about=first), _comment(meta)
    post = meta.world.wall.comments[first].post.post_id
    path = f"/v26.0/{post}/comments"
    assert _ids(api("GET", path)) == [first, second]
    assert _ids(api("GET", path, query={"filter": "stream", "order": "reverse_chronological"})) == [
        second,
        answer,
        first,
    ]
    limited = json.loads(api("GET", path, query={"limit": "1", "summary": "true"}).body)
    assert (len(limited["data"]), limited["summary"]["total_count"]) == (1, 2)
    assert "next" in limited["paging"]


@pytest.mark.parametrize(
    ("message", "code"), [("", 100), (" ", 100), (None, 100), ("x" * 8001, 100)], ids=["none", "blank", "null", "long"]
)
def test_a_comment_without_words_or_with_too_many_is_refused(
    message: object, code: int, meta: SimulatedMeta, api: Api
) -> None:
    assert error_of(api("POST", f"/v26.0/{_comment(meta)}/comments", {"message": message})) == (400, code, None)


def test_what_is_gone_or_never_was_cannot_be_answered(meta: SimulatedMeta, api: Api) -> None:
    comment = _comment(meta)
    assert error_of(api("POST", f"/v26.0/{comment}/comments", {"message": "x"}, token="other"))[1] == 190
    meta.write(ADA_IN_PUBLIC, Writing(kind="unsend", about=comment))
    for gone in (comment, "1_2"):
        assert error_of(api("POST", f"/v26.0/{gone}/comments", {"message": "x"})) == (400, 100, 33)


def test_a_page_hides_and_deletes(meta: SimulatedMeta, api: Api) -> None:
    comment = _comment(meta)
    assert json.loads(api("POST", f"/v26.0/{comment}", {"is_hidden": True}).body) == {"success": True}
    assert meta.world.wall.comments[comment].hidden
    assert api("DELETE", f"/v26.0/{comment}").status == 200
    assert meta.world.wall.find(comment) is None


def test_a_lost_answer_leaves_the_comment_there(meta: SimulatedMeta, api: Api, courier: WrittenDown) -> None:
    comment = _comment(meta)
    for kind in (FaultKind.LOST_ANSWER, FaultKind.NO_ECHO):
        meta.faults.add(Fault(kind=kind, channel="facebook_comments", contact_id=ADA.contact_id))
    assert api("POST", f"/v26.0/{comment}/comments", {"message": "Thank you!"}).hang_up
    assert len(_ids(api("GET", f"/v26.0/{comment}/comments"))) == 1
    assert courier.later == []


def test_what_is_public_comes_again_for_longer(meta: SimulatedMeta) -> None:
    assert meta.write(ADA_IN_PUBLIC, Writing(text="x")).delivery.patient
    assert not meta.write(ADA, Writing(text="x")).delivery.patient
    assert sum(PATIENT_RETRY_AFTER_S) > 30 * sum(RETRY_AFTER_S)


def test_messages_and_comments_of_a_page_come_in_one_post(meta: SimulatedMeta) -> None:
    written = meta.write_together([(ADA, Writing(text="hello")), (ADA_IN_PUBLIC, Writing(text="hello"))])
    entries = json.loads(written.delivery.body)["entry"]
    assert [sorted(set(entry) - {"id", "time"}) for entry in entries] == [["messaging"], ["changes"]]
    with pytest.raises(ValueError, match="One POST holds one object"):
        meta.write_together([(ADA, Writing(text="hello")), (DORA_IN_PUBLIC, Writing(text="hello"))])
    with pytest.raises(ValueError, match="different apps"):
        meta.write_together([(EVA, Writing(text="hello")), (DORA_IN_PUBLIC, Writing(text="hello"))])
