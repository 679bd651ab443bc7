"""What is restricted is not read; what is erased is nowhere; all the rest reads as before."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn, cast

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postgres_server import PostgresServer
from processes import PATIENCE, die_erasing, started, unguard
from program import ask, run
from test_schema import role
from variorum.adapters.catalogue.compare import differences
from variorum.adapters.catalogue.rebuild import rebuild
from variorum.adapters.connect import Connection, connect
from variorum.adapters.contents.chain import Encoding
from variorum.adapters.contents.scrubbing import pending, scrub
from variorum.adapters.contents.sealing import seal
from variorum.adapters.contents.store import ChainedContent
from variorum.adapters.database import postgres, sqlite
from variorum.adapters.database.address import is_url
from variorum.adapters.library import OpenArchive
from variorum.adapters.verification.archive import verify
from variorum.adapters.watch.targets import Targets
from variorum.domain.access import Access, Erasure, Restriction
from variorum.domain.archive import Archive
from variorum.domain.commands import AttachNote, Opening, RecordCopy, Source
from variorum.domain.content import (
    Article,
    ContentKind,
    ContentRef,
    Description,
    ErasedContent,
    ErasedPart,
    Media,
    NewContent,
    Note,
    PrintedNotice,
    canonical,
    note_of,
)
from variorum.domain.decisions import Verdict
from variorum.domain.errors import (
    ConflictError,
    DamagedError,
    NotFoundError,
    RestrictedError,
    StorageError,
    UsageError,
)
from variorum.domain.events import ContentErased, NoteAttached
from variorum.domain.log import Recorded
from variorum.domain.story import StoryState, evolve
from variorum.domain.streams import story_stream
from variorum.domain.takedown import ERASED_TEXT, Erase, Restore, Restrict, decide_erase
from variorum.domain.times import DAY, HOUR, MINUTE, iso

START = 1_729_775_460_000_000  # 2024-10-24T13:11:00Z
STORY = "crane"
WHY = Note(text="erased", why="a private person", authority="order 12")
COMMON = "Officials said some 2,000 workers had left the harbour by noon, and more would follow. "

HEADLINE, BODY, CAPTION, SOURCE = "Quillon", "Zephyrine", "Marbled", "Oxbowed"
"""Words that stand nowhere but where they are put."""


def article(number: int, headline: str = "A crane fell", secret: str = BODY) -> Article:
    return Article(
        headline=f"{headline} {number}",
        byline="By A. Writer",
        dateline="PORT ANN",
        paragraphs=(COMMON * 3 + str(number), f"The owner, {secret}, lives by the quay. {COMMON}"),
        media=(Media(caption=f"The {CAPTION} crane.", credit="B. Camera", title=CAPTION),),
        notices=(PrintedNotice(f"Update: {secret} spoke.", 1),),
    )


def copy(number: int, text: Article | None = None, story: str = STORY) -> RecordCopy:
    source = f"<p>{COMMON}{SOURCE} {number}</p>".encode() * 3
    return RecordCopy(
        story,
        "tester",
        text or article(number),
        captured=START + number * MINUTE,
        source=Source(source, "text/html"),
        opening=Opening(description=Description(url="https://example.org/crane")),
    )


def erase(part: ErasedPart | None, revision: int | None = None, number: int | None = None,
          *, everywhere: bool = False, story: str = STORY) -> Erase:  # fmt: skip
    return Erase(story, "eraser", WHY, part, revision, number, everywhere)


def recorded(connection: Connection, count: int = 8) -> dict[int, Article]:
    """Records revisions that build on one another; gives them by number."""
    texts = {number: article(number) for number in range(1, count + 1)}
    for number, text in texts.items():
        connection.archive.record(copy(number, text))
    return texts


def read(connection: Connection, number: int, story: str = STORY) -> Article | None:
    return connection.archive.show_revision(story, number).article


def stored_bytes(address: str) -> bytes:
    """All that the database's files, or its tables, hold; of contents also what is packed."""
    found = b""
    if is_url(address):
        with psycopg.connect(address, autocommit=True) as server:
            tables = server.execute(
                "select tablename from pg_tables where schemaname = current_schema()"
            ).fetchall()
            for (table,) in tables:
                for row in server.execute(f'select t::text from "{table}" t'.encode()).fetchall():
                    found += row[0].encode()
            server.execute("checkpoint")
            folder = server.execute("select current_setting('data_directory')").fetchone()
            places = server.execute(
                "select pg_relation_filepath(c.oid) from pg_class c, pg_class t"
                " where c.oid in (t.oid, t.reltoastrelid) and t.relkind = 'r'"
                " and t.relnamespace = cast(quote_ident(current_schema()) as regnamespace)"
            ).fetchall()
        assert len(places) > 4
        for where in places:
            assert folder is not None
            found += Path(folder[0], where[0]).read_bytes()
    else:
        archive = Path(address)
        for path in archive.parent.glob(f"{archive.name}*"):
            found += path.read_bytes()
    with connect(address) as connection, connection.database.read() as cursor:
        rows = cursor.rows("select s.name, kind, ordinal, encoding from content c join stream s"
                           " on s.collection = c.collection and s.stream = c.stream")  # fmt: skip
        store: Any = ChainedContent(connection.database, connection.collection)
        for name, kind, ordinal, encoding in rows:
            text = store._read(name, kind, ordinal)  # whatever a packed row says
            assert (text is None) == (encoding == Encoding.ERASED)
            found += text[1] if text else b""
        rows = cursor.rows("select s.name, kind, pack, texts from pack p join stream s"
                           " on s.collection = p.collection and s.stream = p.stream"
                           " where piece = 0")  # fmt: skip
        for name, kind, pack, count in rows:
            for ordinal in range(32 * pack, 32 * pack + count):
                text = store._read(name, kind, ordinal)
                found += text[1] if text else b""
    return found


def exported(address: str, folder: Path) -> bytes:
    """New exports of everything."""
    found = b""
    for format in ("jsonl", "csv"):
        path = folder / f"new.{format}"
        path.unlink(missing_ok=True)
        ran = ask("--archive", address, "export", "--all", "--format", format, "-o", path)
        assert ran.code == 0, ran
        found += path.read_bytes()
    return found


# Erasing.


