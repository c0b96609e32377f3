"""Sorted tables of LevelDB, which TensorFlow keeps the index of a checkpoint in: blocks of keys and values.

The layout is that of LevelDB's ``doc/table_format.md``: blocks, one index block of their places, and a footer of 48
bytes whose last eight are a magic number.
"""

from __future__ import annotations

from collections.abc import Iterator

from dinoexplorer.generators.wire import Bytes, WireError, varint

FOOTER = 48
MAGIC = (0xDB4775248B80FB57).to_bytes(8, "little")
_TRAILER = 5  # the kind of compression, and a checksum
_PLAIN, _SNAPPY = 0, 1
_LARGEST_BLOCK = 2**26


def entries(table: Bytes) -> Iterator[tuple[bytes, bytes]]:
    """The keys and values of a whole table, in order.

    Raises
    ------
    WireError
        If it is no table, or damaged.
    """
    if len(table) < FOOTER or bytes(table[-8:]) != MAGIC:
        raise WireError("no table ends here")
    footer = table[-FOOTER:]
    _, place = varint(footer, 0)
    _, place = varint(footer, place)
    for _, handle in _block(table, footer[place:]):
        yield from _block(table, memoryview(handle))


def _block(table: Bytes, handle: Bytes) -> Iterator[tuple[bytes, bytes]]:
    """The entries of the block whose offset and size ``handle`` begins with."""
    offset, place = varint(handle, 0)
    size, _ = varint(handle, place)
    if offset + size + _TRAILER > len(table):
        raise WireError("a block lies outside the file")
    block, kind = table[offset : offset + size], table[offset + size]
    if kind == _SNAPPY:
        block = memoryview(unsnapped(block))
    elif kind != _PLAIN:
        raise WireError(f"a block is compressed in the unknown way {kind}")
    if len(block) < 4:
        raise WireError("a block is too short")
    restarts = int.from_bytes(block[-4:], "little")
    end = len(block) - 4 * (restarts + 1)
    if end < 0:
        raise WireError("a block is shorter than its list of places")
    return _entries(block[:end])


def _entries(block: Bytes) -> Iterator[tuple[bytes, bytes]]:
    place, key = 0, b""
    while place < len(block):
        shared, place = varint(block, place)
        fresh, place = varint(block, place)
        length, place = varint(block, place)
        if shared > len(key) or place + fresh + length > len(block):
            raise WireError("an entry is longer than its block")
        key = key[:shared] + bytes(block[place : place + fresh])
        place += fresh
        yield key, bytes(block[place : place + length])
        place += length


def unsnapped(packed: Bytes) -> bytes:
    """What Snappy compressed; the format is Google's ``format_description.txt``. Raises `WireError` where damaged."""
    length, place = varint(packed, 0)
    if length > _LARGEST_BLOCK:
        raise WireError("a block claims to be larger than any index")
    out = bytearray()
    while place < len(packed):
        tag = packed[place]
        place += 1
        if tag & 3 == 0:
            size, place = _literal_size(packed, tag >> 2, place)
            out += packed[place : place + size]
            place += size
        else:
            size, back, place = _copy(packed, tag, place)
            if not 0 < back <= len(out) or len(out) + size > length:
                raise WireError("a block is compressed wrongly")
            for _ in range(size):  # a copy may reach into itself
                out.append(out[-back])
    if len(out) != length:
        raise WireError("a block is not as long as it says")
    return bytes(out)


def _literal_size(packed: Bytes, short: int, place: int) -> tuple[int, int]:
    if short < 60:
        return short + 1, place
    width = short - 59
    return int.from_bytes(packed[place : place + width], "little") + 1, place + width


def _copy(packed: Bytes, tag: int, place: int) -> tuple[int, int, int]:
    """How many bytes, from how far back, and the place behind."""
    if tag & 3 == 1:
        if place >= len(packed):
            raise WireError("a block ends within a copy")
        return (tag >> 2 & 7) + 4, (tag >> 5) << 8 | packed[place], place + 1
    width = 2 if tag & 3 == 2 else 4
    return (tag >> 2) + 1, int.from_bytes(packed[place : place + width], "little"), place + width
