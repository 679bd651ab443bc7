"""The job `as-of`: every story as of (T, K), a row each.

What is judged is small, times and numbers without a text. It is brought together by story, and each
story is judged in one process by the rule of the archive; then the texts of the revisions that were
in force are joined to it, and no others.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as f

from variorum.adapters.exports.parquet import dating_of, mark_of, sighting_of
from variorum.adapters.spark.arrow import columns, pa
from variorum.domain.asof import Answer, InForce, Marks, answered, gather, seen_again_in

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from variorum.adapters.spark.tables import Tables

Fields = dict[str, Any]

_JUDGED: Any = pa.schema(
    [
        ("story", pa.string()),
        ("reason", pa.string()),
        ("revision", pa.int32()),
        ("at", pa.int64()),
        ("earliest", pa.int64()),
        ("latest", pa.int64()),
        ("precision", pa.string()),
        ("basis", pa.string()),
        ("zone", pa.string()),
        ("certain", pa.bool_()),
        ("possible", pa.list_(pa.string())),
        ("last_sighted", pa.int64()),
        ("missing_since", pa.int64()),
        ("returned", pa.int64()),
        ("since", pa.int64()),
        ("last", pa.int32()),
        ("following", pa.int32()),
        ("following_at", pa.int64()),
    ]
)
"""The columns of an answer: those of `asof.InForce` or `asof.NotInForce`."""

_TEXTS = ("position", "recorded_at", "commitment", "withheld", "headline", "text")


def as_of(tables: Tables, at: int, known: int) -> DataFrame:
    """What each story said at `at`, as far as was recorded by position `known`.

    Stories that are one are answered for each by itself. `reason` is null where a revision was in
    force, and otherwise why none was, as is the rest of `asof.InForce` and `asof.NotInForce`:
    `last` is the revision that had stood before, `since` when it was gone or the gap began.
    Instants are µs since 1970, UTC.
    """

    def judged(rows: Any) -> Any:
        fields = _judged(rows.to_pylist(), at, known)
        return pa.Table.from_pylist([] if fields is None else [fields], _JUDGED)

    stories: Any = _evidence(tables, known).groupBy("story")
    answers: DataFrame = stories.applyInArrow(judged, columns(_JUDGED))
    texts = (
        tables.frame("revision")
        .withColumn("commitment", f.lower(f.hex("commitment")))
        .select("story", "revision", *_TEXTS)
    )
    return answers.join(texts, ["story", "revision"], "left").select(*_JUDGED.names, *_TEXTS)


def _evidence(tables: Tables, known: int) -> DataFrame:
    """All that is judged, of all stories, in one frame; `table` says what a row is."""
    told = [
        tables.frame(table)
        .where(f.col("position") <= known)
        .select(f.lit(table).alias("table"), "story", *needed)
        for table, needed in _NEEDED.items()
    ]
    return reduce(lambda one, other: one.unionByName(other, allowMissingColumns=True), told)


_NEEDED = {
    "story": (),
    "revision": ("revision", "captured"),
    "dating": (
        *("revision", "position", "arrived", "at"),
        *("earliest", "latest", "precision", "basis", "zone", "resolved"),
    ),
    "sighting": ("at", "position", "outcome", "revision", "captured"),
    "implied": ("earliest", "latest", "position"),
}


def _judged(rows: list[Fields], at: int, known: int) -> Fields | None:
    """The row of a story, from its evidence; None where the story was not known yet."""
    of: dict[str, list[Fields]] = {table: [] for table in _NEEDED}
    for row in rows:
        of[row["table"]].append(row)
    if not of["story"]:
        return None
    captures = {r["revision"]: r["captured"] for r in of["revision"] if r["captured"] is not None}
    sightings = [sighting_of(row) for row in of["sighting"]]
    datings = [dating_of(row) for row in of["dating"]]
    implied = [mark_of(row) for row in of["implied"]]

    def marks_at(instant: int) -> Marks:
        return gather(datings, sightings, implied, captures, instant, known)

    answer = answered(marks_at(at), at, marks_at, seen_again_in(sightings, at, known))
    return {"story": of["story"][0]["story"], **_told(answer)}


def _told(answer: Answer) -> Fields:
    following = answer.following
    common = {
        "possible": list(answer.possible),
        "following": following.revision if following else None,
        "following_at": following.published.at if following else None,
    }
    if not isinstance(answer, InForce):
        return {
            **common,
            "reason": answer.reason.value,
            "since": answer.since,
            "last": answer.last.revision if answer.last else None,
        }
    published = answer.dating.published
    return {
        **common,
        "revision": answer.dating.revision,
        "at": published.at,
        "earliest": published.earliest,
        "latest": published.latest,
        "precision": published.precision.value,
        "basis": published.basis.value,
        "zone": published.zone,
        "certain": answer.certain,
        "last_sighted": answer.last_sighted,
        "missing_since": answer.absent.at if answer.absent else None,
        "returned": answer.returned,
    }