@pytest.mark.parametrize("sealed", [False, True], ids=["loose", "sealed"])
@pytest.mark.parametrize("whole", [False, True], ids=["parts", "everything"])
def test_an_erased_word_is_nowhere(address: str, tmp_path: Path, whole: bool, sealed: bool) -> None:
    """Headline, body, caption, source, in revisions that are compressed against one another."""
    words = [word.encode() for word in (HEADLINE, BODY, CAPTION, SOURCE)]
    with connect(address, create=True) as connection:
        archive = connection.archive
        for number in range(1, 10):
            archive.record(copy(number, article(number, HEADLINE)))
            archive.record(copy(number, article(number), story="other"))
        found = stored_bytes(address)
        assert all(word in found for word in words[:3])
        if sealed:
            assert seal(connection.database, connection.collection, None).texts > 18
            assert all(word in stored_bytes(address) for word in words[:3])
        if whole:
            archive.erase(erase(None))
        else:
            for number in range(1, 10):
                archive.erase(erase(ErasedPart.HEADLINE, number))
            for part, place in (
                (ErasedPart.PARAGRAPH, 2),
                (ErasedPart.CAPTION, 1),
                (ErasedPart.NOTICE, 1),
            ):
                archive.erase(erase(part, 1, place, everywhere=True))
        archive.erase(erase(None, story="other"))
        assert scrub(connection.database) is None
        assert not pending(connection.database)
        assert list(differences(connection.database)) == []
        store: Any = archive.contents
        assert not any(word in text for text in store._texts._kept.values() for word in words)
    assert [word for word in words if word in stored_bytes(address)] == []
    assert [word for word in words if word in exported(address, tmp_path)] == []
    if not whole:
        with connect(address) as connection:
            for number in range(1, 10):
                text = read(connection, number)
                assert text is not None
                assert text.paragraphs == (COMMON * 3 + str(number), ERASED_TEXT)
                assert text.headline == ERASED_TEXT
                assert (text.media[0].caption, text.media[0].credit) == (ERASED_TEXT, "B. Camera")


def test_an_erased_storys_watched_address_is_nowhere(address: str) -> None:
    url = "https://example.org/zephyrine"
    with connect(address, create=True) as connection:
        recorded(connection, 1)
        targets = Targets(connection.database, connection.collection)
        targets.add(url, HOUR, 1)
        targets.keep(replace(targets.all()[0], story=STORY, said=f"404 {url}"))
    assert url.encode() in stored_bytes(address)
    ran = ask("--archive", address, "erase", STORY, "--description", "--why", "w",
              "--authority", "a", "--yes")  # fmt: skip
    assert ran.code == 0, ran
    assert url.encode() not in stored_bytes(address)


def test_an_erasure_that_was_killed_is_finished_for_watched_addresses_too(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "https://example.org/zephyrine"
    with connect(address, create=True) as connection:
        recorded(connection, 1)
        targets = Targets(connection.database, connection.collection)
        targets.add(url, HOUR, 1)
        targets.keep(replace(targets.all()[0], story=STORY))
    erases = Archive.erase

    def killed(archive: Archive, command: Erase) -> NoReturn:
        erases(archive, command)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Archive, "erase", killed)
        ran = ask("--archive", address, "erase", STORY, "--all-revisions", "--why", "w",
                  "--authority", "a", "--yes")  # fmt: skip
        assert ran.code == 130
    assert ask("--archive", address, "erase", "--finish").code == 0
    assert url.encode() not in stored_bytes(address)


def test_an_erasure_that_is_refused_forgets_no_watched_address(address: str) -> None:
    with connect(address, create=True) as connection:
        plain = RecordCopy(STORY, "tester", article(1), captured=START)
        connection.archive.record(plain)
        targets = Targets(connection.database, connection.collection)
        targets.add("https://example.org/zephyrine", HOUR, 1)
        targets.keep(replace(targets.all()[0], story=STORY))
        ran = ask("--archive", address, "erase", STORY, "--description", "--why", "w",
                  "--authority", "a", "--yes")  # fmt: skip
        assert (ran.code, len(targets.all())) == (3, 1)


def sampled(url: str) -> str:
    """What a server's statistics tell of the tables, to whoever may read these."""
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("analyze")
        rows = server.execute("select s::text from pg_stats s where schemaname = current_schema()")
        return "".join(row[0] for row in rows)


def test_no_statistics_have_samples_of_what_may_be_erased(postgres_url: str) -> None:
    """PostgreSQL would keep some values of each column, short texts and salts whole, until it
    analyses the table again."""
    url, outlet = "https://example.org/zephyrine", "The Zephyr"
    with connect(postgres_url, create=True) as connection:
        targets = Targets(connection.database, connection.collection)
        for number in range(3):
            connection.archive.record(copy(1, Article(headline=f"{BODY} {number}"), str(number)))
            targets.add(f"{url}{number}", HOUR, 1, outlet)
        with connection.database.read() as cursor:
            salts = [bytes(row[0]).hex() for row in cursor.rows("select salt from content")]
    told = sampled(postgres_url)
    assert [each for each in (BODY.encode().hex(), url, outlet, *salts) if each in told] == []


@pytest.mark.parametrize(
    ("part", "number"),
    [
        (ErasedPart.PARAGRAPH, 1),
        (ErasedPart.HEADLINE, None),
        (ErasedPart.BYLINE, None),
        (ErasedPart.DATELINE, None),
        (ErasedPart.CAPTION, 1),
        (ErasedPart.CREDIT, 1),
        (ErasedPart.NOTICE, 1),
    ],
)
def test_a_part_goes_and_the_rest_remains(
    connection: Connection, part: ErasedPart, number: int | None
) -> None:
    """With its source; other revisions stay whole; once more changes nothing."""
    texts = recorded(connection)
    archive = connection.archive
    done = archive.erase(erase(part, 3, number))
    name = f"{part.value}{f' {number}' if number else ''} of r3"
    assert done.erased == (name, "source of r3")
    left = read(connection, 3)
    assert left is not None
    assert left.canonical().count(ERASED_TEXT.encode()) == 1
    assert len(left.paragraphs) == 2
    for other in set(texts) - {3}:
        assert read(connection, other) == texts[other]
    entry = archive.story(STORY)
    source = archive.state(STORY).revision(3).event.source
    assert source is not None
    assert archive.source(entry, 3, source.content) is None
    again = archive.erase(erase(part, 3, number))
    assert (again.outcome.verdict, again.outcome.position) == (Verdict.HELD, None)


