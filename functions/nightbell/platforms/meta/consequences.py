"""What each kind of Meta's events leads to: the one table that the parser looks up.

A kind without a row is unknown: it is counted and raises one alarm. The same sentences stand in
``docs/platforms/meta.md``; a test compares them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Consequence(StrEnum):
    """What becomes of an event."""

    MESSAGE = "message"
    """Kept; the policy decides about an acknowledgement."""
    CHANGE = "change"
    """Kept for the human; never acknowledged."""
    SETTLEMENT = "settlement"
    """Tells what became of something we sent."""
    OUTSIDE_ANSWER = "outside_answer"
    """Somebody else wrote to the contact."""
    NOISE = "noise"
    """Counted only."""
    ALARM = "alarm"
    """Counted, and an operator hears of it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One kind's consequence, and why in a sentence."""

    consequence: Consequence
    why: str


_MESSAGE, _CHANGE, _NOISE, _ALARM = Consequence.MESSAGE, Consequence.CHANGE, Consequence.NOISE, Consequence.ALARM
_SETTLEMENT, _OUTSIDE = Consequence.SETTLEMENT, Consequence.OUTSIDE_ANSWER

_ENVELOPE = {
    "meta.changed_fields": Row(_ALARM, "The subscription names changed fields without values, so no content arrives."),
    "meta.empty": Row(_NOISE, "The delivery or one of its entries holds no event."),
    "meta.foreign_object": Row(_NOISE, "It belongs to an object that Nightbell does not serve."),
    "meta.test": Row(_NOISE, "The dashboard's test button sent it; nobody is waiting."),
    "instagram.comments": Row(_NOISE, "Instagram comments are not served yet."),
    "instagram.live_comments": Row(_NOISE, "Instagram comments are not served yet."),
    "instagram.mentions": Row(_NOISE, "Instagram mentions are not served yet."),
    "instagram.messaging": Row(_NOISE, "Instagram messages are not served yet."),
    "instagram.story_insights": Row(_NOISE, "It holds figures, not words."),
    "page.conversations": Row(_NOISE, "It repeats what the messages themselves tell."),
    "page.feed": Row(_NOISE, "Posts and comments are not served yet."),
    "page.inbox_labels": Row(_NOISE, "Somebody sorted the Page's inbox."),
    "page.leadgen": Row(_NOISE, "A lead form has its own receiver."),
    "page.live_videos": Row(_NOISE, "A broadcast began or ended."),
    "page.mention": Row(_NOISE, "Mentions are not served yet."),
    "page.ratings": Row(_NOISE, "Recommendations are not served yet."),
}

