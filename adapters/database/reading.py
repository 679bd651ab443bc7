"""A cursor that is lent for questions, by either database."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

Lent = TypeVar("Lent")


class Lender(Protocol[Lent]):
    """A database that keeps cursors which are not in use."""

    def borrow(self) -> Lent: ...

    def give_back(self, cursor: Lent) -> None: ...

    def failure(self, error: BaseException) -> Exception | None:
        """The error that callers act on, where one is the database driver's; else None."""
        ...


class Reading(Generic[Lent]):
    """The cursor, as a context manager: by hand, since it is made for each question."""

    __slots__ = ("_cursor", "_lender")

    def __init__(self, lender: Lender[Lent]) -> None:
        self._lender = lender

    def __enter__(self) -> Lent:
        self._cursor = self._lender.borrow()
        return self._cursor

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> None:
        self._lender.give_back(self._cursor)
        if error is not None:
            failure = self._lender.failure(error)
            if failure is not None:
                raise failure from error