def test_the_record_says_when_who_why_and_on_what_authority(connection: Connection) -> None:
    recorded(connection)
    archive = connection.archive
    archive.erase(erase(ErasedPart.REVISION, 2))
    shown = archive.show_revision(STORY, 2)
    assert shown.article is None
    [(record, note)] = shown.erasures
    assert (record.actor, record.what, note) == ("eraser", "r2", WHY)
    assert record.recorded_at == archive.log.at(record.position).recorded_at


def test_one_takedown_is_one_append(connection: Connection) -> None:
    """With one reason, whatever it takes."""
    recorded(connection)
    archive = connection.archive
    before = archive.log.head().position
    archive.note(AttachNote(STORY, "tester", Note("A word."), 1))
    done = archive.erase(erase(None))
    events = archive.log.after(before + 1, 100, archive.log.head().position)
    assert {each.recorded_at for each in events} == {events[0].recorded_at}
    erasures = [cast("ContentErased", each.event) for each in events]
    assert len({each.note.commitment for each in erasures}) == 1
    assert done.revisions == tuple(range(1, 9))
    assert "description" in done.erased
    assert any(each.startswith("note #") for each in done.erased)
    assert archive.description(archive.story(STORY)) == Description()


def test_where_else_the_words_stand_is_said(connection: Connection) -> None:
    """In other revisions, and within other parts."""
    archive = connection.archive
    archive.record(copy(1, Article(headline="Ann rows", paragraphs=("Ann rows", "B"))))
    archive.record(copy(2, Article(headline="X", paragraphs=("They say: Ann rows.", "C"))))
    done = archive.erase(erase(ErasedPart.PARAGRAPH, 1, 1, everywhere=True))
    assert done.erased == ("paragraph 1 of r1", "source of r1")
    assert done.left == ("headline of r1", "paragraph 1 of r2")


def test_what_is_no_passage_of_its_own_is_looked_through_too(connection: Connection) -> None:
    """A dateline, and the title and the address of a picture."""
    archive = connection.archive
    archive.record(copy(1, Article(headline="Ann", paragraphs=("A",))))
    picture = Media(caption="A boat", title="Ann at sea", url="https://example.org/Ann.jpg")
    archive.record(copy(2, Article(headline="X", dateline="Port Ann", media=(picture,))))
    done = archive.erase(erase(ErasedPart.HEADLINE, 1))
    assert done.left == ("dateline of r2", "caption 1 of r2", "address of picture 1 of r2")


def test_a_picture_has_no_address_without_its_caption(connection: Connection) -> None:
    """A name stands in addresses, too; also where a picture has nothing else."""
    url = "https://example.org/Ann.jpg"
    media = (Media(caption="Ann", credit="B. Camera", url=url), Media(url=url))
    connection.archive.record(copy(1, Article(headline="X", media=media)))
    for number in (1, 2):
        connection.archive.erase(erase(ErasedPart.CAPTION, 1, number))
    left = read(connection, 1)
    assert left is not None
    assert left.media == (Media(ERASED_TEXT, "B. Camera"), Media(ERASED_TEXT))


def test_a_reason_can_be_erased_too(connection: Connection) -> None:
    recorded(connection, 2)
    archive = connection.archive
    first = archive.erase(erase(ErasedPart.HEADLINE, 1)).outcome.position
    archive.erase(erase(ErasedPart.NOTE, None, first))
    [(record, note), *_] = archive.show_revision(STORY, 1).erasures
    assert record.position == first
    assert note is None


def test_recording_the_page_again_records_the_words_again(connection: Connection) -> None:
    """Nothing is kept by which an erased text could be known."""
    texts = recorded(connection, 3)
    archive = connection.archive
    archive.erase(erase(ErasedPart.REVISION, 3))
    again = archive.record(copy(3, texts[3]))
    assert (again.verdict, again.revision) == (Verdict.REVISION, 4)
    assert read(connection, 4) == texts[3]


@pytest.mark.parametrize(
    "wrong",
    [
        erase(ErasedPart.REVISION, 99),
        erase(ErasedPart.PARAGRAPH, 1, 9),
        erase(ErasedPart.CAPTION, 1, 2),
        erase(ErasedPart.NOTE, None, 1),
        erase(ErasedPart.REVISION, 1, story="nothing"),
    ],
)
def test_what_is_not_there_is_not_erased(connection: Connection, wrong: Erase) -> None:
    recorded(connection, 1)
    before = connection.log.head()
    with pytest.raises(NotFoundError):
        connection.archive.erase(wrong)
    assert connection.log.head() == before


def test_content_that_is_missing_without_a_record_is_damage(connection: Connection) -> None:
    recorded(connection, 2)
    unguard(connection.database)
    with connection.database.write() as cursor:
        cursor.run("delete from content where kind = 0 and ordinal = 1")
    with pytest.raises(DamagedError, match="without a record"):
        read(connection, 2)
    with connection.database.write() as cursor:
        cursor.run("update content set encoding = 9 where kind = 0 and ordinal = 0")
    with pytest.raises(DamagedError, match="without a record"):
        read(connection, 1)


def test_nothing_is_erased_where_what_builds_on_it_is_damaged(connection: Connection) -> None:
    """It could not be encoded anew as what it was."""
    texts = recorded(connection, 4)
    unguard(connection.database)
    with connection.database.write() as cursor:
        salt = bytes(32)
        cursor.run("update content set salt = :salt where kind = 0 and ordinal = 2", {"salt": salt})
    head = connection.log.head()
    with pytest.raises(DamagedError):
        connection.archive.erase(erase(ErasedPart.REVISION, 1))
    assert connection.log.head() == head
    assert read(connection, 1) == texts[1]


Step = tuple[str, int, int]


@st.composite
def sequences(draw: st.DrawFn) -> list[Step]:
    """Records and erasures in any order."""
    kinds = st.sampled_from(("record", "record", "record", "paragraph", "revision", "everywhere"))
    step = st.tuples(kinds, st.integers(1, 12), st.integers(1, 3))
    return draw(st.lists(step, min_size=4, max_size=24))


