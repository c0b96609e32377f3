"""What happens with files that are not what they should be: one clear sentence, and nothing in them is ever run."""

from __future__ import annotations

import io
import json
import os
import pickle
import re
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dinoexplorer.generators import GeneratorError, open_generator, read_info
from dinoexplorer.generators.readers import native

WAY_OUT = "open the file of its weights (such as .safetensors, .pt or .pkl), or train a model with 'dinotrain fit'."
NO_CHECKPOINT = f"not a checkpoint of an image generator; {WAY_OUT}"
UNKNOWN = f"that DinoExplorer knows, or it is damaged; {WAY_OUT}"
CUT_PICKLE = (
    "model.pt looks like a PyTorch or pickle file, but its pickle is cut short or damaged; copy or download it again."
)


def refused(path: Path) -> str:
    """The sentence with which both ways of opening refuse a file."""
    with pytest.raises(GeneratorError) as described:
        read_info(path)
    with pytest.raises(GeneratorError) as opened:
        open_generator(path)
    assert str(described.value) == str(opened.value)
    return str(opened.value)


def opening_refused(path: Path) -> str:
    with pytest.raises(GeneratorError) as opened:
        open_generator(path)
    return str(opened.value)


def is_one_clear_sentence(text: str) -> bool:
    return text.endswith(".") and "\n" not in text and ".." not in text and "Traceback" not in text and len(text) < 400


# Files that are something else


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "model.pt is empty; copy or download it again."),
        ("Ein Text über Dinos.\n".encode(), f"model.pt is a text file, {NO_CHECKPOINT}"),
        (b'{"layers": []}', f"model.pt is a text file, {NO_CHECKPOINT}"),
        (b"(an aside) in a text", f"model.pt is a text file, {NO_CHECKPOINT}"),
        (b"\xff\x00\x12\x9a" * 40, f"model.pt is no checkpoint format {UNKNOWN}"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), f"model.pt is a PNG picture, {NO_CHECKPOINT}"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 120\n",
            "model.pt is a Git LFS pointer, not the model itself; fetch the real file with 'git lfs pull'.",
        ),
        (b"\x80\x04\x95", CUT_PICKLE),
        (b"\xff\xfe", f"model.pt is no checkpoint format {UNKNOWN}"),
        (
            b"PK\x03\x04" + bytes(60),
            "model.pt looks like a zip archive, but it is cut short or damaged; copy or download it again.",
        ),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_is_named_by_its_bytes(tmp_path, content, sentence):
    path = tmp_path / "model.pt"
    path.write_bytes(content)
    assert refused(path) == sentence


def test_a_text_cut_within_a_character_is_still_a_text(tmp_path):
    path = tmp_path / "model.pt"
    path.write_bytes(b"a" + "ü".encode() * 3000)  # the 4096 bytes that are looked at end inside an ü
    assert "is a text file" in refused(path)


def test_a_numpy_file_with_objects_is_named_and_not_loaded(tmp_path):
    path = tmp_path / "latents.npy"
    np.save(path, np.array([object], dtype=object), allow_pickle=True)
    assert refused(path) == f"latents.npy is a NumPy array, not a checkpoint of an image generator; {WAY_OUT}"


def test_a_folder_is_not_a_file(tmp_path):
    assert refused(tmp_path) == f"{tmp_path} is a folder; name the checkpoint file in it (a .safetensors file)."


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    path = tmp_path / "gone.safetensors"
    assert refused(path) == f"There is no file {path}; check the name, or whether it was moved."


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_said_so(tmp_path, plane_checkpoint):
    path = tmp_path / "closed.safetensors"
    path.write_bytes(plane_checkpoint.read_bytes())
    path.chmod(0)
    assert refused(path) == f"{path} could not be read: Permission denied; check its permissions."


@pytest.mark.parametrize("reading", ["read_header", "read_shapes", "read_statistics", "_sha256", "read_tensors"])
def test_a_file_that_vanishes_while_it_is_opened_is_said_so(tmp_path, plane_checkpoint, monkeypatch, reading):
    path = tmp_path / "fleeting.safetensors"
    path.write_bytes(plane_checkpoint.read_bytes())
    real = getattr(native, reading)

    def vanish(path):
        path.unlink(missing_ok=True)
        return real(path)

    monkeypatch.setattr(native, reading, vanish)
    assert opening_refused(path) == f"{path} is not there any more; check whether it was moved."


def test_a_generator_goes_on_when_its_file_vanishes_after_opening(tmp_path, plane_checkpoint):
    path = tmp_path / "open.safetensors"
    path.write_bytes(plane_checkpoint.read_bytes())
    generator = open_generator(path)
    path.unlink()
    assert generator.decode(np.zeros((1, 2), np.float32)).shape == (1, 16, 16, 3)


# Pickles


