"""Turn what AWS answers into sentences that say what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own, of which its time-outs are part
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
)

from infra.cli.outcome import CliError
from nightbell.domain.errors import UnavailableError

SIGN_IN = "Sign in, or name a profile: export AWS_PROFILE=…"
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
UNKNOWN = frozenset({"InvalidClientTokenId", "UnrecognizedClientException", "AuthFailure", "SignatureDoesNotMatch"})


@contextmanager
def aws_errors(doing: str) -> Iterator[None]:
    """Let nothing of AWS's escape but a sentence.

    Args:
        doing: What was under way, for a person: "read the secrets of stage dev".

    Raises:
        CliError: It failed.
    """
    try:
        yield
    except UnavailableError as error:
        raise CliError(f"Could not {doing}: AWS answered {error}. Trying again is safe.") from error
    except ClientError as error:
        raise CliError(f"Could not {doing}: {_refusal(error)}") from error
    except BotoCoreError as error:
        raise CliError(f"Could not {doing}: {_failure(error)}") from error


def code_of(error: ClientError) -> str:
    """Read AWS's own word for what was wrong."""
    return str(error.response.get("Error", {}).get("Code", ""))


def _refusal(error: ClientError) -> str:
    code = code_of(error)
    if code in EXPIRED:
        return f"your AWS session has expired. {SIGN_IN}"
    if code in UNKNOWN:
        return f"AWS does not know your credentials ({code}). {SIGN_IN}"
    if code.startswith("AccessDenied"):
        return f"your AWS credentials do not allow {error.operation_name}. Ask whoever runs the account for that right."
    return f"AWS refused {error.operation_name} ({code})."


def _failure(error: BotoCoreError) -> str:
    match error:
        case NoCredentialsError() | PartialCredentialsError():
            return f"no AWS credentials were found. {SIGN_IN}"
        case NoRegionError():
            return "no AWS region is set. Name the one of the deployment: export AWS_REGION=eu-west-1"
        case ProfileNotFound():
            return f"{error}. Name one that ~/.aws/config knows: export AWS_PROFILE=…"
        case ConnectionError() | HTTPClientError():
            return f"AWS does not answer ({error}). Is the network there, and AWS_ENDPOINT_URL right or unset?"
    return f"{error}"
