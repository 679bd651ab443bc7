"""The watcher: looks at what is due, one thing at a time of each host, and records what it finds.

Fetching is done by threads of its own; all that is recorded is recorded by the one who asks. What
is known of a target is kept after every look, so that whoever starts again goes on from there.
"""

from __future__ import annotations

import queue
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from variorum.adapters.connect import Connection
from variorum.adapters.imports.copy import copy_of
from variorum.adapters.imports.page import looks_like_html, read_page
from variorum.adapters.imports.page_address import page_addresses
from variorum.adapters.watch.connecting import RefusedError
from variorum.adapters.watch.fetching import LIMITS, Fetched, Limits, UnreachedError, fetch
from variorum.adapters.watch.robots import LONGEST_DELAY, ForbiddenError, Robots
from variorum.adapters.watch.targets import Targets
from variorum.domain.addresses import Addresses
from variorum.domain.asof import Dating, Outcome
from variorum.domain.commands import Opening, RecordCopy, Sight, Source
from variorum.domain.content import Description
from variorum.domain.decisions import Verdict
from variorum.domain.errors import NotFoundError, UnreadableError, UsageError
from variorum.domain.identity import (
    address_of,
    canonical_url,
    is_gate,
    outlet_id,
    plausible_canonical,
)
from variorum.domain.reading import Reading
from variorum.domain.recording import Receipt
from variorum.domain.stated import Known
from variorum.domain.times import DAY, LAST_INSTANT, MINUTE, SECOND, iso
from variorum.domain.watching import (
    Target,
    TargetKind,
    answered,
    failed,
    outcome_of,
    put_off,
)

WORKERS = 8
LEASE = 15 * MINUTE
"""For how long a target is taken from other watchers of the same archive."""
SPACING = 1.0
"""Seconds between two looks at one host, at least."""
LONGEST_WAIT = 5.0
"""Seconds after which a watcher that has nothing to do looks whether there is something new."""
FOLLOWED = 500
"""Articles of a feed that are followed from one copy of it."""
_BUSY = (429, 503)
_LONGEST_VALIDATOR = 1_000
_PRINTABLE = re.compile(r"[\x20-\x7e]+")


@dataclass(frozen=True, slots=True)
class Look:
    """What came of one look: `said` for people, and what was recorded, if anything."""

    target: Target
    at: int
    said: str
    verdict: Verdict | None = None
    story: str | None = None
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class _Forbidden:
    why: str
    until: int | None = None


@dataclass(frozen=True, slots=True)
class _Unreached:
    why: str


Result = Fetched | _Forbidden | _Unreached | Exception


