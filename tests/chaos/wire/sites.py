"""Every call site: which request of which situation it is."""

from nightbell.adapters import hold_expressions as h
from nightbell.adapters import table_expressions as e
from nightbell.platforms.registry import PLATFORMS
from tests.chaos.wire import situations as s
from tests.chaos.wire.site import RECEIVE_MS, Site, call, get, put, query, secret, send, store, update
from tests.chaos.wire.sites_email import ON_EMAIL
from tests.chaos.wire.sites_google import ON_GOOGLE
from tests.chaos.wire.sites_line import ON_LINE
from tests.chaos.wire.sites_linkedin import ON_LINKEDIN
from tests.chaos.wire.sites_standard import ON_STANDARD
from tests.chaos.wire.sites_telegram import ON_TELEGRAM
from tests.chaos.wire.sites_twilio import ON_TWILIO
from tests.chaos.wire.sites_x import ON_X
from tests.chaos.wire.surface_sites import SURFACES

_FINISH, _NOT_NOW = "SET st = :after", "SET st = :READY, rev = rev + :one, not_before"

RECEIPT = (
    secret("app_secret", s.RECEIVE_COLD, hang_ms=RECEIVE_MS),
    secret("verify_token", s.RECEIVE_COLD, hang_ms=RECEIVE_MS),
    secret("instagram_app_secret", s.RECEIVE_COLD, hang_ms=RECEIVE_MS),
    get("conversation, R1", s.RECEIVE, "META", hang_ms=RECEIVE_MS),
    store("R1 first", s.RECEIVE, hang_ms=RECEIVE_MS),
    store("R1 further", s.WRITE_AGAIN, hang_ms=RECEIVE_MS),
    send("hint", s.RECEIVE, "ack", hang_ms=RECEIVE_MS),
    send("spill", s.SPILL, "spill", hang_ms=RECEIVE_MS),
    put("quarantine", s.QUARANTINE, "Q#", hang_ms=RECEIVE_MS),
    put("kind", s.NEW_KIND, "KIND#", hang_ms=RECEIVE_MS),
    get("unit, S1", s.ECHO, "A#", hang_ms=RECEIVE_MS),
    update("S1 seen", s.ECHO, e.SEEN, hang_ms=RECEIVE_MS),
    update("S1 seen, from SENDING", s.ECHO_OF_UNKNOWN, e.SEEN, hang_ms=RECEIVE_MS),
    update("S1 seen late", s.STATUS_LATE, e.SEEN_LATE, hang_ms=RECEIVE_MS),
    send("hint, S1", s.STATUS_LATE, "ack", hang_ms=RECEIVE_MS),
    update("S1 failed", s.STATUS_FAILED, e.FAILED, hang_ms=RECEIVE_MS),
    get("conversation, H4", s.PERSON, "META", hang_ms=RECEIVE_MS),
    get("promise, H4", s.PERSON, "A#", hang_ms=RECEIVE_MS),
    get("what people did, H4", s.PERSON, "DESK", hang_ms=RECEIVE_MS),
    store("H4 closes", s.PERSON, hang_ms=RECEIVE_MS),
    update("H4 notes", s.PERSON_OLD, e.PERSON, hang_ms=RECEIVE_MS),
    update("H4 other app", s.OTHER_APP, e.OTHER_APP, hang_ms=RECEIVE_MS),
    get("conversation, H5", s.GIVEN_AWAY, "META", hang_ms=RECEIVE_MS),
    update("H5 given away", s.GIVEN_AWAY, e.OWNED, hang_ms=RECEIVE_MS),
    update("H5 given back", s.GIVEN_BACK, e.FREE, hang_ms=RECEIVE_MS),
    get("conversation, replay", s.REPLAY, "META"),
    store("R1 replay", s.REPLAY),
    send("hint, replay", s.REPLAY, "ack"),
    update("S1 seen, replay", s.REPLAY_ECHO, e.SEEN),
    put("spill part", s.REPLAY_PARTS, "SPILL#"),
    Site(
        name="GetItem spill part",
        situation=s.REPLAY_PARTS,
        operation="GetItem",
        match="starts_with(Key.pk.S, 'SPILL#')",
    ),
    update("spill part emptied", s.REPLAY_PARTS, e.SPILL_PART_EMPTIED),
)

