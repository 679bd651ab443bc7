"""The stories as they stood: a file for each revision in each form, named by when it came out.

`20241024T131100Z-r2.txt` (ISO 8601, basic, UTC; no sign in it that some file system refuses). A
story that was gone at the end has `…-gone`.
"""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from variorum.adapters.exports import html, ninjs, text
from variorum.adapters.exports.state_json import shown_json
from variorum.adapters.exports.states import Departure, State
from variorum.domain.times import to_datetime

_INDENTED = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


def state_files(state: State | Departure, known: int) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of a state's files, as known by K."""
    name = file_name(state)
    yield f"{name}.html", html.page([state], known)
    yield f"{name}.ninjs.json", orjson.dumps(ninjs.item(state), option=_INDENTED)
    yield f"{name}.txt", text.text(state)
    if isinstance(state, State):
        yield f"{name}.json", orjson.dumps(shown_json(state.shown), option=_INDENTED)


def file_name(state: State | Departure) -> str:
    """A file's name without its ending."""
    if isinstance(state, Departure):
        return f"{_basic(state.since)}-gone" if state.since is not None else "gone"
    return f"{_basic(state.chosen.published.at)}-{state.chosen.revision.name}"


def _basic(instant: int) -> str:
    moment = to_datetime(instant)
    fraction = f".{moment.microsecond:06}" if moment.microsecond else ""
    return f"{moment.year:04}{moment:%m%dT%H%M%S}{fraction}Z"
