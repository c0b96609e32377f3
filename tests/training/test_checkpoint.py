import json
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from training.checkpoint import CheckpointError, CheckpointHeader, read_header, read_tensors, write_checkpoint
from training.config import RunConfig
from training.models import family_named, rebuild
from training.models.blocks import Autoencoder


@pytest.fixture
def config(tiny_config: Callable[..., RunConfig]) -> RunConfig:
    return tiny_config()


@pytest.fixture
def model(config: RunConfig) -> Autoencoder:
    torch.manual_seed(0)
    return family_named("vae").build(config, 2).eval()


@pytest.fixture
def header(config: RunConfig) -> CheckpointHeader:
    kept = config.model_dump(include={"family", "image", "latent", "model"})
    return CheckpointHeader(kept, {"dim": 3, "prior": "normal"}, {"step": 7}, ("a", "b"))


@pytest.fixture
def checkpoint(tmp_path: Path, model: Autoencoder, header: CheckpointHeader) -> Path:
    path = tmp_path / "a.safetensors"
    write_checkpoint(path, {**model.state_dict(), "latent.mean": torch.arange(3.0)}, header)
    return path


def test_a_checkpoint_opens_again_with_the_same_pictures(
    checkpoint: Path, model: Autoencoder, header: CheckpointHeader
) -> None:
    assert read_header(checkpoint) == header
    tensors = read_tensors(checkpoint)
    again = rebuild(read_header(checkpoint), tensors)
    codes = torch.randn(4, 3)
    assert torch.equal(again.decoder(codes), model.decoder(codes))
    assert not again.training
    assert tensors["latent.mean"].tolist() == [0, 1, 2]


def test_other_programs_can_read_the_file(checkpoint: Path, model: Autoencoder) -> None:
    tensors = load_file(checkpoint)
    assert torch.equal(tensors["decoder.0.weight"], model.state_dict()["decoder.0.weight"])


def test_half_precision_halves_the_file_and_comes_back_as_float32(
    tmp_path: Path, checkpoint: Path, model: Autoencoder, header: CheckpointHeader
) -> None:
    path = tmp_path / "half.safetensors"
    write_checkpoint(path, {**model.state_dict(), "latent.mean": torch.full((3,), 1e-7)}, header, dtype="float16")
    tensors = read_tensors(path)
    assert tensors["decoder.0.weight"].dtype == torch.float32
    assert torch.allclose(tensors["decoder.0.weight"], model.state_dict()["decoder.0.weight"], atol=1e-3)
    assert torch.allclose(tensors["latent.mean"], torch.tensor(1e-7), rtol=1e-3)  # statistics stay in full precision
    assert path.stat().st_size < 0.7 * checkpoint.stat().st_size


def test_nothing_half_written_stays_behind(tmp_path: Path, checkpoint: Path, header: CheckpointHeader) -> None:
    before = checkpoint.read_bytes()
    with pytest.raises(KeyError):
        write_checkpoint(checkpoint, {"a": torch.zeros(2, dtype=torch.complex64)}, header)
    assert checkpoint.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["a.safetensors"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "bad.safetensors is empty; copy or download it again"),
        (b"short", "bad.safetensors is not a safetensors file"),
        (b"this is a text file, nothing else", "bad.safetensors is not a safetensors file"),
        (b"\x00" * 64, "bad.safetensors is not a safetensors file"),
        (b"\x80\x02}q\x00(X\x07\x00\x00\x00" * 5, "bad.safetensors is not a safetensors file"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n",
            "bad.safetensors is a Git LFS pointer, not the weights themselves; fetch them with 'git lfs pull' or"
            " download the file from its page",
        ),
        (
            struct.pack("<Q", 5000) + b'{"a":',
            "bad.safetensors is cut short: its header promises 5,008 bytes, the file has 13; copy or download it again",
        ),
        (struct.pack("<Q", 8) + b'{"a":   ', "the header of bad.safetensors cannot be read; the file is damaged"),
        (struct.pack("<Q", 8) + b'{"a":[]}', "the header of bad.safetensors cannot be read; the file is damaged"),
        (
            struct.pack("<Q", 8) + b"{}      ",
            "bad.safetensors is a safetensors file, but not a checkpoint of this program",
        ),
    ],
)
def test_a_file_that_is_no_checkpoint_gets_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "bad.safetensors"
    path.write_bytes(content)
    with pytest.raises(CheckpointError) as caught:
        read_header(path)
    assert str(caught.value) == sentence


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"cannot read .*gone\.safetensors: No such file"):
        read_header(tmp_path / "gone.safetensors")
    with pytest.raises(CheckpointError, match="is a folder, not a checkpoint file"):
        read_header(tmp_path)


@pytest.mark.parametrize("share", [0.999, 0.5, 0.01])
def test_a_truncated_checkpoint_says_how_much_is_missing(checkpoint: Path, share: float) -> None:
    data = checkpoint.read_bytes()
    checkpoint.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(
        CheckpointError, match=r"a\.safetensors is cut short: its header promises [\d,]+ bytes, the file has"
    ):
        read_tensors(checkpoint)


def test_bytes_too_many_are_noticed(checkpoint: Path) -> None:
    checkpoint.write_bytes(checkpoint.read_bytes() + b"12345")
    with pytest.raises(CheckpointError, match="has 5 bytes too many at its end"):
        read_header(checkpoint)


