"""Asking whether whoever wrote on a Page may be answered privately, before anything is said there in public.

A delivery names the author of a comment and not whether that is a person or another business's
Page. Pages do not write to Pages, so this field is what a Page's own token tells of it, and it
needs no permission that answering does not need.
Sources: Meta "Graph API Reference: Comment" §Fields and "Page Feed" §Fields
(``can_reply_privately``); Meta "Messenger Platform: Private Replies" §Limitations (none to another
Page).
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from nightbell.platforms.channel import ApiAccess, HttpOutcome, HttpRequest, Verdict, VerdictKind
from nightbell.platforms.meta import graph_api
from nightbell.platforms.meta.comment_errors import COMMENT_ERRORS
from nightbell.platforms.meta.graph_answers import read_answer
from nightbell.platforms.meta.graph_errors import Judgement
from nightbell.platforms.meta.public_address import is_of_a_post, said_there

NOT_PRIVATELY = (
    "Meta allows no private reply to whoever wrote this, who may be another Page, so nothing was said: "
    "please answer by hand"
)
NOT_TOLD = (
    "Meta does not tell whether whoever wrote this may be answered privately, and it may be another Page, "
    "so nothing was said: please answer by hand"
)

_FIELD = "can_reply_privately"
_ERRORS = replace(
    COMMENT_ERRORS,
    by_code={
        # What a send takes for done is no answer to a question.
        **{code: means for code, means in COMMENT_ERRORS.by_code.items() if means.kind is not VerdictKind.SENT},
        # Meta's word for a field that a version of the API has no more.
        100: Judgement(VerdictKind.REFUSED, NOT_TOLD),
    },
)


class MayReplyPrivately:
    """Comments and visitors' posts; see :class:`nightbell.platforms.channel.Question`."""

    # Shorter than a send's: line and private reply have to fit into the same run.
    timeout_s = 4.0
    # Whoever answers has read who wrote; and once the private reply was used, Meta says no for ever.
    stops_people = False

    def question_request(self, address: str, access: ApiAccess) -> HttpRequest:
        """Describe the call that reads the field of the very comment or post."""
        request = graph_api.call(access, said_there(address), "", query={"fields": _FIELD})
        return replace(request, timeout_s=self.timeout_s)

    def objection(
        self,
        outcome: HttpOutcome,
        *,
        address: str,
        account_id: str,
        owner_ids: Collection[str] = (),  # noqa: ARG002 - the protocol's form
    ) -> Verdict | None:
        """Read the answer; only a plain yes is one.

        For posts the documents still ask for a permission that was retired (Meta "Page Feed" §Fields).
        Should Meta refuse them for it, that must not stop the comments.
        """
        found = read_answer(outcome, _ERRORS)
        if isinstance(found, Mapping):
            return _read(found.get(_FIELD))
        of_a_post = is_of_a_post(said_there(address), account_id)
        if of_a_post and found.kind is VerdictKind.NOT_PERMITTED:
            return replace(found, kind=VerdictKind.REFUSED, reason=NOT_TOLD)
        return found


def _read(value: object) -> Verdict | None:
    if value is True:
        return None
    return Verdict(kind=VerdictKind.REFUSED, code=_FIELD, reason=NOT_PRIVATELY if value is False else NOT_TOLD)
