"""Reading protocol buffers without their schemas: numbered fields, in the order in which they were written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

Bytes = memoryview
_LONGEST_NUMBER = 10


class WireError(ValueError):
    """The bytes are no message."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a message: its number, and either a whole number or bytes (texts, messages, packed rows)."""

    number: int
    value: int = 0
    data: Bytes = field(default_factory=lambda: memoryview(b""))
    is_data: bool = False

    @property
    def text(self) -> str:
        """The bytes as text; what is no UTF-8 is replaced."""
        return bytes(self.data).decode("utf-8", "replace")

    @property
    def signed(self) -> int:
        """A number that may be negative: those are written as if they had 64 bits."""
        return self.value - 2**64 if self.value >= 2**63 else self.value


def fields(message: Bytes) -> Iterator[Field]:
    """The fields of a message; nothing is copied.

    Raises
    ------
    WireError
        If the bytes are cut short or no message.
    """
    place = 0
    while place < len(message):
        tag, place = varint(message, place)
        number, wire = tag >> 3, tag & 7
        if number == 0:
            raise WireError("a field without a number")
        if wire == 0:
            value, place = varint(message, place)
            yield Field(number, value)
        elif wire in {1, 2, 5}:
            length = {1: 8, 5: 4}.get(wire, 0)
            if wire == 2:
                length, place = varint(message, place)
            if length > len(message) - place:
                raise WireError("a field that is longer than its message")
            data = message[place : place + length]
            place += length
            if wire == 2:
                yield Field(number, data=data, is_data=True)
            else:
                yield Field(number, int.from_bytes(data, "little"))
        else:
            raise WireError(f"a field of the unknown kind {wire}")


def varint(data: Bytes, place: int) -> tuple[int, int]:
    """The whole number at ``place``, and the place behind it. Raises `WireError` where it does not end."""
    value = 0
    for shift in range(_LONGEST_NUMBER):
        if place + shift >= len(data):
            break
        byte = data[place + shift]
        value |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            return value & (2**64 - 1), place + shift + 1
    raise WireError("a number that does not end")


def numbers(row: Field) -> list[int]:
    """The whole numbers of a repeated field, packed or one by one."""
    if not row.is_data:
        return [row.signed]
    found, place = [], 0
    while place < len(row.data):
        value, place = varint(row.data, place)
        found.append(Field(row.number, value).signed)
    return found