class Watcher:
    """Watches what the archive's table of targets names.

    Args:
        connection: to the archive.
        agent: who asks, as servers are told; its first word is what robots.txt knows us by.
        limits: how much of a server's time and bytes a look takes.
        private: whether addresses that are not public may be looked at.
        now: the clock (µs since 1970 UTC).
        pause: waits for some seconds.
    """

    def __init__(
        self,
        connection: Connection,
        agent: str,
        *,
        limits: Limits = LIMITS,
        private: bool = False,
        now: Callable[[], int] | None = None,
        pause: Callable[[float], None] = time.sleep,
        spacing: float = SPACING,
        workers: int = WORKERS,
    ) -> None:
        self.targets = Targets(connection.database, connection.collection)
        self._archive = connection.archive
        self._agent = agent
        self._limits = limits
        self._private = private
        self._now = now or connection.archive.now
        self._pause = pause
        self._spacing = spacing
        self._robots = Robots(self._get, agent.partition("/")[0], self._now)
        self._tasks: queue.SimpleQueue[Target] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[tuple[Target, Result, float]] = queue.SimpleQueue()
        self._flying: dict[str, Target] = {}
        self._ready: dict[str, int] = {}
        self._next: dict[str, Target] = {}
        self._read_at = -SECOND
        self._idle = workers
        self._unstarted = workers

    def run(self, *, once: bool = False) -> Iterator[Look]:
        """Looks at what is due, for ever; `once`: at everything that is due, once.

        What a feed names is followed in the same run.

        Raises:
            StorageError: the archive cannot be written.
        """
        before = self._now() if once else LAST_INSTANT
        self._next.clear()
        while True:
            waiting = self._start(before)
            if self._flying:
                yield self._finish(*self._results.get())
            elif waiting is None and once:
                return
            else:
                self._pause(LONGEST_WAIT if waiting is None else min(waiting, LONGEST_WAIT))

    # Who is to be looked at, and by whom.

    def _start(self, before: int) -> float | None:
        """Starts as many looks as may be; gives how long to wait for one that may not be yet.

        None where nothing is due that was not looked at since an instant. What is due is read once
        a second, or when nothing is left of it.
        """
        while True:
            now = self._now()
            if not (self._next or self._flying) or not 0 <= now - self._read_at < SECOND:
                self._next = {each.address: each for each in self.targets.turns(now, before)}
                self._read_at = now
                if not self._next:
                    return None
            waiting = self._start_of_next(now)
            if self._next or self._flying:
                return waiting

    def _start_of_next(self, now: int) -> float | None:
        """As `_start`, of what was read; what is started, or was by somebody else, is gone then."""
        busy = {_host(target.url) for target in self._flying.values()}
        waiting: float | None = None
        taken: list[str] = []
        for target in self._next.values():
            if not self._idle:
                break
            host = _host(target.url)
            ready = self._ready.get(host, 0)
            if host in busy or ready > now:
                left = (ready - now) / SECOND if ready > now else 0.0
                waiting = left if waiting is None else min(waiting, left)
                continue
            taken.append(target.address)
            if self.targets.claim(target, now + LEASE):
                busy.add(host)
                self._fly(target)
        for address in taken:
            del self._next[address]
        return waiting

    def _fly(self, target: Target) -> None:
        self._flying[target.address] = target
        self._idle -= 1
        if self._unstarted:
            self._unstarted -= 1
            threading.Thread(target=self._work, daemon=True).start()
        self._tasks.put(target)

    def _work(self) -> None:
        while True:
            target = self._tasks.get()
            delay = self._spacing
            try:
                self._robots.check(target.url)
                delay = max(delay, self._robots.delay(target.url))
                result: Result = self._get(
                    target.url, target.etag, target.modified, self._robots.check
                )
            except RefusedError as error:
                result = _Forbidden(str(error))
            except ForbiddenError as error:
                result = _Forbidden(str(error), error.until)
            except UnreachedError as error:
                result = _Unreached(str(error))
            except Exception as error:  # told to whoever asked, and raised there
                result = error
            self._results.put((target, result, delay))

    def _get(
        self,
        url: str,
        etag: str | None = None,
        modified: str | None = None,
        check: Callable[[str], None] = lambda _: None,
    ) -> Fetched:
        return fetch(
            url,
            agent=self._agent,
            etag=etag,
            modified=modified,
            limits=self._limits,
            private=self._private,
            check=check,
        )

    # What came of it.

    def _finish(self, target: Target, result: Result, delay: float) -> Look:
        del self._flying[target.address]
        self._idle += 1
        now = self._now()
        self._ready[_host(target.url)] = now + int(delay * SECOND)
        if isinstance(result, Fetched) and result.status in _BUSY:
            self._leave_alone(result, now)
        if not self.targets.watched(target):  # forgotten, or erased, while it was looked at
            return Look(target, now, "watched no more")
        match result:
            case Fetched():
                look = self._answered(target, result, now)
            case _Forbidden(why, until):
                look = Look(put_off(target, now, why, until), now, why)
            case _Unreached(why):
                look = self._unreached(target, now, why, None)
            case _:
                raise result
        self.targets.keep(look.target)
        return look

    def _leave_alone(self, found: Fetched, now: int) -> None:
        """Asks nothing more of a site that wants that (RFC 6585, 4; RFC 9110, 15.6.4)."""
        wait = min(found.retry_after(now) or 0, DAY)
        if wait > LONGEST_DELAY * SECOND:
            self._robots.leave_alone(found.url, now + wait)
        elif wait:
            host = _host(found.url)
            self._ready[host] = max(self._ready.get(host, 0), now + wait)

    def _answered(self, target: Target, found: Fetched, now: int) -> Look:
        same = found.status == 304 and (target.etag or target.modified)
        if found.status == 200 or same:
            if is_gate(target.url, found.url):
                return self._unreached(target, now, "asks for consent or a login", None)
            if canonical_url(found.url) != canonical_url(target.url):
                if plausible_canonical(target.url, found.url) is None:
                    return self._absent(target, now, Outcome.MISSING, "leads elsewhere")
                if self._leads_to_another(target, found):
                    if same:  # what the other page says of itself was not sent
                        return self._read_again(target, now, "it leads to another story's address")
                    return self._absent(target, now, Outcome.MISSING, "leads to another story")
            return self._unchanged(target, now) if same else self._copy(target, found, now)
        outcome = outcome_of(found.status)
        if outcome is Outcome.UNREACHABLE:
            wait = found.retry_after(now)
            return self._unreached(target, now, f"answers {found.status}", wait)
        return self._absent(target, now, outcome, f"{outcome.value} ({found.status})")

    def _unchanged(self, target: Target, now: int) -> Look:
        said = "unchanged"
        after = answered(target, now, said)
        if target.kind is TargetKind.FEED:
            return Look(after, now, said)
        try:
            stood = self._stood(target, now)
            elsewhere = self._said_elsewhere(target, stood)
            if elsewhere is not None:
                return Look(replace(after, said=elsewhere), now, elsewhere)
            if stood is not None and stood.arrived == target.stands:
                seen = self._sight(target, now, Outcome.UNCHANGED, stood.revision)
                return Look(after, now, said, seen.verdict, seen.story, seen.revision)
        except NotFoundError:  # it was parted from another meanwhile
            pass
        return self._read_again(target, now, "another text is in force")

    def _read_again(self, target: Target, now: int, why: str) -> Look:
        said = f"unchanged, but {why}: to be read again"
        after = replace(answered(target, now, said).unvalidated, due=now + target.every)
        return Look(after, now, said)

    def _stood(self, target: Target, now: int) -> Dating | None:
        """What stands of a target's story, as far as is recorded."""
        entry = self._archive.found(target.story) if target.story is not None else None
        return self._archive.situation(entry, now).marks.stood

    def _said_elsewhere(self, target: Target, stood: Dating | None) -> str | None:
        """What is said of a page where another shows the text in force, and it did not so far."""
        if target.stands is None or stood is None or stood.arrived == target.stands:
            return None
        other = self.targets.showing(stood.arrived)
        return None if other is None else f"unchanged, but {other} has another text"

    def _shows_still(self, target: Target, text: bytes) -> bool:
        """Whether a text is that of the revision which the page showed before."""
        story = self._story_of(target)
        revisions = self._archive.state(story).revisions
        shown = next((each for each in revisions if each.position == target.stands), None)
        if shown is None:
            return False
        at = shown.event.published.at
        texts = self._archive.situation(self._archive.story(story), at).same_time
        return any(each.equals(text) for each in texts)

    def _absent(self, target: Target, now: int, outcome: Outcome, said: str) -> Look:
        after = answered(target, now, said).unvalidated
        return self._seen(target, after, now, outcome, said)

    def _unreached(self, target: Target, now: int, said: str, wait: int | None) -> Look:
        return self._seen(target, failed(target, now, said, wait), now, Outcome.UNREACHABLE, said)

    def _seen(self, target: Target, after: Target, now: int, outcome: Outcome, said: str) -> Look:
        """What was seen of a target that is not there; of a feed, nothing is recorded."""
        if target.kind is TargetKind.FEED:
            return Look(after, now, said)
        story = self._story_of(target)
        recorded = self._sight(replace(target, story=story), now, outcome)
        after = replace(after, story=story)
        return Look(after, now, said, recorded.verdict, recorded.story)

    def _sight(
        self, target: Target, now: int, outcome: Outcome, revision: int | None = None
    ) -> Receipt:
        story = self._story_of(target)
        opening = self._opening(target)
        actor = self._archive.actor
        return self._archive.sight(Sight(story, actor, now, outcome, revision, opening=opening))

    def _story_of(self, target: Target, *said: str) -> str:
        """The id of a target's own story, whichever others that is one with now."""
        if target.story is not None:
            return target.story
        return Addresses(self._archive.own_at, self._archive.found).story(target.url, *said)

    def _leads_to_another(self, target: Target, found: Fetched) -> bool:
        """Whether the page that a held story's page redirects to is another story's.

        It is its own where it says so, and otherwise whose address it has: the one that it says, or
        else the one that it was found at.
        """
        own = self._archive.found(self._story_of(target))
        if own is None:
            return False  # so far it is only a way to where it leads
        said = page_addresses(found.body, found.url, found.headers.get("content-type"))
        for address in map(address_of, (*said, found.url)):
            if address == address_of(target.url):
                return False
            there = self._archive.found_at(address)
            if there is not None:
                return there.id != own.id
        return False

    def _opening(self, target: Target) -> Opening:
        outlet = target.outlet
        settings = self._archive.settings(outlet_id(outlet)) if outlet else None
        return Opening(
            zone=settings.zone if settings else None,
            date_order=settings.date_order if settings else None,
            outlet=outlet_id(outlet) if outlet else None,
            address=address_of(target.url),
            description=Description(url=target.url, outlet=outlet),
        )

    def _copy(self, target: Target, found: Fetched, now: int) -> Look:
        bare = target.unvalidated
        if _is_feed(found.body):
            return self._feed(bare, found, now)
        kind = (found.message.media_type or "something else")[:50]
        if target.kind is TargetKind.FEED and target.story is None:
            return self._unreached(bare, now, f"no feed, but {kind}", None)
        if not (looks_like_html(found.body) or "html" in found.message.media_type):
            said = f"no page, but {kind}"
            return Look(answered(bare, now, said), now, said)
        bare = replace(bare, kind=TargetKind.PAGE)
        try:
            copy = self._read(target, found, now)
            elsewhere = self._said_elsewhere(target, self._stood(target, now))
            if elsewhere is not None and self._shows_still(target, copy.article.canonical()):
                after = _validated(answered(bare, now, elsewhere), found)
                return Look(replace(after, stands=target.stands), now, elsewhere)
            recorded = self._archive.record(copy)
        except UnreadableError as error:
            said = f"not a story: {error.message}"
            return Look(answered(bare, now, said), now, said)
        new = recorded.verdict is Verdict.REVISION
        said = f"r{recorded.revision} recorded" if new else "unchanged"
        after = replace(answered(bare, now, said, changed=new), story=copy.story)
        stood = self._stood(after, now)
        if stood is not None and stood.revision == recorded.revision:
            after = replace(_validated(after, found), stands=stood.arrived)
        return Look(after, now, said, recorded.verdict, recorded.story, recorded.revision)

    def _read(self, target: Target, found: Fetched, now: int) -> RecordCopy:
        content_type = found.headers.get("content-type")
        changed = found.message.last_modified
        before = target.reached if target.kind is TargetKind.PAGE else None
        if changed is not None and not (before or 0) < changed.at <= now:
            changed = None  # another text stood then, or the same one still does

        def read(known: Known) -> Reading:
            reading = read_page(found.body, known, content_type)
            if reading.published is None and changed is not None:
                return replace(reading, published=changed)
            return reading

        said = page_addresses(found.body, found.url, content_type)
        story = self._story_of(target, *said)
        return copy_of(
            story,
            self._archive.actor,
            read,
            Source(found.body, "text/html"),
            entry=self._archive.found(story),
            url=(*said, target.url)[0],
            outlet=target.outlet,
            captured=iso(now),
            settings=self._archive.settings,
        )

    def _feed(self, target: Target, found: Fetched, now: int) -> Look:
        from variorum.adapters.imports.feed import feed_of
        from variorum.adapters.imports.feed_stories import is_of_comment

        target = replace(target, kind=TargetKind.FEED)
        try:
            entries = [
                each for each in feed_of(found.body).entries if not is_of_comment(each.url or "")
            ]
        except UnreadableError as error:
            said = f"a feed that cannot be read: {error.message}"
            return Look(answered(target, now, said), now, said)
        new = 0
        for entry in entries[:FOLLOWED]:
            try:
                if entry.url and self.targets.follow(urljoin(found.url, entry.url), target, now):
                    new += 1
            except (UsageError, ValueError):
                continue
        articles = "1 article" if len(entries) == 1 else f"{len(entries)} articles"
        if len(entries) > FOLLOWED:
            articles += f", the first {FOLLOWED} followed"
        said = f"{articles}, {new} new"
        after = _validated(answered(target, now, said, changed=new > 0), found)
        return Look(after, now, said)


_FEED = re.compile(
    rb"(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>]*>)*+<(?:\w+:)?(rss|feed|rdf)\b", re.I | re.S
)
"""What stands before it is gone through once: a comment that has ended does not end anew."""
_JSON_FEED = re.compile(rb'\s*\{.*?"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org', re.I | re.S)


def _is_feed(body: bytes) -> bool:
    start = 3 if body.startswith(b"\xef\xbb\xbf") else 0
    return _FEED.match(body, start) is not None or _JSON_FEED.match(body, start, 4096) is not None


def _validated(target: Target, found: Fetched) -> Target:
    """The target with the validators of what was found."""
    etag, modified = (found.headers.get(name) for name in ("etag", "last-modified"))
    return replace(target, etag=_validator(etag), modified=_validator(modified))


def _validator(text: str | None) -> str | None:
    """A validator that can be sent back as it came."""
    ok = text is not None and len(text) <= _LONGEST_VALIDATOR and _PRINTABLE.fullmatch(text)
    return text if ok else None


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url
