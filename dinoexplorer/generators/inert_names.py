"""The short list of what a pickle may call, each with what is made here in its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dinoexplorer.generators.errors import shown
from dinoexplorer.generators.inert_tensors import (
    Array,
    Sketch,
    Storage,
    array_of,
    as_counts,
    kind_of,
    number_of,
    sketch,
)
from dinoexplorer.generators.safe_pickle import Instance, Maker, Named, PickleError

PERSISTENT = "torch_utils.persistence._reconstruct_persistent_obj"
"""What StyleGAN2-ADA and StyleGAN3 call for each module: in the original it executes Python text from the file."""


def _dictionary(*arguments: Any) -> dict[Any, Any]:
    if not arguments:
        return {}
    (items,) = arguments  # as OrderedDict([[key, value], ...]) was pickled for protocol 1
    made = {}
    for key, value in items:
        if not isinstance(key, str | int | float | bool | None):
            raise TypeError
        made[key] = value
    return made


def _listed(items: Any = ()) -> list[Any]:
    if not isinstance(items, list | tuple):
        raise TypeError
    return list(items)


def _tensor(storage: Any, offset: Any, shape: Any, stride: Any, *_: Any) -> Sketch:
    return sketch(storage, offset, shape, stride)


def _tensor_of_bytes(storage: Any, offset: Any, shape: Any, stride: Any, *more: Any) -> Sketch:
    kind = next((part for part in more if isinstance(part, Named)), None)
    name = kind.name.removeprefix("torch.") if kind is not None else ""
    if name not in _DTYPES:
        raise PickleError(f"it holds numbers of a kind that is not read here ({shown(name) or 'unknown'})")
    return sketch(storage, offset, shape, stride, name)


def _parameter(data: Any, *_: Any) -> Any:
    if not isinstance(data, Sketch):
        raise TypeError
    return data


def _rebuilt(function: Any, _: Any, arguments: Any, __: Any = None) -> Any:
    """``torch._tensor._rebuild_from_type_v2``: calls the function that it was given, if that is on the list."""
    if not isinstance(function, Named) or not function.name.startswith("torch._utils._rebuild_"):
        raise TypeError
    return MAKERS[function.name](*arguments)


def _object(kind: Any, _: Any = None, __: Any = None) -> Instance:
    if not isinstance(kind, Named):
        raise TypeError
    return Instance(kind.name)


def _persistent(meta: Any) -> Instance:
    """Only its meta: ``class_name``, ``state``; the text of ``module_src`` is dropped unread."""
    if not isinstance(meta, Instance | dict):
        raise TypeError
    fields = meta if isinstance(meta, dict) else {**meta.state, **(meta.items or {})}
    made = Instance(str(fields.get("class_name", "")))
    made.build(fields.get("state"))
    return made


def _text(data: Any, encoding: Any = "latin1") -> bytes:
    """``_codecs.encode``: how Python 3 stores bytes for protocol 2."""
    if not isinstance(data, str) or encoding not in {"latin1", "latin-1", "ascii", "utf-8"}:
        raise TypeError
    return data.encode(encoding)


def _path(*parts: Any) -> str:
    return "/".join(map(str, parts))


def _name(value: Any = "", *_: Any) -> Any:
    return value


_DTYPES = {"float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool"}
_NUMPY = ("numpy.core", "numpy._core")
_PATHS = ("PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath")
MAKERS: Mapping[str, Maker] = {
    "torch._utils._rebuild_tensor": _tensor,
    "torch._utils._rebuild_tensor_v2": _tensor,
    "torch._utils._rebuild_tensor_v3": _tensor_of_bytes,
    "torch._utils._rebuild_parameter": _parameter,
    "torch._utils._rebuild_parameter_with_state": _parameter,
    "torch._tensor._rebuild_from_type_v2": _rebuilt,
    "torch.storage._load_from_bytes": lambda _: Storage("uint8", 0),  # replaced where it may hold numbers
    "torch.Size": as_counts,
    "torch.device": lambda *parts: ":".join(map(str, parts)),
    "torch.serialization._get_layout": _name,
    **{f"torch.jit._pickle.build_{kind}list": _listed for kind in ("int", "tensor", "double", "bool")},
    "torch.jit._pickle.restore_type_tag": _name,
    PERSISTENT: _persistent,
    "collections.OrderedDict": _dictionary,
    "collections.defaultdict": lambda *_: {},
    "collections.Counter": lambda items=None: dict(items or {}),
    "collections.deque": lambda items=(), *_: _listed(items),
    **{f"{module}.{name}": _listed for module in ("builtins", "__builtin__") for name in ("set", "frozenset", "list")},
    "builtins.bytearray": lambda data=b"", *_: data if isinstance(data, bytes) else _text(data),
    "_codecs.encode": _text,
    "copyreg._reconstructor": _object,
    "copy_reg._reconstructor": _object,
    **{f"{module}.{name}": _path for module in ("pathlib", "pathlib._local") for name in _PATHS},
    "functools.partial": lambda *arguments: Instance("functools.partial", arguments),
    "numpy.dtype": kind_of,
    **{f"{core}.multiarray._reconstruct": lambda *_: Array() for core in _NUMPY},
    **{f"{core}.multiarray.scalar": number_of for core in _NUMPY},
    **{f"{core}.numeric._frombuffer": array_of for core in _NUMPY},
}
