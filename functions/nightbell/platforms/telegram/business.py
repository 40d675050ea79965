"""What is told of the business's own side: people and bots that write in its name, connections, and who blocked us.

Sources: Telegram "Bot API" §Message (``sender_business_bot``, ``is_from_offline``), §BusinessConnection,
§ChatMemberUpdated.
"""

from nightbell.domain.events import Author, Noise, OptOut, OutsideAnswer
from nightbell.platforms.reading.dispatch import Place
from nightbell.platforms.reading.fields import Fields, identifier, member, moment, optional_text
from nightbell.platforms.telegram.chats import part, place_of
from nightbell.platforms.telegram.rows import TABLE


def name_own_words(item: Fields, bot_id: str) -> str:
    """Tell by whom something was written in the name of a connected account."""
    bot = part(item, "sender_business_bot").get("id")
    if bot is not None:
        return "telegram.own_message" if str(bot) == bot_id else "telegram.business_bot"
    # Telegram's own greeting answers nothing; a scheduled message bears the same mark, and then somebody looks again.
    return "telegram.business_automatic" if item.get("is_from_offline") is True else "telegram.business_person"


def name_connection(item: Fields) -> str:
    """Tell what became of a connection."""
    if item.get("is_enabled") is not True:
        return "telegram.business_disconnected"
    # Before Bot API 9.0 the right stood beside the others.
    may_reply = part(item, "rights").get("can_reply", item.get("can_reply"))
    return "telegram.business_connected" if may_reply is True else "telegram.business_may_not_reply"


def build_outside_answer(kind: str, item: Fields, place: Place) -> OutsideAnswer:
    """Build that somebody wrote to the contact in the business's name."""
    identifier(item, "business_connection_id")
    return OutsideAnswer(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact_ids=(place_of(item),),
        author=Author.PERSON if kind == "telegram.business_person" else Author.OTHER_APP,
        sent_at=moment(item.get("date"), place.received_at),
        said_id=identifier(item, "message_id"),
        text=optional_text(item, "text") or optional_text(item, "caption"),
    )


def build_opt_out(kind: str, item: Fields, place: Place) -> OptOut:
    """Build that a person blocked the bot, or lets it write again."""
    return OptOut(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact_ids=(place_of(item),),
        opted_out=kind == "telegram.blocked",
        at=moment(item.get("date"), place.received_at),
    )


def build_alarm(kind: str, item: Fields, place: Place) -> Noise:
    """Tell an operator of a connection, and whose it is: anybody may connect the bot of a business to their account."""
    return TABLE.noise(kind, place.channel, f"by the person {identifier(member(item, 'user'), 'id')}")
