"""Parts of JSON that others wrote: what should be an object or a list may be anything."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast


def object_in(value: object) -> dict[str, Any]:
    """The object, or an empty one where it is none."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def list_in(value: object) -> list[Any]:
    """The list, or an empty one where it is none."""
    return [*cast("Iterable[Any]", value)] if isinstance(value, list) else []


def text_in(value: object) -> str | None:
    """The text without white space around it; None where it is none, or empty."""
    return (value.strip() or None) if isinstance(value, str) else None
