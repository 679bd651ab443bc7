"""Compresses texts in a process of its own, a batch ahead of the one that is being stored.

    python -m variorum.adapters.contents.ahead

is that process. It knows nothing but the texts that it is sent (`adapters/beside.py`).
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence

from variorum.adapters.beside import Beside, serve
from variorum.adapters.contents.chain import Encoded, Text, encode_all


class Ahead:
    """The process, as seen from outside. One batch is at work at a time."""

    def __init__(self) -> None:
        self._beside = Beside(__name__)

    @property
    def pid(self) -> int | None:
        """The process, where there is one."""
        return self._beside.pid

    def begin(self, texts: Sequence[Text]) -> bool:
        """Sends a batch; False where there is no process to send it to."""
        while self._beside.pending:  # nobody waits for it any more
            self._beside.result()
        return self._beside.begin(_packed(texts))

    def result(self) -> list[Encoded] | None:
        """What the batch comes to that was sent; None where there is none, or the process died."""
        found = self._beside.result()
        return None if found is None else pickle.loads(found)

    def close(self) -> None:
        """Ends the process; there will be no other."""
        self._beside.close()


def _packed(what: object) -> bytes:
    return pickle.dumps(what, protocol=pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    serve(lambda texts: _packed(encode_all(pickle.loads(texts))))
