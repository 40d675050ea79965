"""The private replies by the channel that the comment stands on."""

from nightbell.platforms.meta.instagram_channel import InstagramDirect
from nightbell.platforms.meta.messenger_channel import Messenger
from nightbell.platforms.meta.private_replies import PrivateReply

FACEBOOK_PRIVATE_REPLY = PrivateReply("facebook_private_reply", Messenger())
INSTAGRAM_PRIVATE_REPLY = PrivateReply("instagram_private_reply", InstagramDirect())
