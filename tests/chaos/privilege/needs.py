"""What each role needs, in the names of the probes; whatever is not here must be refused.

``TransactGetItems`` comes with ``GetItem``, which AWS judges it by. The right to write one's own log is not here:
the emulator judges it by the group's bare name, where AWS puts the stream behind it, so that it refuses what AWS
allows. Nor is the right to send mail, which the emulator judges by no identity at all. ``tests/unit/test_template.py``
compares these statements with the template instead.
"""

from collections.abc import Mapping

from tests.chaos.privilege.cast import OPERATOR, READER

_READS = {
    "dynamodb:GetItem",
    "dynamodb:GetItem, who waits",
    "dynamodb:GetItem, a name",
    "dynamodb:TransactGetItems",
}
_STORES = _READS | {
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:TransactWriteItems, put and update",
}
_CALLS = {
    "ssm:GetParameter of Google's client",
    "ssm:GetParameter of a token of Google",
    "ssm:GetParameter of what signs for a relay",
    "ssm:GetParameter of a LINE account's token",
    "ssm:GetParameter of an access token",
    "ssm:GetParameter of the app secret",
    "ssm:GetParameter of X's API secret",
    "ssm:GetParameter of X's API key",
    "ssm:GetParameter of a token of X",
    "ssm:GetParameter of a token of X that ends",
    "ssm:GetParameter of a bot's token",
    "ssm:GetParameter of a page's token",
    "ssm:GetParameter of a key of Twilio's",
}
_DELETES = {"s3:DeleteObject of a mail", "s3:DeleteObject of a recording"}
_ACKNOWLEDGES = _READS | _CALLS | {"dynamodb:UpdateItem", "sqs:SendMessage HumanQueue"}


def _polls(queue: str) -> set[str]:
    return {f"sqs:{action} {queue}" for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")}


NEEDS: Mapping[str, frozenset[str]] = {
    "ReceiveWebhook": frozenset(
        _STORES
        | {"sqs:SendMessage AckQueue", "sqs:SendMessage SpillQueue", "sqs:SendMessage CallQueue"}
        | {"ssm:GetParameter of the app secret", "ssm:GetParameter of the verify token"}
        | {"ssm:GetParameter of a relay's secret"}
        | {"ssm:GetParameter of a LINE account's secret"}
        | {"ssm:GetParameter of Google's pushing account", "ssm:GetParameter of a stand-in's issuer"}
        | {"ssm:GetParameter of the Instagram app secret", "ssm:GetParameter of X's API secret"}
        | {
            "ssm:GetParameter of LinkedIn's secret",
            "ssm:GetParameter of a bot's secret",
            "ssm:GetParameter of a token of Twilio's",
        }
    ),
    "Acknowledge": frozenset(_ACKNOWLEDGES | _polls("AckQueue")),
    "Sweep": frozenset(
        _ACKNOWLEDGES
        | {"dynamodb:Query", "dynamodb:Query due", "sqs:SendMessage AckQueue", *_DELETES}
        | {"dynamodb:BatchGetItem", "dynamodb:Query waiting"}
        | {"sqs:SendMessage CallQueue"}
    ),
    "ReplayDelivery": frozenset(_STORES | _polls("SpillQueue") | {"sqs:SendMessage AckQueue"}),
    "ReceiveMail": frozenset(_STORES | _polls("MailQueue") | {"sqs:SendMessage AckQueue", "s3:GetObject of a mail"}),
    "FinishCall": frozenset(
        _STORES
        | _polls("CallQueue")
        | {"sqs:SendMessage AckQueue", "ssm:GetParameter of a key of Twilio's", "s3:PutObject of a recording"}
    ),
    "ShowHours": frozenset(_READS),
    "ServeDesk": frozenset(
        _STORES
        | {"dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Query waiting", "sqs:SendMessage AckQueue"}
        | {"cognito-idp:ListUsersInGroup"}
    ),
    "SendWebhooks": frozenset(
        _READS | {"dynamodb:UpdateItem", "dynamodb:Query due", "ssm:GetParameter of what signs for a system"}
    ),
    "Notify": frozenset(
        _READS
        | {"dynamodb:BatchGetItem", "dynamodb:UpdateItem", "dynamodb:Query due", "dynamodb:Query waiting"}
        | {"ssm:GetParameter of a place where the team reads"}
    ),
    OPERATOR: frozenset(_READS | {"dynamodb:Query", "dynamodb:UpdateItem", "cloudformation:DescribeStacks", *_DELETES}),
    "CountDays": frozenset(
        {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:TransactWriteItems, put and update"}
        | {"dynamodb:Query", "dynamodb:Query waiting"}
    ),
    "CheckAccounts": frozenset(
        _STORES
        | _CALLS
        | {"sqs:SendMessage AckQueue", "ssm:PutParameter of an Instagram token"}
        | {"ssm:GetParameter of a bot's secret", "ssm:GetParameter of X's token of the app"}
        | {"ssm:PutParameter of a token of X that ends"}
    ),
    READER: frozenset(
        _polls("HumanQueue")
        | {"sqs:ChangeMessageVisibility HumanQueue", "sqs:GetQueueUrl HumanQueue", "dynamodb:GetItem, who waits"}
    ),
}
