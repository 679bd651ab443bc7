"""What is known of a story at a moment, as JSON: the answer of `show`, and a state in an export.

Instants are ISO 8601 in UTC. The schema is docs/schemas/show.json, and is stable.
"""

from __future__ import annotations

from typing import Any

from variorum.adapters.exports.takedown_json import erasure_json
from variorum.domain.asof import Dating
from variorum.domain.content import Article
from variorum.domain.notices import DatedItem
from variorum.domain.shown import Shown, ShownNotice
from variorum.domain.times import PublishedTime, iso


def published_json(published: PublishedTime) -> dict[str, Any]:
    """A published time as JSON."""
    return {
        "at": iso(published.at),
        "earliest": None if published.earliest is None else iso(published.earliest),
        "latest": iso(published.latest),
        "precision": published.precision.value,
        "basis": published.basis.value,
        "zone": published.zone,
        "resolved": list(published.resolved),
    }


def dating_json(dating: Dating | None) -> dict[str, Any] | None:
    """Which revision, and when it was published."""
    if dating is None:
        return None
    return {"revision": f"r{dating.revision}", "at": iso(dating.published.at)}


def article_json(article: Article | None) -> dict[str, Any]:
    """What a revision said; `held` is false where its text was erased."""
    return {
        "held": article is not None,
        "headline": article.headline if article else None,
        "byline": article.byline if article else None,
        "dateline": article.dateline if article else None,
        "paragraphs": list(article.paragraphs) if article else [],
        "media": [
            {"caption": m.caption, "credit": m.credit, "title": m.title, "url": m.url}
            for m in (article.media if article else ())
        ],
        "comments": article.comments.value if article and article.comments else None,
    }


def notice_json(notice: ShownNotice) -> dict[str, Any]:
    """A notice as printed, with what was read from it."""
    stated = notice.stated
    return {
        "kind": stated.kind.value if stated else None,
        "at": iso(stated.time.at) if stated and stated.time else None,
        "time": published_json(stated.time) if stated and stated.time else None,
        "printed": notice.printed,
    }


def item_json(item: DatedItem) -> dict[str, Any]:
    """A dated item of a live story: the paragraph that its time begins, from 1, and that time."""
    return {
        "paragraph": item.paragraph + 1,
        "time": published_json(item.time) if item.time else None,
    }


def shown_json(shown: Shown) -> dict[str, Any]:
    """The answer of `show`."""
    return {
        "story": shown.story.id,
        "revision": f"r{shown.revision}",
        "at": iso(shown.at),
        "published": published_json(shown.published),
        "captured": None if shown.captured is None else iso(shown.captured),
        "recorded_at": iso(shown.recorded_at),
        "position": shown.dating.arrived,
        "dated_at_position": shown.dating.position,
        "known": {
            "position": shown.known.position,
            "asked": shown.known.asked,
            "final": shown.known.final,
        },
        "certainty": "certain" if shown.certain else "possible",
        "possible": list(shown.possible),
        "last_sighted": None if shown.last_sighted is None else iso(shown.last_sighted),
        "returned_at": None if shown.returned is None else iso(shown.returned),
        "missing_since": None if shown.missing_since is None else iso(shown.missing_since),
        "next": dating_json(shown.following),
        "url": shown.description.url,
        "outlet": shown.description.outlet or shown.story.outlet,
        "zone": shown.story.zone,
        **article_json(shown.article),
        "notices": [notice_json(notice) for notice in shown.notices],
        "items": [item_json(item) for item in shown.items],
        "erased": [erasure_json(erasure, note) for erasure, note in shown.erasures],
    }
