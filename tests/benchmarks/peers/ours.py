"""Variorum itself, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from job import Revision, bytes_in

from variorum.adapters.catalogue.rebuild import rebuild
from variorum.adapters.connect import connect
from variorum.domain.bulk import Bulk
from variorum.domain.commands import Opening, RecordCopy
from variorum.domain.content import Article
from variorum.domain.times import Basis, Precision, PublishedTime


class Ours:
    def __init__(self, folder: Path, address: str | None = None) -> None:
        self._folder = folder
        self._connection = connect(address or str(folder / "archive.db"), create=True)
        self._archive = self._connection.archive
        self._on_server = address is not None

    def append(self, revision: Revision) -> None:
        self._archive.record(_copy(revision))

    def bulk(self, appended: Sequence[Revision]) -> bool:
        archive = self._archive
        with Bulk(archive.log, archive.contents, archive.salts) as bulk:
            for each in appended:
                bulk.take(_copy(each))
        return True

    def as_of(self, story: str, at: int) -> tuple[str, str]:
        article = self._archive.show(story, at).article
        assert article is not None
        return article.headline or "", "\n\n".join(article.paragraphs)

    def rebuild(self) -> int | bool:
        return rebuild(self._connection.database)

    def size(self) -> int:
        if not self._on_server:
            return bytes_in(self._folder)
        with self._connection.database.read() as cursor:
            return int(cursor.rows("select pg_database_size(current_database())")[0][0])

    def close(self) -> None:
        self._connection.close()


def _copy(revision: Revision) -> RecordCopy:
    at = revision.published
    published = PublishedTime(at, at, at + 1_000_000, Precision.SECOND, Basis.METADATA, "UTC")
    article = Article(headline=revision.headline, paragraphs=tuple(revision.body.split("\n\n")))
    return RecordCopy(
        revision.story, "bench", article, published=published, opening=Opening(zone="UTC")
    )
