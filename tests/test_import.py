"""Importing: every copy once, whatever happens meanwhile, and the answers that follow from it.

What is asked of the archive is worked out a second time from the lines alone (`histories.Reader`),
by somebody who knows nothing of streams, situations and indexes.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Generator, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from histories import (
    STORIES,
    TEXTS,
    Line,
    Read,
    Reader,
    copies,
    histories,
    instant,
    minute,
    objects,
    write,
)
from importing import history as history_in
from importing import imported
from postgres_server import PostgresServer
from program import ask, ended, run, start
from variorum.adapters.connect import Connection, connect
from variorum.adapters.imports import taking
from variorum.adapters.imports.importer import Bad, Defaults
from variorum.adapters.imports.jsonl import commands
from variorum.adapters.imports.taking import Taking
from variorum.domain.addresses import Addresses
from variorum.domain.asof import InForce, NotInForce
from variorum.domain.bulk import Bulk, Command, Totals
from variorum.domain.commands import RecordCopy, Sight
from variorum.domain.errors import NothingInForceError
from variorum.domain.identity import id_from_url
from variorum.domain.times import MINUTE, iso

NUMBERS = itertools.count(1)
quick = settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
slowly = settings(quick, max_examples=15)
"""For PostgreSQL and SQLite with their commits: fewer examples."""
OTHER_DATABASES = pytest.mark.parametrize(
    ("source", "target"), [("sqlite", "postgres"), ("postgres", "sqlite")]
)


@contextlib.contextmanager
def new_collection(address: str) -> Generator[Connection]:
    """An empty collection; nothing is as quick to make anew."""
    with connect(address, f"c{next(NUMBERS)}", create=True) as connection:
        yield connection


def read(path: Path) -> Iterator[Command]:
    for _, command in commands(str(path), Defaults("local")):
        assert not isinstance(command, Bad), command.reason
        yield command


def bulk(connection: Connection, batch: int = 500) -> Bulk:
    archive = connection.archive
    return Bulk(archive.log, archive.contents, archive.salts, batch=batch)


def taken(connection: Connection, path: Path, batch: int = 500) -> Totals:
    """Imports a file, whole."""
    with bulk(connection, batch) as work:
        for command in read(path):
            work.take(command)
    return work.done


class Killed(Exception):
    """What a process does not live to see."""


def taken_until_killed(connection: Connection, path: Path, batch: int, lines: int) -> None:
    """Imports so many lines of a file; what was not appended by then is lost."""
    with contextlib.suppress(Killed), bulk(connection, batch) as work:
        for number, command in enumerate(read(path)):
            if number == lines:
                raise Killed
            work.take(command)
        raise Killed


def told(connection: Connection) -> list[tuple[Any, ...]]:
    """Everything that was recorded, in order, with its texts, but without times and salts."""
    archive, found = connection.archive, list[tuple[Any, ...]]()
    for entry in archive.listed(archive.known(None)):
        state = archive.state(entry.id)
        found += [(entry.position, entry.id, entry.zone, archive.description(entry))]
        for revision in state.revisions:
            event = revision.event
            article = archive.article(entry, event.revision, event.article)
            dated = (event.published, event.captured, event.notices, event.implied)
            found.append((revision.position, entry.id, revision.number, article, dated))
        found += [(s.position, entry.id, s.outcome, s.at, s.revision) for s in state.sightings]
    return sorted(found, key=lambda each: each[0])


def answers(connection: Connection, reader: Reader) -> list[tuple[str, int, int, str]]:
    """What was in force of every story at every minute, as known at every position."""
    archive, found = connection.archive, list[tuple[str, int, int, str]]()
    for name in reader.stories:
        entry = archive.story(name)
        for at in range(-1, 15):
            for known in range(entry.position, reader.position + 1):
                answer = archive.as_of(entry, instant(minute(at)), known)
                found.append((name, at, known, named(answer)))
    return found


def named(answer: InForce | NotInForce) -> str:
    return f"r{answer.dating.revision}" if isinstance(answer, InForce) else answer.reason.value


def worked_out(reader: Reader) -> list[tuple[str, int, int, str]]:
    """What `answers` must be."""
    found: list[tuple[str, int, int, str]] = []
    for name in reader.stories:
        for at in range(-1, 15):
            for known in range(1, reader.position + 1):
                answer = reader.as_of(name, instant(minute(at)), known)
                if answer is not None and known >= opened(reader, name):
                    text = f"r{answer.number}" if isinstance(answer, Read) else answer
                    found.append((name, at, known, text))
    return found


def opened(reader: Reader, name: str) -> int:
    """The position at which a story was opened: just before its first revision or sighting."""
    story = reader.stories[name]
    return min([r.position for r in story.revisions] + [s.position for s in story.seen]) - 1


# What follows from the lines.


@quick
@given(history=histories())
def test_what_was_in_force_is_what_the_lines_say(
    address: str, tmp_path: Path, history: list[Line]
) -> None:
    """At every minute, as known at every position: the last at or before it, later ones first."""
    reader = Reader(history)
    with new_collection(address) as connection:
        taken(connection, write(tmp_path / "lines.jsonl", history))
        assert connection.log.head().position == reader.position
        assert answers(connection, reader) == worked_out(reader)


@quick
@given(history=histories())
def test_importing_again_changes_nothing(address: str, tmp_path: Path, history: list[Line]) -> None:
    """Every copy is found to be held, also those that follow one another within one second."""
    path = write(tmp_path / "lines.jsonl", history)
    with new_collection(address) as connection:
        first = taken(connection, path)
        log = connection.log.head()
        again = taken(connection, path)
        assert connection.log.head() == log
    assert first.stories == again.stories
    assert (again.revisions, again.sightings, again.held) == (0, 0, len(history))


@quick
@given(
    history=histories(),
    batches=st.tuples(st.integers(1, 30), st.integers(1, 30)),
    killed_after=st.integers(0, 24),
)
def test_neither_the_size_of_batches_nor_an_interruption_shows_in_what_was_recorded(
    address: str,
    tmp_path: Path,
    history: list[Line],
    batches: tuple[int, int],
    killed_after: int,
) -> None:
    """Same texts, datings, numbers, sightings and positions: same answers to every question."""
    path = write(tmp_path / "lines.jsonl", history)
    with new_collection(address) as connection:
        taken(connection, path)
        whole = told(connection)
    with new_collection(address) as connection:
        taken_until_killed(connection, path, batches[0], killed_after)
        taken(connection, path, batches[1])
        assert told(connection) == whole


@quick
@given(history=histories(ties=False))
def test_copies_recorded_one_by_one_come_to_the_same(
    address: str, tmp_path: Path, history: list[Line]
) -> None:
    path = write(tmp_path / "lines.jsonl", history)
    with new_collection(address) as connection:
        taken(connection, path)
        whole = told(connection)
    with new_collection(address) as connection:
        for command in read(path):
            if isinstance(command, RecordCopy):
                connection.archive.record(command)
            elif isinstance(command, Sight):
                connection.archive.sight(command)
        assert told(connection) == whole


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_texts_that_follow_one_another_within_one_second_are_all_kept(
    address: str, tmp_path: Path, batch: int
) -> None:
    """A, B and A again at one and the same time are three revisions; the last one stands."""
    history = [{"story": "a", "published": minute(1), "body": body} for body in "ABA"]
    path = write(tmp_path / "lines.jsonl", history)
    with new_collection(address) as connection:
        assert taken(connection, path, batch).revisions == 3
        assert taken(connection, path, batch).held == 3
        assert connection.archive.show("a", minute(1)).dating.revision == 3
        taken_until_killed(connection, path, batch, 2)
        assert [each[2] for each in told(connection)[1:]] == [1, 2, 3]


def test_a_copy_that_was_recorded_as_a_sighting_is_held_from_then_on(
    connection: Connection, tmp_path: Path
) -> None:
    """Also where another text turned up meanwhile that stood between it and what it repeats."""
    history = [
        {"story": "a", "published": minute(1), "body": "A"},
        {"story": "a", "published": minute(3), "body": "A"},
        {"story": "a", "published": minute(2), "body": "B"},
    ]
    path = write(tmp_path / "lines.jsonl", history)
    taken(connection, path)
    assert taken(connection, path).held == 3


def test_a_text_that_was_seen_again_after_another_one_is_what_the_story_said(
    connection: Connection, tmp_path: Path
) -> None:
    """Also where the other one was found last: A, seen again at 3, with B at 2, says A at 3."""
    history = [
        {"story": "a", "published": minute(1), "body": "A"},
        {"story": "a", "published": minute(3), "body": "A"},
        {"story": "a", "published": minute(2), "body": "B"},
    ]
    taken(connection, write(tmp_path / "lines.jsonl", history))
    article = connection.archive.show("a", minute(4)).article
    assert article is not None
    assert article.paragraphs == ("A",)


def test_a_copy_that_is_there_twice_is_held_from_then_on(
    connection: Connection, tmp_path: Path
) -> None:
    """Also where another text of the same moment comes after both."""
    history = [{"story": "a", "published": minute(1), "body": body} for body in "AAB"]
    path = write(tmp_path / "lines.jsonl", history)
    taken(connection, path)
    assert taken(connection, path).held == 3


def test_a_sighting_of_an_unknown_story_opens_it(connection: Connection, tmp_path: Path) -> None:
    history = [
        {"story": "a", "captured": minute(1), "status": "missing"},
        {"story": "a", "captured": minute(2), "status": "gone"},
    ]
    taken(connection, write(tmp_path / "lines.jsonl", history))
    with pytest.raises(NothingInForceError) as error:
        connection.archive.show("a", minute(3))
    assert error.value.reason == "gone"


# Sightings that come before what they are of.


def unchanged() -> SearchStrategy[Line]:
    """A story that was seen unchanged, perhaps before or where there is no such text."""
    times = st.integers(0, 7).map(minute)
    return objects(
        {"story": st.sampled_from(STORIES), "captured": times, "status": st.just("unchanged")},
        {"published": times, "text_of": times},
    )


def taken_and_ended(connection: Connection, path: Path) -> tuple[Totals, list[int | str]]:
    """Imports a file as the program does it; gives the lines that were refused, too."""
    archive, refused = connection.archive, list[int | str]()
    with bulk(connection) as work:
        takes = Taking(work, Addresses(archive.found_at, archive.found))
        items = commands(str(path), Defaults("local"))
        takes.take_all(items, lambda place, _: refused.append(place))
        takes.end()
    return work.done, refused


@pytest.mark.parametrize("text_of", [None, minute(1)])
def test_a_sighting_may_stand_before_the_text_that_it_saw(
    address: str, tmp_path: Path, text_of: str | None
) -> None:
    """In a line before it, or in a file: once, and by no second import of the same."""
    seen = {"story": "a", "captured": minute(5), "status": "unchanged", "text_of": text_of}
    never = {"story": "b", "captured": minute(5), "status": "unchanged"}
    text = {"story": "a", "published": minute(1), "body": "A"}
    one = write(tmp_path / "one.jsonl", [seen, never])
    two = write(tmp_path / "two.jsonl", [{**seen, "captured": minute(6)}, text])
    done = imported(address, one, two)
    assert (done["revisions"], done["sightings"], done["held"]) == (1, 2, 0)
    assert (done["unreadable"], done["code"]) == (1, 5)
    assert history_in(address, "a") == [("a", "r1", "A")] + [("a", "unchanged", "r1")] * 2
    again = imported(address, one, two)
    assert (again["revisions"], again["sightings"], again["held"]) == (0, 0, 3)


def test_a_sighting_of_one_of_several_texts_of_an_instant_is_recorded_once(
    address: str, tmp_path: Path
) -> None:
    """Also where the text that it was not recorded of came after it."""
    texts = [{"story": "a", "published": minute(1), "body": body} for body in "ABA"]
    seen = {"story": "a", "captured": minute(5), "status": "unchanged", "text_of": minute(1)}
    path = write(tmp_path / "lines.jsonl", [*texts[:2], seen, texts[2]])
    done, again = imported(address, path), imported(address, path)
    assert (done["revisions"], done["sightings"]) == (3, 1)
    assert (again["revisions"], again["sightings"], again["held"]) == (0, 0, 4)


def test_of_very_many_sightings_without_a_text_most_are_refused_at_once(
    connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a bounded memory; each is named, once."""
    monkeypatch.setattr(taking, "WANTING_KEPT", 2)
    seen = [
        {"story": "a", "captured": minute(5 + number), "status": "unchanged"} for number in range(4)
    ]
    lines = [*seen, {"story": "a", "published": minute(1), "body": "A"}]
    done, refused = taken_and_ended(connection, write(tmp_path / "lines.jsonl", lines))
    assert (done.revisions, done.sightings, refused) == (1, 2, [3, 4])


