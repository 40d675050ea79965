"""The user pool of the desk: who gets in, and for how long."""

from typing import Any

from infra.build.template import ROOT, load_template

TEMPLATE = load_template(ROOT / "infra" / "desk_sign_in.yaml")
POOL: dict[str, Any] = TEMPLATE["Resources"]["Pool"]
CLIENT: dict[str, Any] = TEMPLATE["Resources"]["Client"]["Properties"]


def test_nobody_signs_up_or_gets_back_in_by_themselves() -> None:
    assert POOL["Properties"]["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    recovery = POOL["Properties"]["AccountRecoverySetting"]["RecoveryMechanisms"]
    assert [each["Name"] for each in recovery] == ["admin_only"]


def test_people_outlive_the_stack() -> None:
    assert POOL["DeletionPolicy"] == POOL["UpdateReplacePolicy"] == "Retain"
    assert POOL["Properties"]["DeletionProtection"] == {"Fn::If": ["IsLocal", "INACTIVE", "ACTIVE"]}


def test_a_password_is_long() -> None:
    assert POOL["Properties"]["Policies"]["PasswordPolicy"]["MinimumLength"] == 12


def test_a_second_factor_is_an_app_and_nothing_that_costs() -> None:
    assert POOL["Properties"]["MfaConfiguration"] == {"Fn::If": ["AsksForCodes", "OPTIONAL", "OFF"]}
    assert POOL["Properties"]["EnabledMfas"]["Fn::If"][1] == ["SOFTWARE_TOKEN_MFA"]


def test_the_page_has_no_secret_and_asks_in_two_ways_only() -> None:
    assert CLIENT["GenerateSecret"] is False
    assert CLIENT["ExplicitAuthFlows"] == ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    assert CLIENT["PreventUserExistenceErrors"] == "ENABLED"


def test_a_session_can_be_ended_and_ends_by_itself() -> None:
    units = CLIENT["TokenValidityUnits"]
    assert CLIENT["EnableTokenRevocation"] is True
    assert (CLIENT["RefreshTokenValidity"], units["RefreshToken"]) == (12, "hours")
    assert (CLIENT["AccessTokenValidity"], units["AccessToken"]) == (60, "minutes")


def test_there_are_agents_and_leads() -> None:
    groups = [r for r in TEMPLATE["Resources"].values() if r["Type"] == "AWS::Cognito::UserPoolGroup"]
    assert {group["Properties"]["GroupName"] for group in groups} == {"agents", "leads"}
