"""Reading what the Graph API answers to a question, where :mod:`graph_api` judges sends."""

from nightbell.platforms.channel import Answer, HttpOutcome, Verdict, VerdictKind
from nightbell.platforms.meta.graph_api import judge, read_body
from nightbell.platforms.meta.graph_errors import MESSENGER_ERRORS, ErrorTable
from nightbell.platforms.reading.fields import Fields


def read_answer(outcome: HttpOutcome, table: ErrorTable = MESSENGER_ERRORS) -> Fields | Verdict:
    """Read the JSON of a success; for everything else, say what went wrong."""
    is_success = isinstance(outcome, Answer) and 200 <= outcome.status < 300  # noqa: PLR2004 - that is what 2xx means
    if not is_success or not isinstance(outcome, Answer):
        return judge(outcome, table, lambda _: None)
    body = read_body(outcome) if outcome.complete else {}
    return body or Verdict(kind=VerdictKind.UNKNOWN, code="shape", reason="the platform's answer came cut or empty")
