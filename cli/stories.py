"""The commands about stories as such: what there is, which are one, what they were said to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from variorum.adapters.exports.state_json import published_json
from variorum.adapters.exports.takedown_json import restriction_json
from variorum.cli.options import (
    AtOption,
    AuthorityOption,
    DateOrderOption,
    Format,
    FormatOption,
    KnownAtOption,
    StoryArgument,
    WhyOption,
    ZoneOption,
    lines,
    reason_given,
)
from variorum.cli.output import emit, safe, say, table
from variorum.cli.session import Session
from variorum.domain.asof import InForce, NotInForce
from variorum.domain.overview import Line, overview
from variorum.domain.stated import describe
from variorum.domain.times import iso

if TYPE_CHECKING:
    from variorum.domain.amendments import Merger
    from variorum.domain.recording import Receipt

app = typer.Typer()
stories_app = typer.Typer(
    help="The stories of the collection, with what was in force of each.",
    no_args_is_help=False,
    rich_markup_mode=None,
    add_completion=False,
)
app.add_typer(stories_app, name="stories")


@stories_app.callback(invoke_without_command=True)
def stories(
    ctx: typer.Context,
    at: AtOption = None,
    known_at: KnownAtOption = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", min=1, max=2**31, metavar="N", help="At most so many; all, if not given."
        ),
    ] = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """The stories of the collection, with what was in force of each."""
    if ctx.invoked_subcommand is not None:
        return
    from itertools import islice

    session: Session = ctx.obj
    rows: list[list[str]] = []
    with session.open() as connection:
        archive = connection.archive
        known = archive.known(known_at)
        instant = archive.instant(at)
        listed = islice(archive.listed(known), limit)
        for line in overview(archive, listed, instant, known.position):
            if format is Format.JSON:
                emit(_line_json(line))
            else:
                rows.append(_line_row(line))
    if format is Format.TEXT:
        if not rows:
            say(
                "no stories yet (`variorum record FILE --story ID` records one)"
                if known_at is None
                else f"no story was known at #{known.position}"
            )
        table(("STORY", "IN FORCE", "PUBLISHED", "HEADLINE"), rows)


def _line_json(line: Line) -> dict[str, Any]:
    entry, answer, restriction = line.story, line.answer, line.restriction
    dating = answer.dating if isinstance(answer, InForce) else None
    return {
        "story": entry.id,
        "outlet": entry.outlet,
        "zone": entry.zone,
        "recorded_at": iso(entry.recorded_at),
        "position": entry.position,
        "revision": f"r{dating.revision}" if dating else None,
        "published": published_json(dating.published) if dating else None,
        "reason": answer.reason.value if isinstance(answer, NotInForce) else None,
        "headline": line.article.headline if line.article else None,
        "restricted": restriction_json(restriction) if restriction else None,
    }


def _line_row(line: Line) -> list[str]:
    entry, answer, restriction = line.story, line.answer, line.restriction
    headline = line.article.headline if line.article else None
    if isinstance(answer, NotInForce):
        return [entry.id, answer.reason.value, "", ""]
    published = describe(answer.dating.published, entry.zone)
    hidden = f"restricted {restriction.ends}" if restriction else ""
    return [entry.id, f"r{answer.dating.revision}", published, hidden or headline or ""]


OneArgument = Annotated[
    str, typer.Argument(metavar="STORY", help="The story by whose id both are known.")
]
OtherArgument = Annotated[str, typer.Argument(metavar="OTHER", help="The other one.")]


@stories_app.command("merge")
def merge(
    ctx: typer.Context,
    story: OneArgument,
    other: OtherArgument,
    why: WhyOption,
    authority: AuthorityOption = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Says that two stories are one: both ids give the answers of both from now on."""
    from variorum.domain.amending import Merge

    session: Session = ctx.obj
    note = reason_given("merged", why, authority)
    with session.open() as connection:
        archive = connection.archive
        receipt = archive.merge(Merge(story, other, session.actor, note))
        entry = archive.story(receipt.story)
        merger = next((m.merger for m in entry.members if m.entry.id == other), None)
    if format is Format.JSON:
        _emit_merged(receipt, story, other, merger)
    elif receipt.position is None:
        say(f"{other} is one with {story} already; nothing was recorded")
    else:
        numbers = ""
        if merger and merger.revisions:
            last = f" to r{merger.following - 1}" if merger.revisions > 1 else ""
            numbers = f"; its revisions are r{merger.first}{last} of {story}"
        say(f"{other} is one with {story}{numbers} (#{receipt.position})")


@stories_app.command("unmerge")
def unmerge(
    ctx: typer.Context,
    story: OneArgument,
    other: OtherArgument,
    why: WhyOption,
    authority: AuthorityOption = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Says that two stories are not one after all: each gives its own answers again."""
    from variorum.domain.amending import Merge

    session: Session = ctx.obj
    note = reason_given("unmerged", why, authority)
    with session.open() as connection:
        receipt = connection.archive.unmerge(Merge(story, other, session.actor, note))
    if format is Format.JSON:
        _emit_merged(receipt, story, other, None)
    elif receipt.position is None:
        say(f"{other} is not one with {story}; nothing was recorded")
    else:
        say(f"{story} and {other} are two stories again (#{receipt.position})")


def _emit_merged(receipt: Receipt, story: str, other: str, merger: Merger | None) -> None:
    """What came of saying that two stories are one, or are not.

    Args:
        merger: by what numbers the other's revisions are called now; None where they are two.
    """
    emit(
        {
            "outcome": receipt.verdict.value,
            "story": story,
            "other": other,
            "first": f"r{merger.first}" if merger and merger.revisions else None,
            "revisions": merger.revisions if merger else 0,
            "position": receipt.position,
        }
    )


@stories_app.command("describe")
def describe_story(
    ctx: typer.Context,
    story: StoryArgument,
    why: WhyOption,
    zone: ZoneOption = None,
    date_order: DateOrderOption = None,
    outlet: Annotated[
        str | None, typer.Option("--outlet", metavar="NAME", help="Who published it.")
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", help="Where it stood, or stands now.")
    ] = None,
    authority: AuthorityOption = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Says that a story's zone, outlet or URL is another; what was said before stays known."""
    from variorum.domain.amending import DescribeStory

    session: Session = ctx.obj
    note = reason_given("described", why, authority)
    with session.open() as connection:
        archive = connection.archive
        receipt = archive.describe(
            DescribeStory(story, session.actor, note, zone, date_order, outlet, url)
        )
        entry = archive.story(receipt.story)
        description = archive.description(entry)
    if format is Format.JSON:
        emit(
            {
                "outcome": receipt.verdict.value,
                "story": entry.id,
                "zone": entry.zone,
                "date_order": entry.date_order.value if entry.date_order else None,
                "outlet": entry.outlet,
                "name": description.outlet,
                "url": description.url,
                "position": receipt.position,
            }
        )
        return
    place = f" (#{receipt.position})" if receipt.position else ": so it was already"
    say(f"{entry.id} is described{place}")
    for name, value in (
        ("zone", entry.zone),
        ("date order", entry.date_order.value if entry.date_order else None),
        ("outlet", description.outlet or entry.outlet),
        ("url", description.url),
    ):
        if value:
            say(f"{name:<11} {safe(lines(value))}")
