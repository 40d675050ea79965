"""The section on data protection names all that is stored, and keeps to the numbers of the template and the code."""

import re
from datetime import timedelta
from functools import cache

import pytest

from infra.build.template import ROOT, load_template
from nightbell.adapters import call_table, heard_table, pace_table, receipt_table, report_table, table_given
from nightbell.domain import deletion, hours_override, webhooks
from nightbell.platforms.registry import PLATFORMS
from nightbell.services import tell_team, write_alerts

PAGE = (ROOT / "docs" / "operations.md").read_text()
SECTION = PAGE.partition("\n## Data protection\n")[2].partition("\n## ")[0]
PACKAGE = ROOT / "functions" / "nightbell"
TEMPLATES = ("template.yaml", "infra/watch.yaml", "infra/desk_sign_in.yaml")
A_KEY = re.compile(r"f?\"([A-Z]+)#")
INDEXES = {"DUE", "WAIT"}
"""What is listed in an index is an item of another kind."""
IN_THE_TABLE = {
    "REF#": receipt_table.REFERENCE_KEPT_FOR,
    "GIVEN#": table_given.GIVEN_KEPT_FOR,
    "T#": receipt_table.THREAD_KEPT_FOR,
    "K#": receipt_table.SPILL_KEPT_FOR,
    "CALL#": call_table.KEPT_FOR,
    "Q#": receipt_table.QUARANTINE_KEPT_FOR,
    "SPILL#": receipt_table.SPILL_KEPT_FOR,
    "SPILLED#": receipt_table.QUARANTINE_KEPT_FOR,
    "OUT#": webhooks.KEPT_FOR,
    "ALERT#": write_alerts.KEPT_FOR,
    "BULLETIN#": tell_team.KEPT_FOR,
    "ASK#": deletion.KEPT_FOR,
    "REPORT#": report_table.KEPT_FOR,
    "HEARD#": heard_table.KEPT_FOR,
    "LINE#": pace_table.LINE_KEPT_FOR,
    "HOURS": hours_override.KEPT_FOR,
}
ON_DEFAULT = {"MailBucket": "MailRetentionDays", "CallBucket": "RecordingRetentionDays", "Logs": "LogRetentionDays"}
SERVICES = {
    "ApiGatewayV2": "API Gateway",
    "Serverless": "Lambda",
    "Logs": "CloudWatch",
    "Events": "EventBridge",
    "Scheduler": "EventBridge",
    "SSM": "Systems Manager",
    "Route53": "Route 53",
    "CertificateManager": "Certificate Manager",
}


def rows(heading: str) -> list[list[str]]:
    table = SECTION.partition(f"### {heading}\n")[2].partition("\n### ")[0]
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line.startswith("|")
    ]


def days_of(cell: str) -> list[int]:
    return [int(number) for number in re.findall(r"(\d+) days", cell)]


def row_of(name: str, heading: str) -> list[str]:
    (found,) = [row for row in rows(heading) if re.search(rf"(?<![A-Za-z#]){re.escape(name)}", row[0])]
    return found


@cache
def resources() -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = load_template()["Resources"]
    return found


def test_every_kind_of_item_is_named() -> None:
    sources = (file.read_text() for file in PACKAGE.rglob("*.py"))
    used = {name for source in sources for name in A_KEY.findall(source)} - INDEXES
    named = {name for row in rows("What is stored in the table") for name in re.findall(r"`([A-Z]+)#", row[0])}
    assert used - named == set()


@pytest.mark.parametrize("name", IN_THE_TABLE)
def test_items_are_kept_for_as_long_as_the_code_says(name: str) -> None:
    _, _, kept = row_of(name, "What is stored in the table")
    assert IN_THE_TABLE[name] // timedelta(days=1) in days_of(kept)


def test_every_item_with_an_end_is_checked() -> None:
    ends = [row[0] for row in rows("What is stored in the table") if days_of(row[-1])]
    assert [row for row in ends if not any(name in row for name in IN_THE_TABLE)] == []


def queues() -> list[str]:
    return [name for name, each in resources().items() if each["Type"] == "AWS::SQS::Queue"]


@pytest.mark.parametrize("name", queues())
def test_queues_keep_for_as_long_as_the_template_says(name: str) -> None:
    properties = resources()[name]["Properties"]
    assert isinstance(properties, dict)
    row = row_of(name, "What is stored elsewhere")
    place = [each.strip() for each in row[0].split(",")].index(name)
    assert days_of(row[2])[place] == properties["MessageRetentionPeriod"] / 86_400
    assert properties["SqsManagedSseEnabled"] is True


@pytest.mark.parametrize("where", ["MailBucket", "CallBucket", "the functions' logs", "the API's access log"])
def test_the_defaults_are_the_templates(where: str) -> None:
    name = ON_DEFAULT.get(where, "LogRetentionDays")
    row = row_of(where, "What is stored elsewhere")
    assert f"`{name}`" in row[2]
    assert days_of(row[2]) == [load_template()["Parameters"][name]["Default"]]


def test_every_place_that_keeps_something_is_named() -> None:
    kinds = {"AWS::SQS::Queue", "AWS::S3::Bucket", "AWS::DynamoDB::Table"}
    names = [name for name, each in resources().items() if each["Type"] in kinds]
    assert [name for name in names if name not in SECTION and name != "ConversationTable"] == []
    logs = [each["Properties"] for each in resources().values() if each["Type"] == "AWS::Logs::LogGroup"]
    assert all(isinstance(each, dict) and each["RetentionInDays"] == {"Ref": "LogRetentionDays"} for each in logs)


def test_every_service_and_every_platform_is_named() -> None:
    sources = "".join((ROOT / file).read_text() for file in TEMPLATES)
    used = set(re.findall(r"Type: AWS::(\w+)::", sources))
    processors = " ".join(cell for row in rows("Who else gets to see it") for cell in row)
    assert [name for name in used if SERVICES.get(name, name) not in processors] == []
    assert [name for name in PLATFORMS if name.lower() not in processors.lower()] == []


def test_the_table_is_encrypted_recovered_and_protected_as_is_said() -> None:
    table = resources()["ConversationTable"]["Properties"]
    assert isinstance(table, dict)
    assert table["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert "(`aws/dynamodb`)" in SECTION
    buckets = {name: str(resources()[name]["Properties"]) for name in ("MailBucket", "CallBucket")}
    assert "AES256" in buckets["MailBucket"]
    assert "aws:kms" in buckets["CallBucket"]


def test_every_platforms_secrets_have_a_way_to_be_replaced_and_every_token_to_be_renewed() -> None:
    replaced = PAGE.partition("\n## Replace a secret\n")[2].partition("\n## ")[0]
    renewed = PAGE.partition("\n## Renew a token\n")[2].partition("\n## ")[0]
    secrets = PAGE.partition("\n### Secrets\n")[2].partition("\n### ")[0]
    listed = re.findall(r"`([a-z]+/[a-z_0-9]+)(?:/<[^>]+>)?`", secrets)
    assert len(listed) > 15
    assert [name for name in listed if not name.startswith("aws/") and f"`{name}" not in replaced + renewed] == []
