"""What the registries name is there, is what its protocol says, and is loaded only for whoever asks."""

import json
import subprocess
import sys
from collections.abc import Mapping

import pytest

from nightbell.platforms import registry
from nightbell.platforms.care import Care, Renewal
from nightbell.platforms.channel import CallbackReader, Channel, LookUp, Platform, Question, Sender, TokenMint
from nightbell.platforms.email.channel import MailChannel
from nightbell.platforms.email.platform import Email
from nightbell.platforms.google.care import LocationCare
from nightbell.platforms.google.channel import GoogleReviews
from nightbell.platforms.google.platform import Google
from nightbell.platforms.google.reviews import ReviewLookUp
from nightbell.platforms.google.tokens import GoogleTokens
from nightbell.platforms.lazy import Lazy
from nightbell.platforms.line.care import AccountCare as LineCare
from nightbell.platforms.line.channel import LineChats
from nightbell.platforms.line.platform import Line
from nightbell.platforms.linkedin.care import PageCare
from nightbell.platforms.linkedin.channel import LinkedInComments
from nightbell.platforms.linkedin.platform import LinkedIn
from nightbell.platforms.meta.callbacks import MetaCallbacks
from nightbell.platforms.meta.comments_channel import FACEBOOK_COMMENTS, INSTAGRAM_COMMENTS
from nightbell.platforms.meta.instagram_channel import InstagramDirect
from nightbell.platforms.meta.may_reply_privately import MayReplyPrivately
from nightbell.platforms.meta.mention_look_up import MentionLookUp
from nightbell.platforms.meta.messenger_channel import Messenger
from nightbell.platforms.meta.platform import Meta
from nightbell.platforms.meta.private_senders import FACEBOOK_PRIVATE_REPLY, INSTAGRAM_PRIVATE_REPLY
from nightbell.platforms.meta.whatsapp_channel import WhatsApp
from nightbell.platforms.standard.channel import Relay
from nightbell.platforms.standard.platform import Standard
from nightbell.platforms.telegram.care import BotCare
from nightbell.platforms.telegram.channel import Telegram
from nightbell.platforms.telegram.platform import TelegramBots
from nightbell.platforms.telegram.whose_connection import WhoseConnection
from nightbell.platforms.twilio.care import NumberCare
from nightbell.platforms.twilio.message_channel import TEXT_MESSAGES, WHATSAPP_MESSAGES
from nightbell.platforms.twilio.platform import Twilio
from nightbell.platforms.twilio.voicemail_channel import Voicemail
from nightbell.platforms.x.care import AccountCare
from nightbell.platforms.x.direct_channel import Direct
from nightbell.platforms.x.platform import X
from nightbell.platforms.x.posts_channel import Posts
from nightbell.platforms.x.renewal import AccountRenewal

# The type checker proves here what it cannot see behind a name.
PLATFORMS: tuple[Platform, ...] = (
    Meta(),
    Twilio(),
    TelegramBots(),
    LinkedIn(),
    X(),
    Email(),
    Standard(),
    Google(),
    Line(),
)
CALLBACKS: tuple[CallbackReader, ...] = (MetaCallbacks(),)
CHANNELS: tuple[Channel, ...] = (
    Messenger(),
    InstagramDirect(),
    WhatsApp(),
    FACEBOOK_COMMENTS,
    INSTAGRAM_COMMENTS,
    Telegram(),
    LinkedInComments(),
    Posts(),
    Direct(),
    MailChannel(),
    Relay(),
    TEXT_MESSAGES,
    WHATSAPP_MESSAGES,
    Voicemail(),
    GoogleReviews(),
    LineChats(),
)
SENDERS: tuple[Sender, ...] = (*CHANNELS, FACEBOOK_PRIVATE_REPLY, INSTAGRAM_PRIVATE_REPLY)
LOOK_UPS: tuple[LookUp, ...] = (MentionLookUp(), ReviewLookUp())
QUESTIONS: tuple[Question, ...] = (MayReplyPrivately(), WhoseConnection())
TOKEN_MINTS: tuple[TokenMint, ...] = (GoogleTokens(),)
CARES: tuple[Care, ...] = (BotCare(), PageCare(), NumberCare(), AccountCare(), LocationCare(), LineCare())
RENEWALS: tuple[Renewal, ...] = (AccountRenewal(),)

REGISTRIES: Mapping[str, tuple[Mapping[str, object], tuple[object, ...]]] = {
    "PLATFORMS": (registry.PLATFORMS, PLATFORMS),
    "CALLBACKS": (registry.CALLBACKS, CALLBACKS),
    "CHANNELS": (registry.CHANNELS, CHANNELS),
    "SENDERS": (registry.SENDERS, SENDERS),
    "LOOK_UPS": (registry.LOOK_UPS, LOOK_UPS),
    "QUESTIONS": (registry.QUESTIONS, QUESTIONS),
    "TOKEN_MINTS": (registry.TOKEN_MINTS, TOKEN_MINTS),
    "CARES": (registry.CARES, CARES),
    "RENEWALS": (registry.RENEWALS, RENEWALS),
}


@pytest.mark.parametrize("name", REGISTRIES)
def test_what_is_registered_is_what_the_type_checker_has_seen(name: str) -> None:
    registered, proven = REGISTRIES[name]
    assert sorted(str(type(each)) for each in registered.values()) == sorted(str(type(each)) for each in proven)


@pytest.mark.parametrize("name", [name for name in vars(registry) if isinstance(getattr(registry, name), Lazy)])
def test_no_registry_is_left_out_here(name: str) -> None:
    assert name in REGISTRIES


@pytest.mark.parametrize("registered", [registry.PLATFORMS, registry.SENDERS], ids=["platforms", "senders"])
def test_everything_is_registered_under_its_own_name(registered: Mapping[str, Platform | Sender]) -> None:
    assert {name: each.name for name, each in registered.items()} == {name: name for name in registered}


def test_a_channel_is_listed_under_its_own_platform() -> None:
    assert {name: channel.platform for name, channel in registry.CHANNELS.items()} == registry.PLATFORM_OF


def test_a_channel_and_its_sender_are_one() -> None:
    assert all(registry.SENDERS[name] is channel for name, channel in registry.CHANNELS.items())


def test_what_nobody_registered_is_missing_as_from_any_mapping() -> None:
    assert registry.PLATFORMS.get("nobody") is None
    assert "nobody" not in registry.PLATFORMS
    with pytest.raises(KeyError):
        registry.PLATFORMS["nobody"]


ONLY_META = """
import json, sys
from nightbell.handlers import receive_webhook, acknowledge
from nightbell.platforms.registry import CHANNELS, PLATFORMS, SENDERS
def vendors():
    below = [name.split(".")[2:] for name in sys.modules if name.startswith("nightbell.platforms.")]
    return sorted({each[0] for each in below if len(each) > 1} - {"reading"})
listed = [len(CHANNELS), len(SENDERS), "meta" in PLATFORMS, list(PLATFORMS)]
before = vendors()
PLATFORMS["meta"].parse, SENDERS["messenger"], SENDERS["facebook_private_reply"]
print(json.dumps([before, vendors()]))
"""


def test_a_function_that_serves_one_platform_never_loads_another() -> None:
    done = subprocess.run([sys.executable, "-c", ONLY_META], check=True, capture_output=True, text=True)
    assert json.loads(done.stdout) == [[], ["meta"]]


def test_a_function_that_sends_nothing_never_loads_what_sends() -> None:
    code = (
        "import sys; from nightbell.handlers import receive_webhook, replay_delivery; print('requests' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "False\n"