_MESSENGER = {
    "messenger.message": Row(_MESSAGE, "A contact wrote, or sent media, a place, a link, a sticker or a product."),
    "messenger.quick_reply": Row(_MESSAGE, "A contact tapped a quick reply."),
    "messenger.postback": Row(_MESSAGE, "A contact tapped Get Started, the menu, an ice breaker or a button."),
    "messenger.order": Row(_MESSAGE, "A contact sent a cart."),
    "messenger.unsupported": Row(_MESSAGE, "A contact sent something that Meta does not pass on."),
    "messenger.edit": Row(_CHANGE, "A contact edited a message; it has the first message's id."),
    "messenger.unsend": Row(_CHANGE, "A contact took a message back; it has the first message's id."),
    "messenger.echo_own": Row(_SETTLEMENT, "Our own message came back with our tag: it was delivered to the thread."),
    "messenger.echo_person": Row(_OUTSIDE, "A person wrote in the Page's inbox."),
    "messenger.echo_app": Row(_OUTSIDE, "Another app wrote to the contact."),
    "messenger.echo_unsend": Row(_NOISE, "The Page took back a message of its own."),
    "messenger.edit_without_number": Row(_NOISE, "Edit number 0 comes with the first delivery and changes nothing."),
    "messenger.own_account": Row(_NOISE, "The Page itself acted."),
    "messenger.no_contact": Row(_NOISE, "It names a plugin's visitor who has no thread yet."),
    "messenger.reaction": Row(_NOISE, "A contact reacted with an emoji; nothing was asked."),
    "messenger.read": Row(_NOISE, "A contact read; the echo settles sends, not this."),
    "messenger.delivery": Row(_NOISE, "A message reached a device; the echo settles sends, not this."),
    "messenger.referral": Row(_NOISE, "A contact opened the thread by a link or an ad and has said nothing."),
    "messenger.optin": Row(_NOISE, "A contact agreed to a subscription and has said nothing."),
    "messenger.account_linking": Row(_NOISE, "A contact linked or unlinked an account."),
    "messenger.response_feedback": Row(_NOISE, "A contact rated an answer with a thumb."),
    "messenger.messaging_feedback": Row(_NOISE, "A contact filled in a rating form of another app."),
    "messenger.messaging_customer_information": Row(_NOISE, "A contact filled in a form of another app."),
    "messenger.app_roles": Row(_NOISE, "The roles of the apps on the Page changed."),
    "messenger.pass_thread_control": Row(_NOISE, "Another app gave the thread away."),
    "messenger.take_thread_control": Row(_NOISE, "Another app took the thread."),
    "messenger.request_thread_control": Row(_NOISE, "Another app asks for the thread."),
    "messenger.policy_enforcement.block": Row(_ALARM, "Meta blocked the Page's messages."),
    "messenger.policy_enforcement.warning": Row(_ALARM, "Meta warned the Page."),
    "messenger.policy_enforcement.unblock": Row(_NOISE, "Meta lifted a block of the Page."),
}

_WHATSAPP_MESSAGES = {
    "whatsapp.text": Row(_MESSAGE, "A contact wrote."),
    "whatsapp.image": Row(_MESSAGE, "A contact sent a picture."),
    "whatsapp.video": Row(_MESSAGE, "A contact sent a video."),
    "whatsapp.audio": Row(_MESSAGE, "A contact sent a recording or a voice message."),
    "whatsapp.document": Row(_MESSAGE, "A contact sent a file."),
    "whatsapp.sticker": Row(_MESSAGE, "A contact sent a sticker."),
    "whatsapp.location": Row(_MESSAGE, "A contact sent a place."),
    "whatsapp.contacts": Row(_MESSAGE, "A contact sent contact cards, or their own number when asked for it."),
    "whatsapp.button": Row(_MESSAGE, "A contact tapped a template's button."),
    "whatsapp.interactive.button_reply": Row(_MESSAGE, "A contact tapped a button."),
    "whatsapp.interactive.list_reply": Row(_MESSAGE, "A contact chose from a list."),
    "whatsapp.interactive.nfm_reply": Row(_MESSAGE, "A contact filled in a form."),
    "whatsapp.order": Row(_MESSAGE, "A contact sent a cart."),
    "whatsapp.unsupported": Row(_MESSAGE, "A contact sent something that WhatsApp does not pass on."),
    "whatsapp.unknown": Row(_MESSAGE, "The older name of unsupported."),
    "whatsapp.edit": Row(_CHANGE, "A contact edited a message."),
    "whatsapp.revoke": Row(_CHANGE, "A contact took a message back."),
    "whatsapp.interactive.call_permission_reply": Row(_CHANGE, "A contact allowed or refused calls."),
    "whatsapp.undeclared": Row(_CHANGE, "A contact sent a type that has no row here; a person must look."),
    "whatsapp.reaction": Row(_NOISE, "A contact reacted with an emoji; nothing was asked."),
    "whatsapp.request_welcome": Row(_NOISE, "A contact opened the chat and has said nothing."),
    "whatsapp.own_number": Row(_NOISE, "The business's own number acted."),
    "whatsapp.system.user_changed_number": Row(_NOISE, "A contact has a new number; their next message comes from it."),
    "whatsapp.system.customer_changed_number": Row(_NOISE, "The older name of user_changed_number."),
    "whatsapp.system.user_changed_user_id": Row(_NOISE, "A contact has a new user id."),
    "whatsapp.system.customer_identity_changed": Row(_NOISE, "A contact has a new device or key."),
}

