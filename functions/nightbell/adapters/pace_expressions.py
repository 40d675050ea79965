"""What the pace of sends and the lines of a storm ask of the table; kept apart so that tests can evaluate the strings.

``full_at`` stands on the account's breaker, which is read before every send anyhow.
"""

# Take a token: of a bucket in use, and of one that is full.
DRAW = "SET full_at = full_at + :step"
DRAW_IF = "full_at > :now AND full_at <= :latest"
DRAW_FULL = "SET full_at = :after"
DRAW_FULL_IF = "attribute_not_exists(full_at) OR full_at <= :now"

# The platform said that it was too much: of all who hear it at once, one makes the next pause longer.
SLOW_DOWN = "SET full_at = :until, slowed = if_not_exists(slowed, :zero) + :one"
SLOW_DOWN_IF = (
    "(attribute_not_exists(slowed) OR slowed = :seen) AND (attribute_not_exists(full_at) OR full_at < :until)"
)
# It says that it will be too much.
EASE = "SET full_at = :until"
EASE_IF = "attribute_not_exists(full_at) OR full_at < :until"

# Below one post one unit says the storm's line: whoever comes first. A refusal tells who that was.
SAY_LINE = "SET said_by = :unit, expires_at = :expires_at"
SAY_LINE_IF = "attribute_not_exists(said_by)"
# It will not after all: whoever comes next does.
LEAVE_LINE = "REMOVE said_by"
LEAVE_LINE_IF = "said_by = :unit"

# The account's storm, as Sweep sees it.
STORM = (
    "SET storm_since = :since, storm_until = :until, storm_people = :people, storm_peak = :peak, "
    "storm_threshold = :threshold, storm_told_at = :told_at"
)
# Its end stays: what was written before it is still said at its pace.
STORM_OVER = "REMOVE storm_since, storm_people, storm_peak, storm_threshold, storm_told_at"
USUAL = "SET line_threshold = :threshold"
