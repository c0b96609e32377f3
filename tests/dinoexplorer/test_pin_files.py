"""Codes out to scripts and in from other programs; whatever is no code is refused in one sentence."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinoexplorer.document import pin_import
from dinoexplorer.document.document import Document
from dinoexplorer.document.pin_export import export_pins, pin_table
from dinoexplorer.document.pin_import import codes_in_text, import_pins, pins_in_text
from dinoexplorer.document.standing import Pin
from dinoexplorer.generators import GeneratorError, LatentSpec

DIM = 3
SPEC = LatentSpec(DIM, np.zeros(DIM, np.float32), np.ones(DIM, np.float32))
W_SPEC = LatentSpec(DIM, np.zeros(DIM, np.float32), np.ones(DIM, np.float32), spaces=("w",))
W_PLUS_SPEC = LatentSpec(12, np.zeros(12, np.float32), np.ones(12, np.float32), spaces=("w+",))
CODES = np.array([[0.1, -2, 3e-30], [1 / 3, 1e20, -0.0]], np.float32)
PINS = (Pin(1, "horn, long", CODES[0]), Pin(2, 'the "tail"', CODES[1]))
numbers = st.floats(width=32, allow_nan=False, allow_infinity=False)
LITTLE = "give 3 values per picture."


def latents(named) -> np.ndarray:
    return np.array([code for _, code in named])


@pytest.mark.parametrize("ending", [".npy", ".npz", ".csv"])
def test_pins_that_were_exported_come_back_to_the_last_bit(tmp_path, ending):
    path = tmp_path / f"new/pins{ending}"
    export_pins(path, PINS)
    named = import_pins(path, SPEC)
    assert latents(named).tobytes() == CODES.tobytes()
    assert [name for name, _ in named] == (["", ""] if ending == ".npy" else ["horn, long", 'the "tail"'])
    assert len(list(path.parent.iterdir())) == 1


def test_a_script_reads_what_was_exported(tmp_path):
    for ending in (".npy", ".npz", ".csv"):
        export_pins(tmp_path / f"pins{ending}", PINS)
    assert np.array_equal(np.load(tmp_path / "pins.npy"), CODES)
    with np.load(tmp_path / "pins.npz") as arrays:
        assert arrays["names"].tolist() == ["horn, long", 'the "tail"']
        assert arrays["latents"].dtype == np.float32
    rows = list(csv.reader(io.StringIO((tmp_path / "pins.csv").read_text())))
    assert rows[0] == ["name", "z1", "z2", "z3"]
    assert rows[1] == ["horn, long", "0.100000001", "-2", "3.00000001e-30"]


def test_imported_codes_become_pins(tmp_path):
    export_pins(tmp_path / "pins.npz", PINS)
    document = Document(SPEC)
    document.add_pins(import_pins(tmp_path / "pins.npz", SPEC))
    assert [pin.name for pin in document.pins] == ["horn, long", 'the "tail"']


@pytest.mark.parametrize(
    ("name", "pins", "sentence"),
    [
        ("a.npy", (), "There are no pins to export; pin a place first."),
        ("a.txt", PINS, "a.txt does not end in .npy, .npz or .csv; choose one."),
    ],
)
def test_what_cannot_be_exported_is_one_sentence(tmp_path, name, pins, sentence):
    with pytest.raises(GeneratorError) as refused:
        export_pins(tmp_path / name, pins)
    assert str(refused.value) == sentence


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(GeneratorError, match=r"could not be written: .*; choose another place\."):
        export_pins(tmp_path / "file/a.npy", PINS)


# Files of other programs


def test_the_codes_of_the_encode_command_and_of_any_array_are_read(tmp_path):
    np.savez(tmp_path / "a.npz", latents=CODES, error=np.zeros(2), names=np.array(["a.png", "b.png"]))
    np.savez(tmp_path / "b.npz", CODES.astype(np.float64))
    np.save(tmp_path / "c.npy", CODES[0])
    assert [name for name, _ in import_pins(tmp_path / "a.npz", SPEC)] == ["a.png", "b.png"]
    assert np.array_equal(latents(import_pins(tmp_path / "b.npz", SPEC)), CODES)
    assert np.array_equal(latents(import_pins(tmp_path / "c.npy", SPEC)), CODES[:1])


def test_a_projected_w_is_read_where_it_fits(tmp_path):
    same, layers = np.tile(CODES[:1], (1, 4, 1)).reshape(1, 4, DIM), np.arange(12, dtype=np.float32).reshape(1, 4, DIM)
    np.savez(tmp_path / "same.npz", w=same)
    np.savez(tmp_path / "layers.npz", w=layers)
    assert np.array_equal(latents(import_pins(tmp_path / "same.npz", W_SPEC)), CODES[:1])
    assert np.array_equal(latents(import_pins(tmp_path / "layers.npz", W_PLUS_SPEC)), layers.reshape(1, -1))


def save_tensors(path: Path, value: object) -> Path:
    import torch

    torch.save(value, path)
    return path


def test_tensors_are_read(tmp_path):
    import torch

    codes = torch.from_numpy(CODES)
    assert np.array_equal(latents(import_pins(save_tensors(tmp_path / "a.pt", codes), SPEC)), CODES)
    named = import_pins(save_tensors(tmp_path / "b.pth", {"horn": codes[0].double(), "two": codes}), SPEC)
    assert [name for name, _ in named] == ["horn", "two 1", "two 2"]


def test_a_table_needs_neither_names_nor_a_head(tmp_path):
    (tmp_path / "a.csv").write_text("\ufeff1,2,3\n\n4,5,6\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("title,x,y,z\r\nDrü,1,2,3\r\n", encoding="utf-8")
    assert latents(import_pins(tmp_path / "a.csv", SPEC)).tolist() == [[1, 2, 3], [4, 5, 6]]
    assert import_pins(tmp_path / "b.csv", SPEC)[0][0] == "Drü"


class Opened:
    """Would write a file if it were unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


