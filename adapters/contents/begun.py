"""A batch of contents that is being compressed in another process."""

from __future__ import annotations

from collections.abc import Sequence

from variorum.adapters.contents.ahead import Ahead
from variorum.adapters.contents.chain import Encoded, encode_all
from variorum.adapters.contents.store import ChainedContent, Place, Planned, Prepared
from variorum.domain.content import NewContent


class BegunContents:
    """Implements `variorum.domain.ports.Begun`."""

    def __init__(self, ahead: Ahead, planned: list[Planned], before: BegunContents | None) -> None:
        self._ahead = ahead
        self._planned = planned
        self._before = before
        self._encoded: list[Encoded] | None = None
        self._waited = False
        self.texts: dict[Place, bytes] = {each.place: each.data for each in planned}
        self.stored_at: int | None = None
        """How often the collection had been erased from when they were stored; None before."""

    @classmethod
    def of(
        cls,
        contents: ChainedContent,
        ahead: Ahead,
        given: Sequence[NewContent],
        before: BegunContents | None,
    ) -> BegunContents | None:
        """Begins with contents; None where there is no other process to do it."""
        planned = contents.plan(given, (), before.texts if before else {})
        if not ahead.begin([each.asked for each in planned]):
            return None
        return cls(ahead, planned, before)

    def wait(self) -> None:
        if not self._waited:
            self._encoded = self._ahead.result()
            self._waited = True

    def prepared(self, contents: ChainedContent) -> list[Prepared] | None:
        """The contents as they are stored; None where those before them are not."""
        self.wait()
        if self._before is not None and self._before.stored_at is None:
            return None
        encoded = self._encoded
        if encoded is None:
            encoded = encode_all([each.asked for each in self._planned])
        since = self._before.stored_at if self._before is not None else None
        self._before = None
        return contents.carried_out(self._planned, encoded, since)
