"""Writes `ro-crate-metadata.json` (RO-Crate 1.1): what is in a bag's payload, for machines.

Folders are described as data sets, with what the files in them are; files by themselves where each
is of its own kind.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from variorum.domain.times import iso

NAME = "ro-crate-metadata.json"
_CONTEXT = "https://w3id.org/ro/crate/1.1/context"
_PROFILE = "https://w3id.org/ro/crate/1.1"

#: Files that every bag has: name, what it is, its media type.
_FILES = {
    "VERIFY.md": ("What is proven, and how to check it", "text/markdown"),
    "archive.sqlite": ("The stories as tables, for Datasette", "application/vnd.sqlite3"),
    "premis.xml": ("Preservation metadata, PREMIS 3", "application/xml"),
    "prov.json": ("Provenance, PROV-JSON", "application/json"),
    "request.json": ("What was asked for", "application/json"),
    "timeline.csv": ("What happened, in order of publication", "text/csv"),
    "verify.py": ("Checks the bag offline, against a trusted key", "text/x-python"),
    "content/absent.jsonl": ("The contents that are not here, and why", "application/jsonl"),
    "log/checkpoint.note": ("The signed head of the log, C2SP tlog-checkpoint", "text/plain"),
    "log/events.jsonl": ("Every event of the collection, a line each", "application/jsonl"),
}
_FOLDERS = {
    "content/": "Contents as events commit to them: 32 bytes of salt, then the content",
    "log/": "The tamper-evident log, RFC 6962",
    "log/checkpoints/": "Earlier signed heads of the log",
    "log/consistency/": "Proofs that the log only grew",
    "log/proofs/": "Proofs that each revision is in the log, C2SP tlog-proof",
    "log/tokens/": "Time stamps over checkpoints, RFC 3161",
    "states/": "The stories as they stood, as HTML, text and JSON",
}


def metadata(
    name: str,
    identifier: str,
    issued: int,
    folders: set[str],
    stories: Iterable[tuple[str, str]],
) -> bytes:
    """The metadata of a payload.

    Args:
        name: of the whole, for people.
        identifier: of the whole.
        issued: the instant at which what it shows was recorded.
        folders: those that the payload has, each with a slash at its end.
        stories: folder and id of each story.
    """
    parts = [*_files(), *_folders(folders), *_stories(folders, stories)]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": name,
        "description": "Revisions of news stories with the log that commits to them; VERIFY.md "
        "says what is proven and how to check it.",
        "identifier": identifier,
        "datePublished": iso(issued),
        "license": {"@id": "#rights"},
        "hasPart": [{"@id": part["@id"]} for part in parts],
    }
    descriptor = {
        "@id": NAME,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": _PROFILE},
    }
    rights = {
        "@id": "#rights",
        "@type": "CreativeWork",
        "name": "Rights in the stories",
        "description": "The texts remain their publishers'. The archive hands them over as "
        "evidence and grants no licence.",
    }
    body = {"@context": _CONTEXT, "@graph": [descriptor, root, *parts, rights]}
    return json.dumps(body, ensure_ascii=False, indent=1).encode() + b"\n"


def _files() -> list[dict[str, Any]]:
    return [
        {"@id": path, "@type": "File", "name": what, "encodingFormat": media_type}
        for path, (what, media_type) in sorted(_FILES.items())
    ]


def _folders(folders: set[str]) -> list[dict[str, Any]]:
    return [
        {"@id": path, "@type": "Dataset", "name": what}
        for path, what in sorted(_FOLDERS.items())
        if path in folders
    ]


def _stories(folders: set[str], stories: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {"@id": path, "@type": "Dataset", "name": f"Story {story}", "identifier": story}
        for folder, story in stories
        if (path := f"states/{folder}/") in folders
    ]
