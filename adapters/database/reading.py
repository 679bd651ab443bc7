"""A cursor that is lent for questions, or for a transaction, by either database.

Context managers by hand, since one is made for each question and each record: as generators they
would take a fifth of the time that Python needs for recording something.
"""

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

    def begin(self, cursor: Lent, how: str) -> None: ...

    def commit(self, cursor: Lent) -> None: ...

    def roll_back(self, cursor: Lent) -> None:
        """Undoes a transaction, if it is still open."""
        ...


class Reading(Generic[Lent]):
    """A cursor that is lent while a block runs."""

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


class Transaction(Reading[Lent]):
    """A cursor that is lent for a transaction: an exception undoes all of it."""

    __slots__ = ("_begin",)

    def __init__(self, lender: Lender[Lent], begin: str) -> None:
        super().__init__(lender)
        self._begin = begin

    def __enter__(self) -> Lent:
        cursor = super().__enter__()
        try:
            self._lender.begin(cursor, self._begin)
        except BaseException as error:
            self._undo(error)  # it may have begun before it was interrupted
            raise
        return cursor

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> None:
        if error is None:
            try:
                self._lender.commit(self._cursor)
            except BaseException as failed:
                self._undo(failed)
                raise
            super().__exit__(None, None, None)
        else:
            self._undo(error)

    def _undo(self, error: BaseException) -> None:
        try:
            self._lender.roll_back(self._cursor)
        except BaseException as failed:
            error = failed
            raise
        finally:
            super().__exit__(type(error), error, None)
