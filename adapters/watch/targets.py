"""What is watched: a table of its own, which no event speaks of and nothing depends on.

Of what is watched no more the address's digest stays, so that no feed brings it back.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from variorum.adapters.database.port import Database, Row
from variorum.adapters.database.statements import statement
from variorum.domain.asof import LAST_POSITION
from variorum.domain.errors import UsageError
from variorum.domain.identity import address_of
from variorum.domain.times import LAST_INSTANT
from variorum.domain.watching import Target, TargetKind, repaced


class Targets:
    """The targets of one collection.

    Args:
        database: where the tables are.
        collection: the collection's key.
    """

    def __init__(self, database: Database, collection: int) -> None:
        self._database = database
        self._collection = collection

    def add(self, url: str, every: int, now: int, outlet: str | None = None) -> bool:
        """Watches an address from now on; whether it was not watched before.

        Args:
            outlet: who publishes what is found there, if that is known.

        Raises:
            UsageError: it is no web address, or one that names a user.
        """
        return self._add("add_target", url, every, now, outlet)

    def follow(self, url: str, feed: Target, now: int) -> bool:
        """As `add`, of an address that a feed names: not if it was to be watched no more."""
        return self._add("follow_target", url, feed.every, now, feed.outlet)

    def _add(self, how: str, url: str, every: int, now: int, outlet: str | None) -> bool:
        key = {"collection": self._collection, "address": bytes.fromhex(address_of(url))}
        if not url.isprintable():
            raise UsageError(f"not a web address: {url[:80]!r}")
        if "@" in urlsplit(url.strip()).netloc:
            raise UsageError(
                f"{urlsplit(url.strip()).hostname}: no address with a user or a password is watched"
            )
        row = {
            **key,
            "url": url.strip(),
            "every": every,
            "since": now,
            "due": now,
            "outlet": outlet,
        }
        with self._database.write() as cursor:
            return cursor.row(statement("watch", how), row) is not None

    def pace(self, url: str, every: int) -> None:
        """Watches an address that is watched already at a pace of its own."""
        key = {"collection": self._collection, "address": bytes.fromhex(address_of(url))}
        with self._database.write() as cursor:
            row = cursor.row(statement("watch", "target"), key)
            if row is not None:
                before = _target(row)
                due = repaced(before, every).due
                new = {"every": every, "before": before.due, "due": due}
                cursor.run(statement("watch", "set_pace"), {**key, **new})

    def published_by(self, url: str, outlet: str) -> None:
        """Says who publishes what is found at an address that is watched."""
        key = {"collection": self._collection, "address": bytes.fromhex(address_of(url))}
        with self._database.write() as cursor:
            cursor.run(statement("watch", "set_outlet"), {**key, "outlet": outlet})

    def due(self, now: int) -> list[Target]:
        """What is to be looked at by an instant, the longest due first."""
        return self._found(statement("watch", "targets"), until=now)

    def turns(self, now: int, before: int = LAST_INSTANT) -> list[Target]:
        """As `due`, of each site no more than can be looked at next.

        Args:
            before: only what was not looked at since that instant.
        """
        site = statement("watch", f"site_{self._database.dialect}")
        text = statement("watch", "turns").replace(":site", site)
        return self._found(text, until=now, before=before)

    def latest(self, limit: int) -> list[Target]:
        """What was looked at last, so many at most; after that what was not looked at yet."""
        return self._found(statement("watch", "latest"), limit=limit)

    def _found(self, text: str, **asked: int) -> list[Target]:
        with self._database.read() as cursor:
            rows = cursor.rows(text, {"collection": self._collection, **asked})
        return list(map(_target, rows))

    def count(self) -> int:
        """How many are watched."""
        with self._database.read() as cursor:
            row = cursor.row(statement("watch", "how_many"), {"collection": self._collection})
        return int(row[0]) if row is not None else 0

    def all(self) -> list[Target]:
        """Everything that is watched."""
        return self.due(LAST_POSITION)

    def claim(self, target: Target, later: int) -> bool:
        """Takes the turn of looking at a target until an instant; False where it is taken."""
        parameters = {**self._key(target), "due": target.due, "later": later}
        with self._database.write() as cursor:
            return cursor.row(statement("watch", "claim_target"), parameters) is not None

    def watched(self, target: Target) -> bool:
        """Whether a target is watched still."""
        with self._database.read() as cursor:
            return cursor.row(statement("watch", "target"), self._key(target)) is not None

    def showing(self, position: int) -> str | None:
        """A page that showed, when it was looked at last, the revision recorded at a position."""
        key = {"collection": self._collection, "position": position}
        with self._database.read() as cursor:
            row = cursor.row(statement("watch", "showing"), key)
        return str(row[0]) if row is not None else None

    def keep(self, target: Target) -> None:
        """Keeps what came of looking at a target."""
        kept = {
            "kind": target.kind.value,
            "due": target.due,
            "story": target.story,
            "etag": target.etag,
            "modified": target.modified,
            "checked": target.checked,
            "reached": target.reached,
            "changed": target.changed,
            "failures": target.failures,
            "said": _printable(target.said),
            "stands": target.stands,
        }
        with self._database.write() as cursor:
            cursor.run(statement("watch", "keep_target"), {**self._key(target), **kept})

    def forget(self, url: str) -> bool:
        """Watches an address no more, until it is added again; whether it was watched."""
        key = {"collection": self._collection, "address": bytes.fromhex(address_of(url))}
        with self._database.write() as cursor:
            return cursor.row(statement("watch", "forget_target"), key) is not None

    def forget_story(self, story: str, addresses: Iterable[str] = ()) -> None:
        """Watches no page of a story any more, and keeps nothing of its addresses but digests.

        Args:
            addresses: those that the story was said to have (SHA-256, hex), watched or not.
        """
        with self._database.write() as cursor:
            cursor.run(
                statement("watch", "forget_story"),
                {"collection": self._collection, "story": story},
            )
            for each in addresses:
                cursor.run(
                    statement("watch", "forget_address"),
                    {"collection": self._collection, "address": bytes.fromhex(each)},
                )

    def _key(self, target: Target) -> dict[str, object]:
        return {"collection": self._collection, "address": bytes.fromhex(target.address)}


def _printable(text: str | None) -> str | None:
    if text is None:
        return None
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)[
        :200
    ]


def _target(row: Row) -> Target:
    address, url, kind, every, since, due, *rest = row
    story, etag, modified, checked, reached, changed, failures, said, stands, outlet = rest
    return Target(
        address=bytes(address).hex(),
        url=url,
        kind=TargetKind(kind),
        every=every,
        since=since,
        due=due,
        story=story,
        etag=etag,
        modified=modified,
        checked=checked,
        reached=reached,
        changed=changed,
        failures=failures,
        said=said,
        stands=stands,
        outlet=outlet,
    )
