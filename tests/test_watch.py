"""Watching records what changes on the web, politely, whatever the web does."""

from __future__ import annotations

import json
import socket
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom import (
    Newsroom,
    Request,
    bomb,
    drip,
    endless,
    exactly,
    open_newsroom,
    raw,
    redirect,
    silence,
    story,
    whole,
)
from program import ask
from variorum.adapters.connect import Connection, connect
from variorum.adapters.database.port import Row
from variorum.adapters.verification.archive import verify
from variorum.adapters.watch import targets
from variorum.adapters.watch.connecting import RefusedError, is_public
from variorum.adapters.watch.fetching import Limits, UnreachedError, fetch, retry_after
from variorum.adapters.watch.targets import Targets
from variorum.adapters.watch.watcher import Look, Watcher
from variorum.cli import watch
from variorum.domain.amending import Merge
from variorum.domain.asof import LAST_POSITION
from variorum.domain.commands import RecordCopy
from variorum.domain.content import Article, Note
from variorum.domain.errors import UsageError
from variorum.domain.identity import address_of
from variorum.domain.times import DAY, HOUR, MINUTE, SECOND, Basis, iso, to_datetime
from variorum.domain.watching import (
    Target,
    TargetKind,
    answered,
    every_of,
    failed,
    pace,
    put_off,
    repaced,
)

START = 1_729_775_460_000_000  # 2024-10-24T13:11:00Z
AGENT = "variorum/0 (+test@example.org)"
QUICK = Limits(bytes=1 << 20, seconds=0.6, redirects=4)
PATIENT = replace(QUICK, seconds=30.0)
"""Where nothing is slow but, at times, the machine."""


@dataclass
class Clock:
    """A clock that goes when somebody waits."""

    at: int = START

    def __call__(self) -> int:
        return self.at

    def wait(self, seconds: float) -> None:
        self.at += max(int(seconds * SECOND), 1)


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with open_newsroom() as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def archive(address: str, clock: Clock) -> Iterator[Connection]:
    with connect(address, create=True, now=clock) as opened:
        yield opened


def watcher(connection: Connection, clock: Clock, limits: Limits = PATIENT) -> Watcher:
    return Watcher(connection, AGENT, limits=limits, private=True, now=clock, pause=clock.wait)


def look(connection: Connection, clock: Clock, *urls: str, limits: Limits = PATIENT) -> list[Look]:
    """Looks once at what is due, and at these."""
    eyes = watcher(connection, clock, limits)
    for url in urls:
        eyes.targets.add(url, 10 * MINUTE, clock())
    return list(eyes.run(once=True))


def seen(connection: Connection, url: str) -> list[str]:
    """What was recorded of a page: texts and outcomes, in order."""
    archive = connection.archive
    entry = archive.found_at(address_of(url))
    if entry is None:
        return []
    state = archive.state(entry.id)
    found = [(each.position, each.name) for each in state.revisions]
    found += [(each.position, each.outcome.value) for each in state.sightings]
    return [name for _, name in sorted(found)]


