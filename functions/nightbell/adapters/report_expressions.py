"""How the days of the weekly report are asked for; kept apart so that tests can evaluate it."""

DAYS_BETWEEN = "pk = :pk AND sk BETWEEN :first AND :last"
