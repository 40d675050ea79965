"""Which permissions an account's token must have for what Nightbell does in its name.

Sources: Meta "Webhooks for Pages" §Install Your App; "Webhooks for Instagram Messaging" §Requirements; "Pages API:
Comments and @mentions" §Permissions; "Pages API" §Permissions and Features; "Messenger Platform: Private Replies"
§Before You Start; "Instagram Messaging: Private Replies" §Before you start; "Comment Moderation" §Requirements;
"WhatsApp Business Platform: Permissions". Nobody tells what a token of Instagram's own login may do.
"""

from collections.abc import Mapping

from nightbell.domain.business import Account

_ALWAYS: Mapping[str, frozenset[str]] = {
    "messenger": frozenset({"pages_manage_metadata", "pages_messaging"}),
    "facebook_comments": frozenset({"pages_manage_metadata", "pages_read_engagement", "pages_read_user_content"}),
    "instagram_direct": frozenset({"instagram_basic", "instagram_manage_messages", "pages_manage_metadata"}),
    "instagram_comments": frozenset({"instagram_basic", "instagram_manage_comments", "pages_manage_metadata"}),
    "whatsapp": frozenset({"whatsapp_business_management", "whatsapp_business_messaging"}),
}
_TO_ANSWER_IN_PUBLIC: Mapping[str, frozenset[str]] = {"facebook_comments": frozenset({"pages_manage_engagement"})}
_TO_REPLY_PRIVATELY: Mapping[str, frozenset[str]] = dict.fromkeys(
    ("facebook_comments", "instagram_comments"), frozenset({"pages_messaging"})
)


def needed_permissions(account: Account) -> frozenset[str]:
    """List what must have been granted for an account; what is switched off needs nothing."""
    if account.login != "facebook":
        return frozenset()
    nothing = frozenset[str]()
    return (
        _ALWAYS.get(account.channel, nothing)
        | (_TO_ANSWER_IN_PUBLIC.get(account.channel, nothing) if account.public_line else nothing)
        | (_TO_REPLY_PRIVATELY.get(account.channel, nothing) if account.private_reply else nothing)
    )
