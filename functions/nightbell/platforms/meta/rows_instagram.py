"""What becomes of each of Instagram's kinds."""

from nightbell.platforms.reading.consequence import CHANGE, MESSAGE, NOISE, OUTSIDE, SETTLEMENT, THREAD, Row

_MESSAGE_ROWS = {
    "instagram.message": Row(MESSAGE, "A contact wrote, or sent media, a shared post or a heart."),
    "instagram.quick_reply": Row(MESSAGE, "A contact tapped a quick reply."),
    "instagram.story_reply": Row(MESSAGE, "A contact answered a story of the account."),
    "instagram.story_mention": Row(MESSAGE, "A contact mentioned the account in a story of their own."),
    "instagram.unsupported": Row(MESSAGE, "A contact sent something that Meta does not pass on, or that disappears."),
    "instagram.postback": Row(MESSAGE, "A contact tapped an ice breaker, the menu or a button."),
    "instagram.edit": Row(CHANGE, "A contact edited a message; it has the first message's id."),
    "instagram.unsend": Row(CHANGE, "A contact took a message back; it has the first message's id."),
    "instagram.echo_own": Row(SETTLEMENT, "Our own message came back with our tag: it was delivered to the thread."),
    "instagram.echo_person": Row(OUTSIDE, "A person wrote, unless the message's id or its words are ours."),
    "instagram.echo_app": Row(OUTSIDE, "Another app wrote to the contact."),
    "instagram.echo_unsend": Row(NOISE, "The account took back a message of its own."),
    "instagram.edit_without_number": Row(NOISE, "Edit number 0 names nobody and changes nothing."),
    "instagram.own_account": Row(NOISE, "The account itself acted, or wrote to itself."),
    "instagram.reaction": Row(NOISE, "A contact reacted with an emoji; nothing was asked."),
    "instagram.read": Row(NOISE, "A contact read; that tells nothing about who wrote."),
    "instagram.referral": Row(NOISE, "A contact opened the thread by a link or an ad and has said nothing."),
    "instagram.app_roles": Row(NOISE, "The roles of the apps on the account changed."),
    "instagram.pass_thread_control": Row(THREAD, "The thread went to another app, to the inbox, to us or to nobody."),
    "instagram.take_thread_control": Row(THREAD, "Another app or the inbox took the thread."),
    "instagram.request_thread_control": Row(NOISE, "Another app asks for the thread, which it does not have yet."),
}

_COMMENT_ROWS = {
    "instagram_comments.comment": Row(MESSAGE, "A contact commented on a post or an ad."),
    "instagram_comments.reply": Row(MESSAGE, "A contact answered a comment."),
    "instagram_comments.live_comment": Row(MESSAGE, "A contact commented during a broadcast."),
    "instagram_comments.mention": Row(MESSAGE, "Somebody named the account; who and what is looked up."),
    "instagram_comments.own_reply": Row(OUTSIDE, "The account answered: Nightbell's own line, or a person."),
    "instagram_comments.own_comment": Row(NOISE, "The account commented and answered nobody."),
    "instagram_comments.story_insights": Row(NOISE, "It holds figures, not words."),
}

INSTAGRAM_ROWS = _MESSAGE_ROWS | _COMMENT_ROWS
