"""What becomes of each of LINE's kinds: the one table that the parser looks up.

A kind without a row is unknown: it is counted and raises one alarm. The same sentences stand in
``docs/platforms/line.md``; a test compares them.
"""

from collections.abc import Mapping

from nightbell.platforms.reading.consequence import ALARM, CHANGE, MESSAGE, NOISE, OPT_OUT, Row
from nightbell.platforms.reading.dispatch import Table

ROWS: Mapping[str, Row] = {
    "line.message": Row(MESSAGE, "A person wrote to the account, or sent media, a sticker or a place."),
    "line.choice": Row(MESSAGE, "A person tapped a button, below a message of ours or in the account's menu."),
    "line.group": Row(MESSAGE, "Somebody in a group named the account; a person is told, no more."),
    "line.unsend": Row(CHANGE, "A person took a message back."),
    "line.follow": Row(OPT_OUT, "A person added the account as a friend, or unblocked it."),
    "line.unfollow": Row(OPT_OUT, "A person blocked the account."),
    "line.suspended": Row(ALARM, "LINE suspended the account: nothing is delivered by it."),
    "line.resumed": Row(NOISE, "LINE lifted the suspension."),
    "line.group_talk": Row(NOISE, "People in a group talk to each other."),
    "line.join": Row(NOISE, "The account came into a group."),
    "line.leave": Row(NOISE, "The account was taken out of a group."),
    "line.member_joined": Row(NOISE, "Somebody came into a group."),
    "line.member_left": Row(NOISE, "Somebody left a group."),
    "line.video_play_complete": Row(NOISE, "Somebody watched a video of ours to its end."),
    "line.beacon": Row(NOISE, "Somebody came near a beacon of the business."),
    "line.account_link": Row(NOISE, "Somebody linked their account at a service of yours; another program must act."),
    "line.membership": Row(NOISE, "Somebody joined, left or renewed a paid membership."),
    "line.things": Row(NOISE, "A device was linked, unlinked or reported something."),
    "line.delivery": Row(NOISE, "A notice to a telephone number arrived; we send none."),
    "line.module": Row(NOISE, "A module was attached to the account, or detached."),
    "line.activated": Row(NOISE, "The account's own channel answers again; each event says so, too."),
    "line.deactivated": Row(NOISE, "A module answers instead of us; each event then says that we stand by."),
    "line.empty": Row(NOISE, "A delivery without an event, as the console's Verify sends it."),
}

TABLE = Table(ROWS)
