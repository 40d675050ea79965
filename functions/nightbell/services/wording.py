"""The words of a unit's current step, as they fit whoever sends it."""

from dataclasses import replace

from nightbell.domain.acknowledgement import Composed, compose, fitted
from nightbell.services.case import Case


def worded(case: Case) -> Composed:
    """Write what is true now.

    Raises:
        KeyError: Its text was taken out of the settings.
    """
    if case.text_id is None:
        # A person's words are theirs: the platform may refuse them, and nobody cuts them.
        return Composed(text_id=None, text=case.unit.text, promised_by=case.unit.promised_by)
    whole = compose(case.unit, case.text_id, case.conversation, case.account, case.now)
    return fitted(whole, case.sender.form)


def worded_again(case: Case, text: str) -> Composed:
    """Say the very words again, with the buttons that belong to them."""
    try:
        anew = worded(case)
    except KeyError:
        return Composed(text_id=case.text_id, text=text)
    return replace(anew, text_id=case.text_id, text=text)
