"""What PostgreSQL looks at to read a story grows neither with the archive nor with the story.

Nor does it where the planner knows nothing of a table, as in a long import into a new archive; or
knows that stories are short, and one is long; or makes one plan for whatever is asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, cast

import psycopg
import pytest
from msgspec.structs import replace
from psycopg import sql

from variorum.adapters.catalogue.standing import standing_statement
from variorum.adapters.connect import connect
from variorum.adapters.database.statements import statement
from variorum.adapters.eventlog.reader import of_named_streams
from variorum.domain.amending import DescribeStory
from variorum.domain.asof import Implied, Outcome
from variorum.domain.bulk import Bulk
from variorum.domain.commands import Opening, RecordCopy, Sight
from variorum.domain.content import Article, Note
from variorum.domain.events import RevisionRedated
from variorum.domain.identity import address_of
from variorum.domain.times import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    Basis,
    Precision,
    PublishedTime,
    of_second,
)

STORIES = 2_000
REVISIONS = 2_000
"""Of the one that is long."""
NAMES = [f"story/s{number}" for number in range(7, STORIES, STORIES // 10)]
NAME = {"name": NAMES[0]}
SPAN = {"above": -1, "until": 1 << 30, "limit": 1 << 30}
MOVED = "https://harbour.example/moved"
"""Where one of the short stories is now."""
SEVERAL = {"names": json.dumps(NAMES)}
AT = 1_729_775_460_000_000
LAST = AT + REVISIONS * SECOND
AFTER = {"after": AT + 2 * SECOND, "after_position": 0}
ONE = {"stream": 9, "id": "s7", "at": AT + 7 * SECOND, "known": 1 << 62, "revision": 1}
OF_LONG = {
    "name": "story/long",
    "stream": STORIES + 2,
    "id": "long",
    "at": AT + REVISIONS // 2 * SECOND,
    "revision": REVISIONS // 2,
    "ordinal": REVISIONS // 2,
    "first": REVISIONS // 2,
    "last": REVISIONS // 2,
    "above": REVISIONS // 2,
    "until": REVISIONS // 2 + 2,
}
OF_SEEN = {"stream": STORIES + 3, "id": "seen"}
"""Its two texts were seen in turns."""
OF_WIDE = OF_LONG | {
    "name": "story/wide",
    "stream": STORIES + 4,
    "id": "wide",
    "at": AT + REVISIONS // 2 * DAY,
}
"""Each of its texts came out at some time of a day."""
OF_TOLD = OF_LONG | {
    "name": "story/told",
    "stream": STORIES + 5,
    "id": "told",
    "at": AT + REVISIONS // 2 * HOUR,
    "since": AT + REVISIONS // 2 * HOUR - HOUR,
}
"""Each of its texts says when the one before it came out."""
OF_REDATED = OF_TOLD | {
    "name": "story/redated",
    "stream": STORIES + 6,
    "id": "redated",
    "at": AT + REVISIONS // 2 * HOUR + MINUTE,
}
"""Each of its texts turned out to have come out at another time."""
STORIES_ASKED: dict[str, dict[str, Any]] = {
    "short": {},
    "long": OF_LONG,
    "seen": OF_SEEN,
    "wide": OF_WIDE,
    "told": OF_TOLD,
    "redated": OF_REDATED,
}
TILES = 2_000
OF_THE_TREE = {
    "tile": "0, n - 1, 'hashes'",
    "checkpoint": "n, 'root', 'note', 0",
    "timestamp_token": "n, 'authority', 0, 'token'",
}
"""Rows as of a log of half a million events; what is asked does not depend on the hashes."""
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
    "implied",
    "amendment",
    "checkpoint",
    "tile",
    "timestamp_token",
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
    ("catalogue", "implied_in"): ONE | {"since": AT},
    ("catalogue", "is_matched"): ONE
    | {"earliest": AT + 10 * SECOND, "latest": AT + 20 * SECOND, "position": 1},
}
OF_THE_ARCHIVE: dict[tuple[str, str], dict[str, Any]] = {
    ("catalogue", "story"): {"id": "s7"},
    ("catalogue", "stories_by_address_postgres"): {"address": bytes.fromhex(address_of(MOVED))},
    ("eventlog", "position_at"): {"at": 1 << 62},
    ("eventlog", "stream_key"): NAME,
    ("projections", "openings"): {"first": 101, "last": 120},
    ("tree", "checkpoint"): {"size": 100},
    ("tree", "last_checkpoint"): {"least": 1},
    ("tree", "tile_count"): {"level": 0},
    ("tree", "tokens"): {"size": 100},
}
"""What is asked of all that there is."""


@pytest.fixture(scope="module")
def filled(postgres_server: Any) -> str:
    """An archive of which there are no statistics, nor will be."""
    url: str = postgres_server.create_database()
    with connect(url, create=True) as archive, psycopg.connect(url, autocommit=True) as server:
        for table in TABLES:
            server.execute(f"alter table {table} set (autovacuum_enabled = off)".encode())
        held = archive.archive
        for story in stories():
            with Bulk(held.log, held.contents, held.salts) as work:
                for command in story:
                    work.take(command)
        moved = Note(text="moved", why="seen", authority="a redirect")
        held.describe(DescribeStory("s9", "tester", moved, url=MOVED))
        held.log.append([redated(number) for number in range(1, REVISIONS + 1)])
        for table, row in OF_THE_TREE.items():
            many = f"insert into {table} select 1, {row} from generate_series(1, {TILES}) n"
            server.execute(many.encode())
    return url


@pytest.fixture(scope="module", params=(False, True), ids=("unknown", "analyzed"))
def server(
    request: pytest.FixtureRequest, postgres_server: Any, filled: str
) -> Iterator[psycopg.Connection[Any]]:
    """A connection to an archive of which there are no statistics, or those that there can be."""
    url = postgres_server.create_database(filled)
    with psycopg.connect(url, autocommit=True) as connection:
        if request.param:
            connection.execute("analyze")
        yield connection


def stories() -> Iterator[Iterator[RecordCopy | Sight]]:
    """What is recorded of them, in the order of their keys."""
    yield (copy(f"s{number}", number, number) for number in range(STORIES))
    yield (copy("long", number, number * SECOND) for number in range(REVISIONS))
    yield (
        seen(number) if number > 1 else copy("seen", number, number * SECOND)
        for number in range(REVISIONS)
    )
    yield (of_a_day(number) for number in range(REVISIONS))
    yield (telling(number) for number in range(REVISIONS))
    yield (copy("redated", number, number * HOUR) for number in range(REVISIONS))


def copy(story: str, number: int, after: int) -> RecordCopy:
    text = Article(headline=f"Crane {number} stands")
    opening = Opening(address=address_of(f"https://harbour.example/{story}"))
    published = of_second(AT + after, None, Basis.STATED)
    return RecordCopy(story, "tester", text, published, opening=opening)


def seen(number: int) -> Sight:
    return Sight("seen", "tester", AT + number * SECOND, Outcome.UNCHANGED, number % 2 + 1)


def of_a_day(number: int) -> RecordCopy:
    at = AT + number * DAY
    printed = PublishedTime(at, at, at + DAY, Precision.DAY, Basis.STATED)
    return replace(copy("wide", number, 0), published=printed)


def telling(number: int) -> RecordCopy:
    before = AT + (number - 1) * HOUR
    implied = (Implied(before, before + SECOND),) if number else ()
    return replace(copy("told", number, number * HOUR), implied=implied)


def redated(number: int) -> RevisionRedated:
    published = of_second(AT + (number - 1) * HOUR + MINUTE, None, Basis.STATED)
    return RevisionRedated(
        originator_id="story/redated",
        originator_version=REVISIONS + number,
        actor="tester",
        revision=number,
        published=published,
    )


@pytest.mark.parametrize("story", STORIES_ASKED)
@pytest.mark.parametrize("question", QUESTIONS, ids="/".join)
def test_what_is_read_of_a_story_is_little(
    server: psycopg.Connection[Any], question: tuple[str, str], story: str
) -> None:
    of_story = STORIES_ASKED[story]
    asked = {"collection": 1, **QUESTIONS[question]}
    asked |= {key: value for key, value in of_story.items() if key in asked}
    text = of_named_streams("postgres", *question) if "names" in asked else statement(*question)
    assert most_looked_at(server, text, asked) < REVISIONS / 4


@pytest.mark.parametrize("question", OF_THE_ARCHIVE, ids="/".join)
def test_what_is_read_of_the_archive_is_little(
    server: psycopg.Connection[Any], question: tuple[str, str]
) -> None:
    asked = {"collection": 1, **OF_THE_ARCHIVE[question]}
    assert most_looked_at(server, statement(*question), asked) < STORIES / 4


@pytest.mark.parametrize("text", [False, True], ids=("times", "texts"))
def test_what_is_read_of_many_stories_is_of_these(
    server: psycopg.Connection[Any], text: bool
) -> None:
    ids = [f"s{number}" for number in range(0, STORIES, STORIES // 100)]
    asked = {"collection": 1, "ids": json.dumps(ids), "at": LAST, "known": 1 << 62}
    question = standing_statement("postgres", many=True, text=text)
    assert most_looked_at(server, question, asked) < 100 * len(ids)


def most_looked_at(server: psycopg.Connection[Any], text: str, asked: dict[str, Any]) -> int:
    """How many rows are come upon by a plan for what is asked, or by one for whatever is asked."""
    found: list[int] = []
    for plan_of in ("custom", "generic"):
        server.execute(f"set plan_cache_mode = force_{plan_of}_plan".encode())
        found.append(looked_at(plan(server, text, asked)))
    return max(found)


_KINDS = {int: "bigint", str: "text", bytes: "bytea"}


def plan(server: psycopg.Connection[Any], text: str, asked: dict[str, Any]) -> dict[str, Any]:
    """How the server carried out a statement, prepared as connections have it."""
    kinds = ",".join(_KINDS[type(value)] for value in asked.values())
    for number, name in enumerate(asked, 1):
        text = re.sub(rf"(?<!:):{name}\b", f"${number}", text)
    server.execute(f"prepare asked ({kinds}) as {text}".encode())
    given = sql.SQL(",").join(map(sql.Literal, asked.values()))
    explained = sql.SQL("explain (analyze, format json) execute asked ({})").format(given)
    row = server.execute(explained).fetchone()
    server.execute("deallocate asked")
    assert row is not None
    return cast("dict[str, Any]", row[0][0]["Plan"])


def looked_at(plan: dict[str, Any]) -> int:
    """How many rows the parts of a plan came upon, also those that they did not pass on."""
    removed = sum(int(count) for key, count in plan.items() if key.startswith("Rows Removed"))
    here = (int(plan["Actual Rows"]) + removed) * int(plan["Actual Loops"])
    return here + sum(map(looked_at, plan.get("Plans", ())))
