"""Whatever AWS answers, a person reads what was wrong and what to do."""

import pytest
from botocore import exceptions

from infra.cli.aws_errors import aws_errors
from infra.cli.outcome import REFUSED, CliError
from nightbell.domain.errors import UnavailableError


def refused(code: str) -> exceptions.ClientError:
    return exceptions.ClientError({"Error": {"Code": code, "Message": "secret words"}}, "GetParameters")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (exceptions.NoCredentialsError(), "no AWS credentials were found. Sign in"),
        (exceptions.PartialCredentialsError(provider="env", cred_var="x"), "no AWS credentials were found. Sign in"),
        (exceptions.NoRegionError(), "export AWS_REGION=eu-west-1"),
        (exceptions.ProfileNotFound(profile="shop"), "export AWS_PROFILE=…"),
        (exceptions.EndpointConnectionError(endpoint_url="http://x"), "AWS does not answer"),
        (exceptions.ConnectTimeoutError(endpoint_url="http://x"), "AWS does not answer"),
        (exceptions.ReadTimeoutError(endpoint_url="http://x"), "AWS does not answer"),
        (exceptions.UnknownServiceError(service_name="x", known_service_names="y"), "Unknown service"),
        (refused("ExpiredTokenException"), "your AWS session has expired. Sign in"),
        (refused("UnrecognizedClientException"), "does not know your credentials"),
        (refused("AccessDeniedException"), "do not allow GetParameters"),
        (refused("InternalServerError"), "AWS refused GetParameters (InternalServerError)."),
        (UnavailableError("ThrottlingException"), "AWS answered ThrottlingException. Trying again is safe."),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_an_error_becomes_a_sentence(error: Exception, sentence: str) -> None:
    with pytest.raises(CliError, match=r"^Could not read the secrets: ") as told, aws_errors("read the secrets"):
        raise error
    assert sentence in str(told.value)
    assert "secret words" not in str(told.value)
    assert told.value.code == REFUSED


def test_a_defect_of_ours_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError), aws_errors("divide"):
        raise ZeroDivisionError
