"""What becomes of each kind in X's direct messages, the encrypted ones included."""

from nightbell.platforms.reading.consequence import MESSAGE, NOISE, OUTSIDE, Row

DIRECT_ROWS = {
    "x_direct.message": Row(MESSAGE, "A contact wrote."),
    "x_direct.encrypted": Row(MESSAGE, "A contact wrote, and only X's own apps can read it; a person must look there."),
    "x_direct.own_message": Row(OUTSIDE, "The account wrote: Nightbell's own text, or a person's answer."),
    "x_direct.own_encrypted": Row(OUTSIDE, "A person answered in an encrypted conversation."),
    "x_direct.read": Row(NOISE, "Somebody has read a message."),
    "x_direct.typing": Row(NOISE, "Somebody is typing."),
    "x_direct.chat": Row(NOISE, "An encrypted conversation began or changed: its members, its name, its rules."),
}
