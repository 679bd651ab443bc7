"""The JSON that commands write is what docs/schemas says, key for key."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from variorum.cli.main import COMMANDS, answer

FOLDER = Path(__file__).parents[1] / "docs" / "schemas"
SCHEMAS: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*.json"))
}
REGISTRY: Registry[Any] = Registry[Any]().with_resources(
    (f"{name}.json", Resource[Any].from_contents(schema)) for name, schema in SCHEMAS.items()
)
STORY = "border-troops"

#: Which schema a command's answer has, where it is not the one of its own name.
SHARED = {"sight": "record", "redate": "record", "note": "record", "restore": "restrict"}
WITHOUT_JSON = {"demo", "export", "grant", "spark"}

#: Stories that are unlike the sample: no headline, no zone, pictures, an import's notices, gone.
ODD = (
    {"story": "bare", "captured": "2024-10-24T10:00:00.25Z", "body": "Only a paragraph."},
    {"story": "bare", "captured": "2024-10-26T10:00Z", "body": "Another."},
    {"story": "bare", "captured": "2024-10-24T12:00Z", "status": "missing"},
    {"story": "bare", "captured": "2024-10-24T13:00Z", "status": "unreachable"},
    {"story": "bare", "captured": "2024-10-25T10:00Z", "status": "gone"},
    {"story": "gone", "captured": "2024-10-24T10:00Z", "status": "gone"},
    {
        "story": "rich",
        "url": "https://www.example.org/ferry",
        "outlet": "Example Gazette",
        "zone": "Europe/Oslo",
        "published": "2024-10",
        "headline": "Ferry stops",
        "byline": "By A",
        "body": "The ferry stopped at noon. Nobody was hurt.\n\nIt was towed away by two boats.",
        "media": [{"title": "Sea", "caption": "A ferry at sea.", "credit": "B"}, {"url": "x"}],
        "notices": [{"printed": "Update: towed."}],
        "comments": "open",
        "section": "sea",
    },
    {
        "story": "rich",
        "zone": "Europe/Oslo",
        "published": "2024-10-29 09:00",
        "captured": "2024-10-29 10:00",
        "headline": "Ferry stops again",
        "byline": "By A and C",
        "body": "It was towed away by two boats.\n\nThe ferry stopped at midnight. It is old.",
        "media": [{"title": "A sea", "caption": "A ferry on land.", "credit": "C"}],
        "notices": [
            {"printed": "Update: towed away.", "kind": "update"},
            {
                "printed": "Correction, Oct. 28.",
                "kind": "correction",
                "time": {
                    "at": "2024-10-28T00:00Z",
                    "earliest": None,
                    "latest": "2024-10-29T00:00Z",
                    "precision": "day",
                    "basis": "notice",
                    "resolved": ["year:capture"],
                },
            },
        ],
        "comments": "closed",
    },
)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The archive of the demo, and a few lines more."""
    folder = tmp_path_factory.mktemp("schemas") / "sample"
    with contextlib.redirect_stdout(io.StringIO()):
        assert answer(["demo", str(folder)])[0] == 0
    archive = str(folder / "variorum.db")
    for arguments in (
        ["redate", f"{STORY}@r1", "--published", "2024-10-23 14:05 ET", "--why", "its server says"],
        ["note", STORY, "On the whole story.", "--authority", "the desk"],
        ["sight", STORY, "--at", "2024-10-26 10:00", "--outcome", "missing"],
    ):
        said(archive, *arguments)
    return archive


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An archive of the odd stories."""
    folder = tmp_path_factory.mktemp("schemas")
    lines = folder / "odd.jsonl"
    lines.write_text("".join(json.dumps(line) + "\n" for line in ODD), encoding="utf-8")
    archive = str(folder / "odd.db")
    [answered] = said(archive, "import", "jsonl", str(lines), schema="import")
    assert answered["revisions"] == 4
    return archive


def said(
    archive: str, *arguments: str, schema: str | None = None, code: int = 0
) -> list[dict[str, Any]]:
    """What a command answers as JSON, a value a line, each of which is as the schema says."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        found, _ = answer(["--archive", archive, *arguments, "--format", "json"])
    assert found == code, out.getvalue()
    lines: list[dict[str, Any]] = [json.loads(line) for line in out.getvalue().splitlines()]
    answers, errors = (lines[:-1], lines[-1:]) if code else (lines, [])
    assert len(errors) == (1 if code else 0)
    for value in answers:
        check(value, schema or SHARED.get(arguments[0], arguments[0]))
    for value in errors:
        check(value, "error")
    return lines


