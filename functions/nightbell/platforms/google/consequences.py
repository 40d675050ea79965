"""What becomes of each kind of notice about a business's profile at Google."""

from collections.abc import Mapping

from nightbell.platforms.reading.consequence import ALARM, CHANGE, MESSAGE, NOISE, Row
from nightbell.platforms.reading.dispatch import Table

ROWS: Mapping[str, Row] = {
    "google_reviews.review": Row(MESSAGE, "Somebody reviewed the business; what they wrote is looked up."),
    "google_reviews.review_edit": Row(CHANGE, "A review was changed, or answered: Google tells both the same way."),
    "google_reviews.no_review": Row(ALARM, "A notice about a review that names none: the form has changed."),
    "google_reviews.other_notice": Row(NOISE, "A notice about the profile, its pictures or its old questions."),
    "google_reviews.not_a_notice": Row(NOISE, "A test of the topic, or another publisher's message."),
}

TABLE = Table(ROWS)
