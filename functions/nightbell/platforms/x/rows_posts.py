"""What becomes of each kind in what is said in public on X."""

from nightbell.platforms.reading.consequence import CHANGE, MESSAGE, NOISE, OUTSIDE, Row

POST_ROWS = {
    "x_posts.addressed": Row(MESSAGE, "A contact named the account in what they wrote, which X takes for a summons."),
    "x_posts.quote": Row(MESSAGE, "A contact quoted a post of the account without naming it, a summons too."),
    "x_posts.bare_reply": Row(
        MESSAGE, "A contact answered the account without naming it; X may refuse an answer, so a person decides."
    ),
    "x_posts.edit": Row(CHANGE, "A contact edited a post."),
    "x_posts.delete": Row(CHANGE, "A contact deleted a post; its words must go."),
    "x_posts.own_reply": Row(OUTSIDE, "The account answered: Nightbell's own line, or a person's answer."),
    "x_posts.own_post": Row(NOISE, "The account posted, quoted or reposted, and answered nobody."),
    "x_posts.own_delete": Row(NOISE, "The account deleted a post of its own."),
    "x_posts.of_others": Row(NOISE, "Somebody posted and did not address the account."),
    "x_posts.repost": Row(NOISE, "Somebody reposted a post and said nothing."),
    "x_posts.like": Row(NOISE, "Somebody liked a post; nothing was asked."),
}
