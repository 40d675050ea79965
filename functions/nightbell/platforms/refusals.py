"""Reasons of refusals that more than one place must know by their words."""

INVALID = "the platform calls our request invalid"
WINDOW_OVER = (
    "the time in which the platform allows an answer is over; the contact can be answered there again once they write"
)
