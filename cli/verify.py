"""The command that checks: an archive, a bag, a checkpoint or a proof."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from variorum.cli.options import Format, FormatOption
from variorum.cli.output import emit, safe, say
from variorum.cli.progress import progress
from variorum.cli.session import Session

if TYPE_CHECKING:
    from variorum.adapters.verification.archive import Verified

app = typer.Typer()

SHOWN = 20
"""Findings that are told in words; JSON has all that are kept."""


@app.command("verify")
def verify(
    ctx: typer.Context,
    path: Annotated[
        Path | None,
        typer.Argument(metavar="PATH", help="A bag, a checkpoint or a proof; else the archive."),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="KEY", help="A verifier key you trust, or a file with it."),
    ] = None,
    deep: Annotated[
        bool, typer.Option("--deep", help="Compare every projection with replay, too.")
    ] = False,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="How many processes take part.")
    ] = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Checks that nothing was changed: all is intact, erased with a record, or tampered with."""
    session: Session = ctx.obj
    _archive(session, key or [], deep=deep, jobs=jobs, format=format)


def _archive(
    session: Session, keys: list[str], *, deep: bool, jobs: int | None, format: Format
) -> None:
    from variorum.adapters.verification.archive import verify as verify_archive

    with session.open() as connection:
        started = time.monotonic()
        with progress(connection.log.head().position, "verifying") as advance:
            found = verify_archive(
                connection, session.address, deep=deep, jobs=jobs, progress=advance
            )
        seconds = time.monotonic() - started
        name = connection.database.name
    if format is Format.JSON:
        emit(_body(found, name, session.collection, seconds))
    else:
        _tell(found, name, session.collection, seconds)
    if found.checked.tampered:
        raise typer.Exit(1)


def _body(found: Verified, name: str, collection: str, seconds: float) -> dict[str, Any]:
    import base64

    checked = found.checked
    first = checked.first
    return {
        "archive": name,
        "collection": collection,
        "verdict": "tampered" if checked.tampered else "intact",
        "events": checked.events,
        "size": found.size,
        "root": base64.b64encode(found.root).decode() if found.root else None,
        "checkpoints": found.checkpoints,
        "signed": found.signed,
        "signers": list(found.signers),
        "intact": checked.intact,
        "erased": checked.erased,
        "tampered": checked.tampered,
        "first": first.position if first else None,
        "findings": [
            {"position": each.position, "what": safe(each.what)} for each in checked.ordered()
        ],
        "seconds": round(seconds, 3),
        "bytes": checked.bytes,
    }


def _tell(found: Verified, name: str, collection: str, seconds: float) -> None:
    import base64

    checked = found.checked
    say(f"{name}, collection {collection}")
    root = f", root {base64.b64encode(found.root).decode()}" if found.root else ""
    say(f"{checked.events:,} events of {found.size:,}{root}")
    if found.checkpoints:
        since = found.size - found.signed
        tail = f"; {since:,} events since" if since else ""
        many = "1 checkpoint" if found.checkpoints == 1 else f"{found.checkpoints:,} checkpoints"
        say(f"{many}, the last over #{found.signed}, signed by {', '.join(found.signers)}{tail}")
    else:
        say("nothing is signed: only `checkpoint` makes a change of the whole log show")
    for each in checked.ordered()[:SHOWN]:
        say(f"  {safe(str(each))}")
    if checked.tampered > SHOWN:
        say(f"  and {checked.tampered - SHOWN:,} more")
    rate = f"{checked.events / seconds:,.0f} events/s" if seconds > 0.05 else "at once"
    say(
        f"intact {checked.intact:,} · erased with a record {checked.erased:,} · "
        f"tampered {checked.tampered:,} ({checked.bytes / 1e6:,.1f} MB of content, {rate})"
    )