ACKNOWLEDGE = (
    get("unit", s.ACKNOWLEDGE, "A#"),
    get("conversation", s.ACKNOWLEDGE, "META"),
    get("breaker", s.ACKNOWLEDGE, "BRK"),
    secret("access_token", s.ACKNOWLEDGE_COLD),
    secret("app_secret, sending", s.ACKNOWLEDGE_COLD),
    update("A1 start", s.ACKNOWLEDGE, "SET st = :SENDING", begins=True),
    get("conversation, telling", s.ACKNOWLEDGE, "META", 2),
    send("human", s.ACKNOWLEDGE, "human"),
    update("A4 sent", s.ACKNOWLEDGE, _FINISH, begins=True),
    update("A4 refused", s.REFUSED, _FINISH, begins=True),
    update("A4 overtaken", s.ECHO_FIRST, _FINISH, begins=True),
    get("unit, overtaken", s.ECHO_FIRST, "A#", 3),
    update("A6 overtaken", s.ECHO_FIRST, e.TOLD),
    update("A6 told", s.TOLD, e.TOLD),
    send("human, late", s.TOLD, "human"),
    update("A5 not now", s.NOT_NOW, _NOT_NOW, begins=True),
    send("human, not now", s.NOT_NOW, "human"),
    update("A5 parked", s.PARKED, _NOT_NOW, begins=True),
    update("A7 suppress", s.SUPPRESSED, e.SUPPRESS),
    send("human, suppressed", s.SUPPRESSED, "human"),
    get("other unit", s.COMPLAINT, "A#", 2),
    update("A7 hand-off only", s.COMPLAINT, e.SUPPRESS),
    update("A2 recover", s.RECOVER, e.RECOVER),
    update("A4 found", s.RECOVER, _FINISH, begins=True),
    update("A5 absent", s.RECOVER_ABSENT, _NOT_NOW, begins=True),
    update("A1 after absent", s.RECOVER_ABSENT, "SET st = :SENDING", begins=True),
    update("A2 recover, no read-back", s.UNCERTAIN, e.RECOVER),
    update("A4 uncertain", s.UNCERTAIN, _FINISH, begins=True),
    update("breaker open", s.TOKEN_DEAD, "SET open_until = :until, cause", begins=True),
    update("breaker probe", s.PROBE, e.PROBE),
    update("breaker close", s.PROBE, e.CLOSE_BREAKER),
    update("breaker count", s.UNANSWERED, e.COUNT_FAILURE),
    # The last call of a run: what it counts may be lost, and nothing else.
    update("heard", s.ACKNOWLEDGE, "SET expires_at = :expires_at, h", begins=True),
)

SWEEP = (
    query("due", s.SWEEP),
    get("mark", s.SWEEP, "A#"),
    update("put off", s.SWEEP, e.PUT_OFF),
    send("hint, sweep", s.SWEEP, "ack"),
    secret("access_token, by sweep", s.SWEEP_COLD),
    update("brand known", s.SWEEP_COLD, h.BRAND_KNOWN),
    update("A1 by sweep", s.SWEEP_DIRECT, "SET st = :SENDING", begins=True),
    query("waiting", s.HOLD, index="waiting"),
    Site(name="BatchGetItem who waits", situation=s.HOLD, operation="BatchGetItem"),
    query("the whole, holding", s.HOLD, "C#"),
    store("H9 hold", s.HOLD),
    send("hint, holding", s.HOLD, "ack"),
    get("desk's unit", s.HOLD, "D#"),
    Site(name="TransactWriteItems A9", situation=s.HOLD, operation="TransactWriteItems", nth=2),
    get("desk's unit, S1", s.HELD_ECHO, "D#", hang_ms=RECEIVE_MS),
    update("A7 of the desk's", s.HELD_DROP, e.DROP),
)

DESK = (
    get("what people did, taking", s.TAKE, "DESK"),
    get("conversation, taking", s.TAKE, "META"),
    store("H1 take", s.TAKE),
    update("H1 take on", s.TAKE_ON, e.TAKE),
    get("page's conversation", s.TAKE, "META", 2),
    query("page", s.TAKE, "C#"),
    update("H1 shown", s.TAKE, e.SHOWN),
    store("H2 close all", s.CLOSE),
    get("what is left", s.CLOSE, "META", 2),
    store("H2 close part", s.CLOSE_PART),
    store("H3 let go", s.RELEASE),
    get("what people did, saying", s.SAY, "DESK"),
    query("the same click", s.SAY, "C#"),
    store("H7 say", s.SAY),
)

ANSWERING = (
    get("agent's unit", s.SAID, "D#"),
    update("A1 answer", s.SAID, e.START, begins=True),
    update("A4 answered", s.SAID, _FINISH, begins=True),
    get("what people did, closing", s.SAID, "DESK"),
    store("A9 answered", s.SAID),
    update("A4 answer refused", s.SAID_IN_VAIN, _FINISH, begins=True),
    store("A10 notice", s.SAID_IN_VAIN),
    send("human, notice", s.SAID_IN_VAIN, "human"),
    update("A7 notice", s.SAID_IN_VAIN, e.SUPPRESS),
)

PLATFORM = (
    call("POST messages, Messenger", s.ACKNOWLEDGE, "send", "recipient", serves="messenger"),
    call("POST messages, WhatsApp", s.ACKNOWLEDGE_WHATSAPP, "send", "to", serves="whatsapp"),
    call("GET conversations", s.RECOVER, "read_back", serves="messenger, read back"),
)

ELSEWHERE = {
    "x": ON_X,
    "twilio": ON_TWILIO,
    "email": ON_EMAIL,
    "linkedin": ON_LINKEDIN,
    "telegram": ON_TELEGRAM,
    "standard": ON_STANDARD,
    "google": ON_GOOGLE,
    "line": ON_LINE,
}
"""By platform; one that is not registered yet waits."""

SITES = (
    *(*RECEIPT, *ACKNOWLEDGE, *SWEEP, *DESK, *ANSWERING, *PLATFORM, *SURFACES),
    *(site for name, sites in ELSEWHERE.items() if name in PLATFORMS for site in sites),
)
