"""What becomes of each of LinkedIn's kinds: the one table that the parser looks up.

A kind without a row is unknown: it is counted and raises one alarm. The same sentences stand in
``docs/platforms/linkedin.md``; a test compares them.
"""

from collections.abc import Mapping

from nightbell.platforms.reading.consequence import CHANGE, MESSAGE, NOISE, OUTSIDE, Row
from nightbell.platforms.reading.dispatch import Table

ROWS: Mapping[str, Row] = {
    "linkedin.comment": Row(MESSAGE, "A member commented on a post of the organisation."),
    "linkedin.share_mention": Row(MESSAGE, "A member named the organisation in a post of their own."),
    "linkedin.comment_edit": Row(CHANGE, "A member edited a comment."),
    "linkedin.comment_delete": Row(CHANGE, "A member deleted a comment."),
    "linkedin.admin_comment": Row(OUTSIDE, "The organisation itself commented: we, or a person in its name."),
    "linkedin.like": Row(NOISE, "A member liked a post; nothing was asked."),
    "linkedin.share": Row(NOISE, "A member shared a post; nothing was asked."),
    "linkedin.foreign": Row(NOISE, "It belongs to another subscription of the app."),
    "linkedin.empty": Row(NOISE, "The delivery holds no notification."),
}

TABLE = Table(ROWS)
