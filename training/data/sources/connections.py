"""Connections that can be ended from another thread, and that lead nowhere they should not."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any
from urllib.parse import urlsplit


class Elsewhere(Exception):
    """An answer that leads where we do not go."""


@dataclass(slots=True)
class Way:
    """The connections of one try, from the first address through every redirection."""

    watch: Callable[[socket.socket], None]
    came_from_public: bool = False
    sockets: list[socket.socket] = field(default_factory=list)

    def opener(self) -> urllib.request.OpenerDirector:
        """Knows http and https, and nothing of files or FTP."""
        opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.UnknownHandler(),
            _Plain(self),
            _Secure(self),
            urllib.request.HTTPDefaultErrorHandler(),
            _Redirections(),
            urllib.request.HTTPErrorProcessor(),
        ):
            opener.add_handler(handler)
        return opener

    def connected(self, one: socket.socket) -> None:
        """Look where a connection leads, once its name has been resolved."""
        self.sockets.append(one)
        self.watch(one)
        public = ipaddress.ip_address(one.getpeername()[0].partition("%")[0]).is_global
        if self.came_from_public and not public:
            raise Elsewhere("leads to a machine in this network, where the web has no business; it is refused")
        self.came_from_public |= public


class _Plain(urllib.request.HTTPHandler):
    def __init__(self, way: Way) -> None:
        super().__init__()
        self._way = way

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_connection(http.client.HTTPConnection, self._way), request)


class _Secure(urllib.request.HTTPSHandler):
    def __init__(self, way: Way) -> None:
        super().__init__()
        self._way = way

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_connection(http.client.HTTPSConnection, self._way), request)


class _Redirections(urllib.request.HTTPRedirectHandler):
    max_redirections = 5

    def redirect_request(  # noqa: PLR0917  urllib's own
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        if urlsplit(newurl).scheme not in {"http", "https"}:
            raise Elsewhere(f"leads to {newurl}, which is not on the web; it is refused")
        fp.close()  # or urllib reads what comes with a redirection to its end, and it need not have one
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _connection(base: type[http.client.HTTPConnection], way: Way) -> Any:
    """A class of connections that reports to `way` as soon as it stands."""

    class Watched(base):  # type: ignore[misc, valid-type]
        def connect(self) -> None:
            super().connect()
            way.connected(self.sock)

    return Watched
