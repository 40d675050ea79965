"""Every platform and every channel that Nightbell serves; a new one is a line.

Each line names where it is written, as ``module:name``, and is loaded when it is first asked for
(:mod:`nightbell.platforms.lazy`). That a class keeps its protocol is proven in ``tests/platforms/test_registered.py``.
"""

from collections.abc import Mapping

from nightbell.platforms.care import Care, Renewal
from nightbell.platforms.channel import (
    AccessNeeds,
    CallbackReader,
    Channel,
    LookUp,
    Platform,
    Question,
    Sender,
    TokenMint,
)
from nightbell.platforms.lazy import Lazy

_META = "nightbell.platforms.meta"
_TWILIO = "nightbell.platforms.twilio"
_EMAIL = "nightbell.platforms.email"
_TELEGRAM = "nightbell.platforms.telegram"
_LINKEDIN = "nightbell.platforms.linkedin"
_X = "nightbell.platforms.x"
_STANDARD = "nightbell.platforms.standard"
_GOOGLE = "nightbell.platforms.google"
_LINE = "nightbell.platforms.line"

_CHANNELS: Mapping[str, Mapping[str, str]] = {
    "meta": {
        "messenger": f"{_META}.messenger_channel:Messenger",
        "instagram_direct": f"{_META}.instagram_channel:InstagramDirect",
        "whatsapp": f"{_META}.whatsapp_channel:WhatsApp",
        "facebook_comments": f"{_META}.comments_channel:FACEBOOK_COMMENTS",
        "instagram_comments": f"{_META}.comments_channel:INSTAGRAM_COMMENTS",
    },
    "telegram": {"telegram": f"{_TELEGRAM}.channel:Telegram"},
    "linkedin": {"linkedin": f"{_LINKEDIN}.channel:LinkedInComments"},
    "x": {
        "x_posts": f"{_X}.posts_channel:Posts",
        "x_direct": f"{_X}.direct_channel:Direct",
    },
    "email": {"email": f"{_EMAIL}.channel:MailChannel"},
    "twilio": {
        "sms": f"{_TWILIO}.message_channel:TEXT_MESSAGES",
        "twilio_whatsapp": f"{_TWILIO}.message_channel:WHATSAPP_MESSAGES",
        "voicemail": f"{_TWILIO}.voicemail_channel:Voicemail",
    },
    "standard": {"standard": f"{_STANDARD}.channel:Relay"},
    "google": {"google_reviews": f"{_GOOGLE}.channel:GoogleReviews"},
    "line": {"line": f"{_LINE}.channel:LineChats"},
}
"""By platform, then by name."""

_PLACES: Mapping[str, str] = {name: place for channels in _CHANNELS.values() for name, place in channels.items()}
_PRIVATE_REPLIES: Mapping[str, str] = {
    "facebook_private_reply": f"{_META}.private_senders:FACEBOOK_PRIVATE_REPLY",
    "instagram_private_reply": f"{_META}.private_senders:INSTAGRAM_PRIVATE_REPLY",
}

PLATFORMS: Mapping[str, Platform] = Lazy(
    {
        "meta": f"{_META}.platform:Meta",
        "x": f"{_X}.platform:X",
        "telegram": f"{_TELEGRAM}.platform:TelegramBots",
        "linkedin": f"{_LINKEDIN}.platform:LinkedIn",
        "email": f"{_EMAIL}.platform:Email",
        "twilio": f"{_TWILIO}.platform:Twilio",
        "standard": f"{_STANDARD}.platform:Standard",
        "google": f"{_GOOGLE}.platform:Google",
        "line": f"{_LINE}.platform:Line",
    }
)
CALLBACKS: Mapping[str, CallbackReader] = Lazy({"meta": f"{_META}.callbacks:MetaCallbacks"})
CHANNELS: Mapping[str, Channel] = Lazy(_PLACES)

PLATFORM_OF: Mapping[str, str] = {name: platform for platform, channels in _CHANNELS.items() for name in channels}
"""Registry key of the vendor, by channel; known without loading the channel."""

SENDERS: Mapping[str, Sender] = Lazy({**_PLACES, **_PRIVATE_REPLIES})
"""Every way to send: each channel's own, and the private replies to public comments."""

LOOK_UPS: Mapping[str, LookUp] = Lazy(
    {
        "instagram_comments": f"{_META}.mention_look_up:MentionLookUp",
        "google_reviews": f"{_GOOGLE}.reviews:ReviewLookUp",
    }
)
"""By channel, where some messages must be looked up before anybody can read them."""

QUESTIONS: Mapping[str, Question] = Lazy(
    {
        "facebook_comments": f"{_META}.may_reply_privately:MayReplyPrivately",
        "telegram": f"{_TELEGRAM}.whose_connection:WhoseConnection",
    }
)
"""By sender, where the platform is asked before anything leaves.

Only on a Page can other businesses' Pages write; and only on Telegram can others have us speak in their names.
"""

ACCESS: Mapping[str, AccessNeeds] = {
    "meta": AccessNeeds(others=("app_secret",)),
    # A host of a login's own asks for no proof by the app's secret.
    "meta.instagram": AccessNeeds(),
    "telegram": AccessNeeds(),
    "linkedin": AccessNeeds(token="oauth2/{account}"),  # noqa: S106 - as above
    "x": AccessNeeds(token="oauth1/{account}", others=("consumer_key", "consumer_secret")),  # noqa: S106 - a name
    "x.oauth2": AccessNeeds(token="oauth2/{account}"),  # noqa: S106 - as above
    # The function's role signs.
    "email": AccessNeeds(token=""),
    "twilio": AccessNeeds(token="api_key/{owner}"),  # noqa: S106 - as above
    "standard": AccessNeeds(token="reply/{account}"),  # noqa: S106 - a name
    "google": AccessNeeds(token="oauth2/{owner}", others=("client",)),  # noqa: S106 - as above
    "line": AccessNeeds(),
}
"""Which secrets a call takes, by platform, and by ``platform.login`` where a login has its own."""

HOSTS: Mapping[str, tuple[str, str]] = {
    # Where a relay is, its account tells in the settings.
    "standard": ("", ""),
    "x": ("https://api.x.com", "2"),
    "telegram": ("https://api.telegram.org", ""),
    "linkedin": ("https://api.linkedin.com", "202607"),
    "email": ("https://email.{region}.amazonaws.com", "v2"),
    "twilio": ("https://api.twilio.com", "2010-04-01"),
    "google": ("https://mybusiness.googleapis.com", "v4"),
    "line": ("https://api.line.me", ""),
}
"""Address and version of the API, by platform; Meta's are parameters of the deployment."""

TOKEN_MINTS: Mapping[str, TokenMint] = Lazy({"google": f"{_GOOGLE}.tokens:GoogleTokens"})
"""By platform, where what is stored is no access token yet."""

CARES: Mapping[str, Care] = Lazy(
    {
        "x": f"{_X}.care:AccountCare",
        "telegram": f"{_TELEGRAM}.care:BotCare",
        "linkedin": f"{_LINKEDIN}.care:PageCare",
        "twilio": f"{_TWILIO}.care:NumberCare",
        "google": f"{_GOOGLE}.care:LocationCare",
        "line": f"{_LINE}.care:AccountCare",
    }
)
"""By platform, how its accounts are looked after; Meta's are by :mod:`nightbell.services.check_accounts`."""

RENEWALS: Mapping[str, Renewal] = Lazy({"x": f"{_X}.renewal:AccountRenewal"})
"""By platform, where access tokens end and can be renewed."""
