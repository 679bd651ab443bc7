"""Content comes back as it was given, or not at all."""

from __future__ import annotations

import contextlib
import os
import random
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processes import unguard
from strategies import texts
from variorum.adapters.connect import Connection, connect
from variorum.adapters.contents.chain import (
    CHAIN_LENGTH,
    Encoding,
    base_of,
    decode,
    encode,
)
from variorum.adapters.contents.store import ChainedContent
from variorum.adapters.eventlog.recorder import CONTENT_COLUMNS
from variorum.domain.commands import RecordCopy
from variorum.domain.content import Article, ContentKind, NewContent
from variorum.domain.errors import DamagedError
from variorum.domain.times import DAY, MINUTE

STREAM = "story/crane"
SALT = bytes(range(32))


def article(ordinal: int, data: bytes) -> NewContent:
    return NewContent(STREAM, ContentKind.ARTICLE, ordinal, SALT, data)


def store(connection: Connection, contents: list[NewContent]) -> None:
    """Stores contents as an append does, without the events that commit to them."""
    chain = ChainedContent(connection.database, connection.collection)
    prepared = chain.prepare(contents)
    rows = [content.row(connection.collection, 99) for content in prepared]
    with connection.database.write() as cursor:
        cursor.run(
            "insert into stream (collection, stream, name) select :collection, 99, :name"
            " where not exists (select 1 from stream where collection = :collection"
            " and stream = 99)",
            {"collection": connection.collection, "name": STREAM},
        )
        cursor.insert("content", CONTENT_COLUMNS, rows)


def held(connection: Connection, content: NewContent) -> bytes | None:
    """What somebody who has read nothing yet reads."""
    chain = ChainedContent(connection.database, connection.collection)
    found = chain.held(STREAM, content.kind, content.ref)
    return found.data if found else None


@given(st.binary(max_size=300), st.none() | st.binary(max_size=300))
def test_decoding_is_the_inverse_of_encoding(data: bytes, prefix: bytes | None) -> None:
    encoding, packed = encode(data, prefix)
    assert decode(encoding, packed, prefix) == data
    assert len(packed) <= len(data)


@given(st.text(min_size=100), st.integers(1, 20))
def test_a_text_that_builds_on_a_like_one_takes_little(text: str, at: int) -> None:
    prefix = os.urandom(400) + text.encode()
    changed = prefix[:at] + b"!" + prefix[at:]
    encoding, packed = encode(changed, prefix)
    assert encoding is Encoding.ZSTD_PREFIX
    assert len(packed) < 64
    assert decode(encoding, packed, prefix) == changed


def test_bytes_that_compression_does_not_shorten_are_stored_as_they_are() -> None:
    noise = os.urandom(5000)
    assert encode(noise, None) == (Encoding.PLAIN, noise)
    assert encode(noise, os.urandom(5000)) == (Encoding.PLAIN, noise)
    assert encode(b"short", b"short") == (Encoding.PLAIN, b"short")


