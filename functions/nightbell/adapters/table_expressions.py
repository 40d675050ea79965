"""Every condition and update expression that is deployed, by the name it has in the design.

Kept apart from the code that uses them so that tests can evaluate the very strings.
"""

# R1: the conversation is still as it was read. The attributes that agents and outside answers
# write are compared too, because the decision looked at them.
# An item may be there without a message, only to say where messages go.
R1_NEW = "attribute_not_exists(last_seq)"
R1_AS_READ = "last_seq = :read_last AND seen_seq = :read_seen"
R1_AGENT_FIELDS = ("agent_until", "human_at", "other_app_until", "owner_until")
# An address that was given in two conversations leads to neither; a Put of its own one afterwards is refused.
GIVEN_SHARED = "SET several = :yes REMOVE conversation"
REFERENCE_FREE = "attribute_not_exists(pk) OR conversation = :conversation"
# Whoever sends a mail chooses its id; one that repeats another mail's leads nobody away from that.
FIRST_NAMED = "SET conversation = if_not_exists(conversation, :conversation), expires_at = :expires_at"

# What a contact thought of our answer; the counter keeps whoever acts at the desk from writing over it.
RATED = "SET rated = :rated, rated_at = :at, acts = if_not_exists(acts, :zero) + :one"

# Where messages go instead. An item that only says so has no numbers yet.
JOIN = "SET joins = :joins"
# It takes nothing that is stored: no message may have come since it was decided.
JOIN_EMPTY_IF = "attribute_not_exists(last_seq)"
JOIN_NOTHING_NEWER_IF = "last_seq = :read_last"
# R1 and a join ask it alike: of two that were decided on one reading, the second is decided anew.
JOINS_NONE_IF = "attribute_not_exists(joins)"
JOINS_SAME_IF = "joins = :read_joins"

# S1: a settling event never clears a due marker; only a hand-off of the same revision may.
SEEN = "SET st = :CONFIRMED, rev = rev + :one"
SEEN_IF = "ack_key = :key AND st IN (:READY, :SENDING, :RECOVERING, :SENT)"
SEEN_LATE = f"{SEEN}, due_pk = :due_pk, due_at = :now, due_since = :now"
SEEN_LATE_IF = "ack_key = :key AND st = :UNCERTAIN"
FAILED = "SET st = :UNDELIVERED, rev = rev + :one, reason = :reason, due_pk = :due_pk, due_at = :now, due_since = :now"
FAILED_IF = "ack_key = :key AND st IN (:READY, :SENDING, :RECOVERING, :UNCERTAIN, :SENT, :CONFIRMED)"

# A1: the point of no return.
START = (
    "SET st = :SENDING, worker = :worker, epoch = epoch + :one, rev = rev + :one, lease = :lease, sent_from = :now, "
    "ack_key = if_not_exists(ack_key, :key)"
)
# What a person wrote stands on the unit from its birth.
START_WITH_TEXT = f"{START}, text_id = :text_id, txt = :txt"
# A write of an earlier step that arrives late finds the key of a later one.
START_IF = (
    "st = :READY AND (attribute_not_exists(not_before) OR not_before <= :now) "
    "AND (attribute_not_exists(ack_key) OR ack_key = :key)"
)

# A2: a lease that is over means a dead worker.
RECOVER = (
    "SET st = :RECOVERING, worker = :worker, epoch = epoch + :one, rev = rev + :one, lease = :lease, due_at = :lease"
)
RECOVER_IF = "st IN (:SENDING, :RECOVERING) AND epoch = :epoch AND lease < :now"
RECOVER_SETTLED_IF = f"{RECOVER_IF} AND sent_from < :settled_before"

# A3 to A5: only by the worker that holds this very attempt.
OURS = "st = :before AND worker = :worker AND epoch = :epoch"
RESEND = "SET st = :SENDING, rev = rev + :one, lease = :lease"
FINISH = "SET st = :after, rev = rev + :one REMOVE due_pk, due_at, lease"
NOT_NOW = "SET st = :READY, rev = rev + :one, not_before = :not_before, due_at = :not_before, told = :told"
NOT_NOW_FROM_READY_IF = "st = :READY AND rev = :rev"
IN_DOUBT = "SET st = :RECOVERING, rev = rev + :one, lease = :until, due_at = :until, told = :told, reason = :reason"
IN_DOUBT_IF = f"{OURS} AND rev = :rev"

# A4 and A7 of what the desk made: the due marker stays until what follows from the outcome is written.
END = "SET st = :after, rev = rev + :one REMOVE lease"
DROP = "SET st = :SUPPRESSED, reason = :reason, rev = rev + :one"
# What follows: one transaction takes the marker away, so that it is written once. Whoever holds the conversation by
# then does not matter, and what was closed stays closed.
FOLLOWED = "REMOVE due_pk, due_at"
FOLLOWED_IF = "rev = :rev AND attribute_exists(due_pk)"
# Whoever holds it goes on holding it: they may have more to say, and it may be somebody else by now. Only who was done
# with it, and holds it still by that very word, lets go with it: nobody else's hold ends at the same millisecond.
DONE_WITH_IF = "agent_until = :held_until"
ANSWERED = "SET seen_seq = :up_to"
ANSWERED_IF = "seen_seq < :up_to"
ANSWERED_ALL = f"{ANSWERED} REMOVE waiting_pk, waiting_at"
ANSWERED_ALL_IF = f"{ANSWERED_IF} AND last_seq = :up_to"

