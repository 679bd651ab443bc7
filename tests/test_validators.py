"""The judges of exports refuse what is not right: one that accepts all would prove nothing."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

import validators

CRATE = {
    "@context": "https://w3id.org/ro/crate/1.1/context",
    "@graph": [
        {
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
            "about": {"@id": "./"},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": "A package",
            "description": "of one file",
            "datePublished": "2024-10-24",
            "license": {"@id": "https://spdx.org/licenses/CC0-1.0"},
            "hasPart": [{"@id": "a.txt"}],
        },
        {
            "@id": "https://spdx.org/licenses/CC0-1.0",
            "@type": "CreativeWork",
            "name": "CC0",
            "description": "No rights reserved",
        },
        {"@id": "a.txt", "@type": "File", "name": "a"},
    ],
}
PREMIS = """<premis xmlns="http://www.loc.gov/premis/v3" version="3.0"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <object xsi:type="representation"><objectIdentifier>
    <objectIdentifierType>local</objectIdentifierType>
    <objectIdentifierValue>{}</objectIdentifierValue>
  </objectIdentifier></object>{}
</premis>"""
ITEM = {"uri": "urn:example:1", "type": "text", "firstCreated": "2024-10-24T13:11:00Z"}


def written(path: Path, text: str) -> Path:
    """A file with a text in it."""
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("judge", "good", "bad"),
    [
        (validators.accepts_ninjs, json.dumps(ITEM), json.dumps({**ITEM, "headline": "no"})),
        (validators.accepts_ninjs, json.dumps(ITEM), json.dumps({**ITEM, "firstCreated": "May"})),
        (validators.accepts_ninjs, json.dumps(ITEM), json.dumps({**ITEM, "uri": "not one"})),
        (validators.accepts_premis, PREMIS.format("1", ""), PREMIS.format("1", "<event/>")),
        (
            validators.accepts_prov,
            '{"prefix": {"ex": "http://e/"}, "entity": {"ex:a": {}}}',
            '{"prefix": {"ex": "http://e/"}, "entity": {"other:a": {}}}',
        ),
        (
            validators.accepts_html,
            "<!doctype html><title>A</title><p>b",
            "<!doctype html><title>A</title><p>b</i>",
        ),
    ],
)
def test_a_judge_tells_good_from_bad(
    judge: Callable[[Path], None], good: str, bad: str, tmp_path: Path
) -> None:
    """What is right is accepted, and one thing wrong in it is not."""
    judge(written(tmp_path / "good", good))
    with pytest.raises(validators.Refused):
        judge(written(tmp_path / "bad", bad))


def test_a_crate_is_judged_without_the_web(tmp_path: Path) -> None:
    """The RO-Crate validator misses a file that a crate names."""
    written(tmp_path / "ro-crate-metadata.json", json.dumps(CRATE))
    with pytest.raises(validators.Refused, match=r"a\.txt"):
        validators.accepts_ro_crate(tmp_path)
    written(tmp_path / "a.txt", "a")
    validators.accepts_ro_crate(tmp_path)


@pytest.mark.parametrize("judge", [validators.accepts_bagit, validators.accepts_ocfl])
def test_a_folder_of_anything_is_no_package(judge: Callable[[Path], None], tmp_path: Path) -> None:
    """A folder that says nothing of itself is neither a bag nor a storage root."""
    written(tmp_path / "a.txt", "a")
    with pytest.raises(validators.Refused):
        judge(tmp_path)


def test_a_database_is_shown_by_datasette(tmp_path: Path) -> None:
    """Datasette shows the tables that are there, and no others."""
    path = tmp_path / "archive.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("create table revision (story text, number integer)")
        connection.execute("insert into revision values ('cranes', 1)")
    connection.close()
    validators.accepts_datasette(path, "revision")
    assert validators.datasette(path, "/archive/revision.json?_shape=array")[0]["story"] == "cranes"
    with pytest.raises(validators.Refused):
        validators.accepts_datasette(path, "story")
