"""What travels, as JSON Schema 2020-12; bodies are checked by these, and answers described."""

from collections.abc import Mapping

from nightbell.services.desk_done import How, Way

Schema = Mapping[str, object]

ID = 1366
"""Most characters of a conversation's id, by whose bytes it is limited."""


def _text(most: int, least: int = 0, **more: object) -> Schema:
    return {"type": "string", "minLength": least, "maxLength": most, **more}


def _maybe(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _object(properties: Mapping[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": dict(properties), "required": required, "additionalProperties": False}


def _list(items: Schema, **more: object) -> Schema:
    return {"type": "array", "items": items, **more}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


WORDS: Schema = {"type": "string"}
YES_NO: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0, "maximum": 999_999_999_999}
TIME: Schema = {
    "type": "string",
    "pattern": r"^\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d(:[0-5]\d(\.\d{1,6})?)?Z$",
    "examples": ["2026-11-23T15:00:00Z"],
}
SECONDS: Schema = {"type": "number", "minimum": 0}
SAID: Schema = _text(20_000, 1)

SIGN_IN = _object(
    {
        "username": _text(128, 1),
        "password": _text(256, 1),
        "new_password": _text(256, 1, description="Where the problem new_password_needed asks for it."),
        "code": _text(6, 6, pattern="^[0-9]{6}$", description="Where the problem code_needed asks for it."),
    },
    optional=("new_password", "code"),
)
SESSION = _object({"access_token": WORDS, "expires_in": COUNT, "name": WORDS, "groups": _list(WORDS)})
BRAND = _object({"id": WORDS, "name": WORDS, "languages": _list(WORDS), "zone": WORDS})
ME = _object({"agent": WORDS, "groups": _list(WORDS), "brands": _list(BRAND), "now": TIME})
COLLEAGUES = _object({"colleagues": _list(WORDS)})

_PARTY = _object({"id": WORDS, "name": _maybe(WORDS)})
_ROW: Mapping[str, Schema] = {
    "conversation_id": _text(ID),
    "key": WORDS,
    "revision": {"type": "string", "pattern": r"^\d+\.\d+$"},
    "brand": WORDS,
    "channel": WORDS,
    "via": _maybe(WORDS),
    "via_account": _maybe(_PARTY),
    "post": _maybe(WORDS),
    "account": _PARTY,
    "contact": _object({"id": WORDS, "display_name": _maybe(WORDS)}),
    "kind": WORDS,
    "language": _maybe(WORDS),
    "zone": WORDS,
    "priority": _object({"score": {"type": "integer"}, "reasons": _list(WORDS), "codes": _list(WORDS)}),
    "waiting_count": COUNT,
    "first_message_at": _maybe(TIME),
    "last_message_at": _maybe(TIME),
    "promised_by": _maybe(TIME),
    "promised_by_whom": _maybe(WORDS),
    "is_broken": YES_NO,
    "reply_window_closes_at": _maybe(TIME),
    "person_window_closes_at": _maybe(TIME),
    "held_by": _maybe(WORDS),
    "held_until": _maybe(TIME),
    "snoozed_until": _maybe(TIME),
    "acknowledgement": WORDS,
    "preview": _maybe(WORDS),
}
ROW = _object(_ROW)
_BY_HAND = _object(
    {
        "brand": _maybe(WORDS),
        "account_id": _maybe(WORDS),
        "open": YES_NO,
        "until": TIME,
        "by": WORDS,
        "reason": _maybe(WORDS),
    }
)
WAITING = _object(
    {
        "now": TIME,
        "rows": _list(_ref("Row")),
        "more": _list(WORDS),
        "snoozed": COUNT,
        "by_hand": _list(_BY_HAND, description="What is open or closed by hand now; a brand of null stands for all."),
    }
)

MESSAGE = _object(
    {
        "type": {"const": "message"},
        "number": COUNT,
        "kind": WORDS,
        "at": TIME,
        "text": WORDS,
        "is_blank": YES_NO,
        "attachments": _list(_object({"kind": WORDS, "reference": WORDS, "detail": WORDS})),
        "waits": YES_NO,
    }
)
SENT = _object(
    {
        "type": {"const": "sent"},
        "id": WORDS,
        "at": TIME,
        "by": _maybe(WORDS),
        "kind": WORDS,
        "state": WORDS,
        "became": WORDS,
        "reached": YES_NO,
        "text": WORDS,
        "via": _maybe(WORDS),
        "is_public": YES_NO,
        "promised_by": _maybe(TIME),
        "reason": _maybe(WORDS),
        "reason_code": _maybe(WORDS),
    }
)
ACT = _object({"type": {"const": "act"}, "at": TIME, "by": WORDS, "did": WORDS, "what": WORDS})
WAY_TO_ANSWER = _object(
    {
        "via": WORDS,
        "label": WORDS,
        "is_public": YES_NO,
        "closes_at": _maybe(TIME),
        "most": COUNT,
        "unit": WORDS,
        "needs_person_tag": YES_NO,
    }
)
_STORY: Mapping[str, Schema] = {
    "now": TIME,
    **_ROW,
    "last_number": COUNT,
    "shown_up_to": COUNT,
    "seen_up_to": COUNT,
    "entries": _list({"oneOf": [_ref("Message"), _ref("Sent"), _ref("Act")]}),
    "left_out": COUNT,
    "opted_out": YES_NO,
    "follow_up": _maybe(_object({"choice": WORDS, "reference": _maybe(WORDS)})),
    "consent": _maybe(_object({"way": WORDS, "address": WORDS, "given_at": TIME, "wording": WORDS})),
    "linked": _list(
        _object({"conversation_id": WORDS, "key": WORDS, "code": WORDS, "how": WORDS, "waiting_count": COUNT})
    ),
    "may": _object(
        {"answer": _list(_ref("WayToAnswer")), "call": _maybe(WORDS), "mail": _maybe(WORDS), "done_by": _list(WORDS)}
    ),
    "post_context": _maybe(_object({"post": WORDS, "url": _maybe(WORDS)})),
    "clock": _object(
        {
            "first_at": _maybe(TIME),
            "first_wall_s": _maybe(SECONDS),
            "first_open_s": _maybe(SECONDS),
            "answers": COUNT,
            "promise_kept": _maybe(YES_NO),
        }
    ),
    "rated": _maybe(COUNT),
    "rated_at": _maybe(TIME),
    "texts": _list(_object({"name": WORDS, "text": WORDS})),
    "checks": _object({"is_complaint": YES_NO}),
}
STORY = _object(_STORY)
_WEEK: Schema = {"type": "string", "pattern": r"^\d{4}-W\d{2}$"}
REPORT = _object({"brand": WORDS, "week": _WEEK, "before": _WEEK, "after": _maybe(_WEEK), "page": WORDS})
PROBLEM = _object(
    {
        "type": WORDS,
        "title": WORDS,
        "status": {"type": "integer"},
        "detail": WORDS,
        "objections": _list(_object({"code": WORDS, "sentence": WORDS})),
    },
    optional=("objections",),
)

_REQUEST = _text(64, 8, pattern="^[A-Za-z0-9_-]+$", description="Of one click: the same one is done once.")
_TEXT = _object({"via": _text(64, 1), "text": SAID})
_OVERRIDE = _text(300, description="Why it is said although something speaks against it.")
ANSWER = _object(
    {
        "request": _REQUEST,
        "texts": _list(_TEXT, minItems=1, maxItems=4),
        "up_to": COUNT,
        "override": _OVERRIDE,
        "done": {"type": "boolean", "default": True, "description": "Let go as soon as it has left."},
    },
    optional=("override", "done"),
)
PROMISE = _object(
    {"request": _REQUEST, "text": SAID, "at": TIME, "up_to": COUNT, "override": _OVERRIDE},
    optional=("text", "override"),
)
NOTE = _object({"text": _text(1000, 1)})
HAND_OVER = _object({"to": _text(64, 1)})
SNOOZE = _object({"until": TIME})
DONE = _object(
    {"how": {"enum": [how.value for how in How]}, "by": {"enum": [way.value for way in Way]}, "up_to": COUNT},
    optional=("by",),
)
REFUSED = _object({"message": WORDS})

BODIES: Mapping[str, Schema] = {
    "SignIn": SIGN_IN,
    "Answer": ANSWER,
    "Promise": PROMISE,
    "Note": NOTE,
    "HandOver": HAND_OVER,
    "Snooze": SNOOZE,
    "Done": DONE,
}
"""What is sent; checked."""
ANSWERS: Mapping[str, Schema] = {
    "Session": SESSION,
    "Me": ME,
    "Colleagues": COLLEAGUES,
    "Row": ROW,
    "Waiting": WAITING,
    "Message": MESSAGE,
    "Sent": SENT,
    "Act": ACT,
    "WayToAnswer": WAY_TO_ANSWER,
    "Story": STORY,
    "Report": REPORT,
    "Problem": PROBLEM,
    "Refused": REFUSED,
    "Document": {"type": "object"},
}
"""What is answered; described."""
SCHEMAS: Mapping[str, Schema] = {**BODIES, **ANSWERS}
