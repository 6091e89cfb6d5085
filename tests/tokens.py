"""Who may log in: an OAuth 2.0 introspection endpoint for Dovecot, a password daemon for Cyrus."""

import http.server
import json
import socket
import struct
import threading
import urllib.parse
from pathlib import Path
from typing import BinaryIO


class Tokens:
    """An OAuth 2.0 token introspection endpoint (RFC 7662) for Dovecot."""

    def __init__(self) -> None:
        #: access token -> the user for whom it is good
        self.good: dict[str, str] = {}
        good = self.good

        class Endpoint(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = urllib.parse.parse_qs(
                    self.rfile.read(int(self.headers["Content-Length"])).decode()
                )
                user = good.get(form["token"][0])
                answer = json.dumps(
                    {"active": True, "username": user} if user else {"active": False}
                ).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *args: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop the endpoint."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)


class Passwords:
    """A saslauthd for Cyrus: one password for everybody."""

    def __init__(self, path: Path, password: str) -> None:
        self._password = password.encode()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        path.chmod(0o777)
        self._listener.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop the daemon."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    def _serve(self) -> None:
        while True:
            try:
                connection = self._listener.accept()[0]
            except OSError:
                return
            with connection, connection.makefile("rb") as asked:
                # User, password, service and realm.
                fields = [self._field(asked) for _ in range(4)]
                answer = b"OK" if fields[1] == self._password else b"NO"
                connection.sendall(struct.pack(">H", len(answer)) + answer)

    def _field(self, asked: BinaryIO) -> bytes:
        return asked.read(struct.unpack(">H", asked.read(2))[0])
