"""A backup is the whole collection: restored into either database, it has the same tree."""

from __future__ import annotations

import base64
import gzip
import json
import lzma
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from itertools import count
from pathlib import Path
from secrets import token_hex

import orjson
import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

import postgres_server as postgres
from evidence import article, hour, make_signing_key, signed_archive, tell
from program import ask, run
from strategies import Command, commands
from test_catalogue import tell as tell_all
from variorum.adapters.catalogue.compare import differences
from variorum.adapters.connect import Connection, connect
from variorum.adapters.contents.commits import commits, committed
from variorum.adapters.contents.scrubbing import pending
from variorum.adapters.contents.sealing import seal
from variorum.adapters.contents.store import ChainedContent
from variorum.adapters.database.address import is_url
from variorum.adapters.eventlog.reader import LogReader
from variorum.adapters.exports.backup import lines
from variorum.adapters.imports.backup import BATCH_EVENTS, Open, restore
from variorum.adapters.imports.packed import open_file
from variorum.adapters.tree.checkpoints import stored_checkpoints
from variorum.adapters.tree.tiles import StoredTree
from variorum.adapters.verification.archive import verify
from variorum.domain.amending import DescribeStory, Merge
from variorum.domain.bulk import Bulk
from variorum.domain.commands import RecordCopy
from variorum.domain.content import Article, ContentKind, ErasedPart, Held, Note
from variorum.domain.errors import ConflictError, DamagedError, UnreadableError
from variorum.domain.signed_note import VerifierKey
from variorum.domain.streams import story_of
from variorum.domain.takedown import Erase
from variorum.domain.tree import Frontier, leaf_hash

CONTENT = b'{"content":'

Make = Callable[[], str]
"""Gives the address of a new archive."""


