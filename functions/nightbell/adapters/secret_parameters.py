"""Secrets in Parameter Store past every cache, with the time of their last change, and the one way to change them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from botocore.exceptions import ClientError

from nightbell.domain.errors import MisconfiguredError, UnavailableError
from nightbell.services.renew_token import StoredSecret


class SsmClient(Protocol):
    """The part of the client that we use."""

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> Mapping[str, Any]:  # noqa: N803 - AWS's own words
        """Read one parameter."""

    def put_parameter(self, *, Name: str, Value: str, Type: str, Overwrite: bool) -> object:  # noqa: N803 - as above
        """Write one parameter."""


class SecretParameters:
    """Implements :class:`nightbell.services.renew_token.SecretStore`."""

    def __init__(self, client: SsmClient, prefix: str) -> None:
        """Work below a prefix such as ``/nightbell/prod``."""
        self._client = client
        self._prefix = prefix

    def read(self, platform: str, name: str) -> StoredSecret | None:
        """Read one; ``None`` when it was never set."""
        parameter = f"{self._prefix}/{platform}/{name}"
        answer = _call(lambda: self._client.get_parameter(Name=parameter, WithDecryption=True), parameter)
        if answer is None:
            return None
        found = answer["Parameter"]
        lines = (line.strip() for line in str(found["Value"]).splitlines())
        return StoredSecret(values=tuple(line for line in lines if line), changed_at=found["LastModifiedDate"])

    def write(self, platform: str, name: str, values: Sequence[str]) -> None:
        """Write it anew; encrypted, by the account's own key."""
        parameter, value = f"{self._prefix}/{platform}/{name}", "\n".join(values)
        kind = "SecureString"
        _call(
            lambda: self._client.put_parameter(Name=parameter, Value=value, Type=kind, Overwrite=True),
            parameter,
        )


def _call(do: Callable[[], Any], parameter: str) -> Any:  # noqa: ANN401 - botocore's answers have no type
    try:
        return do()
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code.endswith("ParameterNotFound"):
            return None
        if code in {"AccessDeniedException", "ValidationException", "InvalidKeyId"}:
            raise MisconfiguredError(f"{parameter} must not be read or written ({code})") from error
        raise UnavailableError(f"{parameter}: {code}") from error
    except Exception as error:  # a corrupted answer raises what it likes
        raise UnavailableError(f"{parameter}: {type(error).__name__}") from error