@quick
@given(
    history=histories(),
    seen=st.lists(unchanged(), max_size=6),
    order=st.randoms(use_true_random=False),
)
def test_in_whatever_order_lines_come_a_second_import_changes_nothing(
    address: str, tmp_path: Path, history: list[Line], seen: list[Line], order: random.Random
) -> None:
    lines = history + seen
    order.shuffle(lines)
    path = write(tmp_path / "lines.jsonl", lines)
    with new_collection(address) as connection:
        _, refused = taken_and_ended(connection, path)
        before = told(connection)
        done, again = taken_and_ended(connection, path)
        assert (done.revisions, done.sightings, again) == (0, 0, refused)
        assert told(connection) == before


def test_a_line_may_stand_before_the_one_that_says_what_it_lacks(
    address: str, tmp_path: Path
) -> None:
    """The zone of its story, or which story is at its address; in this file or in another."""
    url = "https://news.example/ferry"
    lacking = [
        {"story": "a", "published": "2024-10-24 09:11", "body": "One."},
        {"url": url, "captured": "2024-10-25T08:00Z", "status": "unchanged"},
        {"url": f"{url}/quay", "captured": "2024-10-25 09:11", "status": "unchanged"},
        {"story": "never", "published": "2024-10-24 09:11", "body": "One."},
    ]
    saying = [
        {"story": "a", "zone": "Europe/Oslo", "published": "2024-10-24 10:11", "body": "Two."},
        {"story": "ferry", "url": url, "published": minute(1), "body": "One."},
        {"story": "quay", "url": f"{url}/quay", "zone": "Europe/Oslo", "published": minute(1),
         "body": "One."},
    ]  # fmt: skip
    paths = [write(tmp_path / "1.jsonl", lacking), write(tmp_path / "2.jsonl", saying)]
    done = imported(address, *paths)
    assert (done["revisions"], done["sightings"], done["unreadable"]) == (4, 2, 1)
    with connect(address) as connection:
        shown = connection.archive.show_revision("a", 2)
    assert iso(shown.published.at) == "2024-10-24T07:11:00Z"
    again = imported(address, *paths)
    assert (again["revisions"], again["sightings"], again["held"]) == (0, 0, 6)


