"""Pictures from the web, politely: not too fast, not too large, each asked for once."""

from __future__ import annotations

import hashlib
import http.client
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from training.data.cache import cache_folder
from training.data.pictures import PictureError
from training.data.sources.connections import Elsewhere, Way
from training.files import replace_file

_AGENT = "DinoExplorer (dinotrain prepare)"
_STEP = 64 * 1024
_SAFE = "%/:@!$&'()*+,;=~-._?[]|"
_TRY_AGAIN = {408, 425, 429, 500, 502, 503, 504}
_LONGEST_ASKED_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Manners:
    """How the web is asked.

    Attributes
    ----------
    rate
        Requests a second, all threads together.
    tries
        How often one address is asked.
    wait
        Seconds before the second try; each further one waits twice as long.
    largest
        In bytes; what is larger is refused.
    silence
        Seconds without an answer after which a try is given up.
    patience
        Seconds that one try may take altogether.
    """

    rate: float = 4.0
    tries: int = 3
    wait: float = 1.0
    largest: int = 64 * 2**20
    silence: float = 20.0
    patience: float = 180.0


class Downloads:
    """Fetches addresses, from several threads at once, and keeps what came in the cache folder.

    A server on this machine or in this network may be asked, since the user named it; but a public server cannot send
    us on to one.
    """

    def __init__(self, manners: Manners | None = None, folder: Path | None = None) -> None:
        self._manners = manners or Manners()
        self._folder = folder or cache_folder() / "downloads"
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._next_time = 0.0
        self._sockets: set[socket.socket] = set()

    def fetch(self, address: str) -> bytes:
        """What is at an http or https address.

        Raises
        ------
        PictureError
            It cannot be had, or the downloads were closed meanwhile.
        """
        kept = self._folder / hashlib.sha256(address.encode()).hexdigest()
        with suppress(OSError):
            return kept.read_bytes()
        data = self._persist(address)
        with suppress(OSError):  # a full disk only costs the cache
            self._folder.mkdir(parents=True, exist_ok=True)
            with replace_file(kept) as file:
                file.write(data)
        return data

    def take_turn(self) -> None:
        """Wait until the next request may be made."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next_time)
            self._next_time = turn + 1 / self._manners.rate
        self._pause(turn - now)

    def close(self) -> None:
        """End every wait and every transfer at once; nothing is fetched afterwards."""
        self._closed.set()
        with self._lock:
            for one in self._sockets:
                with suppress(OSError):
                    socket.socket.shutdown(one, socket.SHUT_RDWR)  # not TLS's, which waits for the other side

    def _persist(self, address: str) -> bytes:
        for attempt in range(1, self._manners.tries + 1):
            self.take_turn()
            try:
                return self._try(address)
            except _Again as again:
                if attempt == self._manners.tries:
                    raise PictureError(f"{address} cannot be had after {attempt} tries: {again}") from again
                self._pause(max(self._manners.wait * 2 ** (attempt - 1), again.asked_wait))
        raise PictureError(f"{address} was not asked for")

    def _pause(self, seconds: float) -> None:
        if self._closed.wait(max(seconds, 0.0)):
            raise PictureError("the download was stopped")

    def _try(self, address: str) -> bytes:
        way = Way(self._watch)
        try:
            request = urllib.request.Request(_in_ascii(address), headers={"User-Agent": _AGENT})  # noqa: S310  see opener
            with way.opener().open(request, timeout=self._manners.silence) as answer:
                return self._read(address, answer)
        except Elsewhere as error:
            raise PictureError(f"{address} {error}") from error
        except urllib.error.HTTPError as error:
            with closing(error):
                if error.code not in _TRY_AGAIN:
                    raise PictureError(f"{address} answers {_answered(error)}") from error
                raise _Again(f"it answers {_answered(error)}", _asked_wait(error)) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            if self._closed.is_set():
                raise PictureError("the download was stopped") from error
            if isinstance(error, ValueError | http.client.InvalidURL):
                raise PictureError(f"{address} is no address that can be asked: {error}") from error
            raise _Again(str(getattr(error, "reason", error)) or type(error).__name__) from error
        finally:
            self._forget(way.sockets)

    def _read(self, address: str, answer: Any) -> bytes:
        if answer.headers.get_content_type() == "text/html":
            raise PictureError(f"{address} is a web page and no picture; give the address of the picture itself")
        told = answer.headers.get("Content-Length", "")
        largest = self._manners.largest
        end = time.monotonic() + self._manners.patience
        data = bytearray()
        while len(data) <= largest and not (told.isdigit() and int(told) > largest):
            part = answer.read1(_STEP)
            if not part:
                if told.isdigit() and len(data) < int(told):
                    raise _Again(f"only {len(data)} of {told} bytes came")
                return bytes(data)
            data += part
            if time.monotonic() > end:
                raise _Again("it is too slow")
        raise PictureError(f"{address} is larger than {largest / 2**20:g} MB")

    def _watch(self, one: socket.socket) -> None:
        with self._lock:
            self._sockets.add(one)
        if self._closed.is_set():
            raise PictureError("the download was stopped")

    def _forget(self, ended: Iterable[socket.socket]) -> None:
        with self._lock:
            self._sockets.difference_update(ended)


class _Again(Exception):
    """Another try may go better."""

    def __init__(self, reason: str, asked_wait: float = 0.0) -> None:
        super().__init__(reason)
        self.asked_wait = asked_wait


def _in_ascii(address: str) -> str:
    """As HTTP takes it: other scripts in percent signs, and in the name of the host as IDNA."""
    parts = urlsplit(address)
    host = (parts.hostname or "").encode("idna").decode() if not parts.netloc.isascii() else parts.netloc
    port = f":{parts.port}" if not parts.netloc.isascii() and parts.port else ""
    query = quote(parts.query, safe=_SAFE)
    return urlunsplit((parts.scheme, f"{host}{port}", quote(parts.path, safe=_SAFE), query, ""))


def _answered(error: urllib.error.HTTPError) -> str:
    return " ".join([str(error.code), *str(error.reason).splitlines()[:1]])


def _asked_wait(error: urllib.error.HTTPError) -> float:
    """The seconds that a busy server asks for."""
    asked = error.headers.get("Retry-After", "")
    return min(float(asked), _LONGEST_ASKED_WAIT) if asked.isdigit() else 0.0
