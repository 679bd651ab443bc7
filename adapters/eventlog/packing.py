"""The stored form of an event's state: the same bytes, in about a quarter of the room.

A *packed* state is one byte that tells of a dictionary and of how many digests there are, the
digests (32 bytes for each quoted string of 64 hex digits, in order), and a zstd frame of the rest,
compressed upon the dictionary. JSON begins with none of these bytes: what does, or is shorter as it
is, is stored as it is, so that states of older archives are read as they are. Whoever reads the log
gets the state back byte for byte; what the tree hashes is never the packed form.

Dictionary 1 was made from invented events (`tests/states_dictionary.py`), is shipped with the
program and never changes: a better one would take numbers of its own.
"""

from __future__ import annotations

import re
import threading
from binascii import hexlify, unhexlify
from importlib.resources import files

import zstandard

from variorum.domain.errors import DamagedError

_PLAIN = 0x00
"""Begins a state that is stored as it is, where its own first byte would be taken for another."""
_FIRST = 0x10
"""Begins a state packed upon dictionary 1 without digests; with n digests it is n more."""
_MOST = 15
"""Digests that are taken out of one state."""
_BEYOND = 0x20
"""States that begin here or above are as they are."""
_PLACE = b"\x01"
"""Stands for a digest; JSON has no such byte."""
_DIGEST = re.compile(rb'"([0-9a-f]{64})"')
_LONGEST = 1 << 26
"""Bytes of a state that is believed to be one."""
_SINGLE_SEGMENT, _UNLOOKED_AT = 0x20, 0x10
"""Bits of a frame's first byte (RFC 8878, 3.1.1.1.1)."""
_LEVEL = 3


class _Contexts(threading.local):
    """Each thread's own: a context is at one work at a time."""

    def __init__(self) -> None:
        form = zstandard.FORMAT_ZSTD1_MAGICLESS
        parameters = zstandard.ZstdCompressionParameters.from_level(  # pyright: ignore[reportUnknownMemberType]
            _LEVEL, format=form, write_content_size=1, write_checksum=0, write_dict_id=0
        )
        data = files("variorum.adapters.eventlog").joinpath("states_1.zdict").read_bytes()
        dictionary = zstandard.ZstdCompressionDict(data)
        dictionary.precompute_compress(  # pyright: ignore[reportUnknownMemberType]
            compression_params=parameters
        )
        compressor = zstandard.ZstdCompressor(dict_data=dictionary, compression_params=parameters)
        self.compress = compressor.compress
        self.decompress = zstandard.ZstdDecompressor(dict_data=dictionary, format=form).decompress


_contexts = _Contexts()


def packed(state: bytes) -> bytes:
    """A state as it is stored."""
    parts = _DIGEST.split(state, _MOST)
    digests = parts[1::2]
    rest = _PLACE.join(parts[0::2]) if digests else state
    if len(rest) < _LONGEST and rest.count(_PLACE) == len(digests):
        found = b"".join(
            (
                bytes((_FIRST + len(digests),)),
                *map(unhexlify, digests),
                _contexts.compress(rest),
            )
        )
        if len(found) < len(state):
            return found
    return state if not state or state[0] >= _BEYOND else bytes((_PLAIN,)) + state


def unpacked(stored: bytes) -> bytes:
    """The state of what is stored, byte for byte.

    Raises:
        DamagedError: it was not stored so.
    """
    if not stored or stored[0] >= _BEYOND:
        return stored
    count = stored[0] - _FIRST
    if count < 0:
        if stored[0] != _PLAIN or not len(stored) > 1 or stored[1] >= _BEYOND:
            raise DamagedError("a state in an unknown form")
        return stored[1:]
    begin = 1 + 32 * count
    frame = stored[begin:]
    if not _is_safe(frame):
        raise DamagedError("a packed state is not as it was written")
    try:
        rest = _contexts.decompress(frame, allow_extra_data=False)
    except zstandard.ZstdError as cause:
        raise DamagedError(f"a packed state cannot be decompressed: {cause}") from cause
    if not count:
        return rest
    parts = rest.split(_PLACE)
    if len(parts) != count + 1:
        raise DamagedError("a packed state has places for other digests than it has")
    state = [parts[0]]
    for number in range(count):
        at = 1 + 32 * number
        state += (b'"', hexlify(stored[at : at + 32]), b'"', parts[number + 1])
    return b"".join(state)


def _is_safe(frame: bytes) -> bool:
    """Whether a frame says, as those that are written here do, how long its state is.

    One that is longer than zstd's window is no single segment, and says first how wide that is.
    """
    if len(frame) < 6 or frame[0] & _UNLOOKED_AT:
        return False
    form = frame[0] >> 6
    if not frame[0] & _SINGLE_SEGMENT:
        return form == 2 and int.from_bytes(frame[2:6], "little") < _LONGEST
    return form < 2 or (form == 2 and int.from_bytes(frame[1:5], "little") < _LONGEST)