def test_a_flipped_bit_in_the_weights_is_caught_by_the_checksum(checkpoint: Path) -> None:
    data = bytearray(checkpoint.read_bytes())
    data[-1000] ^= 4
    checkpoint.write_bytes(data)
    with pytest.raises(CheckpointError, match=r"the weights do not match their checksum in a\.safetensors"):
        read_tensors(checkpoint)


def test_a_flipped_bit_anywhere_in_the_header_never_gives_anything_but_a_sentence(checkpoint: Path) -> None:
    data = checkpoint.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    for place in range(0, 8 + length, 7):
        damaged = bytearray(data)
        damaged[place] ^= 1 << (place % 8)
        checkpoint.write_bytes(damaged)
        try:
            rebuild(read_header(checkpoint), read_tensors(checkpoint))
        except CheckpointError as error:
            assert len(str(error)) > 20  # noqa: PT017  most flips are errors, a few only rename something harmless


def _edit_header(path: Path, edit: Callable[[dict], None]) -> None:
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    table = json.loads(data[8 : 8 + length])
    edit(table)
    text = json.dumps(table).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data[8 + length :])


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("version", "2", "was written by a newer version of this program .format 2, this one reads up to 1.; update"),
        ("version", "one", "names no version of its format"),
        ("format", "other", "is a safetensors file, but not a checkpoint of this program"),
        ("config", "[1]", "the entry 'config' in the header of a.safetensors cannot be read"),
        ("latent", "{", "the entry 'latent' in the header"),
    ],
)
def test_a_header_we_cannot_use_is_explained(checkpoint: Path, key: str, value: str, sentence: str) -> None:
    _edit_header(checkpoint, lambda table: table["__metadata__"].update({key: value}))
    with pytest.raises(CheckpointError, match=sentence):
        read_header(checkpoint)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"dtype": "F13"}, "tensor decoder.0.weight has the unknown number format 'F13'"),
        ({"shape": [1, 2]}, "tensor decoder.0.weight of shape .1, 2. does not fit its"),
        ({"shape": [-1, -2]}, "tensor decoder.0.weight has an impossible shape or place"),
        ({"shape": "x"}, "tensor decoder.0.weight has an impossible shape or place"),
    ],
)
def test_a_tensor_entry_that_contradicts_itself_is_named(checkpoint: Path, change: dict, sentence: str) -> None:
    _edit_header(checkpoint, lambda table: table["decoder.0.weight"].update(change))
    with pytest.raises(CheckpointError, match=sentence):
        read_header(checkpoint)


def test_overlapping_tensors_are_refused(checkpoint: Path) -> None:
    def overlap(table: dict) -> None:
        table["twice"] = dict(table["decoder.0.weight"])

    _edit_header(checkpoint, overlap)
    with pytest.raises(CheckpointError, match="does not follow the one before"):
        read_header(checkpoint)


def test_a_missing_an_unexpected_and_a_misshaped_tensor_are_named(checkpoint: Path) -> None:
    header, tensors = read_header(checkpoint), read_tensors(checkpoint)
    without = {name: tensor for name, tensor in tensors.items() if name != "encoder.head.mean.bias"}
    with pytest.raises(CheckpointError, match=r"tensor encoder\.head\.mean\.bias is missing"):
        rebuild(header, without)
    with pytest.raises(CheckpointError, match=r"tensor other\.weight does not belong to a 'vae' model"):
        rebuild(header, {**tensors, "other.weight": torch.zeros(1)})
    with pytest.raises(CheckpointError, match=r"tensor encoder.head.mean.bias has the shape \(5,\), expected \(3,\)"):
        rebuild(header, {**tensors, "encoder.head.mean.bias": torch.zeros(5)})


def test_numbers_that_are_none_are_counted(checkpoint: Path) -> None:
    header, tensors = read_header(checkpoint), read_tensors(checkpoint)
    tensors["decoder.0.weight"][:2, :3] = torch.nan
    with pytest.raises(CheckpointError) as caught:
        rebuild(header, tensors)
    assert str(caught.value) == (
        "tensor decoder.0.weight holds 6 values that are not numbers; the file is damaged or training diverged"
    )
    tensors["decoder.0.weight"].zero_()
    tensors["latent.mean"][0] = torch.inf
    with pytest.raises(CheckpointError, match=r"tensor latent\.mean holds 1 value that is not a number"):
        rebuild(header, tensors)


@pytest.mark.parametrize(
    "config",
    [
        {"family": "zebra"},
        {"family": "vae", "model": {"width": 10**9}},
        {"family": "vae", "image": {"size": 10**6}},
        {},
    ],
)
def test_a_configuration_that_cannot_be_used_is_a_checkpoint_error(config: dict) -> None:
    with pytest.raises(CheckpointError):
        rebuild(CheckpointHeader(config, {}), {})


def test_a_foreign_safetensors_file_is_called_so(tmp_path: Path) -> None:
    save_file({"a": torch.zeros(3)}, tmp_path / "b.safetensors", metadata={"format": "pt"})
    with pytest.raises(CheckpointError, match="is a safetensors file, but not a checkpoint of this program"):
        read_header(tmp_path / "b.safetensors")
    assert read_tensors(tmp_path / "b.safetensors")["a"].tolist() == [0, 0, 0]
