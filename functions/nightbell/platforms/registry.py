"""Every platform and every channel that Nightbell serves; a new one is one line."""

from collections.abc import Mapping

from nightbell.platforms.channel import Channel, Platform, Sender
from nightbell.platforms.meta.instagram_channel import InstagramDirect
from nightbell.platforms.meta.messenger_channel import Messenger
from nightbell.platforms.meta.platform import Meta
from nightbell.platforms.meta.whatsapp_channel import WhatsApp

_PLATFORMS: tuple[Platform, ...] = (Meta(),)

_CHANNELS: tuple[Channel, ...] = (
    Messenger(),
    InstagramDirect(),
    WhatsApp(),
)

PLATFORMS: Mapping[str, Platform] = {platform.name: platform for platform in _PLATFORMS}
CHANNELS: Mapping[str, Channel] = {channel.name: channel for channel in _CHANNELS}

_PRIVATE_REPLIES: tuple[Sender, ...] = ()

SENDERS: Mapping[str, Sender] = {sender.name: sender for sender in (*_CHANNELS, *_PRIVATE_REPLIES)}
"""Every way to send: each channel's own, and the private replies to public comments."""