def torch_bytes(value: object) -> bytes:
    import torch

    target = io.BytesIO()
    torch.save(value, target)
    return target.getvalue()


def npy(array: np.ndarray, **more) -> bytes:
    target = io.BytesIO()
    np.save(target, array, **more)
    return target.getvalue()


def npz(**arrays) -> bytes:
    target = io.BytesIO()
    np.savez(target, **arrays)
    return target.getvalue()


def zipped(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return target.getvalue()


NO_NPY = "a.npy is not a .npy file of numbers, or it is damaged; save one with numpy.save."
NO_NPZ = "a.npz is not a .npz file of numbers, or it is damaged; save one with numpy.savez."
OF_W = "open the StyleGAN that made it."


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.npy", b"", NO_NPY),
        ("a.npy", b"hello", NO_NPY),
        ("a.npy", npz(a=CODES), NO_NPY),
        ("a.npy", npy(CODES)[:-5], NO_NPY),
        ("a.npy", npy(CODES).replace(b"(2, 3)", b"(9999999999999, 3)")[: len(npy(CODES))], NO_NPY),
        ("a.npy", npy(np.array([{}]), allow_pickle=True), NO_NPY),
        (
            "a.npy",
            npy(np.zeros((2, 5))),
            f"a.npy does not fit: this generator takes latents of 3 numbers and was given 5; {LITTLE}",
        ),
        (
            "a.npy",
            npy(np.zeros((2, 2, 3))),
            f"a.npy does not fit: this generator takes latents of 3 numbers and was given 2x2x3; {LITTLE}",
        ),
        (
            "a.npy",
            npy(np.array([0, 1, np.nan])),
            "a.npy does not fit: these latents hold values that are not finite numbers; replace NaN and infinity.",
        ),
        (
            "a.npy",
            npy(np.array(["a", "b", "c"])),
            "a.npy does not fit: these latents are not numbers; give a float array of shape (n, dim).",
        ),
        ("a.npz", b"hello", NO_NPZ),
        ("a.npz", npy(CODES), NO_NPZ),
        ("a.npz", zipped(latents=b"hello"), NO_NPZ),
        ("a.npz", zipped(latents=npy(np.array([{}]), allow_pickle=True)), NO_NPZ),
        ("a.npz", zipped(), "a.npz holds no codes; save some in it first."),
        ("a.npz", npz(latents=CODES[:0]), "a.npz holds no codes; save some in it first."),
        ("a.npz", npz(w=np.zeros((1, 4, DIM))), f"a.npz holds a code in w and this generator takes z; {OF_W}"),
        ("a.csv", b"", "a.csv holds no codes; save some in it first."),
        ("a.csv", b"\xff\xfe", "a.csv is not a table in UTF-8; save it as CSV again."),
        ("a.csv", b'name,z1,z2,z3\na,1,"' + b"2" * 200_000, "a.csv is not a table in UTF-8; save it as CSV again."),
        (
            "a.csv",
            b"name,z1,z2,z3\na,1,2,3\nb,1\n",
            "Row 2 of a.csv has 2 columns and a code here has 3 numbers, with or without a name before them; "
            "give as many.",
        ),
        ("a.csv", b"1,2,3\n1,2,x\n", 'Row 2 of a.csv has "x" where a number should be.'),
        (
            "a.csv",
            b"1,2,inf\n",
            "a.csv does not fit: these latents hold values that are not finite numbers; replace NaN and infinity.",
        ),
        ("a.txt", b"\xff", "a.txt is not text in UTF-8; save it again as such."),
        ("a.txt", b"a b c", '"a" is not a number; copy numbers alone, such as "0.5, 1.5".'),
        (
            "a.pt",
            b"hello",
            "a.pt is not a plain file of tensors, and nothing else is loaded; save one with torch.save.",
        ),
        ("a.pt", torch_bytes([1, 2]), "a.pt holds more than tensors; save the codes alone with torch.save."),
        ("a.pt", torch_bytes({"a": {"b": 1}}), "a.pt holds more than tensors; save the codes alone with torch.save."),
        ("a.pt", torch_bytes({}), "a.pt holds no codes; save some in it first."),
        ("a.doc", b"", "a.doc is no file that codes are read from; give a .npy, .npz, .csv, .txt, .json or .pt."),
    ],
)
def test_a_file_that_holds_no_codes_for_this_space_is_refused_in_one_sentence(tmp_path, name, content, sentence):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(GeneratorError) as refused:
        import_pins(path, SPEC)
    assert str(refused.value) == sentence


