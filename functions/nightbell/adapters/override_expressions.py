"""How opening or closing by hand is written; kept apart so that tests can evaluate it."""

SAY = "SET said = :said, expires_at = :expires_at, rev = if_not_exists(rev, :zero) + :one"
# Two people at once: the second one looks again.
SAY_IF = "rev = :read"
SAY_FIRST_IF = "attribute_not_exists(rev)"
