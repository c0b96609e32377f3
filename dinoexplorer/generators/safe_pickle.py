"""Reading pickles without running anything in them: a machine that knows the opcodes and imports nothing.

A pickle is a program for a stack machine: it names functions and classes, calls them, and fills what they give. Here a
name is never imported. What is to be made by calling a name is made by one of *our* functions, from a short list that
the caller brings; a call of any other name ends the reading. What is made of a class becomes an `Instance`, which only
keeps what it was given.
"""

from __future__ import annotations

import pickletools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, BinaryIO

from dinoexplorer.generators.errors import GeneratorError

Maker = Callable[..., Any]
_LONGEST_TEXT = 2**20
_LONGEST_NUMBER = 255
_MOST_STEPS = 1_000_000
"""Files of models take some ten thousand; this many take about two seconds."""
_TEXTS = {"STRING", "BINSTRING", "UNICODE", "BINUNICODE", "BINUNICODE8", "GLOBAL", "INST", "PERSID"}
_CONSTANTS: Mapping[str, Any] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_NOTHING_TO_DO = {"PROTO", "FRAME"}
_REFUSED = {"EXT1", "EXT2", "EXT4", "NEXT_BUFFER", "READONLY_BUFFER"}


class PickleError(GeneratorError):
    """Why a pickle is not read, as half a sentence: "its pickle is cut short or damaged"."""


class WouldRunError(PickleError):
    """The pickle would call something that is not on the list."""

    def __init__(self, name: str) -> None:
        super().__init__(f"it would run {name} when it is loaded")
        self.name = name


@dataclass(frozen=True, slots=True)
class Named:
    """What a pickle would import, as text."""

    name: str


@dataclass(eq=False, slots=True)
class Instance:
    """What would be an object of a class of another program: only what it was given."""

    name: str
    arguments: tuple[Any, ...] = ()
    state: dict[Any, Any] = field(default_factory=dict)
    items: dict[Any, Any] | None = None
    entries: list[Any] | None = None

    def build(self, state: Any) -> None:
        """Keep a state: a dictionary, or a pair of dictionaries where the class has slots."""
        for part in state if isinstance(state, tuple) else (state,):
            if isinstance(part, dict):
                self.state.update(part)


def unpickled(stream: BinaryIO, makers: Mapping[str, Maker], persistent: Callable[[Any], Any] | None = None) -> Any:
    """The next pickle in a stream, which is left behind it.

    Parameters
    ----------
    makers
        By the full name of what a pickle may call: what makes it here, of the arguments in the pickle. A maker raises
        `TypeError`, `ValueError` or `PickleError` for arguments that it does not take.
    persistent
        Makes what stands outside the pickle, of its mark; without it, such a mark is refused.

    Raises
    ------
    WouldRunError
        For the first call of a name without a maker.
    PickleError
        For a pickle that is cut short, damaged, or larger than any model's.
    """
    try:
        return _Machine(stream, makers, persistent).run()
    except PickleError:
        raise
    except Exception:  # noqa: BLE001  readers of damaged bytes raise whatever they meet
        raise PickleError("its pickle is cut short or damaged") from None


class _Source:
    """A stream that gives no more at once than a step may take."""

    def __init__(self, stream: BinaryIO) -> None:
        here = stream.tell()
        self._stream, self._end = stream, stream.seek(0, 2)
        stream.seek(here)
        self.most = _LONGEST_NUMBER

    def read(self, count: int) -> bytes:
        if count > self._end - self._stream.tell():
            raise EOFError
        if count > self.most:
            raise PickleError(f"its pickle holds a text or a number of {count:,} bytes, longer than any model's")
        return self._stream.read(count)

    def opcode(self) -> bytes:
        return self._stream.read(1)

    def readline(self) -> bytes:
        return self._stream.readline(self.most)


