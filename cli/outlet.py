"""The command about outlets: how a newsroom writes what its stories leave out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from variorum.cli.options import Format, FormatOption, KnownAtOption, lines
from variorum.cli.output import emit, safe, say, table
from variorum.cli.session import Session
from variorum.domain.errors import NotFoundError, UsageError
from variorum.domain.outlet import Language, NoticePlace
from variorum.domain.times import DateOrder, clock_time, iso

if TYPE_CHECKING:
    from variorum.domain.archive import Archive
    from variorum.domain.outlets import Described

app = typer.Typer()


@app.command("outlet")
def outlet(
    ctx: typer.Context,
    id: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="An outlet's id; all of them, if not given."),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="The name by which people know it.")
    ] = None,
    zone: Annotated[
        str | None,
        typer.Option("--zone", metavar="ZONE", help="The zone of its times: America/New_York."),
    ] = None,
    date_order: Annotated[
        DateOrder | None,
        typer.Option("--date-order", help="Which comes first in its 10/04/24: month or day."),
    ] = None,
    language: Annotated[
        Language | None, typer.Option("--language", help="The language that it writes.")
    ] = None,
    notices: Annotated[
        NoticePlace | None,
        typer.Option("--notices", help="Where its stories say what was changed in them."),
    ] = None,
    why: Annotated[str | None, typer.Option("--why", help="How that is known.")] = None,
    known_at: KnownAtOption = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """What is known of an outlet, or of all; with options, says how it writes from now on."""
    from variorum.domain.asof import LAST_POSITION
    from variorum.domain.outlet import Settings
    from variorum.domain.outlets import DescribeOutlet, describe, described

    session: Session = ctx.obj
    settings = Settings(zone, date_order, language, notices)
    says = name is not None or settings != Settings()
    if says and (id is None or known_at is not None):
        raise UsageError("say of which outlet: outlet ID --zone …; and not --known-at")
    if why is not None and not says:
        raise UsageError("say what is known: --name, --zone, --date-order, --language or --notices")
    with session.open(create=says) as connection:
        archive = connection.archive
        if says:
            from variorum.domain.content import Note

            assert id is not None
            note = Note(text="described", why=why) if why else None
            describe(archive, DescribeOutlet(id, session.actor, name, settings, note))
        known = archive.known(known_at).position if known_at is not None else LAST_POSITION
        found = described(archive, known)
        if id is not None and id not in found:
            raise NotFoundError(f"nothing is known of an outlet {id}", reason="unknown")
        listed = [found[id]] if id is not None else [found[each] for each in sorted(found)]
        bodies = [_json(archive, each) for each in listed]
    if format is Format.JSON:
        for body in bodies:
            emit(body)
    elif id is not None:
        _print(bodies[0], listed[0])
    elif not bodies:
        say("nothing is known of any outlet (`variorum outlet ID --zone …` says something)")
    else:
        columns = ("outlet", "name", "zone", "date_order", "language", "notices")
        table(
            tuple(column.replace("_", " ").upper() for column in columns),
            [[str(body[column] or "") for column in columns] for body in bodies],
            free=columns.index("name"),
        )


def _json(archive: Archive, outlet: Described) -> dict[str, Any]:
    from variorum.domain.outlets import name_of

    said = outlet.settings
    return {
        "outlet": outlet.outlet,
        "name": name_of(archive, outlet),
        "zone": said.zone,
        "date_order": said.date_order.value if said.date_order else None,
        "language": said.language.value if said.language else None,
        "notices": said.notices.value if said.notices else None,
        "position": outlet.position,
        "recorded_at": iso(outlet.recorded_at),
        "actor": outlet.actor,
    }


def _print(body: dict[str, Any], outlet: Described) -> None:
    say(safe(lines(f"{outlet.outlet}: {body['name'] or 'no name is known'}")))
    for key in ("zone", "date_order", "language", "notices"):
        say(f"{key.replace('_', ' '):<11} {body[key] or 'not known'}")
    say(f"{'recorded':<11} {clock_time(outlet.recorded_at, None)}, position #{outlet.position}")
