"""message-db: SQL functions in PostgreSQL, called as its clients call them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from pathlib import Path

import psycopg
from job import Revision

_PARTS = ("schema", "extensions", "tables", "types", "functions", "indexes", "views")
_TYPE_FIRST = (
    "message-store-version",
    "hash-64",
    "acquire-lock",
    "category",
    "is-category",
    "id",
    "cardinal-id",
    "stream-version",
)


class MessageDb:
    def __init__(self, address: str, database: Path) -> None:
        """In the order of its own install.sh."""
        self._connection = psycopg.connect(address, autocommit=True)
        for part in _PARTS:
            files = sorted(
                (database / part).glob("*.sql"),
                key=lambda path: _TYPE_FIRST.index(path.stem) if path.stem in _TYPE_FIRST else 99,
            )
            for path in files:
                self._connection.execute(path.read_bytes())
                self._connection.execute("set search_path to message_store, public")

    def append(self, revision: Revision) -> None:
        self._connection.execute(
            "select write_message(%s, %s, %s, %s::jsonb)",
            (str(uuid.uuid4()), revision.story, "Recorded", json.dumps(revision.event())),
        )

    def bulk(self, appended: Sequence[Revision]) -> bool:
        """It has no bulk form: its function, many times in a transaction and a pipeline."""
        for first in range(0, len(appended), 500):
            with self._connection.transaction(), self._connection.pipeline():
                for each in appended[first : first + 500]:
                    self.append(each)
        return True

    def as_of(self, story: str, at: int) -> tuple[str, str]:
        held = ("", "")
        for (data,) in self._connection.execute(
            "select data from get_stream_messages(%s, 0, -1)", (story,)
        ):
            event = json.loads(data)
            if event["published"] <= at:
                held = event["headline"], event["body"]
        return held

    def rebuild(self) -> int | bool:
        """A category is what it reads in order: the one of all streams."""
        connection = self._connection
        with connection.transaction():
            connection.execute("drop table if exists view")
            connection.execute("create table view (story text, published bigint, place bigint)")
            place = count = 0
            while True:
                batch = connection.execute(
                    "select stream_name, data, global_position"
                    " from get_category_messages('story', %s, 1000)",
                    (place + 1,),
                ).fetchall()
                if not batch:
                    break
                place = batch[-1][2]
                with connection.cursor().copy("copy view from stdin") as copy:
                    for story, data, position in batch:
                        copy.write_row((story, json.loads(data)["published"], position))
                count += len(batch)
            connection.execute("create index on view (story, published, place)")
        return count

    def size(self) -> int:
        row = self._connection.execute("select pg_database_size(current_database())").fetchone()
        assert row
        return int(row[0])

    def close(self) -> None:
        self._connection.close()