_WHATSAPP_STATUSES = {
    "whatsapp.status.sent": Row(_SETTLEMENT, "WhatsApp sent our message on."),
    "whatsapp.status.delivered": Row(_SETTLEMENT, "Our message reached a device."),
    "whatsapp.status.read": Row(_SETTLEMENT, "Our message was read; delivered may then never come."),
    "whatsapp.status.played": Row(_SETTLEMENT, "Our voice message was played."),
    "whatsapp.status.failed": Row(_SETTLEMENT, "Our message will not arrive, even though the call had succeeded."),
    "whatsapp.status.deleted": Row(_NOISE, "A contact deleted a message of the business."),
    "whatsapp.status_of_others": Row(_NOISE, "The message was not sent by Nightbell: it has no tag of ours."),
}

_WHATSAPP_FIELDS = {
    "whatsapp.errors": Row(_ALARM, "WhatsApp reports a fault of the app or the number."),
    "whatsapp.account_alerts": Row(_ALARM, "WhatsApp warns the account."),
    "whatsapp.account_review_update": Row(_ALARM, "WhatsApp reviewed the account."),
    "whatsapp.account_update": Row(_ALARM, "The account was restricted, banned, verified or changed."),
    "whatsapp.phone_number_quality_update": Row(_ALARM, "The number's quality or limit changed."),
    "whatsapp.security": Row(_ALARM, "The number's PIN was changed or asked for."),
    "whatsapp.smb_message_echoes": Row(_OUTSIDE, "A person wrote in the WhatsApp Business app."),
    "whatsapp.smb_message_echoes.changed": Row(_NOISE, "A person edited or took back a message in the app."),
    "whatsapp.business_capability_update": Row(_NOISE, "The account's limits changed."),
    "whatsapp.business_username_update": Row(_NOISE, "The business's user name changed."),
    "whatsapp.calls": Row(_NOISE, "Calls have their own receiver."),
    "whatsapp.flows": Row(_NOISE, "A form's own state changed."),
    "whatsapp.group_lifecycle_update": Row(_NOISE, "Groups are not served."),
    "whatsapp.group_participants_update": Row(_NOISE, "Groups are not served."),
    "whatsapp.group_settings_update": Row(_NOISE, "Groups are not served."),
    "whatsapp.group_status_update": Row(_NOISE, "Groups are not served."),
    "whatsapp.history": Row(_NOISE, "It repeats what was said before the number was connected."),
    "whatsapp.message_template_components_update": Row(_NOISE, "Nightbell sends no templates."),
    "whatsapp.message_template_quality_update": Row(_NOISE, "Nightbell sends no templates."),
    "whatsapp.message_template_status_update": Row(_NOISE, "Nightbell sends no templates."),
    "whatsapp.template_category_update": Row(_NOISE, "Nightbell sends no templates."),
    "whatsapp.partner_solutions": Row(_NOISE, "A partner's arrangement changed."),
    "whatsapp.payment_configuration_update": Row(_NOISE, "Payments are not served."),
    "whatsapp.phone_number_name_update": Row(_NOISE, "The display name was reviewed."),
    "whatsapp.smb_app_state_sync": Row(_NOISE, "The app's address book changed."),
    "whatsapp.user_id_update": Row(_NOISE, "A contact has a new user id."),
    "whatsapp.user_preferences": Row(
        _NOISE, "A contact stopped or resumed marketing messages, and Nightbell sends none."
    ),
}

ROWS: Mapping[str, Row] = _ENVELOPE | _MESSENGER | _WHATSAPP_MESSAGES | _WHATSAPP_STATUSES | _WHATSAPP_FIELDS

CONSEQUENCES: Mapping[str, Consequence] = {kind: row.consequence for kind, row in ROWS.items()}
