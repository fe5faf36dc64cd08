"""The one error tree: every error a user can meet says what is wrong, where, and what to do next."""

from __future__ import annotations

DOCUMENTATION = "https://github.com/weighbridge-dev/weighbridge/blob/main/docs"


class WeighbridgeError(Exception):
    """Something the user can act on.

    `message` says what is wrong and where, `hint` what to do next, `page` names the documentation page below `docs/`.
    """

    page = "errors.md"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    @property
    def link(self) -> str:
        """The documentation page about this kind of error."""
        return f"{DOCUMENTATION}/{self.page}#{type(self).__name__.lower()}"


class UsageError(WeighbridgeError):
    """The command line or a configuration file asks for something that does not exist."""


class NothingToAudit(WeighbridgeError):
    """The target exists but holds nothing that could be a model."""


class SourceError(WeighbridgeError):
    """A repository could not be read."""


class RepositoryNotFound(SourceError):
    """No such repository, or a private one that the token may not see."""


class RevisionNotFound(SourceError):
    """The repository exists, the revision does not."""


class AccessDenied(SourceError):
    """Gated or private: terms have to be accepted, or a token is missing or not allowed."""


class RepositoryDisabled(SourceError):
    """The registry has taken the repository down."""


class RateLimited(SourceError):
    """The registry asks to wait."""


class ConnectionLost(SourceError):
    """The registry did not answer, or stopped answering."""


class OfflineError(SourceError):
    """Offline mode is on and the cache does not hold what was asked for."""


class FormatError(WeighbridgeError):
    """A file is not what its format says; `where` is a byte offset, an archive member or a line."""

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.where = where


class LimitExceeded(FormatError):
    """A file asks for more bytes, items, depth or time than the limits allow; it was not read to its end."""


class ModelFailed(WeighbridgeError):
    """A model that was run crashed, hung, raised, or asked for more memory or time than it may have.

    `ending` says which; what it answered before is kept.
    """

    def __init__(self, message: str, *, ending: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.ending = ending