@pytest.mark.parametrize("size", [1 << 20, 9 << 20])
def test_large_texts_build_on_large_ones(size: int) -> None:
    """The window is as wide as both together, so that the whole of the prefix is of use."""
    noise = random.Random(size).randbytes(size)
    changed = noise[: size // 2] + b"!" + noise[size // 2 :]
    encoding, packed = encode(changed, noise)
    assert encoding is Encoding.ZSTD_PREFIX
    assert len(packed) < size // 100
    assert decode(encoding, packed, noise) == changed


@given(st.sampled_from((0, 1, 2, 3)), st.binary(max_size=200), st.none() | st.binary(max_size=20))
def test_any_bytes_are_decoded_or_said_to_be_damaged(
    encoding: int, data: bytes, prefix: bytes | None
) -> None:
    with contextlib.suppress(DamagedError):
        decode(encoding, data, prefix)


@given(st.integers(0, 10 * CHAIN_LENGTH))
def test_few_texts_are_read_for_one(ordinal: int) -> None:
    """At most log2 of its place in its chain, all of them before it, all of that chain."""
    place = ordinal % CHAIN_LENGTH
    steps, at = 0, ordinal
    while (base := base_of(at)) is not None:
        assert base < at
        assert base // CHAIN_LENGTH == ordinal // CHAIN_LENGTH
        steps, at = steps + 1, base
    assert at == ordinal - place
    assert steps <= place.bit_length() <= 10


def test_a_long_chain_comes_back(connection: Connection) -> None:
    """Stored together or apart, read in any order, across the start of a fresh chain."""
    rng = random.Random(1)
    words = ["Cranes"] * 300
    contents: list[NewContent] = []
    for ordinal in range(CHAIN_LENGTH + 30):
        words[rng.randrange(len(words))] = f"fell {ordinal}"
        contents.append(article(ordinal, " ".join(words).encode()))
    store(connection, contents[:7])
    store(connection, contents[7:8])
    store(connection, contents[8:])
    chosen = [0, 7, 8, CHAIN_LENGTH - 1, CHAIN_LENGTH, CHAIN_LENGTH + 29]
    for ordinal in chosen + rng.sample(range(CHAIN_LENGTH), 20):
        assert held(connection, contents[ordinal]) == contents[ordinal].data
    assert held(connection, article(CHAIN_LENGTH + 30, b"")) is None


def test_any_texts_come_back(connection: Connection) -> None:
    """Whatever they are, whatever they build on: nothing at all, a few bytes, something else."""
    numbers = iter(range(0, 1 << 30, 16))

    @settings(max_examples=30)
    @given(st.lists(texts().map(str.encode) | st.binary(), min_size=1, max_size=9))
    def draw(drawn: list[bytes]) -> None:
        start = next(numbers) * CHAIN_LENGTH // 16
        contents = [article(start + place, data) for place, data in enumerate(drawn)]
        store(connection, contents)
        assert [held(connection, content) for content in contents] == drawn

    draw()


def test_what_is_kept_in_memory_is_bounded_however_short_the_texts(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten thousand stories of one line each take no more than a few long ones."""
    monkeypatch.setattr("variorum.adapters.contents.store.CACHE_BYTES", 200_000)
    chain = ChainedContent(connection.database, connection.collection)
    tracemalloc.start()
    try:
        for number in range(10_000):
            content = NewContent(f"story/{number:08}", ContentKind.ARTICLE, 0, SALT, b"It sails.")
            chain.stored(chain.prepare([content]), 0)
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < 600_000


def test_damaged_bytes_are_never_taken_for_a_text(connection: Connection) -> None:
    """Whichever stored row is changed, reading gives what was committed to, or an error."""
    texts_of = [f"{'The crane fell. ' * 9}{number}".encode() for number in range(8)]
    contents = [article(number, text) for number, text in enumerate(texts_of)]
    store(connection, contents)
    unguard(connection.database)
    with connection.database.read() as cursor:
        rows = cursor.rows("select ordinal, salt, data from content where stream = 99")
    before = {row[0]: (bytes(row[1]), bytes(row[2])) for row in rows}
    change = (
        "update content set salt = :salt, data = :data"
        " where stream = 99 and ordinal = :ordinal and collection = :collection"
    )

    def put(ordinal: int, salt: bytes, data: bytes) -> None:
        with connection.database.write() as cursor:
            key = {"ordinal": ordinal, "collection": connection.collection}
            cursor.run(change, {**key, "salt": salt, "data": data})

    @settings(max_examples=40)
    @given(st.integers(0, 7), st.data())
    def draw(ordinal: int, data: st.DataObject) -> None:
        salt, stored = before[ordinal]
        place = data.draw(st.integers(0, len(stored) - 1))
        wrong = data.draw(
            st.sampled_from(
                (
                    stored[:place],
                    stored + stored[place:],
                    stored[:place] + bytes((stored[place] ^ 1 << place % 8,)) + stored[place + 1 :],
                )
            )
        )
        put(ordinal, salt, wrong)
        try:
            for content in contents:
                try:
                    assert held(connection, content) == content.data
                except DamagedError:
                    assert content.ordinal >= ordinal
        finally:
            put(ordinal, salt, stored)

    draw()
    salt, stored = before[3]
    put(3, salt[::-1], stored)
    with pytest.raises(DamagedError, match="not what the log committed to"):
        held(connection, contents[3])


def test_bytes_of_a_text_do_not_pass_for_its_salt(connection: Connection) -> None:
    """The hash is of both together, and would not tell."""
    content = article(0, b"The minister lied.")
    store(connection, [content])
    unguard(connection.database)
    with connection.database.write() as cursor:
        moved = {"salt": SALT + b"The ", "data": b"minister lied."}
        cursor.run("update content set salt = :salt, data = :data where stream = 99", moved)
    with pytest.raises(DamagedError, match="not what the log committed to"):
        held(connection, content)


@pytest.mark.parametrize("base", [3, 5, -1, CHAIN_LENGTH])
def test_a_text_that_would_build_on_none_before_it_is_damaged(address: str, base: int) -> None:
    with connect(address, create=True) as connection:
        for number in range(4):
            text = Article(paragraphs=("The crane fell, they said. " * 9 + str(number),))
            connection.archive.record(RecordCopy("crane", "t", text, captured=number * MINUTE))
        unguard(connection.database)
        with connection.database.write() as cursor:
            cursor.run("update content set base = :base where ordinal = 3", {"base": base})
        with pytest.raises(DamagedError):
            connection.archive.show("crane", DAY)
        with pytest.raises(DamagedError):
            connection.archive.show_revision("crane", 4)


def test_texts_build_only_on_what_is_stored(address: str) -> None:
    """Not on one that was about to be stored when another took its place."""

    def text(number: int) -> Article:
        return Article(paragraphs=(f"{number} {'The crane fell, they said. ' * 9}",))

    with connect(address, create=True) as first, connect(address) as second:
        for number in range(2):
            first.archive.record(RecordCopy("crane", "t", text(number), captured=number))
        never = first.archive.contents
        assert isinstance(never, ChainedContent)
        lost = NewContent(STREAM, ContentKind.ARTICLE, 2, SALT, b"Never to be stored. " * 9)
        never.prepare([lost])
        second.archive.record(RecordCopy("crane", "t", text(2), captured=2))
        first.archive.record(RecordCopy("crane", "t", text(3), captured=3))
        for number in range(4):
            for one in (first, second):
                shown = one.archive.show_revision("crane", number + 1)
                assert shown.article == text(number)