def test_a_line_that_names_its_story_is_not_of_another_at_the_same_address(
    address: str, tmp_path: Path
) -> None:
    """Also where the name is the one that is made of the address, as an export has it."""
    url = "https://news.example/ferry"
    named = {"story": id_from_url(url), "url": url}
    other = write(tmp_path / "other.jsonl", [
        {"story": "ferry", "url": url, "published": minute(1), "body": "One."}
    ])  # fmt: skip
    lines = write(tmp_path / "lines.jsonl", [
        {**named, "captured": minute(5), "status": "unchanged"},
        {**named, "published": minute(1), "body": "One."},
    ])  # fmt: skip
    for path in (other, lines):
        assert imported(address, path)["code"] == 0
    assert ("ferry", "unchanged", "r1") not in history_in(address)
    assert (named["story"], "unchanged", "r1") in history_in(address)
    again = imported(address, lines)
    assert (again["revisions"], again["sightings"], again["held"]) == (0, 0, 2)


def test_of_very_many_lines_without_a_zone_most_are_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what they hold, too; each is named, once."""
    waiting = [
        {"story": "a", "published": f"2024-10-24 09:1{number}", "body": f"{number}"}
        for number in range(4)
    ]
    zone = {"story": "a", "zone": "Europe/Oslo", "published": minute(1), "body": "A"}
    path = write(tmp_path / "lines.jsonl", [*waiting, zone])
    monkeypatch.setattr(taking, "WANTING_BYTES", 3 * len(json.dumps(waiting[0])))
    done = imported(tmp_path / "a.db", path)
    assert (done["revisions"], done["unreadable"]) == (3, 2)
    assert [f"{path}:{number}:" in done["said"] for number in range(1, 6)] == [
        False, False, True, True, False,
    ]  # fmt: skip


def url_of(story: str) -> str:
    return f"https://news.example/{story}"


def without_zones(line: Line) -> Line:
    """The line with its times as a clock in Oslo showed them, in winter."""
    zone = timezone(timedelta(hours=1))
    civil = {
        key: datetime.fromisoformat(line[key]).astimezone(zone).replace(tzinfo=None).isoformat()
        for key in ("published", "captured", "text_of")
        if line.get(key) is not None
    }
    return {**line, **civil}


def by_address_alone(line: Line) -> Line:
    rest = {key: value for key, value in line.items() if key != "story"}
    return {**rest, "url": url_of(line["story"])}


@slowly
@given(
    history=histories(ties=False),
    seen=st.lists(unchanged(), max_size=6),
    order=st.randoms(use_true_random=False),
)
def test_the_zone_and_the_address_of_a_story_may_stand_in_a_line_after_those_that_need_them(
    address: str, tmp_path: Path, history: list[Line], seen: list[Line], order: random.Random
) -> None:
    """What they are for is not refused in one import and recorded in the next one."""
    lines = [
        *(order.choice((line, without_zones(line))) for line in history),
        *(
            order.choice((line, by_address_alone(line), by_address_alone(without_zones(line))))
            for line in seen
        ),
        *({"story": story, "zone": "Europe/Oslo", "url": url_of(story), "published": minute(20),
           "body": "The last."} for story in STORIES),
    ]  # fmt: skip
    order.shuffle(lines)
    path = write(tmp_path / "lines.jsonl", lines)
    name = f"c{next(NUMBERS)}"
    command = ("--archive", address, "--collection", name, "import", path, "--format", "json")
    first = ask(*command)
    with connect(address, name) as connection:
        before = told(connection)
    again = ask(*command)
    assert (again.objects[0]["revisions"], again.objects[0]["sightings"]) == (0, 0)
    assert again.objects[0]["unreadable"] == first.objects[0]["unreadable"]
    with connect(address, name) as connection:
        assert told(connection) == before


# Killed, and more than one at once: real processes.


def many(copies: int, seed: int, *, distinct: bool = False) -> list[Line]:
    """A long history in the shape of real ones: many stories, few late finds, longer texts."""
    chance = random.Random(seed)
    clocks = {f"story-{number}": 0 for number in range(12)}
    lines: list[Line] = []
    for number in range(copies):
        story = chance.choice(list(clocks))
        clocks[story] += chance.choice((0, 1, 1, 5, 60))
        late = chance.randrange(40) == 0
        text = f"copy {number}" if distinct else chance.choice(TEXTS)
        lines.append(
            {
                "story": story,
                "url": f"https://news.example/{story}",
                "outlet": "Harbour Post",
                "published": minute(max(0, clocks[story] - (chance.randrange(90) if late else 0))),
                "headline": f"What became of {story}",
                "body": "\n\n".join([text, *(f"{text} {part * 7919}" for part in range(12))]),
            }
        )
    return lines


def settled(lines: list[Line]) -> list[Line]:
    """A history without the copies that a late find has put elsewhere."""
    while lost := Reader(lines).unsettled:
        lines = [line for line in lines if not any(line is other for other in lost)]
    return lines


def everything(address: str) -> list[dict[str, Any]]:
    """What `stories` and `history` say of an archive, without the times at which it was made."""
    found = ask("--archive", address, "stories", "--format", "json").objects
    found += [
        ask("--archive", address, "history", story["story"], "--format", "json").json
        for story in found
    ]
    assert len(found) > 1
    for each in found:
        for part in (each, *each.get("items", ())):
            part.pop("recorded_at", None)
    return found


def head(address: str) -> int:
    with connect(address) as connection:
        return connection.log.head().position


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_an_import_that_was_stopped_is_continued_by_running_it_again(
    address: str, tmp_path: Path, sent: signal.Signals
) -> None:
    """Stopped at several moments, always in the midst of its work; every revision once."""
    history = settled(many(6000, seed=1))
    path = write(tmp_path / "lines.jsonl", history)
    whole = str(tmp_path / "whole.db")
    for each in (whole, address):
        assert ask("--archive", each, "init", "--key", tmp_path / f"{each is whole}").code == 0
    assert ask("--archive", whole, "import", "jsonl", path).code == 0

    chance = random.Random(2)
    begun, copies = head(address), head(whole)
    stopped = 0
    for share in (0.0, 0.3, 0.6):
        process = start("--archive", address, "import", "jsonl", path)
        while process.poll() is None and head(address) <= begun + share * copies:
            time.sleep(0.002)
        time.sleep(chance.random() / 20)
        process.send_signal(sent)
        ran = ended(process)
        stopped += (ran.code, ran.err) == (
            (130, "interrupted\n") if sent is signal.SIGINT else (-sent, "")
        )
    assert stopped > 1
    assert begun < head(address) < copies
    assert run("--archive", address, "import", "jsonl", path).code == 0
    assert everything(address) == everything(whole)


def test_an_import_whose_server_crashes_says_so_and_is_continued_later(
    postgres_server: PostgresServer, postgres_url: str, tmp_path: Path
) -> None:
    history = settled(many(2000, seed=4))
    path = write(tmp_path / "lines.jsonl", history)
    with connect(postgres_url, create=True):
        pass
    process = start("--archive", postgres_url, "import", "-", stdin=subprocess.PIPE)
    assert process.stdin is not None
    lines = path.read_bytes().splitlines(keepends=True)
    process.stdin.write(b"".join(lines[:1000]))
    process.stdin.flush()
    while head(postgres_url) < 400:
        assert process.poll() is None
        time.sleep(0.005)
    postgres_server.kill()
    ran = ended(process, b"".join(lines[1000:]))
    down = run("--archive", postgres_url, "stories")
    postgres_server.restart()
    for each in (ran, down):
        assert each.code == 6
        assert "Traceback" not in each.err
        assert len(each.err.splitlines()) == 1
    done = ask("--archive", postgres_url, "import", path, "--format", "json").json
    assert done["held"] >= 400
    reader = Reader(history)
    assert head(postgres_url) == reader.position


def test_two_imports_of_overlapping_files_at_once_keep_every_revision_once(
    address: str, tmp_path: Path
) -> None:
    history = many(1500, seed=3, distinct=True)
    one = write(tmp_path / "one.jsonl", history[:1000])
    two = write(tmp_path / "two.jsonl", history[500:])
    assert ask("--archive", address, "init", "--key", tmp_path / "key").code == 0
    begun = head(address)
    processes = [start("--archive", address, "import", path) for path in (one, two)]
    ran = [ended(process) for process in processes]
    assert [each.code for each in ran] == [0, 0], [each.err for each in ran]
    stories = {line["story"] for line in history}
    assert head(address) == begun + len(stories) + len(history)
    with connect(address) as connection:
        found = [
            (each[1], each[3].paragraphs[0], each[4][0].at)
            for each in told(connection)
            if len(each) == 5 and isinstance(each[2], int)
        ]
    assert sorted(found) == sorted(
        (line["story"], line["body"].split("\n\n")[0], instant(line["published"]))
        for line in history
    )


# Out of one archive and into another.

ZONE = "America/New_York"
STATED = (
    "2024-03",
    "2024-03-01 America/New_York",
    "2024-03-01 9 a.m. ET",
    "2024-03-01T09:05-05:00",
    "2024-03-01T14:05:30Z",
    "2024-03-01T14:05:30.25Z",
    "2024-03-01 14:05:30 Europe/Berlin",
    "2024-11-03 01:30 ET",
    "2024-11-03 1 a.m. ET",
    "2024-03-10 America/Havana",
    "2024-03-01 14:05 IST",
    "March 2, 2024, 5 p.m.",
)


def wholes(earliest: SearchStrategy[int | None]) -> SearchStrategy[dict[str, Any]]:
    """Published times with all their parts, as only an export writes them."""

    def built(at: int, before: int | None, after: int, precision: str, basis: str) -> Line:
        return {
            "at": minute(at),
            "earliest": None if before is None else minute(at - before),
            "latest": minute(at + after),
            "precision": precision,
            "basis": basis,
            "zone": None,
            "resolved": ["zone:story"],
        }

    return st.builds(
        built,
        st.integers(0, 99),
        earliest,
        st.integers(0, 99),
        st.sampled_from(("second", "minute", "hour", "day", "month")),
        st.sampled_from(("notice", "metadata", "http", "feed", "stated")),
    )


words = st.sampled_from(TEXTS) | st.text(
    st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12
).filter(str.strip)
optional = st.none() | words
stated = st.sampled_from(STATED) | wholes(st.none() | st.integers(0, 99))
notices = st.lists(
    objects(
        {"printed": words, "kind": st.sampled_from(("update", "correction", "retraction"))},
        optional={"after": st.integers(0, 3), "time": wholes(st.just(0)), "rule": st.just("label")},
    ),
    max_size=2,
)
full_lines = objects(
    {
        "story": st.sampled_from(STORIES),
        "zone": st.just(ZONE),
        "outlet": st.just("Harbour Post"),
        "url": st.just("https://news.example/1"),
        "body": st.lists(words, min_size=1, max_size=3).map("\n\n".join),
    },
    optional={
        "published": stated,
        "headline": words,
        "byline": words,
        "dateline": words,
        "comments": st.sampled_from(("open", "closed")),
        "media": st.lists(
            objects({"caption": words}, optional={"credit": words, "after": st.just(1)}),
            max_size=2,
        ),
        "notices": notices,
        "implied": st.lists(
            objects({"earliest": st.none() | st.just(minute(-60)), "latest": st.just(minute(-59))}),
            max_size=2,
        ),
        "captured": st.integers(0, 400).map(minute),
        "section": words,
    },
).map(lambda line: line if "published" in line else {"captured": minute(7), **line})
sightings = objects(
    {
        "story": st.sampled_from(STORIES),
        "captured": st.integers(0, 400).map(minute),
        "status": st.sampled_from(("unchanged", "gone", "missing", "unreachable")),
    }
)


def without_places(found: Any) -> Any:
    """JSON without positions and times of recording, which are another archive's own."""
    own = ("position", "dated_at_position", "recorded_at", "known", "at_position")

    def kept(each: Line) -> Line:
        return {key: value for key, value in each.items() if key not in own}

    return json.loads(json.dumps(found), object_hook=kept)


