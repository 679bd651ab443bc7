"""What the adapters ask of a database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Literal, Protocol

Row = tuple[Any, ...]
Parameters = Mapping[str, object]
Dialect = Literal["sqlite", "postgres"]
NONE: Parameters = {}
"""The parameters of a statement that has none."""


class Cursor(Protocol):
    """Runs statements inside one transaction."""

    def run(self, statement: str, parameters: Parameters = NONE) -> None:
        """Runs a statement whose rows, if any, nobody wants."""
        ...

    def rows(self, statement: str, parameters: Parameters = NONE) -> list[Row]:
        """All rows of a statement."""
        ...

    def row(self, statement: str, parameters: Parameters = NONE) -> Row | None:
        """The first row of a statement, None if there is none."""
        ...

    def insert(
        self,
        table: str,
        columns: Sequence[str],
        rows: Sequence[Row],
        *,
        frozen: bool = False,
        once: bool = False,
    ) -> None:
        """Inserts rows; in bulk where that is quicker.

        Args:
            once: leave out the rows that are there already. Their columns are whole numbers, and
                the table's key.
            frozen: once committed, the rows are seen by everyone who sees the table, even by
                those who look at an earlier moment. The table was made in this transaction.

        Raises:
            IntegrityError: a key is taken (of `eventsourcing.persistence`).
        """
        ...


class Database(Protocol):
    """Lends cursors. Safe to share between threads."""

    @property
    def dialect(self) -> Dialect: ...

    @property
    def name(self) -> str:
        """How people call it, without a password."""
        ...

    @property
    def address(self) -> str:
        """What another process reaches it by, with a password, if it has one."""
        ...

    def is_own_file(self, path: Path) -> bool:
        """Whether a path leads to a file that the database itself keeps, there or not yet.

        Such a file is no input and no output; it is not even opened.
        """
        ...

    def read(self) -> AbstractContextManager[Cursor]:
        """A cursor for questions; what it reads is of one moment where it asks once."""
        ...

    def snapshot(self) -> AbstractContextManager[Cursor]:
        """A cursor for several questions about one moment."""
        ...

    def alone(self) -> AbstractContextManager[Cursor]:
        """A cursor for one statement that writes: a transaction by itself."""
        ...

    def write(self) -> AbstractContextManager[Cursor]:
        """A cursor for one transaction; an exception undoes all of it."""
        ...

    def script(self, statements: Callable[[Cursor], Iterable[str]]) -> None:
        """Runs statements that define tables, in one transaction; those who do so take turns.

        They are asked for once it is this one's turn, and can look at what is there.
        """
        ...

    def scrub(self) -> str | None:
        """Clears the files of what was deleted; says why some of it may be left, if so.

        Takes time in proportion to the whole archive.
        """
        ...

    def hurry(self) -> None:
        """From now on waits a moment at most for others: whoever asked was interrupted."""
        ...

    def is_trouble(self, error: BaseException) -> bool:
        """Whether an error of a cursor is the database's own (unreachable, full, busy, damaged).

        Otherwise it is that of what the cursor was given.
        """
        ...

    def close(self) -> None: ...
