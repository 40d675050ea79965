"""Which secrets a delivery needs, whose token may sign it, and what Twilio is answered."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import pytest

from nightbell.domain.errors import SignatureError
from nightbell.domain.events import Delivery
from nightbell.platforms.channel import SecretNames
from nightbell.platforms.twilio.platform import Twilio
from nightbell.platforms.twilio.signature import sign
from tests.platforms.twilio.forms import BECAME, OWNER, SAID, delivery
from tests.unit.talk import bakery

URL = "https://webhooks.example.test/webhooks/twilio"
TOKEN, OTHERS_TOKEN = "t" * 32, "u" * 32
OTHER = "AC00000000000000000000000000000888"
ACCOUNTS = [
    replace(bakery(), channel="sms", account_id=number, business_account_id=owner)
    for number, owner in (("+1", OWNER), ("+2", OWNER), ("+3", OTHER))
]
SECRETS = {f"auth_token/{OWNER}": [TOKEN], f"auth_token/{OTHER}": [OTHERS_TOKEN]}
TWILIO = Twilio()


def signed(form: dict[str, str], token: str = TOKEN, path: str = "") -> Delivery:
    url = f"{URL}/{path}" if path else URL
    body = urlencode(form)
    header = sign(url, {name: [value] for name, value in parse_qsl(body, keep_blank_values=True)}, token)
    made = delivery(form, path)
    return replace(made, url=url, headers={**made.headers, "x-twilio-signature": header})


def test_a_delivery_is_accepted_with_its_accounts_token() -> None:
    TWILIO.verify(signed(SAID), SECRETS)
    TWILIO.verify(signed(SAID | {"AccountSid": OTHER}, OTHERS_TOKEN), SECRETS)


def test_an_account_cannot_sign_for_another() -> None:
    with pytest.raises(SignatureError):
        TWILIO.verify(signed(SAID, OTHERS_TOKEN), SECRETS)


def test_a_delivery_that_names_no_account_is_accepted_from_any_of_ours() -> None:
    anonymous = {name: value for name, value in BECAME.items() if name != "AccountSid"} | {"MessageStatus": "sent"}
    TWILIO.verify(signed(anonymous, OTHERS_TOKEN, "status"), SECRETS)
    with pytest.raises(SignatureError):
        TWILIO.verify(signed(anonymous, "v" * 32, "status"), SECRETS)


def test_a_delivery_to_one_path_is_not_accepted_at_another() -> None:
    with pytest.raises(SignatureError):
        TWILIO.verify(replace(signed(SAID), url=f"{URL}/status"), SECRETS)


@pytest.mark.parametrize("secrets", [{}, {f"auth_token/{OWNER}": []}, {f"auth_token/{OWNER}": [TOKEN[:23]]}])
def test_without_a_usable_token_nothing_is_accepted(secrets: dict[str, list[str]]) -> None:
    with pytest.raises(SignatureError):
        TWILIO.verify(signed(SAID, TOKEN[:23]), secrets)


def test_an_api_key_signs_nothing() -> None:
    with pytest.raises(SignatureError):
        TWILIO.verify(signed(SAID), {f"api_key/{OWNER}": [TOKEN]})


def test_names_of_secrets_are_made_of_the_settings_alone() -> None:
    assert TWILIO.secret_names(signed(SAID), ACCOUNTS) == SecretNames(needed=(f"auth_token/{OWNER}",))
    assert TWILIO.secret_names(signed(SAID | {"AccountSid": "../../x"}), ACCOUNTS) == SecretNames()
    anonymous = replace(signed(SAID), body=b"MessageSid=SM1")
    both = (f"auth_token/{OWNER}", f"auth_token/{OTHER}")
    assert TWILIO.secret_names(anonymous, ACCOUNTS) == SecretNames(optional=both)
    assert TWILIO.secret_names(replace(anonymous, body=b"\xff"), ACCOUNTS) == SecretNames(optional=both)
    assert TWILIO.secrets_of(ACCOUNTS[2]) == SecretNames(needed=(f"auth_token/{OTHER}",))


def test_calls_are_taken_only_where_a_number_is_a_voicemail() -> None:
    paths = ["", "status", "voice", "voice/code", "voice/done", "voice/recording", "voice/transcript"]
    others = ["Status", "status/x", "..", "voice/", "voice/other", "voice/../status"]
    assert [path for path in (*paths, *others) if TWILIO.accepts(path, ACCOUNTS)] == paths[:2]
    called = [*ACCOUNTS, replace(ACCOUNTS[0], channel="voicemail")]
    assert [path for path in (*paths, *others) if TWILIO.accepts(path, called)] == paths


def test_a_message_is_answered_with_instructions_that_say_nothing() -> None:
    reply = TWILIO.reply(signed(SAID))
    assert reply.content_type.startswith("text/xml")
    assert reply.body.endswith("<Response/>")
    assert TWILIO.reply(signed(BECAME, path="status")).body == ""


def test_a_call_that_nobody_can_read_ends_and_nobody_listens_to_the_rest() -> None:
    assert [TWILIO.reply(signed(SAID, path=path)).body.endswith("<Response/>") for path in ("voice", "voice/done")] == [
        True,
        True,
    ]
    assert TWILIO.reply(signed(SAID, path="voice/recording")).body == ""