def shown(address: str, collection: str) -> list[Any]:
    """Everything that `stories`, `history` and `show` say of a collection."""
    where = ("--archive", address, "--collection", collection)
    stories = ask(*where, "stories", "--format", "json").objects
    found: list[Any] = [*stories]
    for story in stories:
        history = ask(*where, "history", story["story"], "--format", "json").json
        found.append(history)
        for item in history["items"]:
            if item["kind"] == "revision":
                name = f"{story['story']}@{item['revision']}"
                found.append(ask(*where, "show", name, "--format", "json").json)
    return [without_places(each) for each in found]


@OTHER_DATABASES
@slowly
@given(data=st.data())
def test_what_is_exported_and_imported_elsewhere_is_the_same_history(
    request: pytest.FixtureRequest, tmp_path: Path, source: str, target: str, data: st.DataObject
) -> None:
    """Every precision, notices, texts that are only implied, sightings of every outcome."""
    rich = st.lists(full_lines | full_lines | sightings, min_size=1, max_size=12)
    plain = st.lists(copies() | copies() | sightings, min_size=6, max_size=24)
    history = data.draw(rich | plain)
    url = request.getfixturevalue("postgres_url")
    addresses = {"postgres": url, "sqlite": str(tmp_path / "archive.db")}
    one, two = f"c{next(NUMBERS)}", f"c{next(NUMBERS)}"
    given_lines = write(tmp_path / "given.jsonl", history)
    exported = tmp_path / "exported.jsonl"
    first = ask("--archive", addresses[source], "--collection", one, "import", given_lines)
    assert first.code in (0, 5), first
    out = ask(
        "--archive", addresses[source], "--collection", one, "export", "--all", "-o", exported
    )
    assert out.code == 0, out
    back = ask("--archive", addresses[target], "--collection", two, "import", exported)
    assert back.code == 0, back
    assert shown(addresses[target], two) == shown(addresses[source], one)


