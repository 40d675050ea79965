"""What becomes of each of WhatsApp's kinds: messages, statuses, and news about the account."""

from nightbell.platforms.meta.consequence import ALARM, CHANGE, MESSAGE, NOISE, OUTSIDE, SETTLEMENT, Row

_MESSAGE_ROWS = {
    "whatsapp.text": Row(MESSAGE, "A contact wrote."),
    "whatsapp.image": Row(MESSAGE, "A contact sent a picture."),
    "whatsapp.video": Row(MESSAGE, "A contact sent a video."),
    "whatsapp.audio": Row(MESSAGE, "A contact sent a recording or a voice message."),
    "whatsapp.document": Row(MESSAGE, "A contact sent a file."),
    "whatsapp.sticker": Row(MESSAGE, "A contact sent a sticker."),
    "whatsapp.location": Row(MESSAGE, "A contact sent a place."),
    "whatsapp.contacts": Row(MESSAGE, "A contact sent contact cards, or their own number when asked for it."),
    "whatsapp.button": Row(MESSAGE, "A contact tapped a template's button."),
    "whatsapp.interactive.button_reply": Row(MESSAGE, "A contact tapped a button."),
    "whatsapp.interactive.list_reply": Row(MESSAGE, "A contact chose from a list."),
    "whatsapp.interactive.nfm_reply": Row(MESSAGE, "A contact filled in a form."),
    "whatsapp.order": Row(MESSAGE, "A contact sent a cart."),
    "whatsapp.unsupported": Row(MESSAGE, "A contact sent something that WhatsApp does not pass on."),
    "whatsapp.unknown": Row(MESSAGE, "The older name of unsupported."),
    "whatsapp.edit": Row(CHANGE, "A contact edited a message."),
    "whatsapp.revoke": Row(CHANGE, "A contact took a message back."),
    "whatsapp.interactive.call_permission_reply": Row(CHANGE, "A contact allowed or refused calls."),
    "whatsapp.undeclared": Row(CHANGE, "A contact sent a type that has no row here; a person must look."),
    "whatsapp.reaction": Row(NOISE, "A contact reacted with an emoji; nothing was asked."),
    "whatsapp.request_welcome": Row(NOISE, "A contact opened the chat and has said nothing."),
    "whatsapp.own_number": Row(NOISE, "The business's own number acted."),
    "whatsapp.system.user_changed_number": Row(NOISE, "A contact has a new number; their next message comes from it."),
    "whatsapp.system.customer_changed_number": Row(NOISE, "The older name of user_changed_number."),
    "whatsapp.system.user_changed_user_id": Row(NOISE, "A contact has a new user id."),
    "whatsapp.system.customer_identity_changed": Row(NOISE, "A contact has a new device or key."),
}

_STATUS_ROWS = {
    "whatsapp.status.sent": Row(SETTLEMENT, "WhatsApp sent our message on."),
    "whatsapp.status.delivered": Row(SETTLEMENT, "Our message reached a device."),
    "whatsapp.status.read": Row(SETTLEMENT, "Our message was read; delivered may then never come."),
    "whatsapp.status.played": Row(SETTLEMENT, "Our voice message was played."),
    "whatsapp.status.failed": Row(SETTLEMENT, "Our message will not arrive, even though the call had succeeded."),
    "whatsapp.status.deleted": Row(NOISE, "A contact deleted a message of the business."),
    "whatsapp.status_of_others": Row(NOISE, "The message was not sent by Nightbell: it has no tag of ours."),
}

_FIELD_ROWS = {
    "whatsapp.errors": Row(ALARM, "WhatsApp reports a fault of the app or the number."),
    "whatsapp.account_alerts": Row(ALARM, "WhatsApp warns the account."),
    "whatsapp.account_review_update": Row(ALARM, "WhatsApp reviewed the account."),
    "whatsapp.account_update": Row(ALARM, "The account was restricted, banned, verified or changed."),
    "whatsapp.phone_number_quality_update": Row(ALARM, "The number's quality or limit changed."),
    "whatsapp.security": Row(ALARM, "The number's PIN was changed or asked for."),
    "whatsapp.smb_message_echoes": Row(OUTSIDE, "A person wrote in the WhatsApp Business app."),
    "whatsapp.smb_message_echoes.changed": Row(NOISE, "A person edited or took back a message in the app."),
    "whatsapp.business_capability_update": Row(NOISE, "The account's limits changed."),
    "whatsapp.business_username_update": Row(NOISE, "The business's user name changed."),
    "whatsapp.calls": Row(NOISE, "Calls have their own receiver."),
    "whatsapp.flows": Row(NOISE, "A form's own state changed."),
    "whatsapp.group_lifecycle_update": Row(NOISE, "Groups are not served."),
    "whatsapp.group_participants_update": Row(NOISE, "Groups are not served."),
    "whatsapp.group_settings_update": Row(NOISE, "Groups are not served."),
    "whatsapp.group_status_update": Row(NOISE, "Groups are not served."),
    "whatsapp.history": Row(NOISE, "It repeats what was said before the number was connected."),
    "whatsapp.message_template_components_update": Row(NOISE, "Nightbell sends no templates."),
    "whatsapp.message_template_quality_update": Row(NOISE, "Nightbell sends no templates."),
    "whatsapp.message_template_status_update": Row(NOISE, "Nightbell sends no templates."),
    "whatsapp.template_category_update": Row(NOISE, "Nightbell sends no templates."),
    "whatsapp.partner_solutions": Row(NOISE, "A partner's arrangement changed."),
    "whatsapp.payment_configuration_update": Row(NOISE, "Payments are not served."),
    "whatsapp.phone_number_name_update": Row(NOISE, "The display name was reviewed."),
    "whatsapp.smb_app_state_sync": Row(NOISE, "The app's address book changed."),
    "whatsapp.user_id_update": Row(NOISE, "A contact has a new user id."),
    "whatsapp.user_preferences": Row(
        NOISE, "A contact stopped or resumed marketing messages, and Nightbell sends none."
    ),
}

WHATSAPP_ROWS = _MESSAGE_ROWS | _STATUS_ROWS | _FIELD_ROWS
