"""What could not be read, where one command reads many things."""

from __future__ import annotations

import typer

from variorum.cli.output import safe
from variorum.domain.errors import UnreadableError


class Problems:
    """What could not be read, named as it comes.

    The first is held back, as it is the error itself where no other one follows.
    """

    def __init__(self) -> None:
        self.count = 0
        self._first: str | None = None

    def __enter__(self) -> Problems:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None and self.count == 1:
            self._say(self._first)

    def add(self, problem: str) -> None:
        self.count += 1
        if self.count == 1:
            self._first = problem
            return
        if self.count == 2:
            self._say(self._first)
        self._say(problem)

    def conclude(self) -> None:
        """Ends the command with an error, if there was any problem.

        Raises:
            UnreadableError: there was.
        """
        if self.count == 1:
            raise UnreadableError(self._first or "")
        if self.count:
            raise UnreadableError(
                f"{self.count} could not be read, or not wholly, named above; all else was recorded"
            )

    def _say(self, problem: str | None) -> None:
        typer.echo(f"variorum: {safe(' '.join((problem or '').split()))}", err=True)