def test_a_text_that_returns_within_the_instant_at_which_it_was_seen_is_imported(
    tmp_path: Path,
) -> None:
    """What was seen is not the copy of the same text that comes after another of that instant."""
    first, second = "The ferry sails at noon.", "The ferry sails."
    said = (("08:00", first), ("08:01", first), ("08:01", second), ("08:01", first))
    history = [
        {"story": "strike", "published": f"2024-03-01T{time}:00+00:00", "body": body}
        for time, body in said
    ]
    one, two, exported = (str(tmp_path / name) for name in ("one.db", "two.db", "out.jsonl"))
    ask("--archive", one, "import", write(tmp_path / "given.jsonl", history))
    ask("--archive", one, "export", "--all", "-o", exported)
    for _ in range(2):
        assert ask("--archive", two, "import", exported).code == 0
        assert shown(two, "main") == shown(one, "main")


@pytest.mark.parametrize("seen", ["11:00", "15:00"])
def test_a_text_of_a_day_that_was_seen_is_held_when_another_is_of_that_day(
    connection: Connection, tmp_path: Path, seen: str
) -> None:
    """Imported again, the line is not said of the text that came after it in the file."""
    day = {"story": "strike", "zone": "UTC", "published": "2024-03-01"}
    unchanged = {"captured": f"2024-03-01T{seen}Z", "status": "unchanged", "text_of": "2024-03-01"}
    history = [
        {**day, "captured": "2024-03-01T10:00Z", "body": "The strike goes on."},
        {"story": "strike", "zone": "UTC", **unchanged},
        {**day, "captured": "2024-03-01T14:00Z", "body": "The strike is over."},
    ]
    path = write(tmp_path / "lines.jsonl", history)
    taken(connection, path)
    head = connection.log.head().position
    assert taken(connection, path).held == 3
    assert connection.log.head().position == head