class Bomb:
    """Writes a file when it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self):
        return os.system, (f"touch '{self.marker}'",)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("wrapped", [False, True], ids=["bare", "in a dictionary"])
def test_a_pickle_that_would_run_code_is_named_and_not_run(tmp_path, protocol, wrapped):
    marker = tmp_path / "ran"
    bomb = {"decoder": [1, 2, Bomb(marker)]} if wrapped else Bomb(marker)
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(bomb, protocol=protocol))
    system = f"{os.system.__module__}.system"
    assert refused(path) == (
        f"model.pkl is a pickle that would run {system} when it is loaded; no file may run code here, so it stays "
        f"closed: ask its author for .safetensors weights, or save the model's state_dict() alone."
    )
    assert not marker.exists()
    pickle.loads(path.read_bytes())  # the bomb is real
    assert marker.exists()


@pytest.mark.parametrize("new_zip", [True, False], ids=["zip", "before PyTorch 1.6"])
def test_a_pytorch_file_that_would_run_code_is_named_and_not_run(tmp_path, new_zip):
    marker = tmp_path / "ran"
    path = tmp_path / "model.pt"
    torch.save({"weight": torch.ones(3), "bomb": Bomb(marker)}, path, _use_new_zipfile_serialization=new_zip)
    assert f"is a pickle that would run {os.system.__module__}.system when" in refused(path)
    assert not marker.exists()


@pytest.mark.parametrize("new_zip", [True, False], ids=["zip", "before PyTorch 1.6"])
def test_a_pytorch_file_of_no_known_network_says_what_it_holds(tmp_path, new_zip):
    path = tmp_path / "model.pt"
    torch.save({"weight": torch.ones(3)}, path, _use_new_zipfile_serialization=new_zip)
    sentence = refused(path)
    assert sentence.startswith("model.pt is a PyTorch checkpoint of one tensor (weight) that no known family")
    assert sentence.endswith("Describe its layers in a few lines, or convert it to ONNX.")


@pytest.mark.parametrize(
    ("member", "kind"),
    [("readme.txt", "a zip archive"), ("latents.npy", "a NumPy archive"), ("model.weights.h5", "a Keras file")],
)
def test_a_zip_archive_of_something_else_is_told_apart(tmp_path, member, kind):
    path = tmp_path / "model.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, "hello")
    assert refused(path) == f"model.pt is {kind}, not a checkpoint of an image generator; {WAY_OUT}"


def test_a_damaged_pytorch_file_is_always_one_sentence(tmp_path):
    buffer = io.BytesIO()
    torch.save({"weight": torch.ones(3)}, buffer)
    path, whole = tmp_path / "model.pt", buffer.getvalue()
    for place in np.random.default_rng(0).integers(0, len(whole), 150):
        data = bytearray(whole)
        data[place] ^= 1 << int(place) % 8
        path.write_bytes(data)
        assert is_one_clear_sentence(refused(path))


# Our own format, damaged


def test_a_safetensors_file_of_no_known_network_says_what_it_holds(tmp_path):
    from safetensors.torch import save_file

    path = tmp_path / "foreign.safetensors"
    save_file({"weight": torch.ones(3)}, path, metadata={"format": "pt"})
    assert refused(path).startswith("foreign.safetensors is a safetensors file of one tensor (weight) that no")


@pytest.mark.parametrize("left", [1000, -4000, -1])
def test_a_truncated_checkpoint_is_cut_short(tmp_path, plane_checkpoint, left):
    path = tmp_path / "short.safetensors"
    whole = plane_checkpoint.read_bytes()
    path.write_bytes(whole[:left])
    found = re.fullmatch(
        r"short\.safetensors is cut short: its header promises ([\d,]+) bytes, the file has ([\d,]+); "
        r"copy or download it again\.",
        refused(path),
    )
    assert found is not None
    assert int(found[2].replace(",", "")) == len(whole[:left])


@pytest.mark.parametrize("left", [9, 40])
def test_a_checkpoint_cut_before_it_says_whose_it_is_is_cut_short(tmp_path, plane_checkpoint, left):
    path = tmp_path / "short.safetensors"
    path.write_bytes(plane_checkpoint.read_bytes()[:left])
    assert re.fullmatch(
        rf"short\.safetensors is a safetensors file that is cut short: its header alone takes [\d,]+ bytes, the file "
        rf"has {left}; copy or download it again\.",
        refused(path),
    )


def test_a_checkpoint_with_bytes_behind_its_end_is_refused(tmp_path, plane_checkpoint):
    path = tmp_path / "long.safetensors"
    path.write_bytes(plane_checkpoint.read_bytes() + b"more")
    assert refused(path) == "long.safetensors has 4 bytes too many at its end; the file is damaged."


def test_weights_that_changed_do_not_match_their_checksum(tmp_path, plane_checkpoint):
    data = bytearray(plane_checkpoint.read_bytes())
    data[-5] ^= 1
    path = tmp_path / "flipped.safetensors"
    path.write_bytes(data)
    assert opening_refused(path) == (
        "The weights do not match their checksum in flipped.safetensors: the file was damaged after it was saved; "
        "copy or download it again."
    )


def test_a_missing_tensor_is_named(make_checkpoint):
    path = make_checkpoint("holed", change=lambda tensors: tensors.pop("decoder.0.weight"))
    assert opening_refused(path) == (
        "holed.safetensors could not be opened: tensor decoder.0.weight is missing; "
        "the file is incomplete, save or download it again."
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_tensor_with_a_value_that_is_no_number_is_named(make_checkpoint, value):
    def spoil(tensors):
        tensors["decoder.0.bias"] = tensors["decoder.0.bias"].clone()
        tensors["decoder.0.bias"][1] = value

    assert opening_refused(make_checkpoint("diverged", change=spoil)) == (
        "diverged.safetensors could not be opened: tensor decoder.0.bias holds 1 value that is not a number; "
        "the file is damaged or training diverged."
    )


def test_a_tensor_of_another_shape_is_named(make_checkpoint):
    path = make_checkpoint("odd", change=lambda tensors: tensors.update({"decoder.0.bias": torch.zeros(3)}))
    sentence = opening_refused(path)
    assert sentence.startswith(
        "odd.safetensors could not be opened: tensor decoder.0.bias has the shape (3,), expected"
    )
    assert is_one_clear_sentence(sentence)


@pytest.mark.parametrize(
    "parts",
    [
        {"latent": {"dim": 3}},
        {"latent": {"dim": 10**12}},
        {"latent": {"dim": float("inf")}},
        {"latent": {"dim": None}},
        {"config": {"image": {"size": 16}}},
        {"config": {"image": []}},
        {"config": {"latent": "two"}},
    ],
)
def test_a_header_that_contradicts_itself_is_refused(make_checkpoint, parts):
    sentence = refused(make_checkpoint("twisted", **parts))
    assert re.fullmatch(
        r"The header of twisted\.safetensors is incomplete or contradicts itself \(.+\); the file is damaged\.",
        sentence,
    )


@pytest.mark.parametrize(
    "config",
    [
        {"family": "vea"},
        {"image": {"size": 17, "channels": 3}},
        {"model": {"hidden": "wide"}},
        {"model": {"hidden": [10**9], "unknown": 1}},
        {"image": {"size": 16, "channels": 2}},
    ],
)
def test_a_configuration_that_builds_nothing_is_refused(make_checkpoint, config):
    sentence = opening_refused(make_checkpoint("unbuildable", family="vae-fc", config=config))
    assert sentence.startswith(
        "unbuildable.safetensors could not be opened: the configuration in the file cannot be used"
    )
    assert "\n" not in sentence


def result_of(path: Path) -> bytes | None:
    """The pictures of a file, or None where it is refused readably. Anything else fails the test."""
    opened = opened_or_sentence(open_generator, path)
    return None if isinstance(opened, str) else opened.decode(np.ones((1, 2), np.float32)).tobytes()


def opened_or_sentence(act, path: Path):
    """What ``act`` makes of a file, or its refusal, which must be one clear sentence."""
    try:
        return act(path)
    except GeneratorError as error:
        sentence = str(error)
    assert is_one_clear_sentence(sentence), sentence
    return sentence


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
@given(data=st.data())
def test_flipped_bits_are_refused_or_change_nothing(tmp_path, grey_checkpoint, data):
    whole = bytearray(grey_checkpoint.read_bytes())
    (header,) = struct.unpack("<Q", whole[:8])
    place = data.draw(st.one_of(st.integers(0, header + 8), st.integers(0, len(whole) - 1)))
    whole[place] ^= 1 << data.draw(st.integers(0, 7))
    path = tmp_path / "flipped.safetensors"
    path.write_bytes(whole)
    assert result_of(path) in {None, result_of(grey_checkpoint)}


def test_every_bit_of_the_header_may_flip_without_more_than_a_sentence(tmp_path, grey_checkpoint):
    whole = grey_checkpoint.read_bytes()
    (header,) = struct.unpack("<Q", whole[:8])
    path = tmp_path / "flipped.safetensors"
    for place in range(8 + header):
        data = bytearray(whole)
        data[place] ^= 1 << (place % 7)
        path.write_bytes(data)
        info = opened_or_sentence(read_info, path)
        assert isinstance(info, str) or json.dumps(info.as_json())


# Checkpoints that are fine, asked for something that is not


@pytest.mark.parametrize("device", ["tpu", "cuda:x", "gpu"])
def test_an_unknown_device_is_refused_by_name(device):
    from dinoexplorer.generators.devices import choose_device

    with pytest.raises(GeneratorError) as caught:
        choose_device(device)
    assert str(caught.value) == f"There is no device called {device!r}; use auto, cpu, cuda, cuda:N or mps."


@pytest.mark.parametrize("decode", ["decode", "decode_frame"])
def test_latents_of_the_wrong_length_or_without_numbers_are_refused(plane_checkpoint, decode):
    generator = open_generator(plane_checkpoint)
    act = generator.decode if decode == "decode" else lambda code: generator.decode_frame(code, 16, smooth=True)
    with pytest.raises(GeneratorError) as caught:
        act(np.zeros(3, np.float32))
    assert str(caught.value) == "This generator takes latents of 2 numbers and was given 3; give 2 values per picture."
    with pytest.raises(GeneratorError) as caught:
        act(np.array([np.nan, 0], np.float32))
    assert str(caught.value) == "These latents hold values that are not finite numbers; replace NaN and infinity."
