"""TensorFlow's checkpoints, written here block by block as TensorFlow writes them."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinoexplorer.generators import GeneratorError, open_generator, read_info
from dinoexplorer.generators.level_table import MAGIC, entries, unsnapped
from dinoexplorer.generators.readers.foreign import unpacked
from dinoexplorer.generators.wire import WireError

SHARED = Path(__file__).parents[4] / "shared/checkpoints/thesis-dcgan-faces"


def varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def data(field: int, value: bytes) -> bytes:
    return varint(field << 3 | 2) + varint(len(value)) + value


def snapped(block: bytes) -> bytes:
    """Snappy without a copy: literals of at most 60 bytes."""
    pieces = [block[start : start + 60] for start in range(0, len(block), 60)]
    return varint(len(block)) + b"".join(bytes([(len(piece) - 1) << 2]) + piece for piece in pieces)


def block_of(pairs: list[tuple[bytes, bytes]]) -> bytes:
    """Entries that share the beginnings of their keys, and one restart."""
    out, last = b"", b""
    for key, value in pairs:
        shared = 0
        while shared < min(len(last), len(key)) and last[shared] == key[shared]:
            shared += 1
        out += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        last = key
    return out + struct.pack("<II", 0, 1)


def table(pairs: list[tuple[bytes, bytes]], *, snappy: bool = False) -> bytes:
    """Two blocks of entries, the index, and the footer."""
    out, handles = b"", []
    half = len(pairs) // 2
    for part in (pairs[:half], pairs[half:]):
        block = block_of(part)
        block = snapped(block) if snappy else block
        handles.append((part[-1][0] if part else b"", varint(len(out)) + varint(len(block))))
        out += block + bytes([snappy]) + bytes(4)
    index = block_of(handles)
    footer = varint(0) + varint(0) + varint(len(out)) + varint(len(index))
    return out + index + bytes(5) + footer.ljust(40, b"\0") + MAGIC


def write(
    folder: Path, arrays: dict[str, np.ndarray], layers: int = 0, *, snappy: bool = False, shape: tuple[int, ...] = ()
) -> Path:
    """A checkpoint ``model`` of a row of ``layers``, those with arrays alternating with others."""
    blob, pairs = b"", [(b"", number(1, 1))]
    graph = b"".join(data(1, node) for node in nodes(layers)) if layers else b""
    if graph:
        text = varint(len(graph)) + bytes(4) + graph
        pairs.append((b"_CHECKPOINTABLE_OBJECT_GRAPH", number(1, 7) + number(5, len(text))))
        blob += text
    for name in sorted(arrays):
        values = arrays[name].astype("<f4")
        sides = b"".join(data(2, number(1, side)) for side in shape or values.shape)
        entry = number(1, 1) + data(2, sides) + number(4, len(blob)) + number(5, values.nbytes)
        pairs.append((f"{name}/.ATTRIBUTES/VARIABLE_VALUE".encode(), entry))
        blob += values.tobytes()
    (folder / "model.data-00000-of-00001").write_bytes(blob)
    (folder / "model.index").write_bytes(table(pairs, snappy=snappy))
    return folder / "model.index"


def nodes(layers: int) -> list[bytes]:
    """The root with its children, named twice where they have arrays, and the children."""
    root, children = b"", []
    for place in range(layers):
        if place % 2 == 0:
            root += data(1, number(1, place + 1) + data(2, f"layer_with_weights-{place // 2}".encode()))
            key = f"layer_with_weights-{place // 2}/kernel/.ATTRIBUTES/VARIABLE_VALUE".encode()
            children.append(data(2, data(1, b"VARIABLE_VALUE") + data(3, key)))
        else:
            children.append(b"")
        root += data(1, number(1, place + 1) + data(2, f"layer-{place}".encode()))
    return [root, *children]


def mlp(count: int = 2) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    widths = [6, *[32] * (count - 1), 64]
    return {
        f"layer_with_weights-{place}/kernel": rng.normal(0, 0.3, (widths[place], widths[place + 1]))
        for place in range(count)
    }


@pytest.mark.parametrize("snappy", [False, True], ids=["plain", "snappy"])
def test_arrays_are_read_in_the_order_of_the_network(tmp_path: Path, *, snappy: bool) -> None:
    arrays = mlp(12)  # the tenth comes before the second by name
    optimiser = {
        "layer_with_weights-0/kernel/.OPTIMIZER_SLOT/optimizer/m": np.zeros((6, 32)),
        "optimizer/x": np.ones(3),
    }
    contents = unpacked(write(tmp_path, arrays | optimiser, snappy=snappy))

    assert list(contents.tensors) == [f"layer_with_weights-{place}.kernel" for place in range(12)]
    for name, values in arrays.items():
        np.testing.assert_array_equal(contents.tensors[name.replace("/", ".")].numpy(), values.astype(np.float32))


def test_layers_without_arrays_are_known_by_their_places(tmp_path: Path) -> None:
    contents = unpacked(write(tmp_path, mlp(), layers=4))

    names = [name for name, _ in contents.hints["keras.layers"]]
    assert names == ["layer_with_weights-0", "layer-1", "layer_with_weights-1", "layer-3"]


@pytest.mark.parametrize("name", ["model.index", "model.data-00000-of-00001", "model"])
def test_either_file_and_the_name_that_tensorflow_uses_open_the_checkpoint(tmp_path: Path, name: str) -> None:
    write(tmp_path, mlp())

    info = read_info(tmp_path / name)

    assert (info.format, info.latent.dim, info.image_size) == ("TensorFlow checkpoint", 6, 8)
    assert open_generator(tmp_path / name).decode(np.zeros((2, 6), np.float32)).shape == (2, 8, 8, 3)


def test_the_shared_checkpoint_of_the_thesis_tells_where_its_activations_stood() -> None:
    if not SHARED.exists():
        pytest.skip("the shared checkpoints are not on this machine")
    contents = unpacked(SHARED / "generator_300.data-00000-of-00001")

    assert contents.tensors["layer_with_weights-6.kernel"].shape == (3, 3, 64, 3)
    assert len(contents.hints["keras.layers"]) == 14


def refusal(path: Path) -> str:
    with pytest.raises(GeneratorError) as refused:
        unpacked(path)
    return str(refused.value)


def test_a_missing_file_of_numbers_is_named(tmp_path: Path) -> None:
    index = write(tmp_path, mlp())
    (tmp_path / "model.data-00000-of-00001").unlink()

    assert refusal(index) == (
        "model.index is the index of a TensorFlow checkpoint, but model.data-00000-of-00001 with its numbers is not"
        " beside it; put both into one folder."
    )


def test_arrays_that_are_not_all_there_are_told(tmp_path: Path) -> None:
    index = write(tmp_path, mlp())
    numbers = tmp_path / "model.data-00000-of-00001"
    numbers.write_bytes(numbers.read_bytes()[:-100])

    assert refusal(index) == (
        "model.index is a TensorFlow checkpoint that cannot be read (its arrays claim more bytes than its files have);"
        " copy or download it again."
    )


def test_shapes_that_do_not_fit_their_bytes_are_told(tmp_path: Path) -> None:
    index = write(tmp_path, {"layer_with_weights-0/kernel": np.zeros((4, 4))}, shape=(400_000, 400_000))

    assert "an array of shape (400000, 400000) does not take 64 bytes" in refusal(index)


def test_a_checkpoint_of_an_optimiser_alone_is_told(tmp_path: Path) -> None:
    index = write(tmp_path, {"optimizer/m": np.zeros((4, 4))})

    assert refusal(index).startswith("model.index is a TensorFlow checkpoint without the weights of a network;")


@given(st.binary(max_size=300))
def test_snappy_of_any_bytes_ends_in_bytes_or_in_one_error(packed: bytes) -> None:
    try:
        found = unsnapped(memoryview(packed))
    except WireError:
        return
    assert isinstance(found, bytes)


def test_snappy_copies_may_reach_into_themselves() -> None:
    packed = varint(9) + bytes([(3 - 1) << 2]) + b"abc" + bytes([(6 - 4) << 2 | 1, 3])

    assert unsnapped(memoryview(packed)) == b"abcabcabc"


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_changed_byte_of_an_index_ends_in_entries_or_in_one_error(place: int, value: int) -> None:
    whole = bytearray(table([(f"key-{number:03}".encode(), bytes([number])) for number in range(40)]))
    whole[place % len(whole)] = value
    try:
        found = list(entries(memoryview(bytes(whole))))
    except WireError:
        return
    assert len(found) <= len(whole)
