"""The call sites of mail: a mail arrives, is answered, and SES tells what became of the answer."""

from nightbell.adapters import table_expressions as e
from tests.chaos.wire.on_email import MAIL
from tests.chaos.wire.site import Site, call, get, send, store, update
from tests.chaos.wire.situations import Situation
from tests.chaos.wire.steps import answered, echoes, work, written

ARRIVES = Situation(name="a mail arrives", act=written, channel=MAIL)
ANSWER = Situation(name="the hint is worked on, mail", before=written, act=work, channel=MAIL)
TOLD = Situation(name="SES tells what became of a mail", before=answered, act=echoes, channel=MAIL)

ON_EMAIL = (
    get("conversation, mail", ARRIVES, "META"),
    Site(
        name="GetItem given address, mail",
        situation=ARRIVES,
        operation="GetItem",
        match="starts_with(Key.pk.S, 'GIVEN#')",
    ),
    store("R1, mail", ARRIVES),
    send("hint, mail", ARRIVES, "ack"),
    call("POST outbound-emails", ANSWER, "send", serves="email"),
    get("unit, S1 of a mail", TOLD, "A#"),
    update("S1 seen, mail", TOLD, e.SEEN),
)
