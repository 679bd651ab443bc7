"""A cursor that is lent for questions, or for a transaction, by either database.

Context managers by hand, since one is made for each question and each record: as generators they
would take a fifth of the time that Python needs for recording something.
"""

from __future__ import annotations

import os
import weakref
from typing import Generic, Protocol, TypeVar

Lent = TypeVar("Lent")


class Forked(Protocol):
    """What must not be shared with a process that is forked off: connections."""

    def before_fork(self) -> None:
        """Closes what is idle, in the process that forks."""
        ...

    def after_fork(self) -> None:
        """Lets go of what was in use all the same, in the new process."""
        ...


_open: set[weakref.ref[Forked]] = set()


def keep_from_forks(database: Forked) -> None:
    """No connection of a database is used by two processes.

    SQLite's locks are a process's own, and its library takes those of before the fork for held
    (sqlite.org/howtocorrupt.html, 2.6); of a server's answers either process would read some.
    """
    _open.add(weakref.ref(database, _open.discard))


def _before_fork() -> None:
    for each in tuple(_open):
        if database := each():
            database.before_fork()


def _after_fork() -> None:
    for each in tuple(_open):
        if database := each():
            database.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_child=_after_fork)


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