def test_what_changes_is_a_revision_and_what_does_not_a_sighting(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    url = room.url("/2024/ferry-1")
    room.page("/2024/ferry-1", "One.", ETag='"1"')
    assert [each.said for each in look(archive, clock, url)] == ["r1 recorded"]
    clock.at += HOUR
    assert [each.said for each in look(archive, clock)] == ["unchanged"]
    assert room.asked("/2024/ferry-1")[-1].headers["if-none-match"] == '"1"'
    room.page("/2024/ferry-1", "Two.", ETag='"2"')
    clock.at += HOUR
    assert [each.said for each in look(archive, clock)] == ["r2 recorded"]
    room.page("/2024/ferry-1", "Two.")
    clock.at += HOUR
    look(archive, clock)
    room.says("/2024/ferry-1", "no", "404 Not Found")
    clock.at += HOUR
    look(archive, clock)
    room.says("/2024/ferry-1", "no", "410 Gone")
    clock.at += HOUR
    look(archive, clock)
    room.says("/2024/ferry-1", "no", "500 Oh")
    clock.at += HOUR
    look(archive, clock)
    assert seen(archive, url) == [
        "r1", "unchanged", "r2", "unchanged", "missing", "gone", "unreachable"
    ]  # fmt: skip
    shown = archive.archive.show(archive.archive.listed_at(2**62).__next__().id, START + 2 * HOUR)
    assert shown.revision == 2
    assert not verify(archive, deep=True).checked.findings


@pytest.mark.parametrize(
    ("body", "kind"), [("<html><body></body></html>", "text/html"), ("{}", "application/json")]
)
def test_what_is_no_story_never_stands_unchanged(
    archive: Connection, room: Newsroom, clock: Clock, body: str, kind: str
) -> None:
    """Whatever validators it came with: that it did not change says nothing of the story."""
    url = room.url("/2024/ferry-1")
    room.page("/2024/ferry-1", "One.", ETag='"1"')
    look(archive, clock, url)
    room.says("/2024/ferry-1", body, Content_Type=kind, ETag='"blocked"')
    for _ in range(2):
        clock.at += HOUR
        look(archive, clock)
    assert seen(archive, url) == ["r1"]
    assert "if-none-match" not in room.asked("/2024/ferry-1")[-1].headers


def test_not_modified_is_no_answer_to_a_question_without_validators(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    room.page("/ferry-1", "One.")
    look(archive, clock, room.url("/ferry-1"))
    room.says("/ferry-1", "", "304 Not Modified")
    clock.at += HOUR
    assert [each.said for each in look(archive, clock)] == ["answers 304"]


def test_only_the_revision_that_validators_are_of_stands_unchanged(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    """Where a page's story has another one meanwhile, its whole text is asked for soon."""
    url = room.url("/2024/ferry-1")
    room.page("/2024/ferry-1", "One.", ETag='"1"')
    (first,) = look(archive, clock, url)
    clock.at += HOUR
    other = Article("Ferry stops", paragraphs=("Two.",))
    archive.archive.record(RecordCopy(str(first.story), "tester", other, captured=clock()))
    clock.at += HOUR
    (unread,) = look(archive, clock)
    assert (unread.verdict, unread.target.due - unread.at) == (None, 10 * MINUTE)
    assert seen(archive, url) == ["r1", "r2"]
    clock.at += 11 * MINUTE
    look(archive, clock)
    assert seen(archive, url) == ["r1", "r2", "r3"]


@pytest.mark.parametrize("tags", [{}, {"ETag": '"x"'}])
def test_two_pages_that_say_to_be_one_and_have_two_texts_do_not_take_turns(
    archive: Connection, room: Newsroom, clock: Clock, tags: dict[str, str]
) -> None:
    """What a page has shown already is nothing new, whatever the other one shows; it is said."""
    paths = ("/2024/ferry-1", "/2024/ferry-1-live")
    head = f'<link rel="canonical" href="{room.url(paths[0])}">'
    first, live = map(room.url, paths)

    def shows(path: str, text: str) -> None:
        room.says(path, story(text, head), Content_Type="text/html", **tags)

    def looks() -> list[str]:
        clock.at += DAY
        found = {each.target.url: each.said for each in look(archive, clock, first, live)}
        return [found[first], found[live]]

    for path, text in zip(paths, ("One.", "Two."), strict=True):
        shows(path, text)
    assert looks() == ["r1 recorded", "r2 recorded"]
    for _ in range(3):
        assert looks() == [f"unchanged, but {live} has another text", "unchanged"]
    if not tags:
        shows(paths[0], "Three.")
        assert looks() == ["r3 recorded", f"unchanged, but {first} has another text"]
        shows(paths[1], "Three.")
        assert looks() == ["unchanged", "unchanged"]
    del room.answers[paths[1]]
    shows(paths[0], "One.")
    for _ in range(3):  # it is asked whether it changed, and then for all of it
        looks()
    assert looks() == ["unchanged", "missing (404)"], "a text returns where nothing else stands"


def test_a_page_whose_text_is_not_in_force_is_read_whole_each_time(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    """As where its own notice says that it came out before another text did."""
    url = room.url("/2024/ferry-1")
    head = '<meta property="article:published_time" content="2024-10-24T13:00:00Z">'
    for tag, text in (("2", "Two."), ("1", "One.</p><p>Updated 10/24/24, 8:00 a.m. ET")):
        room.says("/2024/ferry-1", story(text, head), Content_Type="text/html", ETag=f'"{tag}"')
        look(archive, clock, url)
        clock.at += HOUR
    (last,) = look(archive, clock)
    assert "if-none-match" not in room.asked("/2024/ferry-1")[-1].headers
    assert last.revision == 2


def test_a_text_that_claims_the_time_of_another_counts_from_when_it_was_seen(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    """A page is changed, and the time of its publication is not."""
    url = room.url("/2024/ferry-1")
    head = '<meta property="article:published_time" content="2024-10-24T08:00:00Z">'
    for text in ("One.", "Two."):
        room.says("/2024/ferry-1", story(text, head), Content_Type="text/html", ETag=f'"{text}"')
        look(archive, clock, url)
        clock.at += HOUR
    (last,) = look(archive, clock)
    assert (last.said, last.revision) == ("unchanged", 2)
    first, second = archive.archive.state(str(last.story)).revisions
    assert iso(first.event.published.at) == "2024-10-24T08:00:00Z"
    assert second.event.published.at == second.event.captured


def test_a_revision_stands_unchanged_by_whatever_number(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    """Also where stories became one since, and it is called by another number."""
    own: list[str] = []
    for name in ("ferry-1", "bridge-1"):
        room.page(f"/2024/{name}", f"{name} opens.", ETag=f'"{name}"')
        (first,) = look(archive, clock, room.url(f"/2024/{name}"))
        own.append(str(first.story))
        clock.at += SECOND
    archive.archive.merge(Merge(own[0], own[1], "tester", Note("said", "one page")))
    clock.at += HOUR
    looks = {each.target.url: each for each in look(archive, clock)}
    ferry, bridge = (looks[room.url(f"/2024/{name}")] for name in ("ferry-1", "bridge-1"))
    assert (bridge.said, bridge.revision) == ("unchanged", 2)
    assert ferry.verdict is None


@pytest.mark.parametrize("first", ["before", "meanwhile"])
def test_a_page_goes_on_as_its_own_story_when_it_is_parted_from_another(
    archive: Connection, room: Newsroom, clock: Clock, first: str
) -> None:
    """Also one of which the watcher hears first while its story is one with another."""
    note = Note("said", "one page")
    paths = {name: f"/2024/{name}" for name in ("ferry", "bridge")}
    urls = {name: room.url(path) for name, path in paths.items()}
    for name, path in paths.items():
        room.page(path, f"{name} opens.")
        look(archive, clock, urls[name])
    own = {name: archive.archive.found_at(address_of(url)) for name, url in urls.items()}
    ferry, bridge = own["ferry"], own["bridge"]
    assert ferry is not None
    assert bridge is not None
    eyes = watcher(archive, clock)
    if first == "meanwhile":
        eyes.targets.forget(urls["ferry"])
    archive.archive.merge(Merge(bridge.id, ferry.id, "tester", note))
    if first == "meanwhile":
        eyes.targets.add(urls["ferry"], 10 * MINUTE, clock())
    for text, revision in (("ferry sails.", "r3"), ("ferry sinks.", "r2")):
        room.page(paths["ferry"], text)
        clock.at += DAY
        said = {each.target.url: each.said for each in eyes.run(once=True)}
        assert said[urls["ferry"]] == f"{revision} recorded"
        archive.archive.unmerge(Merge(bridge.id, ferry.id, "tester", note))
    assert "ferry sinks." in str(archive.archive.show(ferry.id).article)
    assert "bridge opens." in str(archive.archive.show(bridge.id).article)


@pytest.mark.parametrize(
    "later", [["12:00:00"], ["13:11:00"], ["13:30:00", "12:00:00"]], ids=["older", "same", "back"]
)
def test_no_text_is_older_than_a_look_that_found_another(
    archive: Connection, room: Newsroom, clock: Clock, later: list[str]
) -> None:
    """Whatever its server says of when it was changed: then its capture counts."""
    url = room.url("/2024/ferry-1")
    times = ["12:30:00", *later]
    looks: list[Look] = []
    for number, time in enumerate(times):
        said = f"Thu, 24 Oct 2024 {time} GMT"
        room.page("/2024/ferry-1", f"Text {number % 2}.", Last_Modified=said)
        looks += look(archive, clock, url)
        clock.at += HOUR
    assert [each.said for each in looks] == [f"r{n + 1} recorded" for n in range(len(times))]
    shown = archive.archive.show(str(looks[0].story), clock())
    assert (shown.revision, shown.published.basis) == (len(times), Basis.CAPTURE)
    first = archive.archive.show_revision(str(looks[0].story), 1).published
    assert (first.basis, first.at) == (Basis.HTTP, START - 41 * MINUTE)


@pytest.mark.parametrize("said", ["Mon, 01 Jan 0001 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_a_page_is_not_older_than_the_header_that_says_so(
    archive: Connection, room: Newsroom, clock: Clock, said: str
) -> None:
    room.page("/ferry-1", "One.", Last_Modified=said)
    (first,) = look(archive, clock, room.url("/ferry-1"))
    assert archive.archive.show(str(first.story), clock()).published.basis is Basis.CAPTURE


def test_a_page_that_was_not_there_can_be_older_than_that(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    url = room.url("/ferry-1")
    look(archive, clock, url)
    room.page("/ferry-1", "One.", Last_Modified="Thu, 24 Oct 2024 12:00:00 GMT")
    clock.at += HOUR
    (last,) = look(archive, clock)
    assert archive.archive.show(str(last.story), clock()).published.basis is Basis.HTTP


def test_nothing_is_looked_at_before_it_is_due(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    """Nor by another watcher, which goes on where the first one ended."""
    url = room.url("/ferry-1")
    room.page("/ferry-1", "One.")
    look(archive, clock, url)
    assert look(archive, clock, url) == []
    clock.at += 11 * MINUTE
    assert len(look(archive, clock)) == 1
    clock.at += 2 * DAY
    look(archive, clock)
    clock.at += 11 * MINUTE
    assert look(archive, clock) == [], "it has not changed for two days"


def test_it_goes_on_looking_as_time_passes(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    """At the pace that was asked for, one look after the other, with nobody asking again."""
    room.page("/ferry-1", "One.")
    eyes = watcher(archive, clock)
    eyes.targets.add(room.url("/ferry-1"), 10 * MINUTE, clock())
    looks = list(islice(eyes.run(), 4))
    assert [each.said for each in looks] == ["r1 recorded", *["unchanged"] * 3]
    gaps = [later.at - earlier.at for earlier, later in pairwise(looks)]
    assert all(10 * MINUTE <= gap <= 11 * MINUTE for gap in gaps)


def test_a_slow_host_keeps_no_other_waiting(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    """However much is due there."""
    eyes = watcher(archive, clock)
    for number in range(1_010):
        eyes.targets.add(room.url(f"/story-{number}"), HOUR, clock())
    clock.at += 1
    other = f"{room.address.replace('127.0.0.1', 'localhost')}/other-1"
    eyes.targets.add(other, 10 * MINUTE, clock())
    looks = islice(eyes.run(), 5)
    assert sum(each.target.url == other for each in looks) == 1


def test_what_may_be_looked_at_next_is_of_each_site(archive: Connection, clock: Clock) -> None:
    """No more than two, the longest due first."""
    targets = watcher(archive, clock).targets
    for site in ("http://slow.example:8080", "https://a.example", "https://a.example.org"):
        for number in range(20 if "slow" in site else 3):
            targets.add(f"{site}/story-{number}", HOUR, clock())
        clock.at += 1
    targets.add("https://b.example?story=1", HOUR, clock())
    targets.add("https://c.example", HOUR, clock())
    found = [each.url for each in targets.turns(clock())]
    assert found == [
        "http://slow.example:8080/story-0", "http://slow.example:8080/story-1",
        "https://a.example/story-0", "https://a.example/story-1",
        "https://a.example.org/story-0", "https://a.example.org/story-1",
        "https://b.example?story=1", "https://c.example",
    ]  # fmt: skip


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.{}"], ids=["one site", "many sites"])
def test_each_page_that_is_due_is_read_a_few_times_however_many_are(
    archive: Connection, clock: Clock, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """By a watcher that looks once, and by the table that shows what it does."""
    eyes = Watcher(archive, AGENT, now=clock, pause=clock.wait)  # refused, as none is public
    for number in range(1, 121):
        eyes.targets.add(f"http://{host.format(number)}:9/story-{number}", HOUR, clock())
    read = list[Target]()

    def counted(row: Row) -> Target:
        read.append(target(row))
        return read[-1]

    target = targets._target  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(targets, "_target", counted)
    shown = watch._Rows(eyes.targets)  # pyright: ignore[reportPrivateUsage]
    last = list[str]()
    for each in eyes.run(once=True):
        shown.took(each)
        last = [each.target.url, *last]
    assert len(set(last)) == 120
    assert len(read) < 3 * 120
    assert ([each.url for each in shown.shown], shown.count) == (last[:20], 120)


def test_a_page_that_is_due_again_is_looked_at_once(archive: Connection, clock: Clock) -> None:
    """And keeps no other of its site waiting, nor does one that another watcher has taken."""
    eyes, other = watcher(archive, clock), watcher(archive, clock)
    urls = [f"http://127.0.0.1:9/story-{number}" for number in range(6)]
    for url in urls:
        eyes.targets.add(url, HOUR, clock())
    looks = eyes.run(once=True)
    found = [next(looks).target.url]
    clock.at += 2 * DAY
    for taken in other.targets.turns(clock(), clock.at - DAY)[:1]:
        assert other.targets.claim(taken, clock() + HOUR)
    found += [each.target.url for each in looks]
    assert sorted(found) == [url for url in urls if url != urls[1]]


def test_two_watchers_share_the_work(archive: Connection, room: Newsroom, clock: Clock) -> None:
    room.page("/ferry-1", "One.")
    one, other = watcher(archive, clock), watcher(archive, clock)
    one.targets.add(room.url("/ferry-1"), 10 * MINUTE, clock())
    (target,) = one.targets.due(clock())
    assert one.targets.claim(target, clock() + HOUR)
    assert not other.targets.claim(target, clock() + HOUR)
    assert list(other.run(once=True)) == []


@pytest.mark.parametrize("before", [5_000 * "<!-- part -->\n", 5_000 * "<?part ?>", 5_000 * "<!--"])
def test_whatever_stands_before_a_page_or_a_feed_is_read_once(
    archive: Connection, room: Newsroom, clock: Clock, before: str
) -> None:
    end = "-->" if before.endswith("<!--") else ""
    room.says("/ferry-1", before + end + story("One."), Content_Type="text/html")
    room.says("/feed", before + end + rss(room.url("/ferry-1")), Content_Type="text/xml")
    assert [each.said for each in look(archive, clock, room.url("/feed"))] == [
        "1 article, 1 new", "r1 recorded"
    ]  # fmt: skip


def rss(*links: str) -> str:
    """A feed of some articles."""
    items = "".join(f"<item><title>T</title><link>{each}</link></item>" for each in links)
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>N</title>{items}</channel></rss>'
    )


def test_feeds_lead_to_their_articles(archive: Connection, room: Newsroom, clock: Clock) -> None:
    paths = [f"/2024/story-{number}?utm_source=feed" for number in range(3)]
    feed = rss(*map(room.url, paths))
    room.says("/feed", feed, Content_Type="application/rss+xml", ETag='"f"')
    for number, path in enumerate(paths):
        room.page(path, f"Story {number}.")
    looks = look(archive, clock, room.url("/feed"))
    assert [each.said for each in looks] == ["3 articles, 3 new", *["r1 recorded"] * 3]
    assert room.most_at_once == 1, "one thing at a time"
    clock.at += 11 * MINUTE
    assert len(look(archive, clock)) == 4
    body = json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "N",
            "items": [{"id": "1", "url": room.url("/2024/story-9"), "title": "T"}],
        }
    )
    room.says("/json", body, Content_Type="application/feed+json")
    room.page("/2024/story-9", "Nine.")
    assert [each.said for each in look(archive, clock, room.url("/json"))] == [
        "1 article, 1 new",
        "r1 recorded",
    ]


def test_a_page_in_the_place_of_a_feed_is_no_story(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    """As where a server is mended, and says so with 200; the feed is looked at again."""
    url = room.url("/feed")
    room.says("/feed", rss(room.url("/2024/a-1")), Content_Type="application/rss+xml")
    room.page("/2024/a-1", "One.")
    look(archive, clock, url)
    clock.at += 10 * MINUTE
    room.page("/feed", "We are down for maintenance.")
    down = next(each for each in look(archive, clock) if each.target.url == url)
    assert (down.said, down.target.failures) == ("no feed, but text/html", 1)
    assert archive.archive.found_at(address_of(url)) is None
    clock.at += HOUR
    room.says("/feed", rss(room.url("/2024/a-1")), Content_Type="application/rss+xml")
    again = next(each for each in look(archive, clock) if each.target.url == url)
    assert (again.said, again.target.failures) == ("1 article, 0 new", 0)


def test_who_publishes_what_is_said_of_each_page_and_feed(address: str, room: Newsroom) -> None:
    """Of a feed's articles too; and of others, whatever else is looked at with them, it is not."""
    given = ("--archive", address, "watch")
    more = ("--once", "--contact", "me@example.org", "--allow-private", "--format", "json")
    pages = {name: [room.url(f"/{name}/story-{n}") for n in range(3)] for name in ("port", "hill")}
    for name, urls in pages.items():
        for number, url in enumerate(urls):
            room.page(url.removeprefix(room.address), f"Of {name}, {number}.")
        room.says(f"/{name}", rss(*urls[:2]), Content_Type="application/rss+xml")
    first = [*given, room.url("/port"), "--outlet", "Port News", *more]
    assert {each["kind"] for each in ask(*first).objects} == {"feed", "page"}
    with connect(address) as connection, connection.database.write() as cursor:
        cursor.run("update watch set due = 0, etag = null where kind = 'feed'")
    room.says("/port", rss(*pages["port"]), Content_Type="application/rss+xml")
    ask(*given, room.url("/hill"), "--outlet", "Hill Post", *more)
    with connect(address) as connection:
        found = {
            name: [connection.archive.found_at(address_of(url)) for url in urls]
            for name, urls in pages.items()
        }
    assert [each and each.outlet for each in found["port"]] == ["port-news"] * 3
    assert [each and each.outlet for each in found["hill"]] == ["hill-post"] * 2 + [None]
    ask(*given, room.url("/hill"), "--outlet", "Hill", *more)
    with connect(address) as connection:
        outlets = {each.url: each.outlet for each in watcher(connection, Clock()).targets.all()}
    assert (outlets[room.url("/hill")], outlets[room.url("/port")]) == ("Hill", "Port News")


def test_no_feed_brings_back_what_is_watched_no_more(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    """Naming it does. Of its address a digest is kept meanwhile, and nothing else."""
    url = room.url("/2024/ferry-1")
    room.page("/2024/ferry-1", "One.")
    room.says("/feed", rss(url), Content_Type="application/rss+xml")
    targets = watcher(archive, clock).targets
    assert len(look(archive, clock, room.url("/feed"))) == 2
    assert targets.forget(url)
    assert not targets.forget(url), "it is not watched"
    clock.at += DAY
    assert [each.said for each in look(archive, clock)] == ["1 article, 0 new"]
    assert [each.url for each in targets.all()] == [room.url("/feed")]
    with archive.database.read() as cursor:
        (kept,) = cursor.rows("select * from watch where kind = 'forgotten'")
    assert {each for each in kept if each} == {
        archive.collection, bytes.fromhex(address_of(url)), "forgotten", LAST_POSITION
    }  # fmt: skip
    assert targets.add(url, HOUR, clock())
    assert [each.said for each in look(archive, clock)] == ["unchanged"]


def test_what_is_forgotten_while_it_is_looked_at_is_not_recorded(
    address: str, archive: Connection, room: Newsroom, clock: Clock
) -> None:
    url = room.url("/ferry-1")
    eyes = watcher(archive, clock)
    page = whole(story("One."), Content_Type="text/html")

    def answer(request: Request, client: socket.socket) -> None:
        with connect(address) as other:
            Targets(other.database, other.collection).forget(url)
        page(request, client)

    eyes.targets.add(url, HOUR, clock())
    (target,) = eyes.targets.all()
    eyes.targets.forget(url)
    eyes.targets.keep(answered(target, clock(), "unchanged"))
    assert eyes.targets.all() == []
    eyes.targets.add(url, HOUR, clock())
    room.answers["/ferry-1"] = answer
    assert [each.said for each in eyes.run(once=True)] == ["watched no more"]
    assert seen(archive, url) == []


@pytest.mark.parametrize("kept", ["watched", "recorded"])
def test_no_feed_brings_back_a_story_that_is_erased(
    address: str, room: Newsroom, kept: str
) -> None:
    """Neither one that was watched, nor one that was recorded otherwise."""
    given = ("--archive", address)
    more = ("--once", "--contact", "me@example.org", "--allow-private", "--format", "json")
    url = room.url("/2024/ferry-1")
    room.page("/2024/ferry-1", "One.")
    room.says("/feed", rss(url), Content_Type="application/rss+xml")
    name = ask(*given, "watch", url, *more).json["story"]
    if kept == "recorded":
        with connect(address) as connection, connection.database.write() as cursor:
            cursor.run("delete from watch")
    why = ("--why", "w", "--authority", "a", "--yes")
    assert ask(*given, "erase", name, "--all-revisions", *why).code == 0
    looks = ask(*given, "watch", room.url("/feed"), *more).objects
    assert [each["said"] for each in looks] == ["1 article, 0 new"]
    assert [each["said"] for each in ask(*given, "watch", url, *more).objects] == ["r2 recorded"]


def test_links_of_a_feed_are_read_from_where_it_stands(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    """Or from where it says that it does."""
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"{}><title>N</title><id>urn:n</id>'
        '<entry><title>T</title><id>urn:{}</id><link href="{}"/></entry></feed>'
    )
    json_feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": "1", "url": "story-3", "title": "T"}],
    }
    feeds = {
        "/a/feed": atom.format("", "a", "../story-1"),
        "/b/feed": atom.format(f' xml:base="{room.url("/c/")}"', "b", "story-2"),
        "/d/feed": json.dumps(json_feed),
        "/e/feed": rss("/story-4", "http://[", "javascript:alert(1)", "mailto:a@example.org"),
    }
    for path, body in feeds.items():
        room.says(path, body)
    look(archive, clock, *map(room.url, feeds))
    found = {each.url.removeprefix(room.address) for each in watcher(archive, clock).targets.all()}
    assert found - set(feeds) == {"/story-1", "/c/story-2", "/d/story-3", "/story-4"}


def test_a_long_feed_is_followed_as_far_as_it_says(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    room.says("/feed", rss(*(f"http://127.0.0.1:1/story-{number}" for number in range(600))))
    targets = watcher(archive, clock).targets
    targets.add(room.url("/feed"), HOUR, clock())
    first = next(watcher(archive, clock).run())
    assert first.said == "600 articles, the first 500 followed, 500 new"


def test_no_password_is_kept(archive: Connection, room: Newsroom, clock: Clock) -> None:
    targets = watcher(archive, clock).targets
    for url in ("http://bob:s3cret@example.org/a-1", "https://bob@example.org/a-1"):
        with pytest.raises(UsageError) as raised:
            targets.add(url, HOUR, clock())
        assert "s3cret" not in str(raised.value)
    room.says("/feed", rss("http://bob:s3cret@example.org/a-1"))
    assert [each.said for each in look(archive, clock, room.url("/feed"))] == ["1 article, 0 new"]


def test_interim_answers_are_passed_over(room: Newsroom) -> None:
    for head in (
        "103 Early Hints",
        "100 Continue",
        "102 Processing\r\nX: y\r\n\r\nHTTP/1.1 103 On",
    ):
        interim = f"HTTP/1.1 {head}\r\nLink: </a.css>; rel=preload\r\n\r\n".encode()
        room.answers["/a"] = exactly(interim + raw(b"One.", Content_Length="4"))
        found = fetch(room.url("/a"), agent=AGENT, limits=QUICK, private=True)
        assert (found.status, found.body, found.headers) == (200, b"One.", {"content-length": "4"})


@pytest.mark.parametrize("path", ["/2024/fähre-1", "/2024/łąka-1"])
def test_a_redirect_that_is_not_escaped_is_followed(room: Newsroom, path: str) -> None:
    room.answers["/a"] = exactly(
        f"HTTP/1.1 301 Moved\r\nLocation: {path}\r\nContent-Length: 0\r\n\r\n".encode()
    )
    room.page(quote(path), "One.")
    found = fetch(room.url("/a"), agent=AGENT, limits=QUICK, private=True)
    assert (found.status, found.url) == (200, room.url(path))


def test_robots_are_heeded(archive: Connection, room: Newsroom, clock: Clock) -> None:
    rules = "User-agent: variorum\nDisallow: /secret/\nAllow: /secret/open\nCrawl-delay: 7\n"
    room.says("/robots.txt", rules)
    for path in ("/secret/a-1", "/secret/open-1", "/free-1"):
        room.page(path, path)
    looks = look(archive, clock, *map(room.url, ("/secret/a-1", "/secret/open-1", "/free-1")))
    assert sorted(each.said for each in looks) == [
        "forbidden by robots.txt", "r1 recorded", "r1 recorded"
    ]  # fmt: skip
    assert room.asked("/secret/a-1") == []
    assert seen(archive, room.url("/secret/a-1")) == [], "nobody looked, so nothing was seen"
    assert len(room.asked("/robots.txt")) == 1
    assert clock.at - START >= 7 * SECOND, "its delay is waited for"
    agent = room.asked("/free-1")[0].headers["user-agent"]
    assert agent == AGENT


UNKNOWN_RULES = {
    "answers 500": whole("", "500 Oh"),
    "answers 429": whole("", "429 Too Many Requests"),
    "cannot be read: redirects in circles": redirect("/robots.txt"),
    "cannot be read: refuses connections": redirect("http://127.0.0.1:1/robots.txt"),
    "cannot be read: its packed body is damaged": whole(b"\x1f\x8bxxxxx", Content_Encoding="gzip"),
    "cannot be read: larger than 1 MB": whole(b"#" * (2 << 20)),
}


@pytest.mark.parametrize("said", UNKNOWN_RULES)
def test_a_site_whose_rules_cannot_be_read_is_left_alone(
    archive: Connection, room: Newsroom, clock: Clock, said: str
) -> None:
    """For an hour; nobody looked at its pages, so nothing was seen of them."""
    room.answers["/robots.txt"] = UNKNOWN_RULES[said]
    room.page("/a-1", "One.")
    (first,) = look(archive, clock, room.url("/a-1"))
    assert first.said.startswith(f"its robots.txt {said}")
    assert (room.asked("/a-1"), seen(archive, room.url("/a-1"))) == ([], [])
    assert first.target.due - first.at == HOUR
    room.says("/robots.txt", "User-agent: *\nDisallow: /b")
    clock.at += HOUR
    assert [each.said for each in look(archive, clock)] == ["r1 recorded"]


def test_a_site_that_asks_for_it_is_left_alone_longer(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    room.says("/robots.txt", "", "503 Later", Retry_After="7200")
    (first,) = look(archive, clock, room.url("/a-1"))
    assert first.target.due - first.at == 2 * HOUR


def test_rules_with_a_mark_of_their_order_of_bytes_are_read(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    room.says("/robots.txt", b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n")
    (first,) = look(archive, clock, room.url("/a-1"))
    assert first.said == "forbidden by robots.txt"


def test_rules_for_a_whole_user_agent_are_rules_for_its_name(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    other, rules = "variorumbot/1.0", "User-agent: {}\nDisallow: /\n\nUser-agent: *\nAllow: /\n"
    for agent, expected in ((AGENT, "forbidden by robots.txt"), (other, "r1 recorded")):
        room.page("/a-1", "One.")
        room.says("/robots.txt", rules.format(agent))
        (first,) = look(archive, clock, room.url("/a-1"))
        assert first.said == expected
        clock.at += DAY


def test_no_redirect_leads_where_robots_may_not_look(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    """On the way to a page either; that of another site is asked too."""
    with open_newsroom() as other:
        room.says("/robots.txt", "User-agent: *\nDisallow: /secret/")
        other.says("/robots.txt", "User-agent: *\nDisallow: /")
        room.answers["/a-1"] = redirect("/secret/a-1")
        room.answers["/b-1"] = redirect(other.url("/b-2"))
        for each in (room, other):
            each.answers["/b-2"] = each.answers["/secret/a-1"] = redirect(room.url("/free"))
        room.page("/free", "One.")
        urls = [room.url("/a-1"), room.url("/b-1")]
        assert [each.said for each in look(archive, clock, *urls)] == [
            "forbidden by robots.txt"
        ] * 2
        assert [seen(archive, url) for url in urls] == [[], []]
        assert {each.path for each in room.requests} == {"/robots.txt", "/a-1", "/b-1"}
        assert {each.path for each in other.requests} == {"/robots.txt"}


HOSTILE = {
    "circles": "redirects in circles",
    "far": "too many redirects",
    "nowhere": "redirects to what is no web address",
    "longer": "longer than its server says",
    "shorter": "shorter than its server says",
    "drip": "takes too long",
    "drip-head": "takes too long",
    "silence": "takes too long",
    "interim": "takes too long",
    "endless": "larger than 1 MB",
    "endless-chunks": "larger than 1 MB",
    "endless-head": "",
    "endless-chunk-size": "",
    "bomb": "larger than 32 MB unpacked",
    "nested": "",
    "cut": "its packed body is cut short",
    "rubbish": "answers, but not in HTTP",
    "bare": "answers, but not in HTTP",
    "empty": "",
    "strange": "packed with",
}


def hostile(room: Newsroom) -> None:
    html = story("One.").encode()
    ok = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
    packed = {"Content_Type": "text/html", "Content_Encoding": "gzip"}
    room.answers |= {
        "/circles": redirect("/circles-2"),
        "/circles-2": redirect("/circles"),
        "/nowhere": redirect("mailto:a@example.org"),
        **{f"/far-{n}": redirect(f"/far-{n + 1}") for n in range(30)},
        "/far": redirect("/far-0"),
        "/longer": exactly(raw(html, Content_Length="200")),
        "/shorter": exactly(raw(html, Content_Length="200000")),
        "/drip": drip(room, ok + b"\r\n" + html),
        "/drip-head": drip(room, b"HTTP/1.1 200 OK\r\nX: "),
        "/silence": silence(room),
        "/endless": endless(room, ok + b"\r\n", b"x" * 65536),
        "/endless-chunks": endless(
            room, ok + b"Transfer-Encoding: chunked\r\n\r\n", b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
        ),
        "/interim": endless(room, b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        "/endless-head": endless(room, b"HTTP/1.1 200 OK\r\n", b"X-More: yes\r\n" * 99),
        "/endless-chunk-size": endless(
            room, ok + b"Transfer-Encoding: chunked\r\n\r\n", b"0" * 65536
        ),
        "/bomb": whole(bomb(1, 48), **packed),
        "/nested": whole(
            bomb(3, 48), Content_Type="text/html", Content_Encoding="gzip, gzip, gzip"
        ),
        "/cut": whole(bomb(1, 1)[:500], **packed),
        "/rubbish": exactly(b"\x00\x01 what?\r\n\r\n"),
        "/bare": exactly(html),
        "/empty": exactly(b""),
        "/strange": whole(html, Content_Encoding="zorp"),
    }


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_a_server_does_a_look_ends(room: Newsroom, name: str) -> None:
    """In time, in little memory, without a copy that is not whole."""
    hostile(room)
    tracemalloc.start()
    try:
        with pytest.raises(UnreachedError) as raised:
            fetch(room.url(f"/{name}"), agent=AGENT, limits=QUICK, private=True)
        assert tracemalloc.get_traced_memory()[1] < 80 << 20
    finally:
        tracemalloc.stop()
    assert HOSTILE[name] in str(raised.value)


def test_hostile_servers_are_unreachable_and_the_others_are_recorded(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    hostile(room)
    room.page("/good-1", "Good.")
    urls = [room.url(f"/{name}") for name in HOSTILE]
    looks = look(archive, clock, room.url("/good-1"), *urls, limits=QUICK)
    assert len(looks) == len(HOSTILE) + 1
    for url in urls:
        assert seen(archive, url) == ["unreachable"], url
    assert seen(archive, room.url("/good-1")) == ["r1"]
    assert not verify(archive, deep=True).checked.findings


def test_wrong_character_sets_are_read_all_the_same(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    text = story("Fähre — “halt”.")
    room.says("/a-1", text.encode("windows-1252"), Content_Type="text/html; charset=utf-8")
    room.says("/b-1", text.encode(), Content_Type="text/html; charset=nonsense")
    room.says("/c-1", text.encode("utf-16"), Content_Type="text/html; charset=latin-1")
    looks = look(archive, clock, *map(room.url, ("/a-1", "/b-1", "/c-1")))
    assert [each.said for each in looks] == ["r1 recorded"] * 3
    for path in ("/b-1", "/c-1"):
        entry = archive.archive.found_at(address_of(room.url(path)))
        assert entry is not None
        article = archive.archive.show_revision(entry.id, 1).article
        assert article is not None
        assert "Fähre — “halt”." in article.text


def test_what_is_no_story_is_not_recorded(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    room.says("/picture.png", b"\x89PNG\r\n", Content_Type="image/png")
    room.says("/blank-1", "<html><body></body></html>", Content_Type="text/html")
    looks = look(archive, clock, room.url("/picture.png"), room.url("/blank-1"))
    assert all(each.verdict is None for each in looks)
    assert list(archive.archive.listed_at(2**62)) == []


def test_a_story_that_leads_to_the_front_page_is_missing(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    room.page("/2024/a-1", "One.")
    url = room.url("/2024/a-1")
    look(archive, clock, url)
    room.answers["/2024/a-1"] = redirect("/")
    room.page("/", "Front.")
    clock.at += HOUR
    look(archive, clock)
    room.answers["/2024/a-1"] = redirect("/2024/a-1-corrected")
    room.page("/2024/a-1-corrected", "Two.")
    clock.at += HOUR
    look(archive, clock)
    assert seen(archive, url) == ["r1", "missing", "r2"]


@pytest.mark.parametrize(
    "gate",
    [
        "/login/index.html?next=/2024/a-1",
        "/account/login?next=%2F2024%2Fa-1",
        "/consent?site=1&callbackUrl=https%3A%2F%2Ft.example%2Fok%3FredirectUri%3D%252F2024%252Fa-1",
    ],
)
def test_a_gate_before_a_story_is_not_the_story_and_does_not_hide_that_it_is_there(
    archive: Connection, room: Newsroom, clock: Clock, gate: str
) -> None:
    room.page("/2024/a-1", "One.")
    url = room.url("/2024/a-1")
    look(archive, clock, url)
    for elsewhere in ("", "http://localhost:" + room.address.rpartition(":")[2]):
        room.answers["/2024/a-1"] = redirect(elsewhere + gate)
        room.page(gate, "Log in, or accept.")
        clock.at += DAY
        look(archive, clock)
    assert seen(archive, url) == ["r1", "unreachable", "unreachable"]
    room.answers["/2024/a-1"] = redirect("/2024/a-1/?from=/2024/a-1")
    room.page("/2024/a-1/?from=/2024/a-1", "Two.")
    clock.at += DAY
    look(archive, clock)
    assert seen(archive, url)[-1] == "r2"


@pytest.mark.parametrize("to", ["/news/a-1?from=/2024/a-1.html", "/2025/a-1-new?old=%2F2024%2Fa-1"])
def test_a_story_that_has_moved_is_read_where_it_says_that_it_stood(
    archive: Connection, room: Newsroom, clock: Clock, to: str
) -> None:
    path = "/2024/a-1.html" if ".html" in to else "/2024/a-1"
    room.page(path, "One.")
    url = room.url(path)
    look(archive, clock, url)
    room.answers[path] = redirect(to)
    room.page(to, "Two.")
    clock.at += DAY
    look(archive, clock)
    assert seen(archive, url) == ["r1", "r2"]


@pytest.mark.parametrize(
    ("to", "says"),
    [("/2024/budget", True), ("/2024/budget/?utm_source=strike", False), ("/b/2", True)],
)
def test_a_story_that_leads_to_another_one_that_is_held_is_missing(
    archive: Connection, room: Newsroom, clock: Clock, to: str, says: bool
) -> None:
    """As in a web archive: what the other says is no revision of this one."""
    strike, budget = room.url("/2024/strike"), room.url("/2024/budget")

    def shows(path: str, text: str, url: str) -> None:
        head = f'<link rel="canonical" href="{url}">' if says else ""
        room.says(path, story(text, head), Content_Type="text/html")

    shows("/2024/strike", "They strike.", strike)
    shows("/2024/budget", "It costs.", budget)
    look(archive, clock, strike, budget)
    room.answers["/2024/strike"] = redirect(to)
    shows(to, "It costs.", budget)
    clock.at += HOUR
    said = {each.target.url: each.said for each in look(archive, clock)}
    assert said == {strike: "leads to another story", budget: "unchanged"}
    shows("/2024/strike", "They work.", strike)
    clock.at += HOUR
    look(archive, clock)
    assert seen(archive, strike) == ["r1", "missing", "r2"]
    assert seen(archive, budget) == ["r1", "unchanged", "unchanged"]


def test_what_another_story_answers_to_the_validators_of_this_one_says_nothing_of_it(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    """Two pages of one build have one tag; the other has not changed, and is not this one."""
    urls = [room.url(path) for path in ("/2024/strike", "/2024/budget")]
    room.page("/2024/strike", "They strike.", ETag='"build-1"')
    room.page("/2024/budget", "It costs.", ETag='"build-1"')
    look(archive, clock, *urls)
    room.answers["/2024/strike"] = redirect("/2024/budget")
    for _ in range(2):
        clock.at += HOUR
        look(archive, clock)
    assert seen(archive, urls[0]) == ["r1", "missing"]


def test_a_story_that_has_moved_is_read_where_its_page_says_that_it_is_that_story(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    """Also where another story is held that had the new address before."""
    old, new = room.url("/2024/strike"), room.url("/2024/live")
    room.page("/2024/strike", "They strike.")
    room.page("/2024/live", "It rains.")
    look(archive, clock, old, new)
    room.answers["/2024/strike"] = redirect("/2024/live")
    head = f'<link rel="canonical" href="{old}">'
    room.says("/2024/live", story("They work.", head), Content_Type="text/html")
    clock.at += HOUR
    look(archive, clock)
    assert seen(archive, old) == ["r1", "r2"]


def test_stories_that_were_merged_may_lead_to_each_other(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    old, new = room.url("/2024/strike"), room.url("/2024/live")
    room.page("/2024/strike", "They strike.")
    room.page("/2024/live", "They work.")
    own = [str(each.story) for each in look(archive, clock, old, new)]
    archive.archive.merge(Merge(own[0], own[1], "tester", Note("said", "one story")))
    room.answers["/2024/strike"] = redirect("/2024/live")
    clock.at += HOUR
    look(archive, clock)
    assert "missing" not in seen(archive, old)


def test_an_address_that_has_only_ever_led_to_a_story_is_one_of_that_story(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    """As the short addresses that feeds name."""
    long, short = room.url("/2024/strike"), room.url("/?p=17")
    head = f'<link rel="canonical" href="{long}">'
    room.says("/2024/strike", story("They strike.", head), Content_Type="text/html")
    room.answers["/?p=17"] = redirect("/2024/strike")
    for _ in range(2):
        looks = look(archive, clock, long, short)
        assert len({each.story for each in looks}) == 1
        clock.at += HOUR
    assert seen(archive, long) == ["r1", "unchanged", "unchanged", "unchanged"]


def test_a_story_that_leads_to_an_error_with_its_address_is_missing(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    room.page("/2024/a-1", "One.")
    url = room.url("/2024/a-1")
    look(archive, clock, url)
    room.answers["/2024/a-1"] = redirect("/error?aspxerrorpath=/2024/a-1")
    clock.at += HOUR
    look(archive, clock)
    assert seen(archive, url) == ["r1", "missing"]


def test_a_page_that_only_leads_to_another_is_not_recorded(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    for n, seconds in enumerate(("0", "1.5", "300")):
        head = f'<meta http-equiv="refresh" content="{seconds}; url=/x">'
        room.says(f"/{n}", story("One.", head), Content_Type="text/html")
    looks = look(archive, clock, *(room.url(f"/{n}") for n in range(3)))
    assert [each.verdict is None for each in looks] == [True, True, False]


def test_a_feed_of_comments_leads_to_no_articles(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    links = ("/2024/a-1#comment-11", "/2024/a-1/comment-page-2#comment-12", "/2024/a-2#top")
    room.says("/feed", rss(*map(room.url, links)), Content_Type="application/rss+xml")
    room.page("/2024/a-2", "One.")
    looks = look(archive, clock, room.url("/feed"))
    assert [each.said for each in looks] == ["1 article, 1 new", "r1 recorded"]


def test_a_host_that_is_not_there_is_unreachable(archive: Connection, clock: Clock) -> None:
    with open_newsroom() as room:
        url = room.url("/2024/a-1")
    (first,) = look(archive, clock, url)
    assert (first.said, first.target.failures) == ("refuses connections", 1)
    assert seen(archive, url) == ["unreachable"]


def test_a_server_that_asks_to_be_left_alone_is(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    room.says("/a-1", "", "503 Later", Retry_After="7200")
    (first,) = look(archive, clock, room.url("/a-1"))
    assert first.target.due == first.at + 2 * HOUR
    assert first.said == "answers 503"


@pytest.mark.parametrize(("status", "behind"), [("429 Slow down", "/2024/"), ("503 Later", "/x/")])
def test_a_server_that_asks_to_be_left_alone_is_not_asked_for_its_other_pages(
    archive: Connection, room: Newsroom, clock: Clock, status: str, behind: str
) -> None:
    """Nobody looked at those, so nothing was seen of them; later they are read."""
    pages = [room.url(f"/2024/a-{n}") for n in range(4)]
    room.answers["/2024/a-0"] = redirect(f"{behind}b-0")
    room.says(f"{behind}b-0", "", status, Retry_After="7200")
    first, *others = look(archive, clock, *pages)
    assert first.said == f"answers {status[:3]}"
    assert {each.said for each in others} == {"its site asks to be left alone"}
    assert [each.path for each in room.requests] == ["/robots.txt", "/2024/a-0", f"{behind}b-0"]
    assert [seen(archive, url) for url in pages] == [["unreachable"], [], [], []]
    for path in (f"{behind}b-0", *(f"/2024/a-{n}" for n in range(1, 4))):
        room.page(path, "One.")
    clock.at += 2 * HOUR
    assert [each.said for each in look(archive, clock)] == ["r1 recorded"] * 4


def test_a_server_that_asks_for_a_pause_is_asked_after_it(
    archive: Connection, room: Newsroom, clock: Clock
) -> None:
    room.says("/2024/a-0", "", "429 Slow down", Retry_After="45")
    room.page("/2024/a-1", "One.")
    first, other = look(archive, clock, room.url("/2024/a-0"), room.url("/2024/a-1"))
    assert (first.said, other.said) == ("answers 429", "r1 recorded")
    assert other.at - first.at >= 45 * SECOND


def test_private_addresses_are_refused_also_behind_redirects(room: Newsroom) -> None:
    for url in (room.url("/a"), "http://localhost/", "http://[::1]/", "http://10.0.0.1/",
                "http://169.254.169.254/latest", "http://2130706433/", "http://0x7f.1/",
                "http://[::ffff:127.0.0.1]/", "http://0.0.0.0/"):  # fmt: skip
        with pytest.raises((RefusedError, UnreachedError)):
            fetch(url, agent=AGENT, limits=QUICK)
    assert room.requests == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@given(st.text(max_size=40), st.integers(0, 2 * START))
def test_any_wish_to_be_left_alone_is_understood_or_not(text: str, now: int) -> None:
    wait = retry_after(text, now)
    assert wait is None or wait >= 0


def test_wishes_to_be_left_alone() -> None:
    assert retry_after("120", START) == 120 * SECOND
    later = to_datetime(START + HOUR).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert retry_after(later, START) == HOUR
    assert retry_after("Thu, 01 Jan 1970 00:00:00 GMT", START) == 0
    assert retry_after("soon", START) is None


TARGET = Target("ab" * 32, "https://example.org/a", TargetKind.PAGE, 10 * MINUTE, START, START)


@given(st.integers(0, 100 * DAY), st.integers(0, 100 * DAY))
def test_the_pace_slows_as_a_story_ages(one: int, other: int) -> None:
    younger, older = sorted((one, other))
    assert 10 * MINUTE <= pace(TARGET, START + younger) <= pace(TARGET, START + older) <= DAY
    feed = replace(TARGET, kind=TargetKind.FEED)
    assert pace(feed, START + older) == 10 * MINUTE


def test_another_pace_ends_no_wait_but_its_own() -> None:
    """Not what a server, its rules or another watcher asks for; nor is anything due later."""
    at = START + HOUR
    stood = answered(TARGET, at, "unchanged")
    assert repaced(stood, MINUTE).due == at + MINUTE
    assert repaced(stood, HOUR).due == stood.due
    assert repaced(stood, stood.every) == stood
    for waits in (
        failed(TARGET, at, "answers 429", DAY),
        failed(stood, at + HOUR, "breaks the connection"),
        put_off(TARGET, at, "forbidden by robots.txt"),
        put_off(stood, at + HOUR, "its robots.txt answers 503", at + 2 * HOUR),
        replace(stood, due=at + 25 * MINUTE),
        replace(TARGET, due=at),
    ):
        assert repaced(waits, MINUTE) == replace(waits, every=MINUTE)


def test_the_same_command_again_looks_at_nothing_sooner(address: str, room: Newsroom) -> None:
    given = ("--archive", address, "watch", *map(room.url, ("/a-1", "/b-1", "/c-1")), "--once")
    more = ("--contact", "me@example.org", "--allow-private", "--format", "json")
    room.says("/robots.txt", "User-agent: *\nDisallow: /c")
    room.says("/a-1", "", "500 Later", Retry_After="86400")
    room.page("/b-1", "One.")
    assert len(ask(*given, *more, "--every", "30s").objects) == 3
    assert ask(*given, *more, "--every", "30s").out == ""
    with connect(address) as connection:
        targets = watcher(connection, Clock()).targets
        before = {each.url: each.due for each in targets.all()}
        for url in before:
            targets.pace(url, 20 * SECOND)
        sooner = [before[each.url] - each.due for each in targets.all()]
    assert sorted(sooner) == [0, 0, 10 * SECOND]


def test_failures_are_waited_for_longer_each_time() -> None:
    target, waits = TARGET, list[int]()
    for _ in range(12):
        target = failed(target, START, "breaks")
        waits.append(target.due - START)
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (20 * MINUTE, DAY)
    assert answered(target, START, "unchanged").failures == 0
    assert [every_of(text) for text in ("90s", "10m", "2h", "1d")] == [
        90 * SECOND, 10 * MINUTE, 2 * HOUR, DAY
    ]  # fmt: skip


def test_the_command_looks_once_and_says_what_came_of_it(tmp_path: Path, room: Newsroom) -> None:
    archive = ("--archive", tmp_path / "archive.db")
    room.page("/2024/ferry-1", "One.")
    url = room.url("/2024/ferry-1")
    more = ("--once", "--contact", "me@example.org")
    assert ask(*archive, "watch", url, "--once").code == 2
    assert ask(*archive, "watch", *more).code == 2
    refused = ask(*archive, "watch", url, *more)
    assert (refused.code, "not a public address" in refused.out) == (0, True)
    assert room.requests == []
    assert ask(*archive, "watch", url, "--forget").code == 0
    refused = ask(*archive, "watch", url, "--forget", "--format", "json")
    assert (refused.code, refused.json["error"]["code"]) == (3, "not-found")
    assert ask(*archive, "watch", url, *more).code == 0
    forgotten = ask(*archive, "watch", url, "--forget", "--format", "json")
    assert (forgotten.code, forgotten.out) == (0, "")
    ran = ask(*archive, "watch", url, *more, "--allow-private", "--every", "1m", "--format", "json")
    assert (ran.json["outcome"], ran.json["revision"]) == ("revision", "r1")
    stats = ask(*archive, "stats", "--format", "json").json
    assert stats["watched"] == {"pages": 1, "feeds": 0, "unreached": []}
    for wrong in ("1", "5s", "x", "10y"):
        assert ask(*archive, "watch", url, *more, "--every", wrong).code == 2
    for wrong in ("me", "a b@example.org", "x\ny@example.org"):
        assert ask(*archive, "watch", url, "--once", "--contact", wrong).code == 2


def test_silence_is_noticed(tmp_path: Path, room: Newsroom) -> None:
    archive = ("--archive", tmp_path / "archive.db")
    room.says("/2024/ferry-1", "", "500 Oh")
    more = ("--once", "--contact", "me@example.org", "--allow-private")
    ask(*archive, "watch", room.url("/2024/ferry-1"), *more)
    (silent,) = ask(*archive, "stats", "--format", "json").json["watched"]["unreached"]
    assert (silent["url"], silent["failures"]) == (room.url("/2024/ferry-1"), 1)
    assert "not reached since" in ask(*archive, "stats").out


def test_a_story_that_is_erased_is_watched_no_more(tmp_path: Path, room: Newsroom) -> None:
    archive = ("--archive", tmp_path / "archive.db")
    room.page("/2024/ferry-1", "One.")
    more = ("--once", "--contact", "me@example.org", "--allow-private", "--format", "json")
    name = ask(*archive, "watch", room.url("/2024/ferry-1"), *more).json["story"]
    why = ("--why", "w", "--authority", "a", "--yes")
    assert ask(*archive, "erase", name, "--all-revisions", *why).code == 0
    assert room.address.encode() not in (tmp_path / "archive.db").read_bytes()
    assert ask(*archive, "watch", *more).code == 2
