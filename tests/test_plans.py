"""What PostgreSQL looks at to read a story grows neither with the archive nor with the story.

Nor does it where the planner knows nothing of a table, as in a long import into a new archive; or
knows that stories are short, and one is long.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace

from variorum.adapters.connect import connect
from variorum.adapters.database.statements import for_psycopg, statement
from variorum.adapters.eventlog.reader import of_named_streams
from variorum.domain.asof import Outcome
from variorum.domain.bulk import Bulk
from variorum.domain.commands import RecordCopy, Sight
from variorum.domain.content import Article
from variorum.domain.times import DAY, SECOND, Basis, Precision, PublishedTime, of_second

STORIES = 2_000
REVISIONS = 2_000
"""Of the one that is long."""
NAMES = [f"story/s{number}" for number in range(7, STORIES, STORIES // 10)]
NAME = {"name": NAMES[0]}
SPAN = {"above": -1, "until": 1 << 30, "limit": 1 << 30}
SEVERAL = {"names": json.dumps(NAMES)}
AT = 1_729_775_460_000_000
LAST = AT + REVISIONS * SECOND
AFTER = {"after": AT + 2 * SECOND, "after_position": 0}
ONE = {"stream": 9, "id": "s7", "at": AT + 7, "known": 1 << 62, "revision": 1}
OF_LONG = {
    "name": "story/long",
    "stream": STORIES + 2,
    "id": "long",
    "at": AT + REVISIONS // 2 * SECOND + 7,
    "revision": REVISIONS // 2,
    "ordinal": REVISIONS // 2,
    "first": REVISIONS // 2,
    "last": REVISIONS // 2,
    "above": REVISIONS // 2,
    "until": REVISIONS // 2 + 2,
}
OF_SEEN = {"stream": STORIES + 3, "id": "seen"}
"""Its two texts were seen in turns."""
OF_WIDE = {"stream": STORIES + 4, "id": "wide", "at": AT + REVISIONS // 2 * DAY + 7}
"""Each of its texts came out at some time of a day."""
STORIES_ASKED: dict[str, dict[str, Any]] = {"short": {}, "long": OF_LONG, "seen": OF_SEEN}
TABLES = (
    "stream",
    "event",
    "content",
    "pack",
    "topic",
    "collection",
    "story",
    "dating",
    "sighting",
    "besides",
)
QUESTIONS: dict[tuple[str, str], dict[str, Any]] = {
    ("contents", "read_by_name"): NAME | {"kind": 0, "ordinal": 0},
    ("contents", "sealed"): NAME | {"kind": 0, "pack": 0},
    ("contents", "salts"): SEVERAL | {"kind": 0, "below": 50, "erased": 9},
    ("contents", "gathered"): SEVERAL | {"below": 128},
    ("contents", "gathered_packs"): SEVERAL | {"below": 4},
    ("eventlog", "stream_up"): NAME | SPAN,
    ("eventlog", "stream_down"): NAME | SPAN,
    ("eventlog", "beginnings"): SEVERAL | {"versions": 50},
    ("catalogue", "standing"): ONE,
    ("catalogue", "standing_text"): ONE,
    ("catalogue", "plain_situation"): ONE,
    ("catalogue", "next_places"): ONE,
    ("catalogue", "marks"): ONE,
    ("catalogue", "dating_of"): ONE,
    ("catalogue", "held_text"): ONE,
    ("catalogue", "same_time"): ONE,
    ("catalogue", "seen_at"): ONE,
    ("catalogue", "last_seen"): ONE,
    ("catalogue", "first_seen"): ONE | {"at": LAST} | AFTER,
    ("catalogue", "other_seen"): ONE | {"at": LAST} | AFTER,
    ("catalogue", "arrivals"): ONE | {"first": 1, "last": 1},
}


@pytest.fixture(scope="module", params=(False, True), ids=("unknown", "analyzed"))
def server(
    request: pytest.FixtureRequest, postgres_server: Any
) -> Iterator[psycopg.Connection[Any]]:
    """A connection to an archive of which there are no statistics, or those that there can be."""
    url = postgres_server.create_database()
    with psycopg.connect(url, autocommit=True) as connection:
        with connect(url, create=True) as archive:
            for table in TABLES:
                connection.execute(f"alter table {table} set (autovacuum_enabled = off)".encode())
            held = archive.archive
            with Bulk(held.log, held.contents, held.salts) as work:
                for number in range(STORIES):
                    work.take(copy(f"s{number}", number, number))
            with Bulk(held.log, held.contents, held.salts) as work:
                for number in range(REVISIONS):
                    work.take(copy("long", number, number * SECOND))
            with Bulk(held.log, held.contents, held.salts) as work:
                for number in range(2):
                    work.take(copy("seen", number, number * SECOND))
                for number in range(2, REVISIONS):
                    at = AT + number * SECOND
                    work.take(Sight("seen", "tester", at, Outcome.UNCHANGED, number % 2 + 1))
            with Bulk(held.log, held.contents, held.salts) as work:
                for number in range(REVISIONS):
                    at = AT + number * DAY
                    printed = PublishedTime(at, at, at + DAY, Precision.DAY, Basis.STATED)
                    work.take(replace(copy("wide", number, 0), published=printed))
        if request.param:
            connection.execute("analyze")
        yield connection


def copy(story: str, number: int, after: int) -> RecordCopy:
    text = Article(headline=f"Crane {number} stands")
    return RecordCopy(story, "tester", text, of_second(AT + after, None, Basis.STATED))


@pytest.mark.parametrize("story", STORIES_ASKED)
@pytest.mark.parametrize("question", QUESTIONS, ids="/".join)
def test_what_is_read_of_a_story_is_little(
    server: psycopg.Connection[Any], question: tuple[str, str], story: str
) -> None:
    assert_little(server, question, STORIES_ASKED[story])


@pytest.mark.parametrize("name", ["standing", "standing_text", "plain_situation"])
def test_that_a_story_has_wide_times_is_seen_from_one(
    server: psycopg.Connection[Any], name: str
) -> None:
    assert_little(server, ("catalogue", name), OF_WIDE)


def assert_little(
    server: psycopg.Connection[Any], question: tuple[str, str], of_story: dict[str, Any]
) -> None:
    asked = {"collection": 1, **QUESTIONS[question]}
    asked |= {key: value for key, value in of_story.items() if key in asked}
    text = of_named_streams("postgres", *question) if "names" in asked else statement(*question)
    cursor = psycopg.ClientCursor(server)
    cursor.execute(b"explain (analyze, format json) " + for_psycopg(text), asked)
    row = cursor.fetchone()
    assert row is not None
    assert looked_at(row[0][0]["Plan"]) < REVISIONS / 4


def looked_at(plan: dict[str, Any]) -> int:
    """How many rows the parts of a plan came upon, also those that they did not pass on."""
    removed = sum(int(count) for key, count in plan.items() if key.startswith("Rows Removed"))
    here = (int(plan["Actual Rows"]) + removed) * int(plan["Actual Loops"])
    return here + sum(map(looked_at, plan.get("Plans", ())))
