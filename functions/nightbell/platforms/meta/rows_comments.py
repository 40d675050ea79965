"""What becomes of each kind in a Page's changes: comments, posts, mentions, recommendations."""

from nightbell.platforms.reading.consequence import CHANGE, MESSAGE, NOISE, OUTSIDE, Row

COMMENT_ROWS = {
    "facebook_comments.comment": Row(MESSAGE, "A contact commented on a post."),
    "facebook_comments.reply": Row(MESSAGE, "A contact answered a comment."),
    "facebook_comments.post": Row(MESSAGE, "A visitor posted on the Page."),
    "facebook_comments.photo": Row(MESSAGE, "A visitor posted a picture on the Page."),
    "facebook_comments.video": Row(MESSAGE, "A visitor posted a video on the Page."),
    "facebook_comments.link": Row(MESSAGE, "A visitor posted a link on the Page."),
    "facebook_comments.mention": Row(MESSAGE, "A contact named the Page in a post or comment; often nobody says who."),
    "facebook_comments.recommendation": Row(MESSAGE, "A contact recommended the Page, or advised against it."),
    "facebook_comments.share": Row(CHANGE, "A visitor shared something with words of their own; a person must look."),
    "facebook_comments.edit": Row(CHANGE, "A contact edited a comment, a post or a recommendation."),
    "facebook_comments.remove": Row(CHANGE, "A contact removed a comment, a post or a recommendation."),
    "facebook_comments.own_comment": Row(OUTSIDE, "The Page commented: Nightbell's own line, or a person's answer."),
    "facebook_comments.own_post": Row(NOISE, "The Page posted."),
    "facebook_comments.own_change": Row(NOISE, "The Page edited or removed something of its own."),
    "facebook_comments.moderation": Row(NOISE, "Somebody hid, showed, blocked or muted; nothing new was said."),
    "facebook_comments.reaction": Row(NOISE, "Somebody liked or reacted; nothing was asked."),
    "facebook_comments.silent_share": Row(NOISE, "Somebody shared a post and said nothing."),
    "facebook_comments.unpublished": Row(NOISE, "A post without author that nobody can see yet: a draft of the Page."),
    "facebook_comments.page_item": Row(NOISE, "The Page changed: an album, an event, a milestone, its profile."),
    "page.conversations": Row(NOISE, "It repeats what the messages themselves tell."),
    "page.inbox_labels": Row(NOISE, "Somebody sorted the Page's inbox."),
    "page.leadgen": Row(NOISE, "A lead form has its own receiver."),
    "page.live_videos": Row(NOISE, "A broadcast began or ended."),
}
