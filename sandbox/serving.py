"""The two ways to reach a stand-in: in process through httpx, and on a loopback port over HTTP/1.1.

The port server is the standard library's: werkzeug's closes the connection after every answer, and clients
are to be seen keeping theirs open.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx

from sandbox.wire import Answer, Call

LOOPBACK = "127.0.0.1"
IDLE_SECONDS = 120  # an idle kept-alive connection is closed after this

Respond = Callable[[Call], Answer]


class PortTaken(RuntimeError):
    """Something else listens on the port."""

    def __init__(self, name: str, port: int) -> None:
        super().__init__(f"port {port} for {name} is taken: stop the program that uses it or choose another port")
        self.port = port


class Dropped(Exception):
    """A fault cut the connection; `hard` is a TCP reset, else the peer just closes without an answer."""

    def __init__(self, *, hard: bool) -> None:
        super().__init__("connection reset" if hard else "connection closed without an answer")
        self.hard = hard


class InProcess(httpx.BaseTransport):
    """Mounts a stand-in in an `httpx.Client`; a dropped connection raises what httpx raises on a network."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        call = Call(
            method=request.method,
            path=request.url.path,
            query_string=request.url.query.decode(),
            headers={name.lower(): value for name, value in request.headers.items()},
            content=request.read(),
            base_url=f"{request.url.scheme}://{request.headers.get('host', request.url.netloc.decode())}",
        )
        try:
            answer = self._respond(call)
        except Dropped as fault:
            if fault.hard:
                raise httpx.ReadError("[Errno 104] Connection reset by peer", request=request) from fault
            text = "Server disconnected without sending a response."
            raise httpx.RemoteProtocolError(text, request=request) from fault
        content = b"" if request.method == "HEAD" else answer.content()
        return httpx.Response(answer.status, headers=answer.all_headers(), content=content, request=request)


class Served:
    """A stand-in on a port. `url` has no slash at the end; `stop` closes the port and all its connections."""

    def __init__(self, name: str, respond: Respond, port: int) -> None:
        try:
            self._server = _Server(respond, port)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(name, port) from error
            raise
        self.port: int = self._server.server_address[1]
        self.url = f"http://{LOOPBACK}:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stops listening and ends all connections; harmless when called twice."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Served:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, respond: Respond, port: int) -> None:
        self.respond = respond
        self._open: set[socket.socket] = set()
        super().__init__((LOOPBACK, port), _Connection)

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # HTTPServer's would ask DNS for the name of the address

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS
    server: _Server

    def answer_call(self) -> None:
        """Reads one request, answers it, and leaves the connection open for the next."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            self.close_connection = True
            return self._send(Answer(411, {"message": "Length Required"}))
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            return self._send(self.server.respond(self._call(content)))
        except Dropped as fault:
            return self._drop(fault)
        except ConnectionError:  # the client went away while it was answered
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer_call

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the local run's output belongs to the person watching it."""

    def _call(self, content: bytes) -> Call:
        target = urlsplit(self.path)
        return Call(
            method=self.command,
            path=unquote(target.path),
            query_string=target.query,
            headers={name.lower(): value for name, value in self.headers.items()},
            content=content,
            base_url=f"http://{self.headers.get('Host', LOOPBACK)}",
        )

    def _send(self, answer: Answer) -> None:
        content = answer.content()
        self.send_response(answer.status)
        for name, value in answer.all_headers().items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _drop(self, fault: Dropped) -> None:
        self.close_connection = True
        if not fault.hard:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        # Linger of zero seconds makes the close a TCP reset instead of an orderly end.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())
