"""What a relay tells about our answers, and about answers past us."""

from nightbell.domain.events import Author, Outcome, OutsideAnswer, Settlement
from nightbell.platforms.reading.dispatch import Place
from nightbell.platforms.reading.fields import Fields, identifier, optional_identifier, optional_text
from nightbell.platforms.reading.times import time_of
from nightbell.platforms.standard.messages import read_contact

_MAX_DETAIL = 300


def build_settlement(kind: str, data: Fields, place: Place) -> Settlement:
    """Tell what became of an answer, which is known by its tag."""
    is_failed = kind.endswith(".failed")
    return Settlement(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact_ids=(read_contact(data).contact_id,),
        tag=identifier(data, "tag"),
        outcome=Outcome.FAILED if is_failed else Outcome.SEEN,
        detail=(optional_text(data, "detail")[:_MAX_DETAIL] or "the relay could not deliver it") if is_failed else "",
    )


def build_answer(timestamp: object, kind: str, data: Fields, place: Place) -> OutsideAnswer:
    """Tell that somebody answered where the relay listens; ``by`` says whether it was a machine."""
    return OutsideAnswer(
        kind=kind,
        channel=place.channel,
        account_id=place.account_id,
        contact_ids=(read_contact(data).contact_id,),
        author=Author.OTHER_APP if optional_text(data, "by") == "app" else Author.PERSON,
        sent_at=time_of(data.get("sent_at") or timestamp, place.received_at),
        said_id=optional_identifier(data, "id"),
        text=optional_text(data, "text"),
    )
