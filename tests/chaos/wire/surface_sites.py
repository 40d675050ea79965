"""The call sites of what is public, of Instagram, of people's requests, and of the hourly check."""

from nightbell.adapters import forgetting_expressions as f
from nightbell.adapters import table_expressions as e
from tests.chaos.wire import surfaces as s
from tests.chaos.wire.site import RECEIVE_MS, Site, call, get, put, query, secret, send, store, update

_FINISH = "SET st = :after"
_NOT_NOW = "SET st = :READY, rev = rev + :one, not_before"
_CLIMB = "SET st = :READY, rev = rev + :one, via"
_START = "SET st = :SENDING, worker"
_TO_COMMENT, _TO_CONTACT, _IN_PUBLIC = "recipient.comment_id", "recipient.id", "message && !recipient"

_RECEIPT = (
    get("conversation below a post", s.COMMENT, "META", hang_ms=RECEIVE_MS),
    get("conversation in private", s.COMMENT, "META", 2, hang_ms=RECEIVE_MS),
    store("R1 comment", s.COMMENT, hang_ms=RECEIVE_MS),
    get("thread, mentioned", s.MENTION, "T", hang_ms=RECEIVE_MS),
    store("R1 mention", s.MENTION, hang_ms=RECEIVE_MS),
    get("thread, taken away", s.UNSAID, "T", hang_ms=RECEIVE_MS),
    store("R1 taken away", s.UNSAID, hang_ms=RECEIVE_MS),
    get("thread, answered", s.PERSON_IN_PUBLIC, "T", hang_ms=RECEIVE_MS),
    get("unit, answered", s.PERSON_IN_PUBLIC, "A#", hang_ms=RECEIVE_MS),
    store("H4 closes, in public", s.PERSON_IN_PUBLIC, hang_ms=RECEIVE_MS),
    get("joins", s.JOINED, "META", hang_ms=RECEIVE_MS),
    get("joined conversation", s.JOINED, "META", 2, hang_ms=RECEIVE_MS),
    store("R1 joined", s.JOINED, hang_ms=RECEIVE_MS),
    get("conversation, echo without tag", s.INSTAGRAM_ECHO, "META", hang_ms=RECEIVE_MS),
    get("unit, echo without tag", s.INSTAGRAM_ECHO, "A#", hang_ms=RECEIVE_MS),
    update("S1 seen, without tag", s.INSTAGRAM_ECHO, e.SEEN, hang_ms=RECEIVE_MS),
    store("R1 taken back", s.TAKE_BACK, hang_ms=RECEIVE_MS),
    get("taken back before", s.EDIT_LATE, "M#", hang_ms=RECEIVE_MS),
    store("R1 edit of what is gone", s.EDIT_LATE, hang_ms=RECEIVE_MS),
    put("whole", s.LONG, "Q#", hang_ms=RECEIVE_MS),
    get("breaker, news", s.BLOCKED, "BRK", hang_ms=RECEIVE_MS),
    update("breaker open, news", s.BLOCKED, "SET open_until = :until, cause", begins=True, hang_ms=RECEIVE_MS),
    update("breaker close, news", s.UNBLOCKED, e.CLOSE_BREAKER, hang_ms=RECEIVE_MS),
)

_LADDER = (
    get("conversation, asked", s.LADDER, "META", 2),
    update("A1 line", s.LADDER, _START, begins=True),
    update("A8 climb", s.LADDER, _CLIMB, begins=True),
    update("A1 private reply", s.LADDER, _START, begins=True, nth=2),
    get("conversation, joining", s.LADDER, "META", 4),
    update("join", s.LADDER, e.JOIN),
    send("human, ladder", s.LADDER, "human"),
    update("A4 private reply", s.LADDER, _FINISH, begins=True),
    update("A2 recover line", s.LINE_FOUND, e.RECOVER),
    update("A8 climb, line found", s.LINE_FOUND, _CLIMB, begins=True),
    update("A5 line absent", s.LINE_ABSENT, _NOT_NOW, begins=True),
    update("A3 private reply", s.REPLY_AGAIN, e.RESEND),
    update("A4 private reply again", s.REPLY_AGAIN, _FINISH, begins=True),
    update("A5 in doubt", s.REPLY_IN_DOUBT, e.IN_DOUBT),
    update("A4 private reply refused", s.REPLY_REFUSED, _FINISH, begins=True),
    update("A5 question put off", s.NOT_ASKED, _NOT_NOW, begins=True),
    update("A7 another Page", s.BY_PAGE, e.SUPPRESS),
    get("references", s.LOOKED_UP, "M#"),
    get("what is beside", s.LOOKED_UP, "M#", 2),
    update("words", s.LOOKED_UP, e.WORDS),
    update("words heeded", s.LOOKED_UP, e.HEED, begins=True),
    update("A8 climb, Instagram", s.INSTAGRAM_LADDER, _CLIMB, begins=True),
    update("A4 found, Instagram", s.INSTAGRAM_FOUND, _FINISH, begins=True),
)

