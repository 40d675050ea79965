"""Whoever holds rights in the deployed stack: the functions' roles, the team's reader, the operator, two to compare."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from infra.local.deployment import STACK
from infra.local.ministack import CREDENTIALS, REGION

FUNCTIONS = (
    "ReceiveWebhook",
    "Acknowledge",
    "Sweep",
    "ReplayDelivery",
    "ShowHours",
    "CheckAccounts",
    "CountDays",
    "ReceiveMail",
    "FinishCall",
    "SendWebhooks",
    "Notify",
    "ServeDesk",
)
READER, OPERATOR, NOBODY, EVERYBODY = "HumanQueueReader", "Operator", "nobody", "everybody"
ACCOUNT = "000000000000"
POOL = "the desk's pool"
"""Of the nested stack, under whose name only that stack knows it."""
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}],
    }
)
ALL = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The deployed stack, by the names that calls need.

    Attributes:
        ids: Physical ids by logical ids.
        account_id: One of the business's pages and numbers.
    """

    endpoint: str
    ids: Mapping[str, str]
    account_id: str

    def name(self, logical_id: str) -> str:
        """Tell what a resource is called; a function that is not deployed would be called like this."""
        return self.ids.get(logical_id, f"{STACK}-{logical_id}")

    def queue(self, name: str) -> str:
        """Tell a queue's address; of one that is none of ours, too."""
        return f"{self.endpoint}/{ACCOUNT}/{self.ids.get(name, name).rpartition('/')[2]}"

    def role_arn(self, function: str) -> str:
        """Tell a function's role."""
        return f"arn:aws:iam::{ACCOUNT}:role/{self.ids[f'{function}Role']}"


class Person:
    """Somebody with credentials."""

    def __init__(self, endpoint: str, credentials: Mapping[str, str]) -> None:
        """Call this cloud as them."""
        self._session = boto3.Session(
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials.get("SessionToken"),
            region_name=REGION,
        )
        self._endpoint = endpoint
        self._clients: dict[str, Any] = {}

    def client(self, service: str) -> Any:
        """Make a client once."""
        if service not in self._clients:
            config = Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=20)
            self._clients[service] = self._session.client(service, endpoint_url=self._endpoint, config=config)
        return self._clients[service]


def root_of(endpoint: str) -> Person:
    """Be the account's root, who may do everything."""
    key, secret = CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"]
    return Person(endpoint, {"AccessKeyId": key, "SecretAccessKey": secret})


def read_stage(root: Person, endpoint: str, account_id: str) -> Stage:
    """Read what the stack is made of."""
    found = root.client("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
    ids = {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}
    ids[POOL] = root.client("cognito-idp").list_user_pools(MaxResults=1)["UserPools"][0]["Id"]
    return Stage(endpoint=endpoint, ids=ids, account_id=account_id)


class Cast:
    """Takes on the roles of the stack."""

    def __init__(self, stage: Stage, root: Person) -> None:
        """Begin as the account's root, and make the roles that the stack does not have."""
        self._stage = stage
        self._iam, self._sts = root.client("iam"), root.client("sts")
        for role in (READER, OPERATOR, NOBODY, EVERYBODY):
            self._iam.create_role(RoleName=role, AssumeRolePolicyDocument=TRUST)
        for role in (READER, OPERATOR):
            self._iam.attach_role_policy(RoleName=role, PolicyArn=stage.ids[f"{role}Policy"])
        self._iam.put_role_policy(RoleName=EVERYBODY, PolicyName="all", PolicyDocument=ALL)

    def play(self, who: str) -> Person:
        """Take on the role of a function, or one that was made for the proof."""
        other = f"arn:aws:iam::{ACCOUNT}:role/{who}"
        arn = self._stage.role_arn(who) if who in FUNCTIONS else other
        return Person(self._stage.endpoint, self._sts.assume_role(RoleArn=arn, RoleSessionName="probe")["Credentials"])

    def forge(self, who: str) -> Person:
        """Pretend to it, with a key of one's own making."""
        arn = self._stage.role_arn(who)
        taken = self._sts.assume_role(RoleArn=arn, RoleSessionName="forged")["Credentials"]
        return Person(self._stage.endpoint, {**taken, "SecretAccessKey": "guessed"})  # pragma: allowlist secret

    @contextmanager
    def widened(self, function: str) -> Iterator[None]:
        """Allow a function everything for a while, as a careless policy would."""
        role = self._stage.ids[f"{function}Role"]
        self._iam.put_role_policy(RoleName=role, PolicyName="careless", PolicyDocument=ALL)
        yield
        self._iam.delete_role_policy(RoleName=role, PolicyName="careless")

    def strip(self, function: str) -> None:
        """Take all its rights from a function."""
        role = self._stage.ids[f"{function}Role"]
        for policy in self._iam.list_role_policies(RoleName=role)["PolicyNames"]:
            self._iam.delete_role_policy(RoleName=role, PolicyName=policy)