# Thousands of questions.


def ask_at_random(
    connection: Connection, reader: Reader, questions: int, seed: int, *, texts: bool = True
) -> None:
    """Asks what stories said at random moments, as known at random positions and times."""
    chance = random.Random(seed)
    archive = connection.archive
    moments = {
        name: sorted({r.at for r in story.revisions}) for name, story in reader.stories.items()
    }
    recorded = [each.recorded_at for each in connection.log.after(0, 10**6, 10**9)]
    opening = len(recorded) - reader.position
    for _ in range(questions):
        name = chance.choice(list(moments))
        at = chance.choice(moments[name]) + chance.choice((-MINUTE, -1, 0, 0, 1, MINUTE))
        known = chance.randrange(1, len(recorded) + 1)
        asked: str | None = f"#{known}"
        if chance.random() < 0.2:
            asked, known = iso(recorded[known - 1]), last_of(recorded, recorded[known - 1])
        elif chance.random() < 0.2:
            asked, known = None, len(recorded)
        expected = reader.as_of(name, at, known - opening)
        result = archive.known(asked)
        assert result.position == known
        entry = archive.story(name)
        if entry.position > known:
            assert expected in (None, "before")
        elif isinstance(expected, Read) and texts and chance.random() < 0.3:
            shown = archive.show(name, at, asked)
            assert shown.dating.revision == expected.number
            assert shown.article is not None
            assert "\n\n".join(shown.article.paragraphs) == expected.text
        else:
            answer = named(archive.as_of(entry, at, known))
            assert answer == (f"r{expected.number}" if isinstance(expected, Read) else expected)


