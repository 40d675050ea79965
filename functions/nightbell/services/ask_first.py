"""Ask the platform, before anything is said in public, whether something stands against it."""

from collections.abc import Mapping
from datetime import timedelta

from nightbell.platforms.channel import ApiAccess, Question, Sender, Verdict
from nightbell.services.case import Case
from nightbell.services.ports import PlatformApi


class AskFirst:
    """Asks once before each attempt, and writes nothing: whatever dies here, nothing has left."""

    def __init__(self, platform_api: PlatformApi, questions: Mapping[str, Question]) -> None:
        """``questions`` by sender; most have none."""
        self._api = platform_api
        self._questions = questions

    def takes(self, sender: Sender) -> timedelta:
        """Tell how long it takes at most."""
        question = self._questions.get(sender.name)
        return timedelta(seconds=question.timeout_s) if question else timedelta(0)

    def __call__(self, case: Case, access: ApiAccess) -> Verdict | None:
        """Ask where there is something to ask; ``None`` when nothing stands against the send."""
        question = self._questions.get(case.sender.name)
        if question is None or (case.unit.kind.is_by_person and not question.stops_people):
            return None
        request = question.question_request(case.address, access)
        if request is None:
            return None
        return question.objection(
            self._api.send(request),
            address=case.address,
            account_id=case.account.api_id,
            owner_ids=case.account.owner_ids,
        )
