"""Which keys a collection has signed with: its log names each of them.

The *origin* of the log is the name of its first key, and later keys take the same name. A key is
*in force* from the position of its event until the next one's. A checkpoint of a size is good by
the key that was in force there or by a later one: an earlier key has been given up, perhaps because
somebody else had come by it. In the first checkpoint after a rotation the old key signs too, the
*handover*, so that whoever trusts it is led to the new one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from variorum.domain.errors import NotFoundError
from variorum.domain.events import KeyRotated
from variorum.domain.log import Recorded
from variorum.domain.signed_note import VerifierKey


@dataclass(frozen=True, slots=True)
class NamedKey:
    """A key, and the position from which on it is in force."""

    position: int
    key: VerifierKey


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """All keys that a log names, in their order."""

    named: tuple[NamedKey, ...]

    @property
    def origin(self) -> str:
        """The name under which the log signs, for ever."""
        return self.named[0].key.name

    @property
    def latest(self) -> NamedKey:
        """The key that is in force now."""
        return self.named[-1]

    def good_for(self, size: int) -> tuple[VerifierKey, ...]:
        """The keys by which a checkpoint of that size is good."""
        given_up = {key for key, _ in self.given_up_by(size)}
        return tuple(each.key for each in self.named if each.key not in given_up)

    def led_to(
        self,
        trusted: Collection[VerifierKey],
        signed: Collection[tuple[int, Collection[VerifierKey]]],
    ) -> frozenset[VerifierKey]:
        """The keys to which those who trust some of them are led.

        Each key leads to the next by a handover, which both have signed, and by what it signed to
        those before it, which are good for what was signed until they were given up.

        Args:
            signed: the sizes of checkpoints, and which keys have signed each.
        """
        found = set(trusted)
        for earlier, later in zip(self.named, self.named[1:], strict=False):
            if earlier.key in found and any(
                later.position <= size and earlier.key in keys and later.key in keys
                for size, keys in signed
            ):
                found.add(later.key)
        for size, keys in signed:
            if any(key in found for key in keys if key in self.good_for(size)):
                there = [each.key for each in self.named if each.position <= size]
                last = max((n for n, key in enumerate(there) if key in found), default=0)
                found.update(there[:last])
        return frozenset(found)

    def given_up_by(self, size: int) -> tuple[tuple[VerifierKey, int], ...]:
        """The keys that were given up by that size, each with the position where it was."""
        return tuple(
            (earlier.key, later.position)
            for earlier, later in zip(self.named, self.named[1:], strict=False)
            if later.position <= size
        )


def signing_keys(stream: Iterable[Recorded]) -> SigningKeys:
    """The keys that are named in a collection's own stream.

    Raises:
        NotFoundError: it names none.
    """
    named = tuple(
        NamedKey(each.position, VerifierKey(each.event.name, bytes.fromhex(each.event.public_key)))
        for each in stream
        if isinstance(each.event, KeyRotated)
    )
    if not named:
        raise NotFoundError("the collection has no signing key (`variorum init` makes one)")
    return SigningKeys(named)
