"""A newsroom's web server on this machine, which can do whatever a server should not."""

from __future__ import annotations

import contextlib
import gzip
import socket
import socketserver
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

PATIENCE = 20.0


@dataclass(frozen=True)
class Request:
    """What was asked."""

    path: str
    headers: dict[str, str]


Answer = Callable[[Request, socket.socket], None]


@dataclass
class Newsroom:
    """What each path answers; everything else is not there."""

    address: str = ""
    answers: dict[str, Answer] = field(default_factory=dict[str, Answer])
    requests: list[Request] = field(default_factory=list[Request])
    most_at_once: int = 0
    at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    closing: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        return self.address + path

    def asked(self, path: str) -> list[Request]:
        """The requests for a path."""
        return [each for each in self.requests if each.path == path]

    def says(self, path: str, body: str | bytes, status: str = "200 OK", **headers: str) -> None:
        """Answers so from now on; a header's name has _ for -."""
        self.answers[path] = whole(body, status, **headers)

    def page(self, path: str, text: str, **headers: str) -> None:
        """Has a story at a path."""
        self.says(path, story(text), Content_Type="text/html; charset=utf-8", **headers)


def story(text: str, head: str = "") -> str:
    """A page with a story."""
    more = f"<p>{text} The ferry stopped at noon, and nobody was hurt, its owner said.</p>" * 3
    return (
        f"<!doctype html><html><head><title>Ferry</title>{head}</head><body><article>"
        f"<h1>Ferry stops</h1>{more}</article></body></html>"
    )


def raw(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    """An answer as it goes over the wire, with these headers alone."""
    lines = [f"HTTP/1.1 {status}", *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def whole(body: str | bytes, status: str = "200 OK", **headers: str) -> Answer:
    """Answers with a body of the length that it says."""
    data = body.encode() if isinstance(body, str) else body
    said = {"Content_Length": str(len(data)), **headers}

    def answer(request: Request, client: socket.socket) -> None:
        tag = said.get("ETag")
        if tag is not None and request.headers.get("if-none-match") == tag:
            client.sendall(raw(b"", "304 Not Modified", ETag=tag))
        else:
            client.sendall(raw(data, status, **said))

    return answer


def exactly(data: bytes) -> Answer:
    """Sends these bytes, and ends."""
    return lambda _, client: client.sendall(data)


def redirect(where: str) -> Answer:
    return whole(b"", "302 Found", Location=where)


def drip(room: Newsroom, data: bytes, seconds: float = 0.02) -> Answer:
    """Sends a byte at a time, for ever after."""

    def answer(_: Request, client: socket.socket) -> None:
        for byte in data:
            client.sendall(bytes([byte]))
            time.sleep(seconds)
        while not room.closing.is_set():
            client.sendall(b"x")
            time.sleep(seconds)

    return answer


def endless(room: Newsroom, head: bytes, piece: bytes) -> Answer:
    """Sends as much as anybody takes."""

    def answer(_: Request, client: socket.socket) -> None:
        client.sendall(head)
        while not room.closing.is_set():
            client.sendall(piece)

    return answer


def silence(room: Newsroom) -> Answer:
    """Takes the question and says nothing."""
    return lambda _, __: (room.closing.wait(PATIENCE), None)[1]


def bomb(layers: int, megabytes: int) -> bytes:
    """Zeros, packed again and again."""
    data = gzip.compress(bytes(megabytes << 20), 9)
    for _ in range(layers - 1):
        data = gzip.compress(data, 9)
    return data


@contextmanager
def open_newsroom() -> Generator[Newsroom]:
    """A newsroom that is reached at 127.0.0.1 for as long as the block runs."""
    room = Newsroom()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            client: socket.socket = self.request
            client.settimeout(PATIENCE)
            with room.lock:
                room.at_once += 1
                room.most_at_once = max(room.most_at_once, room.at_once)
            with contextlib.suppress(OSError):
                try:
                    request = _read(client)
                    room.requests.append(request)
                finally:  # before the answer: who has it may ask for more at once
                    with room.lock:
                        room.at_once -= 1
                answer = room.answers.get(request.path) or whole(b"no", "404 Not Found")
                answer(request, client)

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        room.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield room
        finally:
            room.closing.set()
            server.shutdown()
            thread.join()


def _read(client: socket.socket) -> Request:
    data = b""
    while b"\r\n\r\n" not in data:
        more = client.recv(65536)
        if not more:
            raise ConnectionError
        data += more
    first, *lines = data.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return Request(first.split(" ")[1], {k.lower(): v.strip() for k, _, v in pairs})
