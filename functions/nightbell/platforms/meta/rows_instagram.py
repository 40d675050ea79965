"""What becomes of each of Instagram's kinds."""

from nightbell.platforms.meta.consequence import NOISE, Row

INSTAGRAM_ROWS = {
    "instagram.comments": Row(NOISE, "Instagram comments are not served yet."),
    "instagram.live_comments": Row(NOISE, "Instagram comments are not served yet."),
    "instagram.mentions": Row(NOISE, "Instagram mentions are not served yet."),
    "instagram.messaging": Row(NOISE, "Instagram messages are not served yet."),
    "instagram.story_insights": Row(NOISE, "It holds figures, not words."),
}
