"""`eventsourcing` as it comes: its Application on SQLite and PostgreSQL, its own recorders."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate
from eventsourcing.domain import event as named
from job import Revision, bytes_in, fill


class Story(Aggregate):
    @named("Opened")
    def __init__(self, name: str) -> None:
        self.name = name

    @named("Recorded")
    def record(self, published: int, headline: str, body: str) -> None:
        self.published, self.headline, self.body = published, headline, body

    @staticmethod
    def create_id(name: str) -> UUID:
        return uuid5(NAMESPACE_URL, name)


class Stock:
    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        self._server = "POSTGRES_DBNAME" in environment
        self._application: Application[UUID] = Application(env=environment)
        self._known: set[str] = set()

    def append(self, revision: Revision) -> None:
        self._application.save(self._recorded(revision))

    def bulk(self, appended: Sequence[Revision]) -> bool:
        """Aggregates of 10 revisions are saved together: with 50 it hung on PostgreSQL."""
        for first in range(0, len(appended), 10):
            stories: dict[str, Story] = {}
            for each in appended[first : first + 10]:
                story = stories.get(each.story) or self._loaded(each.story)
                stories[each.story] = story
                story.record(each.published, each.headline, each.body)
            self._application.save(*stories.values())
        return True

    def as_of(self, story: str, at: int) -> tuple[str, str]:
        held = ("", "")
        event: Any
        for event in self._application.events.get(Story.create_id(story)):
            if type(event).__name__ == "Recorded" and event.published <= at:
                held = event.headline, event.body
        return held

    def rebuild(self) -> int | bool:
        """The log is read in sections; the view is a SQLite file, on either database."""
        names: dict[UUID, str] = {}

        def rows() -> Sequence[tuple[str, int, int]]:
            found: list[tuple[str, int, int]] = []
            start: int | None = 1
            while start is not None:
                section = self._application.recorder.select_notifications(start, 1000)
                for notification in section:
                    each: Any = self._application.mapper.to_domain_event(notification)
                    if type(each).__name__ == "Recorded":
                        name = names[each.originator_id]
                        found.append((name, each.published, notification.id))
                    else:
                        names[each.originator_id] = each.name
                start = section[-1].id + 1 if section else None
            return found

        return fill(self._folder / "view.db", rows())

    def size(self) -> int:
        if not self._server:
            return bytes_in(self._folder)
        recorder: Any = self._application.recorder
        with recorder.datastore.transaction() as cursor:
            cursor.execute("select pg_database_size(current_database()) as size")
            return int(cursor.fetchone()["size"])

    def close(self) -> None:
        self._application.close()

    def _loaded(self, name: str) -> Story:
        if name in self._known:
            return self._application.repository.get(Story.create_id(name))
        self._known.add(name)
        return Story(name)

    def _recorded(self, revision: Revision) -> Story:
        story = self._loaded(revision.story)
        story.record(revision.published, revision.headline, revision.body)
        return story


def sqlite(folder: Path) -> dict[str, str]:
    return {
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "SQLITE_DBNAME": str(folder / "stock.db"),
    }


def postgres(folder: Path, database: str) -> dict[str, str]:
    """*folder* is that of the server's socket."""
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": database,
        "POSTGRES_HOST": str(folder),
        "POSTGRES_USER": "postgres",
        "POSTGRES_PASSWORD": "",
    }