class _Machine:
    def __init__(self, stream: BinaryIO, makers: Mapping[str, Maker], persistent: Callable[[Any], Any] | None) -> None:
        self._source = _Source(stream)
        self._makers, self._persistent = makers, persistent
        self._stack: list[Any] = []
        self._marked: list[list[Any]] = []
        self._memo: dict[int, Any] = {}

    def run(self) -> Any:
        source, steps = self._source, _steps()
        for _ in range(_MOST_STEPS):
            step, reader, most, constant = steps[source.opcode()]
            argument = constant
            if reader is not None:
                source.most = most
                argument = reader(source)
            if step is None:
                return self._stack.pop()
            step(self, argument)
        raise PickleError(f"its pickle takes more than {_MOST_STEPS:,} steps, more than any model's")

    def _push(self, value: Any) -> None:
        self._stack.append(value)

    def _pass(self, _: Any) -> None:
        """What says something about the pickle itself."""

    def _refuse(self, _: Any) -> None:
        raise PickleError("its pickle uses a registry of Python or buffers outside it, which no model needs")

    # The stack

    def _do_mark(self, _: None) -> None:
        self._marked.append(self._stack)
        self._stack = []

    def _to_mark(self) -> list[Any]:
        items, self._stack = self._stack, self._marked.pop()
        return items

    def _do_pop(self, _: None) -> None:
        if self._stack:
            self._stack.pop()
        else:
            self._to_mark()

    def _do_pop_mark(self, _: None) -> None:
        self._to_mark()

    def _do_dup(self, _: None) -> None:
        self._stack.append(self._stack[-1])

    def _do_put(self, index: int) -> None:
        self._memo[index] = self._stack[-1]

    _do_binput = _do_long_binput = _do_put

    def _do_memoize(self, _: None) -> None:
        self._memo[len(self._memo)] = self._stack[-1]

    def _do_get(self, index: int) -> None:
        self._stack.append(self._memo[index])

    _do_binget = _do_long_binget = _do_get

    # Containers

    def _do_empty_list(self, _: None) -> None:
        self._stack.append([])

    _do_empty_set = _do_empty_list  # a set is kept as a list: nothing here is looked up in it

    def _do_empty_dict(self, _: None) -> None:
        self._stack.append({})

    def _do_empty_tuple(self, _: None) -> None:
        self._stack.append(())

    def _do_list(self, _: None) -> None:
        items = self._to_mark()
        self._stack.append(items)

    _do_frozenset = _do_list

    def _do_tuple(self, _: None) -> None:
        items = self._to_mark()
        self._stack.append(tuple(items))

    def _do_tuple1(self, _: None) -> None:
        self._stack[-1:] = [(self._stack[-1],)]

    def _do_tuple2(self, _: None) -> None:
        self._stack[-2:] = [(self._stack[-2], self._stack[-1])]

    def _do_tuple3(self, _: None) -> None:
        self._stack[-3:] = [(self._stack[-3], self._stack[-2], self._stack[-1])]

    def _do_dict(self, _: None) -> None:
        items = self._to_mark()
        self._stack.append({})
        self._set(items)

    def _do_append(self, _: None) -> None:
        item = self._stack.pop()
        self._extend([item])

    def _do_appends(self, _: None) -> None:
        self._extend(self._to_mark())

    _do_additems = _do_appends

    def _extend(self, items: list[Any]) -> None:
        target = self._stack[-1]
        if isinstance(target, Instance):
            target.entries = target.entries or []
            target = target.entries
        if not isinstance(target, list):
            raise TypeError
        target.extend(items)

    def _do_setitem(self, _: None) -> None:
        value, key = self._stack.pop(), self._stack.pop()
        self._set([key, value])

    def _do_setitems(self, _: None) -> None:
        self._set(self._to_mark())

    def _set(self, items: list[Any]) -> None:
        target = self._stack[-1]
        if isinstance(target, Instance):
            target.items = target.items if target.items is not None else {}
            target = target.items
        if not isinstance(target, dict):
            raise TypeError
        target.update((_key(key), value) for key, value in zip(items[::2], items[1::2], strict=True))

    # Names, and what would be made of them

    def _do_global(self, argument: str) -> None:
        self._stack.append(Named(argument.replace(" ", ".", 1)))

    def _do_stack_global(self, _: None) -> None:
        name, module = self._stack.pop(), self._stack.pop()
        if not isinstance(name, str) or not isinstance(module, str):
            raise WouldRunError("an unnamed function")
        self._stack.append(Named(f"{module}.{name}"))

    def _do_reduce(self, _: None) -> None:
        arguments, function = self._stack.pop(), self._stack.pop()
        self._stack.append(self._made(function, arguments))

    def _do_inst(self, argument: str) -> None:
        arguments = tuple(self._to_mark())
        self._stack.append(self._made(Named(argument.replace(" ", ".", 1)), arguments))

    def _do_obj(self, _: None) -> None:
        function, *arguments = self._to_mark()
        self._stack.append(self._made(function, tuple(arguments)))

    def _made(self, function: Any, arguments: Any) -> Any:
        if not isinstance(function, Named):
            raise WouldRunError("an unnamed function")
        if function.name not in self._makers:
            raise WouldRunError(function.name)
        return self._makers[function.name](*arguments)

    def _do_newobj(self, _: None) -> None:
        arguments, kind = self._stack.pop(), self._stack.pop()
        self._stack.append(self._new(kind, arguments))

    def _do_newobj_ex(self, _: None) -> None:
        self._stack.pop()  # arguments by name, of which nothing is made
        self._do_newobj(None)

    def _new(self, kind: Any, arguments: Any) -> Any:
        """What a class would make without being called: one of ours where the list has it, else an `Instance`."""
        if not isinstance(kind, Named) or not isinstance(arguments, tuple):
            raise TypeError
        maker = self._makers.get(kind.name)
        return maker(*arguments) if maker is not None else Instance(kind.name, arguments)

    def _do_build(self, _: None) -> None:
        state = self._stack.pop()
        build = getattr(self._stack[-1], "build", None)
        if build is not None:
            build(state)  # attributes of dictionaries, lists and tensors are of no interest

    def _do_persid(self, argument: Any) -> None:
        if self._persistent is None:
            raise PickleError("its pickle speaks of something outside it")
        self._stack.append(self._persistent(argument))

    def _do_binpersid(self, _: None) -> None:
        self._do_persid(self._stack.pop())


