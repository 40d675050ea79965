"""Says in plain words what a deployment would change, and what of it nobody should do by accident."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from infra.build.deploy_plan import Change

_STACK = "AWS::CloudFormation::Stack"

_LOST: Mapping[str, str] = {
    "AWS::DynamoDB::Table": "every conversation, promise and consent is in it, and the new one begins empty",
    "AWS::SQS::Queue": "what lies in it is read by nobody any more, and its address changes for whoever reads it",
    "AWS::S3::Bucket": "the mails or recordings in it belong to no conversation any more",
    "AWS::Cognito::UserPool": "nobody can sign in to the desk any more until every agent is added again",
    "AWS::ApiGatewayV2::Api": "its address changes, and no delivery arrives until every platform is told the new one",
    _STACK: "all that is in it goes with it",
}
"""What is at stake, by the kind of resource; a nested stack counts unless it is said that it may be deleted."""

_WORDS: Mapping[str, str] = {"Add": "add", "Modify": "change", "Remove": "remove", "Import": "import"}
_SHOWN = 6


def table(changes: Sequence[Change]) -> Iterator[str]:
    """Write one line for each change; what is added at a first deployment is only counted."""
    if {change.action for change in changes} == {"Add"}:
        yield from _counted(changes)
        return
    width = max(len(change.name) for change in changes)
    order = {"Remove": 0, "Modify": 2, "Add": 3}
    for change in sorted(changes, key=lambda each: (_verb(each) != "REPLACE", order.get(each.action, 1), each.name)):
        why = ", ".join(change.why[:_SHOWN]) + (", …" if len(change.why) > _SHOWN else "")
        yield f"  {_verb(change):12} {change.name:{width}}  {change.kind}{f'  ({why})' if why else ''}"


def _counted(changes: Sequence[Change]) -> Iterator[str]:
    kinds = sorted({change.kind for change in changes})
    yield f"  add {len(changes)} resources:"
    for kind in kinds:
        names = [change.name for change in changes if change.kind == kind]
        yield f"  {len(names):4}  {kind}"


def _verb(change: Change) -> str:
    if change.action == "Modify" and change.replaced != "False":
        return "REPLACE" if change.replaced == "True" else "replace?"
    return "REMOVE" if change.action == "Remove" else _WORDS.get(change.action, change.action.lower())


def losses(changes: Iterable[Change]) -> Sequence[Change]:
    """Find what would take something with it that people or platforms depend on."""
    return [change for change in changes if _is_at_stake(change) and _verb(change) in {"REMOVE", "REPLACE", "replace?"}]


def _is_at_stake(change: Change) -> bool:
    if change.kind == _STACK:
        # An update never replaces one; what it replaces inside is listed by itself.
        return change.action == "Remove" and "Delete" not in change.fate
    return change.kind in _LOST


def refused(changes: Iterable[Change], allowed: Collection[str]) -> Sequence[str]:
    """Say, for each loss that was not allowed by name, what it means."""
    return [_sentence(change) for change in losses(changes) if change.name not in allowed]


def _sentence(change: Change) -> str:
    verbs = {"REMOVE": "would be removed", "REPLACE": "would be replaced by a new one"}
    does = verbs.get(_verb(change), "may be replaced by a new one (CloudFormation cannot tell beforehand)")
    stays = "" if "Retain" not in change.fate else " The old one stays in the account, unused."
    stays = stays if "Delete" not in change.fate else " The old one is deleted with all in it."
    why = f", because of {', '.join(change.why)}" if change.why else ""
    return f"{change.name} ({change.kind}) {does}{why}: {_LOST[change.kind]}.{stays}"