def test_whatever_is_erased_all_the_rest_reads_as_before(connection: Connection) -> None:
    """In any order of recording and erasing; and replay and catalogue agree on what is gone."""
    stories = (f"s{number}" for number in itertools.count())
    alike = ("The crane fell. " * 9, "The crane stands. " * 9, "Nobody was hurt. " * 9)

    @settings(max_examples=25)
    @given(sequences())
    def draw(steps: list[Step]) -> None:
        story = next(stories)
        archive = connection.archive
        texts: list[list[str] | None] = []
        for place, (kind, number, paragraph) in enumerate(steps):
            if kind == "record" or not texts:
                words = [alike[(place + n) % 3] + str(number) for n in range(3)]
                words.append(f"This is text {place}.")
                archive.record(copy(place, Article(paragraphs=tuple(words)), story=story))
                texts.append(list(words))
                continue
            chosen = number % len(texts)
            held = texts[chosen]
            if kind == "revision":
                archive.erase(erase(ErasedPart.REVISION, chosen + 1, story=story))
                texts[chosen] = None
                continue
            everywhere = kind == "everywhere"
            archive.erase(erase(ErasedPart.PARAGRAPH, chosen + 1, paragraph,
                                everywhere=everywhere, story=story))  # fmt: skip
            if held is None:
                continue
            gone = held[paragraph - 1]
            if gone != ERASED_TEXT and everywhere:
                for each in filter(None, texts):
                    each[:] = [ERASED_TEXT if text == gone else text for text in each]
            held[paragraph - 1] = ERASED_TEXT
        fresh = ChainedContent(connection.database, connection.collection)
        entry = archive.story(story)
        state = archive.state(story)
        assert archive.access(entry) == state.access
        for number, left in enumerate(texts, 1):
            shown = read(connection, number, story)
            assert (list(shown.paragraphs) if shown else None) == left
            ref = state.access.present(state.revision(number).event.article)
            if ref is not None:
                assert fresh.held(story_stream(story), ContentKind.ARTICLE, ref) is not None

    draw()
    assert list(differences(connection.database)) == []
    rebuild(connection.database, chunk=7)
    assert list(differences(connection.database)) == []


# Others at the same time.


