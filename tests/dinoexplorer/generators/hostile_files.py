"""Files that would run code, take all memory or never end in a careless reader: each writes ``canary`` if it runs."""

from __future__ import annotations

import io
import json
import os
import pickle
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

GIGABYTE = 2**30


class Call:
    """Pickled, it is the call of a name that need not exist here."""

    def __init__(self, function: str, *arguments: Any) -> None:
        self.function, self.arguments = function, arguments


def written(value: Any) -> bytes:
    """A pickle of a small value that may hold `Call`s, written by hand for protocol 2."""
    return b"\x80\x02" + _code(value) + b"."


def _code(value: Any) -> bytes:
    if isinstance(value, Call):
        module, _, name = value.function.rpartition(".")
        return b"c" + f"{module}\n{name}\n".encode() + _code(tuple(value.arguments)) + b"R"
    if isinstance(value, tuple | list | dict):
        parts = [part for pair in value.items() for part in pair] if isinstance(value, dict) else value
        return b"(" + b"".join(map(_code, parts)) + {tuple: b"t", list: b"l", dict: b"d"}[type(value)]
    if isinstance(value, Raw):
        return value.code
    if isinstance(value, bytes):
        return b"B" + struct.pack("<I", len(value)) + value
    return pickle.dumps(value, protocol=2)[2:-1]


class Raw:
    """Opcodes as they are."""

    def __init__(self, code: bytes) -> None:
        self.code = code


def named(name: str) -> Raw:
    module, _, short = name.rpartition(".")
    return Raw(f"c{module}\n{short}\n".encode())