def check(value: dict[str, Any], schema: str) -> None:
    validator: Any = Draft202012Validator(
        SCHEMAS[schema], registry=REGISTRY, format_checker=FormatChecker()
    )
    errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
    assert not errors, (schema, errors, value)


def parts(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Every object inside a schema, itself included."""
    found: list[dict[str, Any]] = []

    def keep(part: dict[str, Any]) -> dict[str, Any]:
        found.append(part)
        return part

    json.loads(json.dumps(schema), object_hook=keep)
    return found


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_and_is_strict(name: str) -> None:
    """Objects have no keys but those that are described, and what is not optional is required."""
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["title"]
    assert schema["description"]
    optional = {"record": {"file"}, "history": {"why", "authority"}}.get(name, set())
    for part in parts(schema):
        if part.get("type") != "object" or name == "error":
            continue
        assert part["additionalProperties"] is False
        assert set(part["properties"]) - set(part["required"]) <= optional
    for form in schema.get("anyOf", [schema]):  # of a command that answers on several things
        for key, part in form.get("properties", {}).items():
            described = "$ref" in part or "const" in part or part.get("description")
            assert described, f"{name}: {key} is not described"


def test_there_is_a_schema_for_each_command_that_writes_json() -> None:
    answers = {SHARED.get(command, command) for command in COMMANDS} - WITHOUT_JSON
    parts_of_commands = {"rebuild", "consistency", "merge", "describe"}
    assert {*answers, *parts_of_commands, "error", "common"} == set(SCHEMAS)


def test_a_schema_refuses_what_no_command_says(sample: str) -> None:
    """A key too many, a key too few, a time in a zone."""
    [shown] = said(sample, "show", STORY)
    for wrong in (
        {**shown, "more": 1},
        {key: value for key, value in shown.items() if key != "published"},
        {**shown, "recorded_at": "2024-10-24T09:11:00-04:00"},
        {**shown, "possible": ["nothing"]},
    ):
        with pytest.raises(AssertionError):
            check(wrong, "show")


def test_answers_about_the_sample(sample: str) -> None:
    said(sample, "show", STORY)
    said(sample, "show", f"{STORY}@r1")
    said(sample, "show", STORY, "--at", "2024-10-23 14:05:30 ET")
    said(sample, "show", STORY, "--at", "2024-10-24 12:00", "--known-at", "#9")
    said(sample, "show", STORY, "--at", "2024-10-26 12:00")
    said(sample, "stories")
    said(sample, "stories", "--at", "2020-01-01T00:00Z")
    said(sample, "diff", STORY)
    said(sample, "diff", STORY, "--from", "r1", "--to", "r5")
    said(sample, "diff", STORY, "--from", "r2", "--to", "r2")


@pytest.mark.parametrize("order", ["published", "recorded"])
def test_a_history_and_a_replay_have_items_of_every_kind(sample: str, order: str) -> None:
    every = {"revision", "redating", "sighting", "note"}
    [history] = said(sample, "history", STORY)
    assert {item["kind"] for item in history["items"]} == every
    assert {step["kind"] for step in said(sample, "replay", STORY, "--by", order)} == every


def test_answers_about_odd_stories(odd: str) -> None:
    [shown] = said(odd, "show", "bare", "--at", "2024-10-24T14:00Z")
    assert shown["headline"] is None
    assert shown["missing_since"]
    [shown] = said(odd, "show", "rich", "--at", "2024-10-10")
    assert shown["certainty"] == "possible"
    assert shown["notices"][0]["kind"] is None
    [changed] = said(odd, "diff", "rich")
    assert changed["media"]
    assert changed["notices"]
    assert {each["kind"] for each in changed["sentences"]} >= {"moved", "moved-away", "inserted"}
    said(odd, "diff", "rich", "--from", "r2", "--to", "r1")
    for story in ("bare", "gone", "rich"):
        said(odd, "history", story)
    said(odd, "replay")
    reasons = {line["reason"] for line in said(odd, "stories")}
    assert reasons == {None, "gone"}


def test_what_recording_answers(tmp_path: Path) -> None:
    archive, text = str(tmp_path / "a.db"), tmp_path / "a.txt"
    text.write_text("A text that is long enough.\n\nUpdated Oct. 40, 2024.\n", encoding="utf-8")
    record = ["record", "--story", "a", str(text)]
    [answered] = said(archive, *record)
    assert answered["problems"]
    said(archive, *record, "--captured", "2030-10-24T09:00Z")
    [held] = said(archive, *record, "--captured", "2030-10-24T09:00Z")
    assert (held["outcome"], held["position"]) == ("held", None)
    said(archive, "sight", "a", "--at", "2030-10-25T09:00Z", "--outcome", "gone")
    said(archive, "sight", "a", "--at", "2030-10-24T10:00Z", "--outcome", "unchanged")
    said(archive, "redate", "a@r1", "--published", "2024-10 ET")
    said(archive, "note", "a", "A word.")
    one, error = said(archive, *record, str(tmp_path / "none.txt"), code=5)
    assert one["file"] == str(text)
    assert error["error"]["code"] == "unreadable"


def test_what_is_said_of_stories_and_outlets(odd: str) -> None:
    [told] = said(odd, "outlet", "example-gazette", "--zone", "Europe/Oslo", "--why", "its imprint")
    assert said(odd, "outlet") == [told]
    story = ["stories", "describe", "rich", "--outlet", "Other Gazette", "--why", "its imprint"]
    [described, held] = (said(odd, *story, schema="describe")[0] for _ in range(2))
    assert (described["outlet"], held["position"]) == ("other-gazette", None)
    for verb in ("merge", "merge", "unmerge", "unmerge"):
        said(odd, "stories", verb, "rich", "bare", "--why", "they are one", schema="merge")
        for name in ("rich", "bare"):
            said(odd, "history", name)
            said(odd, "replay", name)
    said(odd, "stories")


def test_what_evidence_is(sample: str) -> None:
    [signed] = said(sample, "checkpoint")
    [proved] = said(sample, "prove", f"{STORY}@r1")
    assert proved["checkpoint"] == signed["note"]
    said(sample, "prove", "--from", "3", schema="consistency")
    [rotated] = said(sample, "rotate-key")
    assert rotated["size"] == signed["size"] + 1


def test_what_upkeep_answers(sample: str, odd: str, tmp_path: Path) -> None:
    made, again = (said(str(tmp_path / "new.db"), "init")[0] for _ in range(2))
    assert (made["made"], again["made"]) == (True, False)
    assert made["verifier_key"] == again["verifier_key"]
    said(str(tmp_path / "new.db"), "stats")
    for archive in (sample, odd):
        said(archive, "stats")
        said(archive, "seal")
        said(archive, "projections")
        for name in ("catalogue", "tally"):
            said(archive, "projections", "rebuild", name, schema="rebuild")


@pytest.mark.parametrize(
    ("arguments", "code", "name", "reason"),
    [
        (["show", STORY, "--at", "2020-01-01 ET"], 3, "nothing-in-force", "before"),
        (["show", STORY, "--at", "2024-10-23 20:00", "--known-at", "#9"], 3, "nothing-in-force",
         "gap"),
        (["show", "no-such-story"], 3, "not-found", "unknown"),
        (["show", f"{STORY}@r99"], 3, "not-found", "unknown"),
        (["show", STORY, "--at", "2024-10-24 25:00"], 2, "usage", None),
        (["show"], 2, "usage", None),
        (["diff", STORY, "--to", "r1"], 3, "not-found", "unknown"),
        (["record", "no-such-file", "--story", "a"], 5, "unreadable", None),
        (["projections", "rebuild", "nothing"], 2, "usage", None),
    ],
)  # fmt: skip
def test_errors(
    sample: str, arguments: list[str], code: int, name: str, reason: str | None
) -> None:
    *_, last = said(sample, *arguments, code=code)
    assert (last["error"]["code"], last["error"]["reason"]) == (name, reason)


def test_errors_of_an_archive(odd: str, tmp_path: Path) -> None:
    [gone] = said(odd, "show", "gone", code=3)
    assert gone["error"]["reason"] == "gone"
    [missing] = said(str(tmp_path / "none.db"), "stories", code=6)
    assert missing["error"]["code"] == "storage"
    bad = tmp_path / "bad.jsonl"
    bad.write_text("{\n", encoding="utf-8")
    answered, error = said(odd, "import", str(bad), code=5)
    assert answered["unreadable"] == 1
    assert error["error"]["code"] == "unreadable"
    bad.write_text("{}\n[]\n7\n", encoding="utf-8")
    answered, error = said(odd, "import", str(bad), str(tmp_path / "none.jsonl"), code=5)
    assert answered["unreadable"] == 4
    assert error["error"]["message"].startswith("4 could not be read")