@pytest.fixture
def kept(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> VerifierKey:
    """The key of a signed archive at `address`."""
    monkeypatch.setenv("VARIORUM_KEYS", str(tmp_path / "keys"))
    return signed_archive(address)


@pytest.fixture(params=["sqlite", "postgres"])
def new(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Where archives are restored: on both databases, whichever the backup came from."""
    numbers = count()
    if request.param == "sqlite":
        return lambda: str(tmp_path / f"restored-{next(numbers)}.db")
    server: postgres.PostgresServer = request.getfixturevalue("postgres_server")
    return server.create_database


def backed_up(address: str) -> list[bytes]:
    with connect(address) as connection:
        return [line + b"\n" for line in lines(connection, connection.log.head().position)]


def root(connection: Connection) -> bytes:
    return StoredTree(connection.database, connection.collection).root(
        connection.log.head().position
    )


def restored(address: str, backup: list[bytes]) -> Connection:
    connection = connect(address, create=True, empty=True)
    restore(connection, "backup", lambda: nullcontext(backup))
    return connection


def test_what_is_restored_has_the_same_tree_and_verifies(
    address: str, new: Make, kept: VerifierKey
) -> None:
    """Every text reads as before, every checkpoint holds, and a backup of it is the same file."""
    backup = backed_up(address)
    place = new()
    with connect(address) as before, restored(place, backup) as after:
        assert root(after) == root(before)
        found = verify(after, deep=True)
        assert found.checked.findings == []
        assert found.signed.count == 2
        assert list(stored_checkpoints(after)) == list(stored_checkpoints(before))
        for story in ("crane", "quay", "tug"):
            one, two = before.archive.show(story), after.archive.show(story)
            assert (one.article, one.dating, one.recorded_at) == (
                two.article,
                two.dating,
                two.recorded_at,
            )
    assert backed_up(place) == backup


@settings(max_examples=10)
@given(histories=st.lists(commands("story"), max_size=3))
def test_any_history_comes_back(
    histories: list[list[Command]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any")
    with connect(str(folder / "a.db"), create=True) as before:
        for number, history in enumerate(histories):
            tell_all(before, f"story-{number}", history)
        backup = [line + b"\n" for line in lines(before, before.log.head().position)]
        with restored(str(folder / "b.db"), backup) as after:
            assert root(after) == root(before)
            assert list(differences(after.database)) == []
            assert verify(after, deep=True).checked.findings == []


def test_recording_goes_on_after_restoring(address: str, new: Make, kept: VerifierKey) -> None:
    with restored(new(), backed_up(address)) as after:
        head = after.log.head().position
        again = RecordCopy("crane", "tester", article("crane", 6), published=hour(6))
        assert after.archive.record(again).position is None
        new_one = RecordCopy("crane", "tester", article("crane", 99), published=hour(99))
        assert after.archive.record(new_one).position == head + 1
        assert verify(after, deep=True).checked.findings == []


def part_of(backup: list[bytes], count: int) -> Open:
    """What opens the first lines of a backup."""
    return lambda: nullcontext(backup[:count])


def test_a_restoration_that_was_interrupted_goes_on(
    address: str, new: Make, kept: VerifierKey
) -> None:
    """What came of the file is there and whole; the rest comes when it is run again."""
    backup = backed_up(address)
    for cut in (1, 2, 7, len(backup) // 2, len(backup) - 1):
        place = new()
        with connect(place, create=True, empty=True) as connection:
            with pytest.raises(UnreadableError, match="ends early"):
                restore(connection, "backup", part_of(backup, cut))
            assert verify(connection).checked.findings == []
            restore(connection, "backup", lambda: nullcontext(backup))
            assert (
                restore(connection, "backup", lambda: nullcontext(backup)).held
                == connection.log.head().position
            )
            assert verify(connection, deep=True).checked.findings == []


def test_a_damaged_backup_is_refused_where_it_is_damaged(
    address: str, tmp_path: Path, kept: VerifierKey
) -> None:
    """Lines that are missing, doubled, out of order, or changed."""
    backup = backed_up(address)
    numbers = count()

    def refused(damaged: list[bytes]) -> None:
        place = str(tmp_path / f"damaged-{next(numbers)}.db")
        with connect(place, create=True, empty=True) as connection:
            with pytest.raises(UnreadableError, match=r"backup(:\d+:| ends early)"):
                restore(connection, "backup", lambda: nullcontext(damaged))
            assert verify(connection).checked.findings == []

    for index in range(len(backup)):
        if b'"checkpoint"' not in backup[index]:
            refused(backup[:index] + backup[index + 1 :])
    for index in range(0, len(backup) - 4, 5):
        refused([*backup[:index], backup[index], *backup[index:]])
        first, second = backup[index : index + 2]
        if not (first.startswith(CONTENT) and second.startswith(CONTENT)):  # of one event
            refused([*backup[:index], second, first, *backup[index + 2 :]])
    for index, line in enumerate(backup):
        if b'"text":"' in line:
            refused(
                [*backup[:index], line.replace(b'"text":"', b'"text":"x'), *backup[index + 1 :]]
            )
        elif b'"recorded_at":' in line:
            changed = line.replace(b'"recorded_at":1', b'"recorded_at":2')
            refused([*backup[:index], changed, *backup[index + 1 :]])


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b'"revision":1,', b'"revision":%d,' % (1 << 70)),
        (b'"ordinal":0,', b'"ordinal":%d,' % (1 << 62)),
        (b'"version":1,', b'"version":%d,' % (1 << 70)),
        (b"story.sighted.1", b"story.sighted.9"),
    ],
)
def test_a_backup_of_what_no_archive_wrote_is_refused(
    was: bytes, becomes: bytes, address: str, new: Make, kept: VerifierKey
) -> None:
    """Numbers that no table takes, and events that nobody knows."""
    with (
        connect(new(), create=True, empty=True) as connection,
        pytest.raises(UnreadableError, match="backup"),
    ):
        restore(connection, "backup", lambda: nullcontext(forged(address, was, becomes)))


def forged(address: str, was: bytes, becomes: bytes) -> list[bytes]:
    """A backup that says something else, with an end that agrees."""
    found = [each.replace(was, becomes) for each in backed_up(address)]
    frontier = Frontier()
    for each in found:
        if each.startswith(b'{"position":'):
            frontier.add(leaf_hash(each.rstrip(b"\n")))
    end = json.loads(found[-1])
    end["end"]["root"] = base64.b64encode(frontier.root()).decode()
    return [*found[:-1], json.dumps(end, separators=(",", ":")).encode() + b"\n"]


@pytest.mark.parametrize("to", [b"quay", b"tug"])
def test_a_story_that_leads_in_circles_or_nowhere_is_damaged(
    address: str, new: Make, to: bytes
) -> None:
    """No archive writes that: it leads to itself, or to a story that is not there."""
    with connect(address, create=True) as connection:
        for story in ("ferry", "quay"):
            tell(connection, story, 1)
        connection.archive.merge(Merge("ferry", "quay", "editor", Note("one page")))
    backup = forged(address, b'"to":"ferry"', b'"to":"%b"' % to)
    with restored(new(), backup) as connection:
        assert connection.archive.show("ferry").article is not None
        with pytest.raises(DamagedError, match=to.decode()):
            connection.archive.show("quay")
        assert_none_recorded(connection, "quay", to.decode())


def assert_none_recorded(connection: Connection, story: str, named: str) -> None:
    """One by one or in bulk, that the log is damaged is all that comes of a copy."""
    copy = RecordCopy(story, "editor", article(story, 2), published=hour(9))
    archive, before = connection.archive, connection.archive.log.head()
    with pytest.raises(DamagedError, match=named):
        archive.record(copy)
    with (
        pytest.raises(DamagedError, match=named),
        Bulk(archive.log, archive.contents, archive.salts) as work,
    ):
        work.take(copy)
    assert archive.log.head() == before


def test_a_story_that_is_one_with_none_that_is_there_is_damaged(address: str, new: Make) -> None:
    with connect(address, create=True) as connection:
        for story in ("ferry", "quay"):
            tell(connection, story, 1)
        connection.archive.merge(Merge("ferry", "quay", "editor", Note("one page")))
    with restored(new(), forged(address, b'"other":"quay"', b'"other":"tug"')) as connection:
        with pytest.raises(DamagedError, match="tug"):
            connection.archive.show("ferry")
        assert_none_recorded(connection, "ferry", "tug")


def test_what_was_taken_out_of_a_backup_is_missed(
    address: str, tmp_path: Path, kept: VerifierKey
) -> None:
    """A checkpoint, its signature, a text, and what a line says of itself; nothing is stored."""
    backup = backed_up(address)
    signed = next(i for i, line in enumerate(backup) if line.startswith(b'{"checkpoint"'))
    flipped = backup[signed][:-30] + bytes([backup[signed][-30] ^ 1]) + backup[signed][-29:]
    text = next(i for i, line in enumerate(backup) if b'"text":"' in line)
    bare = {
        key: value
        for key, value in orjson.loads(backup[text])["content"].items()
        if key not in ("salt", "text")
    }
    numbers = count()

    def refused(damaged: list[bytes], why: str) -> None:
        place = str(tmp_path / f"taken-{next(numbers)}.db")
        with connect(place, create=True, empty=True) as connection:
            with pytest.raises(UnreadableError, match=why):
                restore(connection, "backup", lambda: nullcontext(damaged))
            assert connection.archive.log.head().position == 0

    for index, line, why in (
        (signed, b"", "not as many checkpoints"),
        (signed, backup[signed].replace(b'"size":', b'"size":1'), ":[0-9]+: a checkpoint"),
        (signed, backup[signed].replace(b'"size":', b'"size":null,"x":'), ":[0-9]+: not a check"),
        (signed, flipped, ":[0-9]+: a checkpoint that is not this log's"),
        (text, orjson.dumps({"content": bare}) + b"\n", f":{text + 1}: .* is missing, without"),
        (0, b'{"backup":"variorum","version":1}\n', ":1: it does not say"),
        (len(backup) - 1, b'{"end":1}\n', ":[0-9]+: not the end"),
        (1, backup[1].replace(b'"data":{', b'"data":{"held":1,'), ":2: the event cannot be read"),
    ):
        refused([*backup[:index], *([line] if line else []), *backup[index + 1 :]], why)


def test_no_backup_is_made_that_could_not_be_restored(address: str, kept: VerifierKey) -> None:
    """Of an archive in which what was signed is damaged."""
    with connect(address) as connection, connection.database.write() as cursor:
        if not is_url(address):
            cursor.run("drop trigger guard_checkpoint_update")
        cursor.run("update checkpoint set note = :note", {"note": b"variorum/main\n"})
    with pytest.raises(DamagedError, match="checkpoint"):
        backed_up(address)


def test_no_backup_lacks_the_record_of_what_was_erased(address: str, kept: VerifierKey) -> None:
    """One up to before the erasure would hold neither the text nor why it is not there."""
    with connect(address) as connection:
        archive = connection.archive
        until = archive.log.head().position
        story = next(iter(archive.listed(archive.known(None)))).id
        note = Note("erased", "w", "a")
        number = len(archive.state(story).revisions)
        archive.erase(Erase(story, "eraser", note, ErasedPart.REVISION, number))
        with pytest.raises(ConflictError, match="erased later"):
            list(lines(connection, until))
        assert list(lines(connection, archive.log.head().position))


@pytest.mark.parametrize("cut", range(6))
def test_what_one_takedown_erased_of_several_revisions_comes_back(
    address: str, new: Make, kept: VerifierKey, cut: int
) -> None:
    """Its events commit to one note, which each of them brings along; also resumed between them."""
    with connect(address) as connection:
        tell(connection, "several", 3)
        connection.archive.erase(Erase("several", "eraser", Note("erased", "w", "a"), None))
    backup = backed_up(address)
    last = max(n for n, line in enumerate(backup) if line.startswith(b'{"position"'))
    place = new()
    with connect(place, create=True, empty=True) as connection:
        with pytest.raises(UnreadableError, match="ends early"):
            restore(connection, "backup", part_of(backup, last - cut))
        restore(connection, "backup", lambda: nullcontext(backup))
        assert verify(connection, deep=True).checked.findings == []
    assert backed_up(place) == backup


def test_a_story_that_was_described_anew_comes_back(address: str, new: Make) -> None:
    """What stays of its description is said again, also long after it was said first."""
    with connect(address, create=True) as connection:
        tell(connection, "ferry", 2)
        tell(connection, "quay", 2)
        for zone in ("Europe/Paris", "Europe/Oslo"):
            describe = DescribeStory("ferry", "editor", Note("its imprint"), zone=zone)
            connection.archive.describe(describe)
            tell(connection, zone.rpartition("/")[2].lower(), 1)
    backup = backed_up(address)
    place = new()
    with restored(place, backup) as connection:
        assert verify(connection, deep=True).checked.findings == []
    assert backed_up(place) == backup


def before_and_after(address: str, more: int) -> tuple[list[bytes], list[bytes]]:
    """A backup of a story, and one of after its r2 was erased and so much of another recorded."""
    with connect(address, create=True) as connection:
        tell(connection, "ferry", 3)
        earlier = backed_up(address)
        connection.archive.erase(
            Erase("ferry", "eraser", Note("erased", "w", "a"), ErasedPart.REVISION, 2)
        )
        if more:
            tell(connection, "quay", more)
    return earlier, backed_up(address)


def test_a_later_backup_erases_what_an_earlier_one_brought(address: str, new: Make) -> None:
    place = new()
    earlier, later = before_and_after(address, 0)
    words = article("ferry", 2).text.encode()
    restored(place, earlier).close()
    with connect(place) as connection:
        restore(connection, "backup", lambda: nullcontext(later))
        found = verify(connection, deep=True).checked
        assert (found.findings, found.erased) == ([], 2)
        assert connection.archive.show_revision("ferry", 2).article is None
        assert not pending(connection.database)
    assert backed_up(place) == later
    assert not any(words in line for line in later)


def test_recording_goes_on_in_a_later_backup_after_what_it_erases(address: str, new: Make) -> None:
    """Texts that others build on were read before the erasure."""
    place = new()
    earlier, later = before_and_after(address, BATCH_EVENTS + 20)
    restored(place, earlier).close()
    with connect(place) as connection:
        restore(connection, "backup", lambda: nullcontext(later))
        assert verify(connection, deep=True).checked.findings == []
    assert backed_up(place) == later


def test_a_backup_that_ends_anywhere_is_restored_whole(address: str, new: Make) -> None:
    """Also between the contents of an event, some of which an earlier one brought along."""
    with connect(address, create=True) as connection:
        tell(connection, "ferry", 1)
        describe = DescribeStory("ferry", "editor", Note("its imprint"), zone="Europe/Paris")
        connection.archive.describe(describe)
        connection.archive.erase(Erase("ferry", "eraser", Note("erased", "w", "a"), None))
        again = DescribeStory("ferry", "editor", Note("seen again"), zone="Europe/Oslo")
        connection.archive.describe(again)
    backup = backed_up(address)
    for cut in range(1, len(backup)):
        with connect(new(), create=True, empty=True) as connection:
            with pytest.raises(UnreadableError, match="ends early"):
                restore(connection, "backup", part_of(backup, cut))
            if connection.log.head().position:
                findings = verify(connection).checked.findings
                assert not [each for each in findings if "missing" in each.what]


@pytest.fixture(scope="module")
def erased_from(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A backup of stories of which this and that was erased, now and then."""
    place = str(tmp_path_factory.mktemp("erased") / "a.db")
    note = Note("erased", "w", "a")
    with connect(place, create=True) as connection:
        archive = connection.archive
        tell(connection, "ferry", 5)
        archive.erase(Erase("ferry", "eraser", note, ErasedPart.REVISION, 2))
        tell(connection, "quay", 3)
        archive.erase(Erase("ferry", "eraser", note, ErasedPart.PARAGRAPH, 3, 1))
        archive.describe(DescribeStory("quay", "editor", note, zone="Europe/Oslo"))
        archive.erase(Erase("quay", "eraser", note))
        tell(connection, "tug", 1)
        archive.merge(Merge("tug", "ferry", "editor", note))
        archive.erase(Erase("tug", "eraser", note, ErasedPart.SOURCE, 1))
        return b"".join(line + b"\n" for line in lines(connection, archive.log.head().position))


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def many(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """As `new`, for all the examples of a property."""
    numbers, folder = count(), tmp_path_factory.mktemp("many")
    if request.param == "sqlite":
        return lambda: str(folder / f"restored-{next(numbers)}.db")
    server: postgres.PostgresServer = request.getfixturevalue("postgres_server")
    return server.create_database


def cut_off(connection: Connection, backup: bytes) -> None:
    """Restores what there is of a backup."""
    with pytest.raises(UnreadableError, match="ends early"):
        restore(connection, "backup", lambda: nullcontext(backup.splitlines(keepends=True)))


def unaccounted(connection: Connection) -> int:
    """How many contents are not there, without an event that says that they were erased."""
    contents = ChainedContent(connection.database, connection.collection)
    promised: set[tuple[str, ContentKind, int]] = set()
    gone: set[tuple[str, ContentKind, int]] = set()
    reader = LogReader(connection.database, connection.collection)
    for page in reader.pages(0, reader.head()[0]):
        for event in page:
            found = commits(bytes(event.state))
            promised.update((event.stream, kind, ref.ordinal) for kind, ref in committed(found))
            gone.update((event.stream, each.kind, each.ordinal) for each in found.contents)
    return sum(contents.salt(*place) is None for place in promised - gone)


@settings(max_examples=25)
@given(
    cuts=st.lists(st.floats(0.005, 0.995), min_size=1, max_size=3),
    batch=st.integers(1, 9),
    sealed=st.booleans(),
)
def test_what_a_part_of_a_backup_lacks_is_not_called_tampering(
    erased_from: bytes, many: Make, cuts: list[float], batch: int, sealed: bool
) -> None:
    """Wherever it was cut off, whatever was restored before; and the whole file puts it right."""
    place = many()
    with (
        connect(place, create=True, empty=True) as connection,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr("variorum.adapters.imports.backup.BATCH_EVENTS", batch)
        for cut in cuts:
            cut_off(connection, erased_from[: int(len(erased_from) * cut)])
            if sealed:
                seal(connection.database, connection.collection, None)
            found = verify(connection, deep=True)
            assert found.checked.findings == []
            assert found.checked.unrestored == unaccounted(connection)
        restore(connection, "backup", lambda: nullcontext(erased_from.splitlines(keepends=True)))
        found = verify(connection, deep=True)
        assert (found.checked.findings, found.checked.unrestored) == ([], 0)
        assert found.restored is None
    assert b"".join(backed_up(place)) == erased_from


def test_what_was_restored_in_part_says_so(erased_from: bytes, many: Make, tmp_path: Path) -> None:
    """What is not there, that it was erased later, and what to do; also to programs."""
    events = erased_from.count(b'{"position":')
    cut, place = tmp_path / "cut.jsonl", many()
    cut.write_bytes(erased_from[: len(erased_from) // 2])
    ran = ask("--archive", place, "import", cut)
    assert (ran.code, ran.err.count("\n")) == (5, 1)
    with connect(place) as connection:
        reached, missing = connection.log.head().position, unaccounted(connection)
    assert f"after {reached} events of {events}; " in ran.err
    assert f", without {missing} contents that were erased later" in ran.err
    for how in ((), ("--jobs", "2"), ("--deep", "--record")):
        ran = ask("--archive", place, "verify", *how)
        assert (ran.code, ran.err[:20]) == (1, "variorum: not whole:")
        assert f"of a backup up to #{events}, what is up to #{reached} was restored" in ran.out
        assert ran.out.count("is not there") == min(missing, 20)
        assert f"not restored {missing} · tampered 0" in ran.out
    ran = ask("--archive", place, "verify", "--format", "json")
    assert (ran.code, ran.json["verdict"], ran.json["tampered"]) == (1, "incomplete", 0)
    part = ran.json["restored"]
    assert (part["position"], part["until"], part["lacking"]) == (reached, events, missing)
    assert len(part["contents"]) == missing
    ran = ask("--archive", place, "export", "--all", "--with-content", "-o", tmp_path / "again")
    assert (ran.code, (tmp_path / "again").exists()) == (4, False)
    assert "import the whole file first" in ran.err
    cut.write_bytes(erased_from)
    assert ask("--archive", place, "import", cut).code == 0
    ran = ask("--archive", place, "verify", "--format", "json")
    assert (ran.code, ran.json["verdict"], ran.json["restored"]) == (0, "intact", None)


def test_a_restoration_that_is_interrupted_leaves_no_tampering(
    erased_from: bytes, new: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was erased later is missing in what is restored before."""
    monkeypatch.setattr("variorum.adapters.imports.backup.BATCH_EVENTS", 5)
    given, times = erased_from.splitlines(keepends=True), count(1)

    def interrupted() -> Iterator[bytes]:
        yield from given[: len(given) // 2]
        if next(times) > 1:  # the first time it is only looked through
            raise KeyboardInterrupt
        yield from given[len(given) // 2 :]

    place = new()
    with connect(place, create=True, empty=True) as connection:
        with pytest.raises(KeyboardInterrupt):
            restore(connection, "backup", lambda: nullcontext(interrupted()))
        found = verify(connection, deep=True).checked
        assert found.findings == []
        assert found.unrestored == unaccounted(connection) > 0


def test_a_longer_backup_that_was_begun_is_not_forgotten_for_a_shorter_one(new: Make) -> None:
    """The last one was cut off; one from before it is whole, and lacks what came since."""
    source, place = new(), new()
    with connect(source, create=True) as connection:
        tell(connection, "ferry", 3)
        note = Note("erased", "w", "a")
        connection.archive.erase(Erase("ferry", "eraser", note, ErasedPart.REVISION, 1))
        shorter = backed_up(source)
        connection.archive.erase(Erase("ferry", "eraser", note, ErasedPart.REVISION, 2))
        tell(connection, "quay", 1)
    longer = backed_up(source)
    with connect(place, create=True, empty=True) as connection:
        cut_off(connection, b"".join(longer[: len(shorter) - 5]))
        restore(connection, "backup", lambda: nullcontext(shorter))
        found = verify(connection, deep=True)
        assert found.checked.findings == []
        assert found.checked.unrestored == unaccounted(connection) > 0
        restore(connection, "backup", lambda: nullcontext(longer))
        assert verify(connection, deep=True).restored is None
    assert backed_up(place) == longer


def test_what_is_not_restored_can_be_recorded_as_erased(erased_from: bytes, new: Make) -> None:
    """Where there is no more of the backup than its first part."""
    place = new()
    with connect(place, create=True, empty=True) as connection:
        given = erased_from.splitlines(keepends=True)
        erasure = next(n for n, line in enumerate(given) if b"story.content-erased" in line)
        cut_off(connection, b"".join(given[:erasure]))
        assert verify(connection).checked.unrestored == 4
        note = Note("lost", "the backup was cut off", "the archive")
        for number in (2, 3):
            connection.archive.erase(Erase("ferry", "tester", note, ErasedPart.REVISION, number))
        found = verify(connection, deep=True).checked
        assert (found.findings, found.unrestored, found.erased) == ([], 0, 4)
    assert backed_up(place)


def test_a_backup_that_reaches_elsewhere_than_it_says_is_refused(
    erased_from: bytes, new: Make
) -> None:
    """What was restored of it could say that its rest is still to come."""
    given = erased_from.splitlines(keepends=True)
    events = erased_from.count(b'{"position":')
    for said in (events - 1, events + 1, 1 << 70, -1):
        head = given[0].replace(b'"position":%d' % events, b'"position":%d' % said)
        with (
            connect(new(), create=True, empty=True) as connection,
            pytest.raises(UnreadableError, match="backup:"),
        ):
            restore(connection, "backup", part_of([head, *given[1:]], len(given)))


def test_what_was_taken_out_of_a_backup_is_missed_where_only_its_end_was_cut_off(
    erased_from: bytes, new: Make
) -> None:
    """All events are there: no later one can say that a text was erased."""
    given = erased_from.splitlines(keepends=True)
    text = max(n for n, line in enumerate(given) if b'"text":"' in line)
    bare = orjson.loads(given[text])["content"]
    del bare["salt"], bare["text"]
    given[text] = orjson.dumps({"content": bare}) + b"\n"
    end = next(n for n, line in enumerate(given) if line.startswith(b'{"end"'))
    with (
        connect(new(), create=True, empty=True) as connection,
        pytest.raises(UnreadableError, match=f":{text + 1}: .* is missing, without"),
    ):
        restore(connection, "backup", lambda: nullcontext(given[:end]))


def in_blocks(data: bytes) -> bytes:
    """Packed with zstd as one of many blocks is: what is before a cut can be read."""
    packer = zstd.ZstdCompressor()
    pieces = (data[at : at + 1000] for at in range(0, len(data), 1000))
    blocks = [packer.compress(each, zstd.ZstdCompressor.FLUSH_BLOCK) for each in pieces]
    return b"".join((*blocks, packer.flush()))


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "zstd": in_blocks,
}


@pytest.mark.parametrize("packing", PACKINGS)
def test_of_a_backup_that_was_cut_off_what_is_whole_is_restored(
    address: str, new: Make, tmp_path: Path, packing: str
) -> None:
    """In the middle of a line, and of what is packed, as a full disk leaves it."""
    with connect(address, create=True) as connection:
        for number in range(1, 30):
            tell(connection, f"s{number}", 1)
        head = connection.log.head().position
    whole = b"".join(backed_up(address))
    packed = PACKINGS[packing](whole)
    path = tmp_path / "backup"
    path.write_bytes(packed[: len(packed) - len(packed) // 5])
    with connect(new(), create=True, empty=True) as connection:
        with pytest.raises(UnreadableError, match="ends early"):
            restore(connection, "backup", lambda: open_file(str(path)))
        assert 0 < connection.log.head().position < head
        assert verify(connection, deep=True).checked.findings == []
        path.write_bytes(packed)
        restore(connection, "backup", lambda: open_file(str(path)))
        assert connection.log.head().position == head
    assert b"".join(backed_up(address)) == whole


def test_a_backup_without_its_last_line_feed_is_whole(
    address: str, new: Make, kept: VerifierKey
) -> None:
    backup = backed_up(address)
    last = backup.pop().removesuffix(b"\n")
    with connect(new(), create=True, empty=True) as connection:
        restore(connection, "backup", lambda: nullcontext([*backup, last]))


@pytest.mark.parametrize("parting", [False, True])
def test_a_merger_is_backed_up_and_restored_whole_or_not_at_all(
    address: str, new: Make, parting: bool
) -> None:
    with connect(address, create=True) as connection:
        archive = connection.archive
        for story in ("ferry", "quay"):
            tell(connection, story, 1)
        merge = Merge("ferry", "quay", "editor", Note("one page"))
        position = archive.merge(merge).position
        if parting:
            position = archive.unmerge(merge).position
        assert position is not None
        head = archive.log.head().position
        first = head - 1
        with pytest.raises(ConflictError, match=f"up to #{head}"):
            list(lines(connection, first))
        assert list(lines(connection, first - 1))
        stories = [entry.id for entry in archive.listed(archive.known(f"#{first - 1}"))]
    backup = backed_up(address)
    places = [n for n, line in enumerate(backup) if line.startswith(b'{"position"')]
    for cut in range(places[-2], places[-1] + 1):
        with connect(new(), create=True, empty=True) as connection:
            with pytest.raises(UnreadableError, match="ends early"):
                restore(connection, "backup", part_of(backup, cut))
            assert connection.log.head().position == first - 1
            listed = connection.archive.listed(connection.archive.known(None))
            assert [entry.id for entry in listed] == stories
            assert verify(connection, deep=True).checked.findings == []
            restore(connection, "backup", lambda: nullcontext(backup))
            assert connection.log.head().position == head


def test_what_is_erased_while_it_is_backed_up_is_not_called_damaged(
    address: str, kept: VerifierKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two looks of the backup, another process erases what it is about to read."""
    held = ChainedContent.as_stored
    waiting = [None]

    def as_stored(
        self: ChainedContent, stream: str, kind: ContentKind, ordinal: int, commitment: str
    ) -> Held | None:
        if waiting and kind is ContentKind.ARTICLE:
            waiting.pop()
            read = self._read  # pyright: ignore[reportPrivateUsage]

            def read_late(stream: str, kind: int, ordinal: int) -> tuple[bytes, bytes, int] | None:
                with connect(address) as other:
                    story = story_of(stream) or ""
                    number = next(
                        each.number
                        for each in other.archive.state(story).revisions
                        if each.event.article.ordinal == ordinal
                    )
                    note = Note("erased", "w", "a")
                    other.archive.erase(Erase(story, "eraser", note, ErasedPart.REVISION, number))
                return read(stream, kind, ordinal)

            with monkeypatch.context() as patched:
                patched.setattr(self, "_read", read_late)
                return held(self, stream, kind, ordinal, commitment)
        return held(self, stream, kind, ordinal, commitment)

    monkeypatch.setattr(ChainedContent, "as_stored", as_stored)
    with connect(address) as connection, pytest.raises(ConflictError, match="erased later"):
        list(lines(connection, connection.log.head().position))


def test_a_collection_with_other_events_is_left_as_it_was(
    address: str, new: Make, kept: VerifierKey
) -> None:
    backup = backed_up(address)
    with connect(new(), create=True) as connection:
        tell(connection, "other", 1)
        head = connection.log.head().position
        with pytest.raises(ConflictError):
            restore(connection, "backup", lambda: nullcontext(backup))
        assert connection.log.head().position == head


def test_export_and_import_from_the_command_line(
    address: str, tmp_path: Path, kept: VerifierKey
) -> None:
    """Also packed; and signing refuses to go on from a state that is older than what it signed."""
    backup, packed = tmp_path / "all.backup.jsonl", tmp_path / "all.backup.jsonl.gz"
    ran = ask(
        "--archive", address, "export", "--all", "--with-content", "--format", "jsonl", "-o", backup
    )
    assert (ran.code, ran.out) == (0, "")
    end = json.loads(backup.read_bytes().splitlines()[-1])["end"]
    packed.write_bytes(gzip.compress(backup.read_bytes()))
    place = tmp_path / "again.db"
    for file in (backup, packed):
        place.unlink(missing_ok=True)
        ran = ask("--archive", place, "import", file, "--format", "json")
        assert ran.code == 0
        (told,) = ran.objects
        assert (told["events"], told["root"]) == (end["events"], end["root"])
        assert ask("--archive", place, "verify", "--deep", "--key", str(kept)).code == 0
    assert ask("--archive", place, "import", backup, packed).code == 2
    assert ask("--archive", place, "import", "backup", tmp_path / "none").code == 5


def test_a_backup_on_standard_input_is_known(tmp_path: Path, kept: VerifierKey) -> None:
    """Plain or packed, as a file would be; where that cannot be seen in time, it is said once."""
    source = tmp_path / "source.db"
    with connect(str(source), create=True) as connection:
        make_signing_key(connection)
        for number in range(40):
            noise = Article(paragraphs=(token_hex(4000),))
            copy = RecordCopy("crane", "tester", noise, published=hour(number))
            connection.archive.record(copy)
        events = connection.log.head().position
        backup = b"".join(line + b"\n" for line in lines(connection, events))
    for name, brought in {
        "plain": backup,
        "gzip": gzip.compress(backup),
        "xz": lzma.compress(backup),
    }.items():
        place = tmp_path / f"{name}.db"
        ran = run("--archive", place, "import", "-", given=brought)
        if ran.code == 0:
            assert f"{events:,} events" in ran.out
            with connect(str(place)) as connection:
                assert connection.log.head().position == events
        else:
            assert (name, ran.code) == ("xz", 5)
            assert ran.err.count("import backup -") == 1
        assert run("--archive", place, "import", "backup", "-", given=brought).code in (0, 4)


def test_base64_carries_what_is_not_text(tmp_path: Path) -> None:
    """A source as it was captured may be any bytes."""
    from variorum.domain.commands import Source

    odd = bytes(range(256))
    with connect(str(tmp_path / "odd.db"), create=True) as before:
        make_signing_key(before)
        copy = RecordCopy(
            "odd", "tester", article("odd", 1), published=hour(1), source=Source(odd, "text/html")
        )
        before.archive.record(copy)
        backup = [line + b"\n" for line in lines(before, before.log.head().position)]
    assert any(base64.b64encode(odd) in line for line in backup)
    with restored(str(tmp_path / "even.db"), backup) as after:
        assert verify(after, deep=True).checked.findings == []