def last_of(recorded: list[int], time: int) -> int:
    """The last position recorded at a time."""
    return max(position for position, each in enumerate(recorded, 1) if each <= time)


def test_thousands_of_questions_are_answered_as_the_lines_answer_them(
    address: str, tmp_path: Path
) -> None:
    """Over published and known time; before and after the catalogue is made anew."""
    history = many(400, seed=5)
    reader = Reader(history)
    with connect(address, create=True) as connection:
        taken(connection, write(tmp_path / "lines.jsonl", history), batch=64)
        ask_at_random(connection, reader, 1500, seed=6)
        rebuilt = ask("--archive", address, "projections", "rebuild", "catalogue")
        assert rebuilt.code == 0, rebuilt.err
        ask_at_random(connection, reader, 1500, seed=7)


def body_of(line: Line) -> str:
    """A line's text as an archive keeps it: paragraphs, one blank line between them."""
    lines = line["body"].replace("\r\n", "\n").split("\n")
    blocks = [
        "\n".join(group)
        for blank, group in itertools.groupby(lines, key=lambda text: not text.strip())
        if not blank
    ]
    return "\n\n".join(blocks)


TERMS = os.environ.get("VARIORUM_TERMS")


@pytest.mark.slow
@pytest.mark.skipif(not TERMS, reason="VARIORUM_TERMS names no terms.jsonl.zst")
def test_the_real_histories_are_imported_whole_and_answer_every_question(
    address: str, tmp_path: Path
) -> None:
    """2,192 revisions of 15 documents, the import killed once."""
    from backports import zstd

    assert TERMS is not None
    path = Path(TERMS)
    lines = [json.loads(line) for line in zstd.decompress(path.read_bytes()).splitlines()]
    reader = Reader({**line, "body": body_of(line)} for line in lines)
    revisions = sum(len(story.revisions) for story in reader.stories.values())
    assert (len(reader.stories), revisions) == (15, 2192)

    with connect(address, create=True):
        pass
    process = start("--archive", address, "import", "jsonl", path)
    while process.poll() is None and head(address) < 700:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert ended(process).code == -signal.SIGKILL
    done = run("--archive", address, "import", "jsonl", path, "--format", "json")
    assert done.json["revisions"] + done.json["held"] == 2192
    assert done.json["stories"] == 15
    again = run("--archive", address, "import", "jsonl", path, "--format", "json")
    assert (again.json["revisions"], again.json["held"]) == (0, 2192)
    with connect(address) as connection:
        assert connection.log.head().position == reader.position
        ask_at_random(connection, reader, 2000, seed=8)
        assert ask("--archive", address, "projections", "rebuild", "catalogue").code == 0
        ask_at_random(connection, reader, 2000, seed=9)


NOW = ("--captured", "2024-03-01T08:00Z")
LINE = '{"story": "a", "captured": "2024-03-01T08:00Z", "body": "No ferry sails."}\n'


def test_the_archives_own_files_are_no_input(tmp_path: Path) -> None:
    """By whatever name; what lies beside them is."""
    archive, other = tmp_path / "archive.db", tmp_path / "other.db"
    (tmp_path / "lines.jsonl").write_text(LINE)
    with connect(str(archive), create=True):
        other.hardlink_to(archive)
        (tmp_path / "link.db").symlink_to(archive)
        ran = ask("--archive", archive, "import", tmp_path)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.startswith("1 revision ")
        log = f"{archive}-wal"
        for command in (("import",), ("record", "--story", "ferry")):
            for path in (archive, other, log):
                ran = ask("--archive", archive, *command, path)
                assert ran.code == 5
                assert f"{path}: the archive itself" in ran.err


@pytest.mark.parametrize("command", ["import", "record"])
def test_nothing_is_lost_where_the_archives_own_folder_is_read(
    tmp_path: Path, command: str
) -> None:
    """Closing a file of SQLite's ends this process's locks on it; others then remove the log that
    it writes to, and begin another one.
    """
    archive, bad = tmp_path / "archive.db", tmp_path / "bad.jsonl"
    bad.write_text("{}\n{}\n" if command == "import" else "")
    with connect(str(archive), create=True):
        pass
    what = (tmp_path,) if command == "import" else (archive, bad, "--story", "a", *NOW)
    process = start("--archive", archive, command, *what, "-", stdin=subprocess.PIPE)
    assert process.stderr is not None
    assert process.stderr.readline()  # what is bad comes after the archive
    (tmp_path / "text").write_text("The ferry sails.")
    assert run("--archive", archive, "record", tmp_path / "text", "--story", "b", *NOW).code == 0
    assert Path(f"{archive}-wal").exists()
    told = ended(process, LINE.encode() if command == "import" else b"No ferry sails.")
    assert "recorded" in told.out
    stats = ask("--archive", archive, "stats", "--format", "json").json
    assert (stats["stories"], stats["revisions"]) == (2, 2)


