"""What becomes of each field of a Page's changes: posts, comments, mentions, recommendations."""

from nightbell.platforms.meta.consequence import NOISE, Row

COMMENT_ROWS = {
    "page.conversations": Row(NOISE, "It repeats what the messages themselves tell."),
    "page.feed": Row(NOISE, "Posts and comments are not served yet."),
    "page.inbox_labels": Row(NOISE, "Somebody sorted the Page's inbox."),
    "page.leadgen": Row(NOISE, "A lead form has its own receiver."),
    "page.live_videos": Row(NOISE, "A broadcast began or ended."),
    "page.mention": Row(NOISE, "Mentions are not served yet."),
    "page.ratings": Row(NOISE, "Recommendations are not served yet."),
}
