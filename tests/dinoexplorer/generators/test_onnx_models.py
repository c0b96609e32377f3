"""ONNX models, written here field by field, and the shared ones against their truths."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dinoexplorer.generators import GeneratorError, open_generator
from dinoexplorer.generators.onnx_file import looks_like_onnx, read_model

SHARED = Path(__file__).parents[4] / "shared/checkpoints"
FLOAT, INT64 = 1, 7


def varint(value: int) -> bytes:
    value &= 2**64 - 1
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def data(field: int, value: bytes | str) -> bytes:
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


def value_info(name: str, kind: int, *sides: int | str) -> bytes:
    shape = b"".join(data(1, data(2, side) if isinstance(side, str) else number(1, side)) for side in sides)
    return data(1, name) + data(2, data(1, number(1, kind) + data(2, shape)))


def tensor(name: str, values: np.ndarray) -> bytes:
    kind = INT64 if values.dtype == np.int64 else FLOAT
    return (
        b"".join(number(1, side) for side in values.shape) + number(2, kind) + data(8, name) + data(9, values.tobytes())
    )


def outside(name: str, place: str) -> bytes:
    """An array of 6 x 64 that lies in a file of its own."""
    entry = data(13, data(1, "location") + data(2, place))
    return number(1, 6) + number(1, 64) + number(2, FLOAT) + data(8, name) + entry + number(14, 1)


def node(kind: str, given: list[str], made: str, *attributes: bytes, domain: str = "") -> bytes:
    names = b"".join(data(1, name) for name in given) + data(2, made)
    return names + data(4, kind) + b"".join(data(5, one) for one in attributes) + (data(7, domain) if domain else b"")


def integer(name: str, value: int) -> bytes:
    return data(1, name) + number(3, value) + number(20, 2)


def graph(nodes: list[bytes], arrays: list[bytes], inputs: list[bytes], outputs: list[bytes]) -> bytes:
    parts = [(1, nodes), (5, arrays), (11, inputs), (12, outputs)]
    return data(2, "g") + b"".join(data(field, one) for field, rows in parts for one in rows)


def model(content: bytes) -> bytes:
    return number(1, 8) + data(2, "pytorch") + data(7, content) + data(8, data(1, "") + number(2, 13))


MATRIX = np.random.default_rng(0).normal(0, 0.5, (6, 64)).astype(np.float32)


def plain(*sides: int | str, last: str = "Tanh", code: tuple[int | str, ...] = ("n", 6)) -> bytes:
    """A matrix, an activation, and a picture of these sides."""
    target = np.array([0 if isinstance(side, str) else side for side in sides], np.int64)
    nodes = [
        node("Flatten", ["z"], "flat"),
        node("MatMul", ["flat", "matrix"], "raw"),
        node(last, ["raw"], "range"),
        node("Reshape", ["range", "shape"], "picture"),
    ]
    arrays = [tensor("matrix", MATRIX), tensor("shape", target)]
    return model(graph(nodes, arrays, [value_info("z", FLOAT, *code)], [value_info("picture", FLOAT, *sides)]))


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.fixture
def runtime() -> None:
    pytest.importorskip("onnxruntime", reason="the extra 'onnx' is not installed")


@pytest.mark.parametrize(
    ("sides", "code"),
    [
        (("n", 1, 8, 8), ("n", 6)),
        (("n", 8, 8, 1), ("n", 6)),
        (("n", 64), ("n", 6)),
        ((1, 1, 8, 8), (1, 6)),
        ((1, 1, 8, 8), (1, 6, 1, 1)),
        ((4, 1, 8, 8), (4, 6)),
    ],
)
def test_any_layout_and_any_fixed_batch_gives_the_same_pictures(
    runtime: None, tmp_path: Path, sides: tuple[int | str, ...], code: tuple[int | str, ...]
) -> None:
    generator = open_generator(write(tmp_path / "g.onnx", plain(*sides, code=code)))
    codes = np.random.default_rng(1).normal(size=(7, 6)).astype(np.float32)

    pictures = generator.decode(codes)
    frame = generator.decode_frame(codes[2], 16, smooth=False)

    expected = (np.tanh(codes @ MATRIX) + 1).reshape(7, 8, 8) * 127.5
    assert np.abs(pictures - expected[..., None]).max() <= 0.51
    np.testing.assert_array_equal(frame[::2, ::2, :3], pictures[2])
    assert (generator.info.latent.dim, generator.info.image_size, generator.info.channels) == (6, 8, 1)
    assert generator.info.parameters == MATRIX.size + len(sides)


def test_pictures_in_0_to_1_are_told_by_looking_at_some(runtime: None, tmp_path: Path) -> None:
    generator = open_generator(write(tmp_path / "g.onnx", plain("n", 1, 8, 8, last="Sigmoid")))
    codes = np.random.default_rng(1).normal(size=(7, 6)).astype(np.float32)

    expected = 255 / (1 + np.exp(-codes @ MATRIX)).reshape(7, 8, 8)

    assert np.abs(generator.decode(codes)[..., 0] - expected).max() <= 0.51


def test_a_class_that_goes_in_as_a_number_becomes_weights_of_classes(runtime: None, tmp_path: Path) -> None:
    table = np.random.default_rng(4).normal(size=(3, 6)).astype(np.float32)
    nodes = [
        node("Gather", ["table", "label"], "row"),
        node("Add", ["z", "row"], "both"),
        node("MatMul", ["both", "matrix"], "raw"),
        node("Tanh", ["raw"], "range"),
        node("Reshape", ["range", "shape"], "picture"),
    ]
    arrays = [tensor("matrix", MATRIX), tensor("table", table), tensor("shape", np.array([0, 1, 8, 8]))]
    inputs = [value_info("z", FLOAT, "n", 6), value_info("label", INT64, "n")]
    content = model(graph(nodes, arrays, inputs, [value_info("picture", FLOAT, "n", 1, 8, 8)]))
    generator = open_generator(write(tmp_path / "g.onnx", content))
    code = np.array([[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0, 0, 1]], np.float32)

    expected = (np.tanh((code[:, :6] + table[2]) @ MATRIX) + 1) * 127.5

    assert generator.info.classes == ("0", "1", "2")
    assert generator.info.conditional
    assert (np.sort(generator.info.latent.sample(20, 0)[:, 6:], axis=1) == [0, 0, 1]).all()  # one pure class each
    assert np.abs(generator.decode(code)[..., 0].reshape(1, 64) - expected).max() <= 0.51


def refusal(path: Path) -> str:
    with pytest.raises(GeneratorError) as refused:
        open_generator(path)
    return str(refused.value)


@pytest.mark.parametrize("place", ["../secret", "/etc/passwd", "C:\\secret", "a\\..\\..\\b", ""])
def test_weights_outside_the_folder_are_refused_before_any_runtime_sees_them(tmp_path: Path, place: str) -> None:
    content = model(graph([], [outside("w", place)], [value_info("z", FLOAT, 1, 6)], []))

    assert refusal(write(tmp_path / "g.onnx", content)) == (
        f"g.onnx would read {place!r}, which is outside its folder, so it stays closed;"
        " ask its author for a file that holds its own weights."
    )


def test_weights_outside_the_folder_are_found_in_graphs_within_graphs(tmp_path: Path) -> None:
    inner = graph([], [outside("w", "../secret")], [], [])
    branch = data(1, "then_branch") + data(6, inner) + number(20, 5)
    content = model(graph([node("If", ["c"], "o", branch)], [], [value_info("z", FLOAT, 1, 6)], []))

    assert "would read '../secret'" in refusal(write(tmp_path / "g.onnx", content))


def test_operators_of_other_libraries_are_refused(tmp_path: Path) -> None:
    content = model(graph([node("Mine", ["z"], "o", domain="evil.ops")], [], [value_info("z", FLOAT, 1, 6)], []))

    assert refusal(write(tmp_path / "g.onnx", content)) == (
        "g.onnx needs the operator evil.ops.Mine, which is machine code of another library, and no file may bring"
        " code; export it with the standard operators of ONNX alone."
    )


def test_what_takes_pictures_is_told_from_what_takes_codes(tmp_path: Path) -> None:
    assert refusal(write(tmp_path / "g.onnx", plain("n", 64, code=("n", 3, 8, 8)))) == (
        "g.onnx takes any x 3 x 8 x 8 in 'z', which is a picture or a grid and not a code;"
        " export the decoder of a generator, whose input is one row of numbers."
    )


def test_an_open_length_of_codes_is_told(tmp_path: Path) -> None:
    assert refusal(write(tmp_path / "g.onnx", plain("n", 64, code=("n", "d")))) == (
        "g.onnx does not say how long a code is: its input 'z' is any x any;"
        " export it with a fixed length (only the batch may be open)."
    )


def test_what_gives_no_picture_is_told(runtime: None, tmp_path: Path) -> None:
    assert refusal(write(tmp_path / "g.onnx", plain("n", 2, 32))) == (
        "g.onnx gives 2 x 32 for a code, and not a square picture of 1 or 3 channels; export the decoder alone."
    )


def test_a_graph_that_does_not_run_is_told(runtime: None, tmp_path: Path) -> None:
    content = model(
        graph([node("Nothing", ["z"], "o")], [], [value_info("z", FLOAT, 1, 6)], [value_info("o", FLOAT, 1)])
    )

    assert refusal(write(tmp_path / "g.onnx", content)).startswith("g.onnx is an ONNX model that does not run here (")


def test_without_the_runtime_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)

    assert refusal(write(tmp_path / "g.onnx", plain("n", 64))) == (
        "g.onnx is an ONNX model, and running it needs ONNX Runtime; install it with"
        ' pip install "dinoexplorer[onnx]", or open the weights that it was made of.'
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=20), st.integers(0, 5000))
def test_damaged_models_end_in_one_sentence(changes: list[tuple[int, int]], cut: int) -> None:
    content = bytearray(plain("n", 1, 8, 8))
    for place, value in changes:
        content[place % len(content)] = value
    damaged = bytes(content[: len(content) - cut % len(content)])
    problem = ""
    try:
        read_model("g.onnx", memoryview(damaged))
    except GeneratorError as error:
        problem = str(error)
    assert not problem or problem.startswith("g.onnx ")


@pytest.mark.parametrize("head", [b"", b"\x08", b"\x08\x07", b"PK\x03\x04", b"\x89HDF\r\n\x1a\n", struct.pack("<Q", 8)])
def test_other_files_are_not_taken_for_models(head: bytes) -> None:
    assert not looks_like_onnx(head)
    assert looks_like_onnx(plain("n", 64)[:4096])


@pytest.mark.parametrize("name", ["mnist-vae2d-onnx", "sprites-gan-onnx"])
def test_the_shared_models_match_their_truths(runtime: None, name: str) -> None:
    if not (SHARED / name).exists():
        pytest.skip("the shared checkpoints are not on this machine")
    truth = np.load(SHARED / name / "truth.npz")
    path = next((SHARED / name).glob("*.onnx"))

    pictures = open_generator(path).decode(truth["latents"])

    assert np.abs(pictures[..., : truth["images"].shape[-1]].astype(float) - truth["images"]).mean() < 1
