"""The call sites of Twilio: text messages, and WhatsApp through it."""

from nightbell.adapters import table_expressions as e
from tests.chaos.wire.looked_after import looked_after
from tests.chaos.wire.on_twilio import OVER_WHATSAPP, TEXTS
from tests.chaos.wire.play import Play
from tests.chaos.wire.site import RECEIVE_MS, call, secret, store, update
from tests.chaos.wire.situations import SETTLED_S, Situation
from tests.chaos.wire.steps import answered, echoes, swept, work, written


def _cold(play: Play) -> None:
    play.lane.cold()


def _written_then_cold(play: Play) -> None:
    written(play)
    play.lane.cold()


def _unknown_and_settled(play: Play) -> None:
    play.mute = True
    play.answer_lost()
    answered(play)
    play.lane.later(SETTLED_S)


TEXT = Situation(name="somebody texts us", act=written, channel=TEXTS)
TEXT_COLD = Situation(name="somebody texts us after a cold start", before=_cold, act=written, channel=TEXTS)
ANSWER = Situation(name="the hint is worked on, text message", before=written, act=work, channel=TEXTS)
ANSWER_COLD = Situation(
    name="the hint is worked on after a cold start, text message", before=_written_then_cold, act=work, channel=TEXTS
)
STATUS = Situation(name="the status of a text message", before=answered, act=echoes, channel=TEXTS)
FOUND = Situation(
    name="a text message without answer is read back", before=_unknown_and_settled, act=swept, channel=TEXTS
)
OVER = Situation(name="the hint is worked on, WhatsApp by Twilio", before=written, act=work, channel=OVER_WHATSAPP)
OVER_FOUND = Situation(
    name="a message on WhatsApp by Twilio without answer is read back",
    before=_unknown_and_settled,
    act=swept,
    channel=OVER_WHATSAPP,
)
CHECKED = looked_after("twilio", TEXTS)

ON_TWILIO = (
    secret("auth_token", TEXT_COLD, hang_ms=RECEIVE_MS),
    store("R1, text message", TEXT, hang_ms=RECEIVE_MS),
    update("S1 seen, text message", STATUS, e.SEEN, hang_ms=RECEIVE_MS),
    secret("api_key", ANSWER_COLD),
    call("POST Messages.json", ANSWER, "send", "Body", serves="sms"),
    call("GET Messages.json", FOUND, "read_back", serves="sms, read back"),
    call("GET IncomingPhoneNumbers.json", CHECKED),
    call("POST PN.json", CHECKED, match="SmsUrl"),
    call("GET AC.json", CHECKED, nth=3),
    call("POST Messages.json, WhatsApp", OVER, "send", "Body", serves="twilio_whatsapp"),
    call("GET Messages.json, WhatsApp", OVER_FOUND, "read_back", serves="twilio_whatsapp, read back"),
)