def torch_zip(data: bytes, members: dict[str, bytes] | None = None, *, deflated: bool = False) -> bytes:
    """A zip archive as ``torch.save`` lays it out, around a pickle."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED) as archive:
        archive.writestr("model/data.pkl", data)
        for name, content in (members or {}).items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tensor(shape: tuple[int, ...], stride: tuple[int, ...], offset: int = 0, count: int = 4, key: str = "0") -> Call:
    storage = Raw(_code(("storage", named("torch.FloatStorage"), key, "cpu", count)) + b"Q")
    return Call("torch._utils._rebuild_tensor_v2", storage, offset, shape, stride, False, {})


def tensor_file(*parts: Any) -> bytes:
    return torch_zip(written({"decoder.weight": tensor(*parts)}), {"model/data/0": bytes(16)})


def safetensors(header: Any, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def hostile_files(canary: Path) -> Iterator[tuple[str, bytes]]:
    """Each route by a name that says what it tries, and the bytes of the file."""
    yield from _calls(canary)
    yield from _wild_tensors()
    yield from _large_claims()
    yield from _pickle_tricks(canary)
    yield from _archives(canary)


def honest_files() -> Iterator[tuple[str, bytes]]:
    """Large files with nothing wrong in them, which no family of networks recognises."""
    state = {f"part{number}.{'x' * 4}": torch.ones(3 * 2**20) for number in range(8)}
    for name, new_zip in (("zip of 96 MB", True), ("row of pickles of 96 MB", False)):
        buffer = io.BytesIO()
        torch.save(state, buffer, _use_new_zipfile_serialization=new_zip)
        yield name, buffer.getvalue()
    yield "pickle of 96 MB", pickle.dumps(state)
    yield "pickle of arrays of 96 MB", pickle.dumps({name: value.numpy() for name, value in state.items()})


def _calls(canary: Path) -> Iterator[tuple[str, bytes]]:
    """Functions with which known attacks begin, bare and beside weights."""
    touch = f"touch '{canary}'"
    text = f"open({str(canary)!r}, 'w')"
    inner = torch_zip(written(Call("os.system", touch)))
    legacy = io.BytesIO()
    torch.save({"a": torch.ones(2)}, legacy, _use_new_zipfile_serialization=False)
    routes: dict[str, Call] = {
        "os.system": Call("os.system", touch),
        "posix.system": Call("posix.system", touch),
        "subprocess": Call("subprocess.check_output", ["touch", str(canary)]),
        "eval": Call("builtins.eval", text),
        "exec in Python 2's name": Call("__builtin__.exec", text),
        "runpy": Call("runpy._run_code", text, {}),
        "getattr chain": Call("builtins.getattr", named("os.path"), "system"),
        "load_from_bytes": Call("torch.storage._load_from_bytes", written(Call("os.system", touch))),
        "load_from_bytes with a zip": Call("torch.storage._load_from_bytes", inner),
        "load_from_bytes in itself": Call(
            "torch.storage._load_from_bytes",
            written(Call("torch.storage._load_from_bytes", written(Call("os.system", touch)))),
        ),
        "cloudpickle": Call("cloudpickle.cloudpickle._make_function", text),
        "dill": Call("dill._dill._create_code", text),
        "numpy.load": Call("numpy.load", str(canary)),
        "torch.load": Call("torch.load", str(canary)),
        "torch.hub": Call("torch.hub.load", "someone/something", "evil"),
        "torch.jit.load": Call("torch.jit.load", str(canary)),
        "torch.compile cache": Call("torch._inductor.codecache.compile_file", str(canary)),
        "graph module": Call("torch.fx.graph_module.reduce_graph_module", {"_code": text}, "import os"),
        "rebuild of a type": Call(
            "torch._tensor._rebuild_from_type_v2", named("os.system"), named("x.Y"), (touch,), {}
        ),
        "StyleGAN's module text": Call(
            "torch_utils.persistence._reconstruct_persistent_obj",
            {"type": "class", "version": 6, "module_src": text, "class_name": "Generator", "state": {}},
        ),
        "numpy objects": Call("numpy.core.multiarray._reconstruct", named("numpy.ndarray"), (0,), b"b"),
        "distutils": Call("distutils.file_util.write_file", str(canary), ["x"]),
        "yaml": Call("yaml.unsafe_load", f"!!python/object/apply:os.system [{touch}]"),
        "partial": Call("functools.partial", named("os.system"), touch),
        "map": Call("builtins.list", Call("builtins.map", named("os.system"), [touch])),
    }
    for name, call in routes.items():
        yield f"{name} in a pickle", written({"decoder": [1, call]})
        yield f"{name} in a zip", torch_zip(written(call))
        yield f"{name} behind a whole file", legacy.getvalue()[:-1] + written(call)
    yield "protocol 0", f"cos\nsystem\n(S'touch {canary}'\ntR.".encode()
    yield "INST", f"\x80\x02(S'touch {canary}'\nios\nsystem\n.".encode("latin-1")
    yield "OBJ", b"\x80\x02(cos\nsystem\n" + _code(touch) + b"o."
    yield "NEWOBJ of a program", b"\x80\x02csubprocess\nPopen\n" + _code((["touch", str(canary)],)) + b"\x81."
    yield (
        "BUILD with __setstate__",
        b"\x80\x02}" + _code({"__setstate__": named("os.system")}) + b"b" + _code(touch) + b"b.",
    )
    yield "name on the stack", b"\x80\x04" + _code("os") + _code("system") + b"\x93" + _code((touch,)) + b"R."
    yield "name of no text", b"\x80\x04" + _code(1) + _code("system") + b"\x93" + _code((touch,)) + b"R."
    yield "extension registry", b"\x80\x02\x82\x01" + _code((touch,)) + b"R."
    yield "array of objects", pickle.dumps({"a": np.array([Evil(str(canary))], dtype=object)})
    yield "npy of objects", _npy(np.array([Evil(str(canary))], dtype=object))


class Evil:
    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str, ...]]:
        return os.system, (f"touch '{self.path}'",)


def _npy(array: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    return buffer.getvalue()


def _wild_tensors() -> Iterator[tuple[str, bytes]]:
    yield "negative size", tensor_file((-1,), (1,))
    yield "negative stride", tensor_file((2,), (-1,))
    yield "negative offset", tensor_file((2,), (1,), -1)
    yield "wild stride", tensor_file((2, 2), (2**40, 1))
    yield "wild offset", tensor_file((2,), (1,), 2**40)
    yield "storage too small", tensor_file((5,), (1,))
    yield "a number shown a thousand million times", tensor_file((10**9,), (0,))
    yield "sizes whose product overflows", tensor_file((2**32, 2**32), (0, 0))
    yield "an empty tensor of endless rows", tensor_file((2**40, 0), (1, 1))
    yield "twenty axes", tensor_file((1,) * 20, (1,) * 20)
    yield "sizes that are no numbers", tensor_file(("4",), (1,))
    yield "true as a size", tensor_file((True,), (1,))
    yield (
        "storage of 100 GB",
        torch_zip(written({"w": tensor((25 * 10**9,), (1,), 0, 25 * 10**9)}), {"model/data/0": b"1234"}),
    )
    yield "storage that is missing", torch_zip(written({"w": tensor((4,), (1,))}))
    yield "array of 100 GB", written({"a": _array(10**11, b"1234")})
    yield "array of a negative size", written({"a": _array(-4, b"1234")})


def _array(count: int, data: bytes) -> Raw:
    made = Call("numpy.core.multiarray._reconstruct", named("numpy.ndarray"), (0,), b"b")
    state = (1, (count,), Call("numpy.dtype", "u1", False, True), False, data)
    return Raw(_code(made) + _code(state) + b"b")


def _large_claims() -> Iterator[tuple[str, bytes]]:
    entry = {"dtype": "F32", "shape": [25 * 10**9], "data_offsets": [0, 10**11]}
    yield "safetensors header of 100 GB", struct.pack("<Q", 100 * GIGABYTE) + b'{"a":'
    yield "safetensors header of 90 MB", struct.pack("<Q", 90 * 2**20) + b"{" + b" " * (90 * 2**20)
    yield "safetensors tensor of 100 GB", safetensors({"a": entry}, b"1234")
    yield (
        "safetensors overlapping",
        safetensors({name: {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]} for name in "abc"}, bytes(16)),
    )
    yield (
        "safetensors negative size",
        safetensors({"a": {"dtype": "F32", "shape": [-4], "data_offsets": [0, 16]}}, bytes(16)),
    )
    yield "safetensors nested deeply", safetensors(b'{"a":' + b"[" * 200_000)
    yield (
        "safetensors with a YAML text",
        safetensors({"__metadata__": {"config": "!!python/object/apply:os.system [x]"}}),
    )
    legacy = io.BytesIO()
    torch.save({"a": torch.ones(4)}, legacy, _use_new_zipfile_serialization=False)
    whole = legacy.getvalue()
    yield "legacy storage of 100 GB", whole[:-24] + struct.pack("<Q", 25 * 10**9) + whole[-16:]
    yield "legacy storage cut short", whole[:-3]
    yield "endless nothing", bytes(8 * 2**20)


def _pickle_tricks(canary: Path) -> Iterator[tuple[str, bytes]]:
    start = b"\x80\x04"
    yield "memo place two thousand million", start + b"Nr\xff\xff\xff\x7f."
    yield "bytes of 100 GB", start + b"\x8e" + struct.pack("<Q", 100 * GIGABYTE) + b"x."
    yield "byte array of 100 GB", b"\x80\x05\x96" + struct.pack("<Q", 100 * GIGABYTE) + b"x."
    yield "text of 100 GB", start + b"\x8d" + struct.pack("<Q", 100 * GIGABYTE) + b"x."
    yield "text of wide letters", start + b"X" + struct.pack("<I", 2**24) + "\N{SAUROPOD}".encode() * 2**22 + b"."
    yield "number of a million digits", start + b"\x8b" + struct.pack("<i", 2**20) + b"\x7f" * 2**20 + b"."
    yield "number of a negative length", start + b"\x8b" + struct.pack("<i", -5) + b"."
    yield "decimal number of a million digits", b"\x80\x02I" + b"9" * 2**20 + b"\n."
    yield "half a million lists in lists", start + b"]" * 400_000 + b"a" * 399_999 + b"."
    yield "tuples in tuples as a key", start + b"}" + b")" + b"\x85" * 200_000 + b"Ns."
    yield "tuples in tuples in a set", start + b"\x8f(" + b")" + b"\x85" * 200_000 + b"\x90."
    yield "marks in marks", start + b"(" * 900_000 + b"."
    yield "more steps than a model has", start + b"N0" * 2_000_000 + b"N."
    yield "more sets than a model has", start + b"(" + b"\x8f" * 900_000 + b"l."
    yield (
        "a billion laughs",
        start
        + b"]"
        + b"".join(b"q" + bytes([depth]) + b"]" + (b"h" + bytes([depth]) + b"a") * 10 for depth in range(30))
        + b".",
    )
    yield "a dictionary in itself", start + b"}q\x00X\x01\x00\x00\x00ah\x00s."
    yield "an unknown opcode", start + b"\xff."
    yield "nothing on the stack", start + b"0000R."
    yield "something outside", start + b"X\x01\x00\x00\x00xQ."


def _archives(canary: Path) -> Iterator[tuple[str, bytes]]:
    state = written({"w": tensor((4,), (1,))})
    data = {"model/data/0": bytes(16)}
    yield "zip bomb as the pickle", torch_zip(bytes(200 * 2**20), deflated=True)
    yield (
        "zip bomb as a tensor",
        torch_zip(
            written({"w": tensor((5 * 10**7,), (1,), 0, 5 * 10**7)}),
            {"model/data/0": bytes(200 * 2**20)},
            deflated=True,
        ),
    )
    yield "member that leads out", torch_zip(state, data | {"../../canary": b"x"})
    yield "member from the root", torch_zip(state, data | {f"/{canary}": b"x"})
    yield "member of Windows that leads out", torch_zip(state, data | {"..\\..\\canary": b"x"})
    yield "a hundred thousand members", _many_members(100_000)
    yield "members upon each other", _overlapping(1000)
    yield "big-endian numbers", torch_zip(state, data | {"model/byteorder": b"big"})
    text = f"import os; os.system('touch {canary}')".encode()
    yield (
        "TorchScript with code",
        torch_zip(
            written(named("__torch__.Net")),
            {"model/code/__torch__.py": text, "model/constants.pkl": written(Call("os.system", f"touch {canary}"))},
        ),
    )
    yield "exported program with sample inputs", _exported(canary, {"config": {}})
    yield (
        "exported program whose weights are pickles",
        _exported(canary, {"config": {"a": {"path_name": "weight_0", "use_pickle": True, "tensor_meta": {}}}}),
    )
    yield (
        "exported program that leads out",
        _exported(canary, {"config": {"a": {"path_name": "../../../../etc/passwd", "tensor_meta": {"dtype": 7}}}}),
    )
    yield "tar as PyTorch once wrote", _tar(canary)
    yield "YAML", f"!!python/object/apply:os.system ['touch {canary}']\n".encode()
    yield "TOML", f"[[layers]]\nkind = \"__import__('os').system('touch {canary}')\"\n".encode()


def _many_members(count: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("model/data.pkl", written({}))
    whole = buffer.getvalue()
    end = whole.rfind(b"PK\x05\x06")
    directory = whole.index(b"PK\x01\x02")
    entry = whole[directory:end]
    filler = entry.replace(b"model/data.pkl", b"m" * 200).replace(struct.pack("<H", 14), struct.pack("<H", 200), 1)
    size = len(filler) * count + len(entry)
    tail = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 0xFFFF, 0xFFFF, size, directory, 0)
    return whole[:directory] + entry + filler * count + tail


def _overlapping(count: int) -> bytes:
    """Every member is the same bytes of the file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("model/data.pkl", written({"w": 1}) + bytes(2**20))
    whole = buffer.getvalue()
    end, directory = whole.rfind(b"PK\x05\x06"), whole.index(b"PK\x01\x02")
    entries = whole[directory:end] * count
    tail = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, count, count, len(entries), directory, 0)
    return whole[:directory] + entries + tail


def _exported(canary: Path, table: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    evil = torch_zip(written(Call("os.system", f"touch '{canary}'")))
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("model/data/weights/model_weights_config.json", json.dumps(table))
        archive.writestr("model/data/weights/weight_0", evil)
        archive.writestr("model/data/sample_inputs/model.pt", evil)
        archive.writestr("model/models/model.json", "{}")
    return buffer.getvalue()


def _tar(canary: Path) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        content = written(Call("os.system", f"touch '{canary}'"))
        member = tarfile.TarInfo("pickle")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()