_Step = tuple[Callable[[_Machine, Any], None] | None, Callable[[Any], Any] | None, int, Any]


@cache
def _steps() -> Mapping[bytes, _Step]:
    """For each opcode: what does it, what reads its argument, how long that may be, and the constant that it pushes."""
    found: dict[bytes, _Step] = {}
    for opcode in pickletools.opcodes:
        name = opcode.name
        step: Callable[[_Machine, Any], None] | None = getattr(_Machine, f"_do_{name.lower()}", _Machine._push)
        if name in _NOTHING_TO_DO:
            step = _Machine._pass
        elif name in _REFUSED:
            step = _Machine._refuse
        elif name == "STOP":
            step = None
        reader = opcode.arg.reader if opcode.arg is not None else None
        found[opcode.code.encode("latin-1")] = (step, reader, _most(name), _CONSTANTS.get(name))
    return found


def _most(name: str) -> int:
    """How many bytes an argument may take."""
    if name in _TEXTS:
        return _LONGEST_TEXT
    return 2**63 if "BYTES" in name or name == "BYTEARRAY8" else _LONGEST_NUMBER


def _key(key: Any) -> Any:
    """A key of a dictionary; hashing anything nested could take all of the stack."""
    flat = key if isinstance(key, tuple) else (key,)
    if all(part is None or isinstance(part, str | int | float | bytes | Named) for part in flat):
        return key
    raise PickleError("its pickle has a dictionary whose keys are no names")