def test_nothing_is_built_on_a_text_that_is_erased_meanwhile(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compressed against it before, appended after: it is compressed anew, and reads."""
    with connect(address, create=True) as eraser, connect(address) as writer:
        texts = recorded(eraser, 2)
        assert read(writer, 2) == texts[2]
        store = cast("ChainedContent", writer.archive.contents)
        prepare, meanwhile = store.prepare, [erase(ErasedPart.REVISION, 2)]

        def slow(*arguments: Any) -> Any:
            prepared = prepare(*arguments)
            if meanwhile:
                assert any(each.encoding == Encoding.ZSTD_PREFIX for each in prepared)
                eraser.archive.erase(meanwhile.pop())
            return prepared

        monkeypatch.setattr(store, "prepare", slow)
        for number in range(3, 9):
            texts[number] = article(number)
            writer.archive.record(copy(number, texts[number]))
        for connection in (eraser, writer):
            assert read(connection, 2) is None
            for number in (1, *range(3, 9)):
                assert read(connection, number) == texts[number]


def test_what_no_version_tells_the_count_of_erasures_does(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An event that happens to fit after the erasure, with a content prepared before it."""
    with connect(address, create=True) as eraser, connect(address) as writer:
        recorded(eraser, 1)
        texts = [f"{COMMON}{number} {COMMON}" for number in range(5)]
        places = [
            eraser.archive.note(AttachNote(STORY, "t", Note(text))).position for text in texts[:3]
        ]
        state = eraser.archive.state(STORY)
        content = NewContent(
            story_stream(STORY), ContentKind.NOTE, 4, bytes(32), canonical(Note(texts[4]))
        )
        event = NoteAttached(
            originator_id=content.stream,
            originator_version=state.version + 1,
            actor="t",
            note=content.ref,
        )
        store = cast("ChainedContent", writer.archive.contents)
        prepare, prepared = store.prepare, list[int]()

        def slow(*arguments: Any) -> Any:
            found = prepare(*arguments)
            prepared.append(found[0].encoding)
            if len(prepared) == 1:
                eraser.archive.erase(erase(ErasedPart.NOTE, None, places[0]))
            return found

        monkeypatch.setattr(store, "prepare", slow)
        writer.log.append([event], [content])
        assert prepared == [Encoding.ZSTD_PREFIX, Encoding.ZSTD]
        fresh = ChainedContent(eraser.database, eraser.collection)
        for ref, text in [(state.notes[1].ref, texts[1]), (content.ref, texts[4])]:
            held = fresh.held(content.stream, ContentKind.NOTE, ref)
            assert held is not None
            assert note_of(held.data).text == text


def test_a_writer_who_has_read_what_is_erased_notices(address: str) -> None:
    """Its memory still has the text, as the text that the next one of the chain builds on."""
    with connect(address, create=True) as writer, connect(address) as eraser:
        texts = recorded(writer, 4)
        eraser.archive.erase(erase(ErasedPart.REVISION, 4))
        eraser.archive.erase(erase(ErasedPart.PARAGRAPH, 1, 1))
        for number in range(5, 12):
            texts[number] = article(number)
            writer.archive.record(copy(number, texts[number]))
    with connect(address) as connection:
        for number in (2, 3, *range(5, 12)):
            assert read(connection, number) == texts[number]
        assert read(connection, 4) is None


def test_writers_and_erasers_at_once_lose_nothing(address: str) -> None:
    """Everything that was not erased reads, in a story that many write and erase."""
    connect(address, create=True).close()
    failures: list[BaseException] = []
    done: dict[str, Article] = {}

    def write(name: str) -> None:
        try:
            with connect(address) as connection:
                for number in range(12):
                    text = article(number, f"{name} {number}")
                    while str(text.headline) not in done:
                        with contextlib.suppress(ConflictError):
                            connection.archive.record(copy(number * 10 + int(name), text))
                            done[str(text.headline)] = text
        except BaseException as cause:
            failures.append(cause)

    def remove() -> None:
        try:
            with connect(address) as connection:
                for number in range(1, 13):
                    while not failures:
                        with contextlib.suppress(NotFoundError, ConflictError):
                            connection.archive.erase(erase(ErasedPart.REVISION, number * 2))
                            break
        except BaseException as cause:
            failures.append(cause)

    threads = [threading.Thread(target=write, args=(str(n),)) for n in range(2)]
    threads.append(threading.Thread(target=remove))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert failures == []
    with connect(address) as connection:
        state = connection.archive.state(STORY)
        assert len(state.revisions) == 24
        for revision in state.revisions:
            text = read(connection, revision.number)
            assert (text is None) == (revision.number % 2 == 0)
            if text is not None:
                assert text == done[str(text.headline)]
        assert list(differences(connection.database)) == []


@pytest.mark.parametrize("moment", range(1, 9))
def test_a_killed_erasure_has_done_all_or_nothing(
    address: str, moment: int, tmp_path: Path
) -> None:
    """Whichever statement it died at; and the same command once more completes it."""
    with connect(address, create=True) as connection:
        texts = recorded(connection, 6)
        head = connection.log.head().position
    process = started(die_erasing, address, STORY, moment)
    process.join(PATIENCE)
    assert process.exitcode == -9
    with connect(address) as connection:
        gone = read(connection, 1) is None
        assert gone == (connection.log.head().position > head)
        for number in range(2, 7):
            assert read(connection, number) == texts[number]
        assert list(differences(connection.database)) == []
    arguments = ("erase", f"{STORY}@r1", "--why", "w", "--authority", "a", "--yes")
    wait_until_alone(address)
    assert ask("--archive", address, *arguments).code == 0
    with connect(address) as connection:
        assert read(connection, 1) is None
        assert not pending(connection.database)


def wait_until_alone(address: str) -> None:
    """Until a server has seen that a client is dead, whose transaction sees an older state."""
    if not is_url(address):
        return
    asked = "select count(*) from pg_stat_activity where datname = current_database()"
    with psycopg.connect(address, autocommit=True) as session:
        give_up = time.monotonic() + PATIENCE
        while session.execute(asked).fetchone() != (1,):
            assert time.monotonic() < give_up
            time.sleep(0.01)


def test_a_reader_of_an_older_state_holds_up_the_clearing(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said so, and done later."""
    for module in (postgres, sqlite):
        monkeypatch.setattr(module, "_SCRUB_MILLISECONDS", 100)
    with connect(address, create=True) as connection:
        recorded(connection, 3)
    with connect(address) as reader, reader.database.snapshot() as cursor:
        cursor.rows("select count(*) from content")
        ran = ask("--archive", address, "erase", f"{STORY}@r1", "--why", "w", "--authority", "a",
                  "--yes", "--format", "json")  # fmt: skip
        answer, error = ran.objects
        assert (ran.code, answer["outcome"], answer["cleared"]) == (4, "erasure", False)
        assert "--finish" in error["error"]["message"]
        assert ask("--archive", address, "stats", "--format", "json").json["cleared"] is False
        assert "not cleared yet" in ask("--archive", address, "stats").out
    finished = ask("--archive", address, "erase", "--finish")
    assert (finished.code, finished.out) == (0, "the files are cleared of what was erased\n")
    assert ask("--archive", address, "stats", "--format", "json").json["cleared"] is True
    assert "cleared" not in ask("--archive", address, "stats").out
    again = ask("--archive", address, "erase", "--finish", "--format", "json")
    assert again.json["cleared"] is True


def test_an_older_state_that_is_let_go_soon_holds_up_nothing(
    address: str, postgres_server: PostgresServer
) -> None:
    """A server keeps what any transaction that writes may see, also one of another database."""
    with connect(address, create=True) as connection:
        recorded(connection, 3)
    arguments = ("erase", f"{STORY}@r1", "--why", "w", "--authority", "a", "--yes")
    with psycopg.connect(postgres_server.url()) as elsewhere:
        elsewhere.execute("select pg_current_xact_id()")
        end = threading.Timer(0.3, elsewhere.rollback)
        end.start()
        ran = ask("--archive", address, *arguments)
        end.join(PATIENCE)
    assert (ran.code, ran.err) == (0, "")


def as_said(access: Access, ref: ContentRef) -> ContentRef | None:
    """What the erasures, one after the other, leave of an article."""
    now: ContentRef | None = ref
    for each in access.erasures:
        gone = each.contents
        if now is not None and ErasedContent(ContentKind.ARTICLE, now.ordinal) in gone:
            now = each.remainder
    return now


def ref_of(ordinal: int) -> ContentRef:
    return ContentRef(ordinal, 1, "00" * 32)


def erasures() -> st.SearchStrategy[Erasure]:
    """Few revisions and contents, so that the same often goes, or goes again."""
    kinds = st.sampled_from((ContentKind.ARTICLE, ContentKind.SOURCE))
    gone = st.lists(st.builds(ErasedContent, kinds, st.integers(0, 5)), max_size=3)
    refs = st.builds(ref_of, st.integers(0, 5))
    revisions = st.none() | st.integers(1, 3)
    return st.builds(
        Erasure, st.integers(1, 9), st.just(START), st.just("t"), revisions,
        st.just(ErasedPart.REVISION), st.none(), gone.map(tuple), st.none() | refs, refs,
    )  # fmt: skip


def restrictions() -> st.SearchStrategy[Restriction]:
    revisions = st.none() | st.integers(1, 3)
    until = st.none() | st.integers(1, 3)
    refs = st.builds(ref_of, st.integers(0, 5))
    return st.builds(
        Restriction, st.integers(1, 9), st.just(START), st.just("t"), revisions, st.booleans(),
        until, refs,
    )  # fmt: skip


@given(st.lists(restrictions(), max_size=8), st.lists(erasures(), max_size=8), st.integers(0, 9))
def test_what_is_taken_down_is_what_was_said_of_it_in_order(
    said: list[Restriction], gone: list[Erasure], position: int
) -> None:
    access = Access(tuple(said), tuple(gone))
    reasons = [*(each.note for each in said), *(each.note for each in gone)]
    for ref in map(ref_of, range(6)):
        assert access.present(ref) == as_said(access, ref)
        assert access.is_reason(ref) == (ref in reasons)
        for kind in ContentKind:
            record = [each for each in gone if ErasedContent(kind, ref.ordinal) in each.contents]
            assert access.erasure_of(kind, ref) == (record[0] if record else None)
    for revision in (None, 1, 2, 3):
        own = [each for each in said if each.revision == revision]
        assert access.said_of(revision) == (own[-1] if own else None)
    for revision in (1, 2, 3):
        assert list(access.of_revision(revision)) == [e for e in gone if e.revision == revision]
    by_then = [each for each in said if not each.restored or each.position <= position]
    for _ in range(2):
        assert access.restored_by(position) == Access(tuple(by_then), tuple(gone))


def test_what_others_take_down_is_seen_at_once(address: str) -> None:
    """By whoever has read what was taken down before, also where they read many together."""
    with connect(address, create=True) as connection, connect(address) as reader:
        recorded(connection, 4)
        connection.archive.erase(erase(ErasedPart.REVISION, 1))
        together = reader.archive.together([reader.archive.story(STORY)])
        for archive in (reader.archive, together):
            assert archive.show_revision(STORY, 1).article is None
            assert archive.show_revision(STORY, 2).article == article(2)
        connection.archive.erase(erase(ErasedPart.REVISION, 2))
        connection.archive.restrict(Restrict(STORY, "t", WHY, 3))
        for archive in (reader.archive, together):
            assert archive.show_revision(STORY, 2).article is None
            with pytest.raises(RestrictedError):
                archive.show_revision(STORY, 3)
        connection.archive.restore(Restore(STORY, "t", WHY, 3))
        connection.archive.restrict(Restrict(STORY, "t", WHY, 4))
        for archive in (reader.archive, together):
            assert archive.show_revision(STORY, 3).article == article(3)
            with pytest.raises(RestrictedError):
                archive.show_revision(STORY, 4)


# Restricting.


def test_what_is_restricted_is_not_read(connection: Connection) -> None:
    """By whatever way, whatever moment is asked about, until it is restored."""
    texts = recorded(connection, 3)
    archive = connection.archive
    ref = archive.state(STORY).revision(2).event.article
    known = f"#{archive.log.head().position}"
    note = Note("restricted", why="a claim")
    position = archive.restrict(Restrict(STORY, "t", note, 2)).position
    tries: list[Callable[[], object]] = [
        lambda: archive.show_revision(STORY, 2),
        lambda: archive.show_revision(STORY, 2, known),
        lambda: archive.show(STORY, START + 2 * MINUTE),
        lambda: archive.chosen(STORY, "r2", known),
        lambda: archive.article(archive.story(STORY), 2, ref),
    ]
    for each in tries:
        with pytest.raises(RestrictedError, match=f"until it is restored .by event #{position}"):
            each()
    assert read(connection, 1) == texts[1]
    archive.restore(Restore(STORY, "t", Note("restored", why="settled"), 2))
    for each in tries:
        each()


def test_commands_say_that_a_text_is_restricted(address: str, tmp_path: Path) -> None:
    with connect(address, create=True) as connection:
        recorded(connection, 3)
    until = ("--until", "2099-01-02T03:04Z")
    assert ask("--archive", address, "restrict", f"{STORY}@r3", "--why", "w", *until).code == 0
    for command in ("show", "diff"):
        ran = ask("--archive", address, command, STORY, "--format", "json")
        assert (ran.code, ran.error["code"]) == (3, "restricted")
        assert ran.error["until"] == "2099-01-02T03:04:00Z"
        assert "2099-01-02T03:04:00Z" in ran.error["message"]
    [line] = ask("--archive", address, "stories", "--format", "json").objects
    assert (line["headline"], line["restricted"]["position"]) == (None, 6)
    assert "restricted until 2099" in ask("--archive", address, "stories").out
    steps = ask("--archive", address, "replay", STORY, "--format", "json").objects
    assert [step["article"] or step["change"] for step in steps][2] is None
    assert steps[2]["restricted"]
    assert steps[3]["kind"] == "restriction"
    assert steps[3]["takedown"]["why"] == "w"
    history = ask("--archive", address, "history", STORY, "--format", "json").json
    assert [bool(item["restricted"]) for item in history["items"]] == [False, False, True, True]
    found = exported(address, tmp_path)
    assert b"fell 2" in found
    assert b"fell 3" not in found
    with OpenArchive(address, "main", actor="t", create=False) as library:
        story: Any = library.story(STORY)
        assert [each.restricted for each in story.revisions] == [False, False, True]
        with pytest.raises(RestrictedError):
            _ = story.at().text
        with pytest.raises(RestrictedError):
            _ = story.revisions[2].text
        assert "restricted" in story._repr_html_()


def test_a_restricted_story_hides_all_of_it_but_the_reasons(connection: Connection) -> None:
    recorded(connection, 2)
    archive = connection.archive
    archive.note(AttachNote(STORY, "t", Note("A word."), 1))
    reason = Note("restricted", why="a claim")
    archive.restrict(Restrict(STORY, "t", reason))
    entry, state = archive.story(STORY), archive.state(STORY)
    for number in (1, 2):
        with pytest.raises(RestrictedError):
            archive.show_revision(STORY, number)
    with pytest.raises(RestrictedError):
        archive.note_text(entry, state.notes[0].ref, 1)
    assert archive.note_text(entry, state.access.restrictions[0].note) == reason
    assert archive.description(entry) == Description()


def test_a_time_ends_a_restriction_by_the_archives_clock(address: str) -> None:
    now = START + DAY
    with connect(address, create=True, now=lambda: now) as connection:
        texts = recorded(connection, 1)
        archive = connection.archive
        note = Note("restricted", why="an embargo")
        with pytest.raises(UsageError, match="over already"):
            archive.restrict(Restrict(STORY, "t", note, 1, now))
        archive.restrict(Restrict(STORY, "t", note, 1, now + HOUR))
        same = archive.restrict(Restrict(STORY, "t", note, 1, now + HOUR))
        assert same.verdict is Verdict.HELD
        now += HOUR - 1
        with pytest.raises(RestrictedError, match=iso(START + DAY + HOUR)):
            read(connection, 1)
        now += 1
        assert read(connection, 1) == texts[1]
        lifted = archive.restore(Restore(STORY, "t", note, 1))
        assert lifted.verdict is Verdict.HELD


def test_what_is_restricted_can_be_erased(connection: Connection) -> None:
    texts = recorded(connection, 2)
    archive = connection.archive
    archive.restrict(Restrict(STORY, "t", Note("restricted", why="a claim")))
    archive.erase(erase(ErasedPart.PARAGRAPH, 1, 2, everywhere=True))
    archive.restore(Restore(STORY, "t", Note("restored", why="it is gone")))
    text = read(connection, 1)
    assert text is not None
    assert text.paragraphs == (texts[1].paragraphs[0], ERASED_TEXT)


# Commands.


def test_erasing_asks_or_is_told_yes(tmp_path: Path) -> None:
    """A program that nobody watches has to say so; why and on what authority always."""
    archive = str(tmp_path / "archive.db")
    with connect(archive, create=True) as connection:
        texts = recorded(connection, 1)
    why = ("--why", "w", "--authority", "a")
    silent = run("--archive", archive, "erase", f"{STORY}@r1", *why)
    assert (silent.code, "--yes" in silent.err) == (2, True)
    for wrong in (
        (f"{STORY}@r1", "--yes"),
        (f"{STORY}@r1", "--yes", "--why", "w"),
        (f"{STORY}@r1", "--yes", "--why", " ", "--authority", "a"),
        (STORY, "--yes", *why),
        (STORY, "--headline", "--yes", *why),
        (f"{STORY}@r1", "--all-revisions", "--yes", *why),
        (f"{STORY}@r1", "--headline", "--byline", "--yes", *why),
        (f"{STORY}@r1", "--in-all", "--yes", *why),
        (STORY, "--note", "first", "--yes", *why),
        ("--yes", *why),
        (STORY, "--finish"),
    ):
        ran = ask("--archive", archive, "erase", *wrong)
        assert ran.code == 2, wrong
        assert len(ran.err.splitlines()) == 1
    with connect(archive) as connection:
        assert read(connection, 1) == texts[1]


def test_the_register_tells_who_has_it(address: str, tmp_path: Path) -> None:
    """Exports of what was erased or restricted by then did not hold it."""
    with connect(address, create=True) as connection:
        recorded(connection, 2)
        connection.archive.record(copy(1, story="other"))

    def export(*arguments: str) -> None:
        assert ask("--archive", address, "export", *arguments, "-o", tmp_path / "e").code == 0

    def holders(target: str) -> list[int]:
        ran = ask("--archive", address, "exports", target, "--format", "json")
        return [export["position"] for export in ran.objects]

    def do(*arguments: str) -> Any:
        ran = ask("--archive", address, *arguments, "--format", "json")
        assert ran.code == 0, ran
        return ran.json

    export("--all")  # 7
    export("other")  # 8
    export("--all", "--known-at", "#3")  # 9, before r2
    assert holders(f"{STORY}@r2") == [7]
    assert holders(f"{STORY}@r1") == [7, 9]
    assert holders("other") == [7, 8]
    do("restrict", f"{STORY}@r1", "--why", "w")
    export("--all")  # 11
    assert holders(f"{STORY}@r1") == [7, 9]
    assert holders(f"{STORY}@r2") == [7, 11]
    erased = do("erase", f"{STORY}@r2", "--why", "w", "--authority", "a", "--yes")
    assert [export["position"] for export in erased["exports"]] == [7, 11]
    export("--all")  # 13
    assert holders(f"{STORY}@r2") == [7, 11]
    assert len(ask("--archive", address, "exports", "--format", "json").objects) == 5
    erased = do("erase", f"{STORY}@r2", "--why", "w", "--authority", "a", "--yes")
    assert erased["outcome"] == "held"
    assert [export["position"] for export in erased["exports"]] == [7, 11]


@pytest.mark.parametrize(
    "what",
    [
        (f"{STORY}@r1", "--headline"),
        (f"{STORY}@r1", "--paragraph", "2"),
        (f"{STORY}@r1", "--source"),
        (STORY, "--description"),
        (STORY, "--note", "#4"),
        (STORY, "--all-revisions"),
    ],
)
def test_later_exports_did_not_hold_what_was_erased_already(
    address: str, tmp_path: Path, what: tuple[str, ...]
) -> None:
    with connect(address, create=True) as connection:
        connection.archive.record(copy(1))
    assert ask("--archive", address, "note", STORY, "A note.").code == 0  # 4

    def export(number: int) -> None:
        out = tmp_path / str(number)
        assert ask("--archive", address, "export", "--all", "-o", out).code == 0

    def held() -> list[int]:
        ran = ask("--archive", address, "erase", *what, "--why", "w", "--authority", "a", "--yes",
                  "--format", "json")  # fmt: skip
        return [each["position"] for each in ran.json["exports"]]

    export(5)
    assert held() == [5]
    export(6)
    assert held() == [5]


def test_the_register_tells_of_what_no_text_shows(address: str, tmp_path: Path) -> None:
    """A backup holds what is restricted; a bag holds notes, even where no text is left."""
    why = ("--why", "w", "--authority", "a", "--yes")

    def do(*arguments: str | Path) -> list[Any]:
        ran = ask("--archive", address, *arguments)
        assert ran.code == 0, ran
        return ran.objects if "json" in arguments else []

    def holders(target: str) -> list[str]:
        return [export["format"] for export in do("exports", target, "--format", "json")]

    key = tmp_path / "signing.key"
    do("init", "--key", key)
    with connect(address) as connection:
        recorded(connection, 2)
        connection.archive.record(copy(1, story="other"))
    do("note", STORY, "A note.")
    do("restrict", f"{STORY}@r1", "--why", "w")
    do("export", "--all", "--with-content", "-o", tmp_path / "backup")
    do("export", "--all", "--format", "csv", "-o", tmp_path / "csv")
    assert holders(f"{STORY}@r1") == ["backup"]
    assert holders(f"{STORY}@r2") == ["backup", "csv"]
    for revision in ("r1", "r2"):
        do("erase", f"{STORY}@{revision}", *why)
    do("export", STORY, "--format", "bag", "--key", key, "-o", tmp_path / "bag")
    do("export", "other", "--format", "bag", "--key", key, "-o", tmp_path / "bag2")
    assert holders(f"{STORY}@r1") == ["backup"]
    assert holders(STORY) == ["backup", "csv", "bag"]


# The database sees to it.


def test_triggers_refuse_that_the_log_be_changed(tmp_path: Path) -> None:
    archive = str(tmp_path / "archive.db")
    with connect(archive, create=True) as connection:
        texts = recorded(connection, 2)
        head = connection.log.head()
    with contextlib.closing(sqlite3.connect(archive, isolation_level=None)) as file:
        file.execute("insert into checkpoint values (1, 1, x'00', 'note', 0)")
        file.execute("insert into timestamp_token values (1, 1, 'authority', 0, 'token')")
        for table in ("event", "stream", "topic", "content", "checkpoint", "timestamp_token"):
            for change in (
                f"update {table} set collection = 1",
                f"delete from {table}",
                f"insert or replace into {table} select * from {table}",
            ):
                with pytest.raises(sqlite3.IntegrityError, match=r"append-only|only changed"):
                    file.execute(change)
    with connect(archive) as connection:
        assert (connection.log.head(), read(connection, 1)) == (head, texts[1])
        connection.archive.erase(erase(ErasedPart.REVISION, 1))
        refused = pytest.raises(StorageError, match="only changed by erasing")
        with refused, connection.database.write() as cursor:
            cursor.run("update content set data = x'00'")


def test_no_row_takes_the_place_of_another(tmp_path: Path) -> None:
    """By whichever of its keys: a position, or a place in a stream; a key, or a name."""
    archive = str(tmp_path / "archive.db")
    with connect(archive, create=True) as connection:
        recorded(connection, 2)
        head = connection.log.head()
    with contextlib.closing(sqlite3.connect(archive, isolation_level=None)) as file:
        for replacement in (
            "event select collection, position + 100, stream, version, topic, 0, x'' from event",
            "event select collection, position, stream, version + 100, topic, 0, x'' from event",
            "stream select collection, stream + 100, name from stream",
            "stream select collection, stream, name || '2' from stream",
            "topic select collection, topic + 100, name from topic",
            "topic select collection, topic, name || '2' from topic",
            "content select collection, stream, kind, ordinal, null, 9, x'', x'' from content",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="has a row of that key"):
                file.execute(f"insert or replace into {replacement}")
    with connect(archive) as connection:
        assert connection.log.head() == head
        assert verify(connection, deep=True).checked.findings == []


def test_a_recorder_records_and_changes_nothing(postgres_url: str, tmp_path: Path) -> None:
    """It may neither update nor delete what the log is made of, nor erase; it does all the rest."""
    with connect(postgres_url, create=True) as connection:
        recorded(connection, 2)
    lines = tmp_path / "lines.jsonl"
    lines.write_text('{"story":"new","captured":"2024-10-24T10:00Z","body":"A text."}\n')
    with role(postgres_url, "a_recorder", reads=False) as url:
        assert ask("--archive", url, "show", STORY).code == 6
        printed = ask("--archive", postgres_url, "grant", "a_recorder", "--print").out
        assert printed.count('"a_recorder"') == len(printed.splitlines())
        assert ask("--archive", url, "show", STORY).code == 6
        assert ask("--archive", postgres_url, "grant", "a_recorder").code == 0
        for command in (
            ("import", str(lines)),
            ("note", STORY, "A note."),
            ("sight", STORY, "--at", "2024-11-01T00:00Z", "--outcome", "gone"),
            ("redate", f"{STORY}@r1", "--published", "2024-10-24T00:00Z"),
            ("restrict", STORY, "--why", "w"),
            ("restore", STORY, "--why", "w"),
            ("show", f"{STORY}@r2"),
            ("history", STORY),
            ("stories",),
            ("stats",),
            ("export", "--all", "-o", str(tmp_path / "all.jsonl")),
        ):
            ran = ask("--archive", url, *command)
            assert (ran.code, ran.err.count("may be old")) == (0, 0), (command, ran)
        with psycopg.connect(url, autocommit=True) as server:
            for table in ("event", "stream", "topic", "content", "checkpoint", "story", "erasure"):
                for change in (
                    f"update {table} set collection = 1",
                    f"delete from {table}",
                    f"truncate {table}",
                ):
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        server.execute(change.encode())
        refused = ask("--archive", url, "erase", f"{STORY}@r1", "--why", "w", "--authority", "a",
                      "--yes")  # fmt: skip
        assert (refused.code, "permission denied" in refused.err) == (6, True)
        assert ask("--archive", url, "show", f"{STORY}@r1").code == 0
        assert ask("--archive", postgres_url, "projections", "rebuild", "catalogue").code == 0
        assert ask("--archive", url, "note", STORY, "After a rebuild.").code == 0


@pytest.mark.parametrize("table", ["content", "pack", "watch"])
def test_who_owns_not_every_table_of_what_is_erased_is_told_so(
    postgres_url: str, table: str
) -> None:
    """As where another role upgraded the archive, and made one of them; vacuum passes over it."""
    with connect(postgres_url, create=True) as connection:
        recorded(connection, 1)
    with (
        role(postgres_url, "owner_of_most", reads=False) as url,
        psycopg.connect(postgres_url, autocommit=True) as server,
    ):
        tables = server.execute("select tablename from pg_tables where schemaname = 'public'")
        for (name,) in tables.fetchall():
            server.execute(f"alter table {name} owner to owner_of_most".encode())
        server.execute(f"alter table {table} owner to postgres".encode())
        server.execute(f"grant all on {table} to owner_of_most".encode())
        ran = ask("--archive", url, "erase", STORY, "--description", "--why", "w",
                  "--authority", "a", "--yes")  # fmt: skip
        assert (ran.code, "only the owner of the tables" in ran.err) == (4, True), ran
        assert ask("--archive", url, "erase", "--finish").code == 4
        server.execute(f"alter table {table} owner to owner_of_most".encode())
        assert ask("--archive", url, "erase", "--finish").code == 0


def test_a_reader_reads_and_records_nothing(postgres_url: str) -> None:
    with connect(postgres_url, create=True) as connection:
        recorded(connection, 2)
    with role(postgres_url, "reader_only", reads=False) as url:
        assert ask("--archive", postgres_url, "grant", "reader_only", "--reader").code == 0
        for command in (("show", STORY), ("history", STORY), ("stories",), ("stats",)):
            assert ask("--archive", url, *command).code == 0
        refused = ask("--archive", url, "note", STORY, "A note.")
        assert (refused.code, len(refused.err.splitlines())) == (6, 1)
    missing = ask("--archive", postgres_url, "grant", "nobody_at_all")
    assert (missing.code, "nobody_at_all" in missing.err) == (6, True)


def test_decisions_are_pure() -> None:
    """The same state and command give the same events, and the state is as it was."""
    state = StoryState()
    from variorum.adapters.catalogue.situation import NOTHING
    from variorum.domain.decisions import decide_record

    salts = (bytes([number]) * 32 for number in itertools.count(1))
    for position, event in enumerate(decide_record(NOTHING, copy(1), salts).events, 2):
        state = evolve(state, Recorded(position, START, event))
    texts = {1: article(1)}
    one, two = (
        decide_erase(state, erase(ErasedPart.HEADLINE, 1), texts, iter([bytes(32)] * 3))
        for _ in range(2)
    )
    assert one == two
    assert texts == {1: article(1)}