def test_a_w_that_does_not_fit_is_refused(tmp_path):
    np.savez(tmp_path / "a.npz", w=np.arange(8.0).reshape(1, 2, 4))
    np.savez(tmp_path / "b.npz", w=np.arange(6.0).reshape(1, 2, DIM))
    for name, layers, spec in (("a.npz", "2 layers x 4", W_SPEC), ("b.npz", "2 layers x 3", W_SPEC)):
        with pytest.raises(GeneratorError) as refused:
            import_pins(tmp_path / name, spec)
        assert str(refused.value) == (
            f"{name} holds a code of {layers} numbers and this generator takes 3; open the StyleGAN that made it."
        )


@pytest.mark.parametrize("name", ["a.pt", "a.npy", "a.npz"])
def test_nothing_in_a_file_is_run(tmp_path, name):
    trace = tmp_path / "it ran"
    hostile = np.array([Opened(trace)], dtype=object)
    content = {
        "a.pt": torch_bytes(Opened(trace)),
        "a.npy": npy(hostile, allow_pickle=True),
        "a.npz": zipped(latents=npy(hostile, allow_pickle=True)),
    }[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(GeneratorError):
        import_pins(tmp_path / name, SPEC)
    assert not trace.exists()


def test_files_beyond_all_bounds_and_missing_ones_are_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(pin_import, "LARGEST_IMPORT", 2**20)
    (tmp_path / "a.npy").write_bytes(bytes(2**20 + 1))
    with zipfile.ZipFile(tmp_path / "b.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("latents.npy", bytes(2**21))
    sentences = {
        "a.npy": "a.npy is larger than 1 MiB, which is more than pins; take a part of it.",
        "b.npz": "b.npz unpacks to more than 1 MiB; take a part of it.",
        "gone.npy": f"There is no file {tmp_path / 'gone.npy'}; check the name, or whether it was moved.",
    }
    for name, sentence in sentences.items():
        with pytest.raises(GeneratorError) as refused:
            import_pins(tmp_path / name, SPEC)
        assert str(refused.value) == sentence


# Text from the clipboard


@pytest.mark.parametrize(
    "text",
    [
        "1, 2, 3\n4, 5, 6", "1 2 3 4 5 6", "[[1, 2, 3], [4, 5, 6]]", "1;2;3\r\n4;5;6\r\n", "1\n2\n3\n4\n5\n6",
        "\t1\t2\t3\n\t4\t5\t6", "([1., 2., 3.], [4., 5e0, 6.])", "{1, 2, 3}\n\n{4, 5, 6}",
    ],
)  # fmt: skip
def test_numbers_in_text_are_codes_however_they_are_set_apart(text):
    assert codes_in_text(text, SPEC).tolist() == [[1, 2, 3], [4, 5, 6]]


@settings(deadline=None)
@given(st.lists(st.lists(numbers, min_size=DIM, max_size=DIM), min_size=1, max_size=4))
def test_any_codes_come_back_from_their_text(codes):
    wanted = np.array(codes, np.float32)
    assert np.array_equal(codes_in_text(str(wanted.tolist()), SPEC), wanted)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "This text holds no numbers; copy 3 for each code."),
        (" [] \n", "This text holds no numbers; copy 3 for each code."),
        ("hello there", '"hello" is not a number; copy numbers alone, such as "0.5, 1.5".'),
        ("1 2 3 4", "This text holds 4 numbers and a code here has 3; copy 3 for each code."),
        ("1 2 nan", "These latents hold values that are not finite numbers; replace NaN and infinity."),
        ("1 2 1e99", "These latents hold values that are not finite numbers; replace NaN and infinity."),
    ],
)
def test_text_that_is_no_code_is_refused_in_one_sentence(text, sentence):
    with pytest.raises(GeneratorError) as refused:
        codes_in_text(text, SPEC)
    assert str(refused.value) == sentence


