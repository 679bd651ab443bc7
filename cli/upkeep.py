"""Commands for upkeep: projections, seal, stats."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from variorum.cli.options import Format, FormatOption, lines
from variorum.cli.output import counted, emit, fitted, say, table
from variorum.cli.progress import progress, steps
from variorum.cli.session import Session
from variorum.domain.errors import DamagedError, StorageError, UsageError
from variorum.domain.times import DAY, FIRST_INSTANT, clock_time, iso
from variorum.domain.watching import Target, TargetKind, silent_since

COLD_DAYS = 30
FOUND_DAMAGED = 6
"""The exit code of `DamagedError`."""

app = typer.Typer()
projections = typer.Typer(
    help="What is derived from the log, how far it has come, and making it anew.",
    no_args_is_help=False,
    rich_markup_mode=None,
    add_completion=False,
)
app.add_typer(projections, name="projections")


@projections.callback(invoke_without_command=True)
def list_projections(ctx: typer.Context, format: FormatOption = Format.TEXT) -> None:
    """What is derived from the log, how far it has come, and making it anew."""
    if ctx.invoked_subcommand is not None:
        return
    from variorum.adapters.projections.follower import status

    session: Session = ctx.obj
    with session.open() as connection:
        head = connection.log.head()
        found = status(connection.database, connection.collection)
    if format is Format.JSON:
        emit({"projection": "catalogue", "position": head.position, "behind": 0, "failure": None})
        for each in found:
            emit(
                {
                    "projection": each.name,
                    "position": each.position,
                    "behind": each.behind,
                    "failure": each.failure,
                }
            )
        return
    table(
        ("PROJECTION", "POSITION", "BEHIND", "STATE"),
        [
            ["catalogue", f"#{head.position}", "0", "written with every append"],
            *(
                [each.name, f"#{each.position}", str(each.behind), each.failure or "well"]
                for each in found
            ),
        ],
    )


@projections.command("rebuild")
def rebuild_projection(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="catalogue or tally.")],
    format: FormatOption = Format.TEXT,
) -> None:
    """Makes a projection anew from the log, and swaps it in while readers go on."""
    from variorum.adapters.projections.rebuild import NAMES, rebuild

    if name not in NAMES:
        raise UsageError(f"no projection {name} ({', '.join(NAMES)})")
    session: Session = ctx.obj
    with session.open() as connection:
        head = connection.log.head()
        with progress(head.position, f"rebuilding {name}") as advance:
            count = rebuild(
                connection.database, connection.collection, name, progress=steps(advance)
            )
    if format is Format.JSON:
        emit({"projection": name, "events": count})
    else:
        say(f"{name} rebuilt from {count} events")


@app.command("seal")
def seal(
    ctx: typer.Context,
    days: Annotated[
        int,
        typer.Option(metavar="N", min=0, help="Seals what was recorded more than N days ago."),
    ] = COLD_DAYS,
    all_: Annotated[bool, typer.Option("--all", help="Seals all that is there now.")] = False,
    compact: Annotated[
        bool,
        typer.Option(
            "--compact",
            help="Then writes the files anew, so that they take less room: others wait meanwhile.",
        ),
    ] = False,
    format: FormatOption = Format.TEXT,
) -> None:
    """Moves the texts of stories that are at rest into packs, which take less room."""
    from variorum.adapters.catalogue.counts import counts
    from variorum.adapters.contents.sealing import seal as sealing

    session: Session = ctx.obj
    with session.open() as connection:
        database, collection = connection.database, connection.collection
        before = None if all_ else max(connection.archive.now() - days * DAY, FIRST_INSTANT)
        loose = counts(database, collection).loose
        with progress(loose, "sealing") as advance:
            done = sealing(database, collection, before, progress=advance)
        held_up = database.scrub() if compact else None
    for reason in done.left:
        typer.echo(f"variorum: not sealed: {reason}", err=True)
    if held_up is not None:
        typer.echo(f"variorum: the files are not smaller yet: {held_up}", err=True)
    if format is Format.JSON:
        emit(
            {
                "sealed": done.texts,
                "bytes_before": done.bytes_before,
                "bytes_after": done.bytes_after,
                "left": done.left,
            }
        )
    else:
        say(
            f"{done.texts} texts sealed: {done.bytes_before:,} bytes before, "
            f"{done.bytes_after:,} after"
        )
    if done.left:
        raise typer.Exit(FOUND_DAMAGED)


@app.command("stats")
def stats(ctx: typer.Context, format: FormatOption = Format.TEXT) -> None:
    """How much the collection holds, and how much came when."""
    from variorum.adapters.catalogue.counts import counts
    from variorum.adapters.contents.scrubbing import pending
    from variorum.adapters.projections.follower import follow
    from variorum.adapters.projections.tally import Tally, tallied
    from variorum.adapters.watch.targets import Targets

    session: Session = ctx.obj
    with session.open() as connection:
        database, collection = connection.database, connection.collection
        try:
            follow(database, collection, Tally())
        except DamagedError:
            raise
        except StorageError as error:  # a reader's answer is as old as the last writer's
            typer.echo(f"variorum: the counts by month may be old: {error.message}", err=True)
        head = connection.log.head()
        found = counts(database, collection)
        tally = tallied(database, collection)
        watched = Targets(database, collection).all()
        now = connection.archive.now()
        cleared = not pending(database)
    if format is Format.JSON:
        emit(
            {
                "archive": connection.database.name,
                "collection": session.collection,
                "position": head.position,
                "recorded_at": iso(head.recorded_at) if head.position else None,
                "stories": found.stories,
                "revisions": found.revisions,
                "sightings": found.sightings,
                "content_bytes": found.content_bytes,
                "sealed": found.sealed,
                "not_sealed": found.loose,
                "sealed_bytes": found.sealed_bytes,
                "event_bytes": found.event_bytes,
                "cleared": cleared,
                "tally": [
                    {
                        "outlet": each.outlet or None,
                        "month": each.month,
                        "topic": each.topic,
                        "events": each.events,
                    }
                    for each in tally
                ],
                "watched": _watched_json(watched, now),
            }
        )
        return
    last = f", the last {clock_time(head.recorded_at, None)}" if head.position else ""
    said = [
        f"{lines(connection.database.name)}, collection {session.collection}",
        f"{counted(head.position, 'event')}{last}",
        f"{counted(found.stories, 'story', 'stories')}, {counted(found.revisions, 'revision')}, "
        f"{counted(found.sightings, 'sighting')}, "
        f"{found.content_bytes:,} bytes of content as stored",
        f"{counted(found.sealed, 'text')} sealed in {found.sealed_bytes:,} bytes, "
        f"{found.loose:,} not; events in {found.event_bytes:,} bytes",
    ]
    if not cleared:
        said.append(
            "the files are not cleared yet of what was erased: `variorum erase --finish` does it"
        )
    for line in said:
        say(fitted(line))
    _say_watched(watched, now)
    say()
    table(
        ("MONTH", "OUTLET", "EVENT", "COUNT"),
        [[each.month, each.outlet, each.topic, str(each.events)] for each in tally],
        free=None,
    )


def _watched_json(watched: list[Target], now: int) -> dict[str, Any]:
    feeds = sum(each.kind is TargetKind.FEED for each in watched)
    return {
        "pages": len(watched) - feeds,
        "feeds": feeds,
        "unreached": [
            {
                "url": each.url,
                "story": each.story,
                "since": iso(since),
                "failures": each.failures,
                "said": each.said,
            }
            for since, each in silent_since(watched, now)
        ],
    }


def _say_watched(watched: list[Target], now: int) -> None:
    if watched:
        feeds = sum(each.kind is TargetKind.FEED for each in watched)
        pages = counted(len(watched) - feeds, "page")
        say(f"watched: {pages}, {counted(feeds, 'feed')}")
    for since, each in silent_since(watched, now):
        times = "once" if each.failures == 1 else f"{each.failures} times"
        name = f"{each.story} ({each.url})" if each.story else each.url
        said = f"not reached since {clock_time(since, None)}, {times}: {name}: {each.said}"
        say(fitted(lines(said)))
