"""What becomes of each of Telegram's kinds: the one table that the parser looks up.

A kind without a row is unknown: it is counted and raises one alarm. The same sentences stand in
``docs/platforms/telegram.md``; a test compares them.
"""

from collections.abc import Mapping

from nightbell.platforms.reading.consequence import ALARM, CHANGE, MESSAGE, NOISE, OPT_OUT, OUTSIDE, Row
from nightbell.platforms.reading.dispatch import Table

ROWS: Mapping[str, Row] = {
    "telegram.message": Row(MESSAGE, "A person wrote to the bot, or sent media, a place or a contact."),
    "telegram.business_message": Row(MESSAGE, "A contact wrote to a person whose account the bot is connected to."),
    "telegram.choice": Row(MESSAGE, "A contact tapped a button below a message of ours."),
    "telegram.group": Row(MESSAGE, "Somebody in a group named a bot or answered ours; a person is told, no more."),
    "telegram.edit": Row(CHANGE, "A contact edited a message."),
    "telegram.deleted": Row(CHANGE, "A message was deleted from a chat of a connected account."),
    "telegram.business_person": Row(OUTSIDE, "The person whose account the bot is connected to wrote to the contact."),
    "telegram.business_bot": Row(OUTSIDE, "Another bot wrote to the contact in that person's name."),
    "telegram.blocked": Row(OPT_OUT, "A contact blocked the bot."),
    "telegram.unblocked": Row(OPT_OUT, "A contact started or unblocked the bot."),
    "telegram.business_connected": Row(ALARM, "The bot was connected to an account: is it one of yours?"),
    "telegram.business_may_not_reply": Row(ALARM, "The bot was connected to an account and may not reply there."),
    "telegram.business_disconnected": Row(ALARM, "The bot was disconnected from an account, or that was switched off."),
    "telegram.business_automatic": Row(NOISE, "Telegram's own greeting or away message, or a scheduled one, went out."),
    "telegram.own_message": Row(NOISE, "What we wrote in the name of a connected account came back."),
    "telegram.own_edit": Row(NOISE, "The business edited a message of its own."),
    "telegram.own_tap": Row(NOISE, "The business itself tapped a button."),
    "telegram.bot": Row(NOISE, "A bot wrote; answering bots may never end."),
    "telegram.group_talk": Row(NOISE, "People in a group talk to each other."),
    "telegram.channel_post": Row(NOISE, "A channel posted."),
    "telegram.service": Row(NOISE, "Something about the chat changed, such as a pinned message."),
    "telegram.live_location": Row(NOISE, "A shared place moved on."),
    "telegram.choice_elsewhere": Row(NOISE, "A button was tapped below what was sent through the bot somewhere else."),
    "telegram.membership": Row(NOISE, "The bot came into a group or a channel, or left it."),
    "telegram.guest_message": Row(NOISE, "The bot was called into somebody else's chat."),
    "telegram.message_reaction": Row(NOISE, "Somebody reacted with an emoji; nothing was asked."),
    "telegram.message_reaction_count": Row(NOISE, "The number of reactions changed."),
    "telegram.inline_query": Row(NOISE, "Somebody types the bot's name in another chat."),
    "telegram.chosen_inline_result": Row(NOISE, "Somebody sent a result of that."),
    "telegram.shipping_query": Row(NOISE, "A shop in the bot asks where to; another program must answer."),
    "telegram.pre_checkout_query": Row(NOISE, "A shop in the bot asks before a payment; another program must answer."),
    "telegram.purchased_paid_media": Row(NOISE, "Somebody bought paid media."),
    "telegram.poll": Row(NOISE, "A poll's state changed."),
    "telegram.poll_answer": Row(NOISE, "Somebody voted in a poll."),
    "telegram.chat_member": Row(NOISE, "Somebody came into a group, or left it."),
    "telegram.chat_join_request": Row(NOISE, "Somebody asks to join a group."),
    "telegram.chat_boost": Row(NOISE, "Somebody boosted a chat."),
    "telegram.removed_chat_boost": Row(NOISE, "A boost ended."),
    "telegram.managed_bot": Row(NOISE, "A bot that this one manages changed."),
    "telegram.empty": Row(NOISE, "The update holds nothing."),
}

TABLE = Table(ROWS)