def test_endless_text_is_refused(monkeypatch):
    monkeypatch.setattr(pin_import, "LARGEST_TEXT", 10)
    with pytest.raises(GeneratorError, match=r"This text is larger than 0 MiB; import it as a \.npy file instead\."):
        codes_in_text("1 " * 20, SPEC)


def test_pins_that_were_copied_as_text_come_back_with_their_names():
    text = pin_table(PINS)
    assert text.splitlines()[0] == "name,z1,z2,z3"
    named = pins_in_text(text, SPEC)
    assert [name for name, _ in named] == ["horn, long", 'the "tail"']
    assert latents(named).tobytes() == CODES.tobytes()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("name\tz1\tz2\tz3\nhorn\t1\t2\t3\n", ["horn"]),
        ("horn\t1\t2\t3\r\ntail\t1\t2\t3\r\n", ["horn", "tail"]),
        ("\ufeffhorn;1;2;3", ["horn"]),
        ("1, 2, 3\n1, 2, 3", ["", ""]),
        ("[[1, 2, 3]]", [""]),
    ],
)
def test_what_comes_out_of_a_spreadsheet_or_an_editor_is_understood(text, names):
    named = pins_in_text(text, SPEC)
    assert [name for name, _ in named] == names
    assert latents(named).tolist() == [[1, 2, 3]] * len(names)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("horn,1,2,3\ntail,1,x,3", 'Row 2 of the text has "x" where a number should be.'),
        ("name,z1,z2,z3", '"name" is not a number; copy numbers alone, such as "0.5, 1.5".'),
        ("hello there", '"hello" is not a number; copy numbers alone, such as "0.5, 1.5".'),
        ("horn,1,2,3\ntail,1,nan,3", "the text does not fit: these latents hold values that are not finite numbers; "
         "replace NaN and infinity."),
    ],
)  # fmt: skip
def test_pasted_text_that_is_no_code_is_refused_in_one_sentence(text, sentence):
    with pytest.raises(GeneratorError) as refused:
        pins_in_text(text, SPEC)
    assert str(refused.value) == sentence