def test_a_copy_by_its_capture_alone_is_known_again(address: str, tmp_path: Path) -> None:
    """Also where another text has come out since, dated before the capture: it was seen then."""
    copies = [
        {"published": "2024-10-24T08:00Z", "captured": "2024-10-24T08:01Z", "body": "One."},
        {"captured": "2024-10-24T08:01Z", "body": "One."},
        {"published": "2024-10-24T08:00Z", "body": "Another."},
    ]
    path = tmp_path / "copies.jsonl"
    path.write_text("".join(json.dumps({"story": "quay", **copy}) + "\n" for copy in copies))
    told = [ask("--archive", address, "import", path, "--format", "json").json for _ in range(2)]
    assert [each["revisions"] for each in told] == [2, 0]
    assert [each["sightings"] for each in told] == [1, 0]


def test_a_copy_that_states_a_later_time_is_seen_then_and_known_again(
    address: str, tmp_path: Path
) -> None:
    """Also where its capture is that of the revision it shows, and another text came to light."""
    lines = [
        {"published": "2024-03-01T08:00Z", "captured": "2024-03-01T08:03Z", "body": "At noon."},
        {"published": "2024-03-01T08:01Z", "captured": "2024-03-01T08:03Z", "body": "At noon."},
        {"published": "2024-03-01T08:00Z", "body": "It sails."},
    ]
    path = tmp_path / "lines.jsonl"
    path.write_text("".join(json.dumps({"story": "ferry", **line}) + "\n" for line in lines))
    first = ask("--archive", address, "import", path, "--format", "json").json
    assert (first["revisions"], first["sightings"]) == (2, 1)
    again = ask("--archive", address, "import", path, "--format", "json").json
    assert (again["revisions"], again["sightings"], again["held"]) == (0, 0, 3)


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_times_are_read_in_the_zone_that_an_earlier_line_gave_its_story(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    """Whether or not the story is in the archive yet."""
    lines = [
        {"story": "a", "zone": "America/New_York", "published": "2024-10-24 09:11", "body": "One."},
        {"story": "b", "published": "2024-10-24T09:00Z", "body": "Another."},
        {"story": "a", "published": "2024-10-24 10:11", "body": "Two."},
    ]
    path = tmp_path / "lines.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    defaults = Bulk.__init__.__kwdefaults__
    assert defaults is not None
    monkeypatch.setitem(defaults, "batch", batch)
    done = ask("--archive", tmp_path / "a.db", "import", path)
    assert done.code == 0, done
    with connect(str(tmp_path / "a.db")) as connection:
        shown = connection.archive.show_revision("a", 2)
    assert iso(shown.published.at) == "2024-10-24T14:11:00Z"


@pytest.mark.parametrize("between", [0, 150])
def test_a_line_that_opens_no_story_gives_it_no_zone_and_takes_none(
    tmp_path: Path, between: int
) -> None:
    """However many lines lie between: a story is opened by the first line that can."""
    seen = {"captured": "2024-10-25 12:00", "status": "unchanged", "zone": "Europe/Oslo"}
    text = {"published": "2024-10-24 09:11", "body": "One."}
    lines = [
        {"story": "a", **seen},
        {"story": "b", **seen},
        *({"story": f"c{n}", "published": minute(n), "body": "C."} for n in range(between)),
        {"story": "a", **text},
        {"story": "b", **text, "zone": "America/New_York"},
        {"story": "b", **text, "published": "2024-10-24 10:11", "body": "Two."},
    ]
    path = write(tmp_path / "lines.jsonl", lines)
    ran = ask("--archive", tmp_path / "a.db", "import", path)
    assert (ran.code, f"{path}:{between + 3}: a time without a zone" in ran.err) == (5, True)
    assert "2 could not be read" in ran.err
    with connect(str(tmp_path / "a.db")) as connection:
        shown = connection.archive.show_revision("b", 2)
    assert iso(shown.published.at) == "2024-10-24T14:11:00Z"


@pytest.mark.parametrize("first", [{"status": "gone"}, {"body": "Found by hand."}])
def test_an_address_that_is_said_of_a_story_later_is_not_its_own(
    address: str, tmp_path: Path, first: dict[str, str]
) -> None:
    """Whether the story is in the archive yet or not: so a second time changes nothing."""
    url = "https://news.example/ferry"
    lines = [
        {"story": "ferry", "published": "2024-10-24T08:00Z", **first},
        {"story": "ferry", "published": "2024-10-24T09:00Z", "url": url, "body": "One."},
        {"url": url, "published": "2024-10-24T10:00Z", "body": "Two."},
        {"story": "quay", "captured": "2024-10-24T10:00Z", "status": "unchanged"},  # opens none
        {"story": "quay", "published": "2024-10-24T10:00Z", "url": f"{url}/quay", "body": "One."},
        {"url": f"{url}/quay", "published": "2024-10-24T11:00Z", "body": "Two."},
    ]
    path = tmp_path / "lines.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    done = imported(address, path)
    assert (done["code"], done["stories"], done["unreadable"]) == (0, 3, 0)
    again = imported(address, path)
    assert (again["revisions"], again["sightings"]) == (0, 0)
