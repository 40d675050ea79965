"""What becomes of each kind that belongs to none of X's channels."""

from nightbell.platforms.reading.consequence import ACCOUNT_NEWS, ALARM, NOISE, Row

ENVELOPE_ROWS = {
    "x.revoked": Row(ACCOUNT_NEWS, "The account took its permission back; nothing can be sent until it is given anew."),
    "x.replay_job_failed": Row(ALARM, "X could not deliver again all that was asked for; some of it is still missing."),
    "x.replay_job": Row(NOISE, "X has delivered again what was asked for."),
    "x.filtered_stream": Row(NOISE, "A post that a rule of another product found; nobody addressed the account."),
    "x.follow": Row(NOISE, "Somebody followed the account, or left it."),
    "x.block": Row(NOISE, "The account blocked somebody, or lifted that."),
    "x.mute": Row(NOISE, "The account muted somebody, or lifted that."),
    "x.profile": Row(NOISE, "A profile changed."),
    "x.broadcast": Row(NOISE, "A broadcast or a space began or ended, or somebody spoke in it."),
    "x.news": Row(NOISE, "A headline."),
    "x.empty": Row(NOISE, "A list without anything in it."),
}
