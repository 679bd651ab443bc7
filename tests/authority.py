"""A time-stamping authority of one's own: openssl behind an HTTP server on this machine."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONFIGURATION = """
[req]
distinguished_name = subject
prompt = no
[subject]
CN = A root
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[authority]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ts]
serial = serial
signer_cert = authority.pem
signer_key = authority.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.13762.3
digests = sha256
ess_cert_id_alg = sha256
"""
OPENSSL = shutil.which("openssl")


class Authority:
    """An authority with its root certificate.

    Args:
        folder: an empty folder for its keys.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "root.pem"
        self.url = ""
        self.answer: bytes | None = None
        """What it answers instead, if anything."""
        self.credentials: str | None = None
        """What came with the last query as `Authorization`."""
        (folder / "openssl.cnf").write_text(CONFIGURATION, encoding="utf-8")
        (folder / "serial").write_text("01\n", encoding="utf-8")
        new = ("-newkey", "rsa:2048", "-nodes", "-config", "openssl.cnf")
        root = ("-keyout", "root.key", "-out", "root.pem", "-extensions", "root")
        self.openssl("req", "-x509", *new, *root)
        subject = ("-keyout", "authority.key", "-out", "request.pem", "-subj", "/CN=An authority")
        self.openssl("req", "-new", *new, *subject)
        signing = ("-CA", "root.pem", "-CAkey", "root.key", "-set_serial", "7")
        extensions = ("-extfile", "openssl.cnf", "-extensions", "authority")
        request = ("-req", "-in", "request.pem", "-out", "authority.pem")
        self.openssl("x509", *request, *signing, *extensions)

    def openssl(self, *arguments: str) -> bytes:
        """Runs openssl in the authority's folder."""
        assert OPENSSL is not None
        done = subprocess.run(
            [OPENSSL, *arguments], cwd=self.folder, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def reply(self, query: bytes) -> bytes:
        """The response to a query, both as RFC 3161 writes them."""
        if self.answer is not None:
            return self.answer
        (self.folder / "query").write_bytes(query)
        files = ("-queryfile", "query", "-out", "response")
        self.openssl("ts", "-reply", "-config", "openssl.cnf", "-section", "ts", *files)
        return (self.folder / "response").read_bytes()


@contextmanager
def serving(authority: Authority) -> Generator[str]:
    """The authority's address, while it answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            authority.credentials = self.headers["Authorization"]
            reply = authority.reply(query)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
