"""What can go wrong, one class for each way in which a caller may have to act.

Every error carries a `code` (stable, for programs), an optional `reason` that narrows the code,
and a message of one line (for people). The command line maps classes to exit codes.
"""

from __future__ import annotations

from collections.abc import Mapping


class VariorumError(Exception):
    """The root of every error that Variorum raises on purpose."""

    code = "error"

    def __init__(
        self,
        message: str,
        *,
        reason: str | None = None,
        detail: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.detail: Mapping[str, object] = detail or {}


class CheckFailedError(VariorumError):
    """A check was carried out and did not hold."""

    code = "check-failed"


class UsageError(VariorumError):
    """The request itself is wrong: it cannot be carried out on any archive."""

    code = "usage"


class UnsaidError(UsageError):
    """A time leaves out what is not known either; said elsewhere, it would make it readable."""


class ZonelessError(UnsaidError):
    """A time names no zone, and none is known to read it in."""


class NotFoundError(VariorumError):
    """What was asked for is not there."""

    code = "not-found"


class NothingInForceError(NotFoundError):
    """No revision was in force; `reason` is `before`, `gap` or `gone`."""

    code = "nothing-in-force"


class RestrictedError(NotFoundError):
    """What was asked for is there and may not be read now.

    The detail says until when (`until`, null until it is restored), and by which event
    (`restricted_at`, a position).
    """

    code = "restricted"


class ConflictError(VariorumError):
    """Someone else changed the same story first, and retrying did not help."""

    code = "conflict"


class UnreadableError(VariorumError):
    """The input cannot be read; nothing of it was recorded."""

    code = "unreadable"


class StorageError(VariorumError):
    """The archive's database cannot be reached, is full, or is not one that this version reads."""

    code = "storage"


class DamagedError(StorageError):
    """Stored bytes do not agree with what the log committed to."""

    code = "damaged"


class ClockError(StorageError):
    """The log's last recorded time is well ahead of this machine's clock."""

    code = "clock"


class PoisonEventError(VariorumError):
    """A projection cannot take an event; `position` says which. It stays there until mended."""

    code = "poison-event"

    def __init__(self, projection: str, position: int, topic: str, cause: BaseException) -> None:
        super().__init__(
            f"projection {projection} stopped at position {position} ({topic}): "
            f"{type(cause).__name__}: {cause}",
            detail={"projection": projection, "position": position, "topic": topic},
        )
        self.position = position