_REQUESTS = (
    put("deletion", s.DELETION, "ASK#", hang_ms=RECEIVE_MS),
    get("heard before", s.DEAUTHORIZE, "DEAUTHORIZED", hang_ms=RECEIVE_MS),
    get("breaker, removed", s.DEAUTHORIZE, "BRK", hang_ms=RECEIVE_MS),
    update("breaker open, removed", s.DEAUTHORIZE, "SET open_until = :until, cause", begins=True, hang_ms=RECEIVE_MS),
    put("heard", s.DEAUTHORIZE, "ASK#", hang_ms=RECEIVE_MS),
    get("mark of a deletion", s.DELETION_SWEPT, "DELETION"),
    get("deletion", s.DELETION_SWEPT, "DELETION", 2),
    get("conversation to forget", s.DELETION_SWEPT, "META"),
    query("said in public", s.DELETION_SWEPT, "BY#"),
    query("contents", s.DELETION_SWEPT, "C#"),
    query("contents up to the end", s.DELETION_SWEPT, "C#", 2),
    update("reference blanked", s.DELETION_SWEPT, f.REFERENCE_BLANKED),
    update("forgotten", s.DELETION_SWEPT, f.CONVERSATION_FORGOTTEN),
    update("unit blanked", s.DELETION_SWEPT, f.UNIT_BLANKED),
    update("message blanked", s.DELETION_SWEPT, f.MESSAGE_BLANKED),
    update("note blanked", s.NOTE_FORGOTTEN, f.LOG_BLANKED),
    get("consent, forgotten", s.CONSENT_FORGOTTEN, "P#"),
    update("consent blanked", s.CONSENT_FORGOTTEN, f.CONSENT_BLANKED),
    update("record", s.DELETION_SWEPT, f.FORGOTTEN_RECORD),
    update("deletion done", s.DELETION_SWEPT, f.DELETION_DONE),
    get("mark of what was taken back", s.TAKEN_BACK_SWEPT, "B#"),
    get("what was taken back", s.TAKEN_BACK_SWEPT, "B#", 2),
    query("what is left of it", s.TAKEN_BACK_SWEPT, "C#"),
    update("edit blanked", s.TAKEN_BACK_SWEPT, f.MESSAGE_BLANKED),
    update("work done", s.TAKEN_BACK_SWEPT, f.WORK_DONE),
    Site(
        name="GetItem whole",
        situation=s.WHOLE_TAKEN_BACK,
        operation="GetItem",
        match="starts_with(Key.pk.S, 'Q#')",
    ),
    update("whole discarded", s.WHOLE_TAKEN_BACK, e.DISCARDED),
    update("rest of the whole emptied", s.WHOLE_TAKEN_BACK, e.EMPTIED),
    update("blanked elsewhere", s.JOINED_TAKEN_BACK, f.TAKEN_BACK),
    update("preview dropped", s.JOINED_TAKEN_BACK, f.PREVIEW_DROPPED),
)

_CHECK = (
    secret("access_token, checking", s.CHECK),
    Site(name="PutParameter access_token", situation=s.CHECK, service="ssm", operation="PutParameter"),
    get("breaker, checking", s.CHECK, "BRK"),
    get("heard", s.CHECK, "HEARD#"),
    get("checked", s.CHECK, "CHK"),
    update("checked", s.CHECK, e.CHECKED),
    get("conversation, read back", s.CHECK, "META"),
    store("R1 read back", s.CHECK),
    send("hint, read back", s.CHECK, "ack"),
)

_PLATFORM = (
    call("GET comment", s.LADDER, "ask", serves="facebook_comments, question"),
    call("POST comments", s.LADDER, "send", _IN_PUBLIC, serves="facebook_comments"),
    call("POST messages, private reply", s.LADDER, "private_reply", _TO_COMMENT, serves="facebook_private_reply"),
    call("POST messages, private reply again", s.REPLY_AGAIN, "private_reply", _TO_COMMENT),
    call("GET comments", s.LINE_FOUND, "read_back", serves="facebook_comments, read back"),
    call("POST replies", s.INSTAGRAM_LADDER, "send", _IN_PUBLIC, serves="instagram_comments"),
    call(
        "POST messages, Instagram private reply",
        s.INSTAGRAM_LADDER,
        "private_reply",
        _TO_COMMENT,
        serves="instagram_private_reply",
    ),
    call("GET replies", s.INSTAGRAM_LINE_FOUND, "read_back", serves="instagram_comments, read back"),
    call("GET mentioned_comment", s.LOOKED_UP, "read_back", serves="instagram_comments, look up"),
    call("POST messages, Instagram", s.INSTAGRAM, "send", _TO_CONTACT, serves="instagram_direct"),
    call("GET conversations, Instagram", s.INSTAGRAM_FOUND, "read_back", serves="instagram_direct, read back"),
    call("GET debug_token", s.CHECK),
    call("GET subscribed_apps", s.CHECK, nth=2),
    call("POST subscribed_apps", s.CHECK, nth=3),
    call("GET phone_numbers", s.CHECK, nth=5),
    call("GET subscribed_apps, WhatsApp", s.CHECK, nth=6),
    call("GET refresh_access_token", s.CHECK, nth=7),
    call("GET subscribed_apps, Instagram", s.CHECK, nth=8),
    call("GET conversations, read back, Instagram", s.CHECK, "read_back", nth=9),
    call("GET conversations, read back, Messenger", s.CHECK, nth=10),
)

SURFACES = (*_RECEIPT, *_LADDER, *_REQUESTS, *_CHECK, *_PLATFORM)
