"""Give up what a message leads to outside of its conversation, before its own content is removed."""

from collections.abc import Callable, Mapping
from typing import Protocol

from nightbell.services.forget import Content


class ObjectStore(Protocol):
    """A bucket."""

    def delete(self, key: str) -> None:
        """Delete an object; one that is gone is deleted. May raise UnavailableError."""


class DiscardBeside:
    """The whole of a message that was too large, and the mail or recording that it was made of."""

    def __init__(self, whole: Callable[[str, str], object], objects: Mapping[str, ObjectStore]) -> None:
        """Discard by these.

        Args:
            whole: Gives up what lies in quarantine under an id, in the name of somebody.
            objects: Each bucket by how its keys begin. Where this stack has none any more, what an earlier one kept
                expires by the bucket's own rule.
        """
        self._whole = whole
        self._objects = objects

    def __call__(self, content: Content, who: str) -> None:
        """Do it; doing it again does nothing more.

        Raises:
            UnavailableError: Something may still be there; another try is safe.
        """
        if content.whole_in:
            self._whole(content.whole_in, who)
        for key in content.kept_in:
            bucket = self._objects.get(key.partition("/")[0])
            if bucket is not None:
                bucket.delete(key)
