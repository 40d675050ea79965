"""Every platform and every channel that Nightbell serves; a new one is one line."""

from collections.abc import Mapping

from nightbell.platforms.channel import CallbackReader, Channel, LookUp, Platform, Question, Sender
from nightbell.platforms.meta.callbacks import MetaCallbacks
from nightbell.platforms.meta.comments_channel import FACEBOOK_COMMENTS, INSTAGRAM_COMMENTS
from nightbell.platforms.meta.instagram_channel import InstagramDirect
from nightbell.platforms.meta.may_reply_privately import MayReplyPrivately
from nightbell.platforms.meta.mention_look_up import MentionLookUp
from nightbell.platforms.meta.messenger_channel import Messenger
from nightbell.platforms.meta.platform import Meta
from nightbell.platforms.meta.private_replies import PrivateReply
from nightbell.platforms.meta.whatsapp_channel import WhatsApp

_PLATFORMS: tuple[Platform, ...] = (Meta(),)

_CHANNELS: tuple[Channel, ...] = (
    Messenger(),
    InstagramDirect(),
    WhatsApp(),
    FACEBOOK_COMMENTS,
    INSTAGRAM_COMMENTS,
)

PLATFORMS: Mapping[str, Platform] = {platform.name: platform for platform in _PLATFORMS}
CALLBACKS: Mapping[str, CallbackReader] = {reader.platform: reader for reader in (MetaCallbacks(),)}
CHANNELS: Mapping[str, Channel] = {channel.name: channel for channel in _CHANNELS}

PLATFORM_OF: Mapping[str, str] = {name: channel.platform for name, channel in CHANNELS.items()}
"""Registry key of the vendor, by channel."""

_PRIVATE_REPLIES: tuple[Sender, ...] = (
    PrivateReply("facebook_private_reply", CHANNELS["messenger"]),
    PrivateReply("instagram_private_reply", CHANNELS["instagram_direct"]),
)

SENDERS: Mapping[str, Sender] = {sender.name: sender for sender in (*_CHANNELS, *_PRIVATE_REPLIES)}
"""Every way to send: each channel's own, and the private replies to public comments."""

LOOK_UPS: Mapping[str, LookUp] = {"instagram_comments": MentionLookUp()}
"""By channel, where some messages must be looked up before anybody can read them."""

QUESTIONS: Mapping[str, Question] = {"facebook_comments": MayReplyPrivately()}
"""By sender, where the platform is asked before anything leaves; only on a Page can other businesses' Pages write."""
