"""What verifying came to: what is intact, what was erased with a record, and what is wrong.

A *finding* is something that is not as the log committed to, at the position of the event that it
concerns, where one can be named. A content that is missing is *erased with a record* where an event
says so; without one that is a finding. Of an archive that was restored from a part of a backup it
may have been erased in the rest, where the event is that says so: then it is *unrestored*, and
nobody can tell before the rest is restored whether that is so.
"""

from __future__ import annotations

from dataclasses import dataclass, field

FINDINGS_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `position` is None where it is not of any one event."""

    position: int | None
    what: str

    def __str__(self) -> str:
        return self.what if self.position is None else f"#{self.position}: {self.what}"


@dataclass(slots=True)
class Checked:
    """What a part of the work came to; parts are added up."""

    events: int = 0
    intact: int = 0
    erased: int = 0
    bytes: int = 0
    findings: list[Finding] = field(default_factory=list[Finding])
    more: int = 0
    """Findings beyond those that are kept."""
    unrestored: int = 0
    lacking: list[Finding] = field(default_factory=list[Finding])
    """The first thousand that are unrestored, in whatever order they were met."""
    first: Finding | None = None
    """The finding of the lowest position; one without any, where no other is there."""

    def find(self, position: int | None, what: str) -> None:
        """Notes something that is wrong; a thousand are kept, the first by position among them."""
        finding = Finding(position, what)
        lower = self.first is None or _place(finding) < _place(self.first)
        if lower:
            self.first = finding
        if len(self.findings) < FINDINGS_KEPT:
            self.findings.append(finding)
            return
        self.more += 1
        if lower:
            self.findings[-1] = finding

    def lack(self, position: int, what: str) -> None:
        """Notes a content that is not there, since a backup was restored in part."""
        self.unrestored += 1
        if len(self.lacking) < FINDINGS_KEPT:
            self.lacking.append(Finding(position, what))

    def add(self, other: Checked) -> None:
        self.events += other.events
        self.intact += other.intact
        self.erased += other.erased
        self.bytes += other.bytes
        self.more += other.more
        self.unrestored += other.unrestored
        self.lacking += other.lacking[: FINDINGS_KEPT - len(self.lacking)]
        for finding in other.findings:
            self.find(finding.position, finding.what)

    @property
    def tampered(self) -> int:
        return len(self.findings) + self.more

    def ordered(self) -> list[Finding]:
        """The findings by position, those of no position last."""
        return sorted(self.findings, key=_place)

    def ordered_lacking(self) -> list[Finding]:
        """What is unrestored, by the position of the event that committed to it."""
        return sorted(self.lacking, key=_place)


def _place(finding: Finding) -> tuple[bool, int]:
    return finding.position is None, finding.position or 0
