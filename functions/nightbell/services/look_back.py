"""Look for our own text at the platform, after a send of which nobody knows whether it arrived."""

from nightbell.domain.errors import MisconfiguredError
from nightbell.domain.unit import Unit
from nightbell.platforms.channel import ReadBack
from nightbell.services.case import Case
from nightbell.services.desk_units import desk_units_of
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.ports import PlatformApi, UnitStore


class LookBack:
    """Reads once; what cannot be read proves nothing."""

    def __init__(self, store: UnitStore, platform_api: PlatformApi, access: PlatformAccess) -> None:
        """Look through this API."""
        self._store = store
        self._api = platform_api
        self._access = access

    def __call__(self, case: Case, unit: Unit) -> ReadBack:
        """Look for the unit's text since it was sent.

        Raises:
            UnavailableError: The secrets do not answer.
        """
        try:
            access = self._access(case.sender.platform, case.account)
        except MisconfiguredError:
            return ReadBack.UNREADABLE
        address, account_id = case.address, case.account.account_id
        outcome = self._api.send(case.sender.read_back_request(address, case.account.api_id, access))
        sent_from = unit.sent_from or unit.created_at
        return case.sender.read_back(outcome, account_id=account_id, text=unit.text, sent_from=sent_from)

    def is_said_again(self, unit: Unit) -> bool:
        """Tell whether another unit says the same words to the contact: finding them then proves nothing about this.

        A later one does, or a private reply, which belongs to the conversation of a comment.

        Raises:
            UnavailableError: The table does not answer.
        """
        read = self._store.read_conversation(unit.pk)
        if read.ack_seq > unit.seq and self._says(unit.pk, read.ack_seq, unit.text):
            return True
        if self._is_repeated_at_the_desk(unit):
            return True
        elsewhere = dict.fromkeys(join.pk for join in read.joins)
        return any(self._says(pk, self._store.read_conversation(pk).ack_seq, unit.text) for pk in elsewhere)

    def _is_repeated_at_the_desk(self, unit: Unit) -> bool:
        """Look at what the desk has said since: an agent may have written the very words again."""
        units = desk_units_of(self._store, unit.pk, above=unit.desk)
        began = unit.sent_from or unit.created_at
        return any(each.text == unit.text and each.created_at >= began for each in units)

    def _says(self, pk: str, seq: int, text: str) -> bool:
        other = self._store.read_unit(pk, seq) if seq else None
        return other is not None and other.text == text