# A9 of a question that has left, where nothing was written since it was to.
NOW_ASKED = "SET asked = :asked"
NOW_ASKED_IF = "asked = :soon"

# A8: a step is over, and the next one's turn has come. The due marker stays.
CLIMB = (
    "SET st = :READY, rev = rev + :one, via = :via, ladder = :ladder, ack_key = :key, text_id = :text_id, "
    "public_state = :outcome, public_text = :public_text "
    "REMOVE next_text_id, sent_from, lease, not_before, told, txt, promised_by, reason"
)

# What a delivery did not tell and was looked up; what a person had removed stays removed.
WORDS = "SET txt = :txt, att = :att"
WORDS_IF = "attribute_exists(seq) AND attribute_not_exists(txt) AND attribute_not_exists(blanked_at)"

# What such words change about the conversation, before anybody is told: only as it was read.
HEED = "SET about = :about, lang = :lang"
HEED_IF = "last_seq = :read_last"
REASONS_NONE_IF = "attribute_not_exists(reasons)"
REASONS_SAME_IF = "reasons = :read_reasons"

# A6 and A7.
TOLD = "REMOVE due_pk, due_at"
TOLD_IF = "rev = :rev"
SUPPRESS = "SET st = :SUPPRESSED, reason = :reason, rev = rev + :one REMOVE due_pk, due_at"
SUPPRESS_IF = "st = :READY AND rev = :rev"

# H1 to H5.
TAKE = "SET agent_id = :agent, agent_until = :until, agent_shown = :zero"
TAKE_IF = "last_seq > seen_seq AND (attribute_not_exists(agent_id) OR agent_until < :now OR agent_id = :agent)"
SHOWN = "SET agent_shown = :shown"
HELD_BY = "agent_id = :agent"
CLOSE = "SET seen_seq = :up_to REMOVE agent_id, agent_until, agent_shown"
CLOSE_IF = "agent_id = :agent AND agent_until >= :at AND seen_seq < :up_to"
CLOSE_ALL = f"{CLOSE}, waiting_pk, waiting_at"
CLOSE_ALL_IF = f"{CLOSE_IF} AND last_seq = :up_to"
LET_GO = "REMOVE agent_id, agent_until, agent_shown"
PERSON = "SET human_at = :at"
PERSON_IF = "attribute_exists(pk) AND (attribute_not_exists(human_at) OR human_at < :at)"
PERSON_CLOSES = "SET human_at = :at, seen_seq = :up_to REMOVE waiting_pk, waiting_at"
PERSON_CLOSES_IF = "seen_seq < :up_to AND last_seq = :up_to"
OTHER_APP = "SET other_app_until = :until"
OTHER_APP_IF = "attribute_exists(pk) AND (attribute_not_exists(other_app_until) OR other_app_until < :until)"
# Whoever gives a conversation back has stopped talking.
OWNED = "SET owner_at = :at, owner_until = :until"
FREE = "SET owner_at = :at REMOVE owner_until, other_app_until"
OWNER_IF = "attribute_exists(pk) AND (attribute_not_exists(owner_at) OR owner_at < :at)"

# H6: what the platform itself tells of a contact's wish; its end takes back nothing that the contact wrote to us.
OPTED_OUT = "SET opted_out = :yes, opted_at = :at"
OPTED_OUT_IF = "attribute_exists(last_seq) AND (attribute_not_exists(opted_at) OR opted_at < :at)"
OPTED_IN = "SET opted_at = :at REMOVE opted_out"
OPTED_IN_IF = "opted_at < :at"

# Sweep moves a marker only where one still is; an update alone would bring it back.
PUT_OFF = "SET due_at = :until, sweeps = if_not_exists(sweeps, :zero) + :one"
PUT_OFF_IF = "attribute_exists(due_pk) AND due_at = :seen"

# The account's breaker.
OPEN = (
    "SET open_until = :until, cause = :cause, token_mark = :mark, opened = if_not_exists(opened, :zero) + :one, "
    "due_pk = :due_pk, due_at = :until, due_since = if_not_exists(due_since, :now)"
)
PROBE = "SET open_until = :until, token_mark = :mark"
PROBE_IF = "open_until = :seen"
COUNT_FAILURE = "SET failures = if_not_exists(failures, :zero) + :one"
CLOSE_BREAKER = "REMOVE open_until, cause, token_mark, opened, failures, slowed, due_pk, due_at, due_since, sweeps"
CHECKED = "SET checked_at = :at"
ABSENT = "attribute_not_exists(pk)"

# What a person did with something that was kept: the first time stands.
REPLAYED = "SET replayed_by = if_not_exists(replayed_by, :who), replayed_at = if_not_exists(replayed_at, :at)"
DISCARDED = (
    "SET discarded_by = if_not_exists(discarded_by, :who), discarded_at = if_not_exists(discarded_at, :at), "
    "discarded_why = if_not_exists(discarded_why, :why) REMOVE body_gzip, #path, #query, headers"
)
EMPTIED = "REMOVE body_gzip"
SPILL_PART_EMPTIED = "REMOVE part"
IS_THERE = "attribute_exists(pk)"
