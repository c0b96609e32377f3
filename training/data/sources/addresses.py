"""Pictures on the web, from a list of addresses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from training.data.images import Progress, Skipped
from training.data.sources.downloads import Downloads
from training.data.sources.kind import SourceKind, need_network
from training.data.sources.names import Claims, Refused, printable
from training.data.sources.source import Item, SourceError
from training.data.workshop.preparation import Preparation

_SUFFIXES = {".txt", ".urls", ".list"}
_EVERY = 256
_LONGEST = 4096

Addresses = Iterable[tuple[str, str | None]]
"""Addresses as they were written, each with its label."""


class AddressSource:
    """The pictures at the addresses of a text file: one a line, with a tab and a label after it if you like."""

    def __init__(self, text: str, path: Path, downloads: Downloads) -> None:
        self.name = text
        self._path = path
        self._downloads = downloads

    def items(self, progress: Progress) -> Iterator[Item | Skipped]:
        """See `Source`; in the order of the list."""
        found = False
        for one in offer_addresses(self.name, self._lines(), self._downloads, progress):
            found = True
            yield one
        if not found:
            raise SourceError(f"{self.name} holds no address; write one a line, starting with https://")

    def close(self) -> None:
        """End what is being downloaded."""
        self._downloads.close()

    def _lines(self) -> Iterator[tuple[str, str | None]]:
        try:
            with self._path.open(encoding="utf-8-sig") as file:
                for line in file:
                    address, _, label = line.strip().partition("\t")
                    if address and not address.startswith("#"):
                        yield address.strip(), label.strip() or None
        except OSError as error:
            raise SourceError(f"{self.name} cannot be read: {error.strerror}; choose another file") from error
        except UnicodeDecodeError as error:
            raise SourceError(f"{self.name} is no UTF-8 text; save it as UTF-8") from error


def offer_addresses(
    source: str, addresses: Addresses, downloads: Downloads, progress: Progress
) -> Iterator[Item | Skipped]:
    """An item for each address; nothing is asked before it is read."""
    claims = Claims()
    for place, (address, label) in enumerate(addresses):
        if place % _EVERY == 0:
            progress("reading the addresses", place, place)
        try:
            name = claims.claim(address_name(address))
            yield Item(source, name, _digest(address), partial(downloads.fetch, address), label)
        except Refused as refused:
            yield Skipped(printable(address)[:_LONGEST], str(refused))


def address_name(address: str) -> str:
    """A name for what is at an address: its host and path; with a short hash where that leaves something out.

    Raises
    ------
    Refused
        It is no http or https address.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise Refused(f"it is no address: {error}") from error
    if parts.scheme.lower() not in {"http", "https"} or not host:
        raise Refused("it is no address of the web; write one that starts with https://")
    if parts.username is not None:
        raise Refused("it holds a user name or password, which is not sent; give an address that needs none")
    if len(address) > _LONGEST or any(letter.isspace() or not letter.isprintable() for letter in address):
        raise Refused("it is no address: it is too long or holds blanks; write %20 for a blank")
    path = [part for part in unquote(parts.path).replace("\\", "/").split("/") if part not in {"", ".", ".."}]
    name = printable("/".join([host if port is None else f"{host}-{port}", *path]))
    told = parts.scheme == "https" and not parts.query and path
    return name if told else f"{name}-{_digest(address)[:8]}"


def _digest(address: str) -> str:
    return hashlib.sha256(address.encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _is_list(text: str) -> bool:
    path = Path(text).expanduser()
    return path.suffix.lower() in _SUFFIXES and path.is_file()


def _open(text: str, preparation: Preparation) -> AddressSource:
    need_network(text, preparation)
    return AddressSource(text, Path(text).expanduser(), Downloads())


KIND = SourceKind(
    "addresses",
    "A text file of web addresses, one a line; each is asked for once and kept",
    "addresses.txt",
    _is_list,
    _open,
    network=True,
)
