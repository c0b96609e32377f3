"""`dinoexplorer evaluate`: checkpoints of other programs measured like our own."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from dinoexplorer.cli import main
from dinoexplorer.generators import open_generator, read_info
from dinoexplorer.generators.readers import foreign
from dinoexplorer.reports.generator_subject import LARGEST, GeneratorSubject
from dinoexplorer.reports.identity import identity_of, is_ours
from dinoexplorer.reports.subjects import look_at
from tests.dinoexplorer.generators.foreign_layouts import layout
from training.cli import main as dinotrain

METRICS = "pictures,memorisation,prdc,pathlength,recon"


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DINOEXPLORER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("DINOEXPLORER_CONFIG", str(tmp_path / "config"))


@pytest.fixture
def gan(tmp_path: Path) -> Path:
    """A generator as another program saves it."""
    path = tmp_path / "other.pt"
    torch.save({"model_state_dict": layout("sngan")[0], "global_step": 5}, path)
    return path


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    random, folder = np.random.default_rng(4), tmp_path / "pictures"
    folder.mkdir()
    for number in range(40):
        pixels = np.kron(random.integers(0, 255, (8, 8, 3), np.uint8), np.ones((5, 5, 1), np.uint8))
        Image.fromarray(pixels).save(folder / f"{number}.png")
    return folder


def evaluated(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict:
    capsys.readouterr()
    assert main(["evaluate", *map(str, arguments), "--device", "cpu", "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_generator_of_another_program_is_measured(gan: Path, pictures: Path, capsys):
    asked = (gan, "--data", pictures, "--metrics", METRICS, "--samples", 30, "--held-out", 0.25)
    report = evaluated(capsys, *asked)
    size = read_info(gan).image_size
    assert report["subject"]["name"] == str(gan)
    assert (report["subject"]["family"], report["subject"]["size"]) == ("resnet-gan", size)
    assert (report["subject"]["step"], report["data"]["as_trained"]) == (None, None)
    assert report["figures"]["precision[pixels]"]["count"] == 30
    assert report["figures"]["path_length[pixels]"]["value"] > 0
    assert 0 <= report["figures"]["memorised[pixels]"]["value"] <= 1
    assert report["missed"] == {"recon": "this model has no encoder"}
    assert evaluated(capsys, *asked) == report


def test_what_is_not_known_of_it_is_said_in_the_text_and_on_the_page(gan: Path, pictures: Path, tmp_path: Path, capsys):
    page = tmp_path / "page.html"
    asked = ["--data", str(pictures), "--metrics", "pictures,memorisation", "--samples", "20", "--held-out", "0.25"]
    assert main(["evaluate", str(gan), *asked, "--out", str(page)]) == 0
    remark = "The checkpoint does not say which pictures it was trained on"
    assert capsys.readouterr().out.startswith(remark)
    text = page.read_text("utf-8")
    info = read_info(gan)
    assert f"<h1>resnet-gan, {info.image_size} px, z = {info.latent.dim}</h1>" in text
    assert remark in text


def test_the_pictures_are_those_that_the_generator_decodes(gan: Path):
    generator = open_generator(gan, "cpu")
    subject = GeneratorSubject(generator)
    codes = subject.sample(5, 3)
    assert np.abs(subject.decode(codes).astype(int) - generator.decode(codes)).max() <= 1  # one rounds, one adds 0.5
    assert np.array_equal(subject.sample(5, 3), codes)
    assert subject.floats is not None
    assert np.abs(subject.floats(codes) - subject.decode(codes)).max() <= 0.5


def large(side: int) -> SimpleNamespace:
    """Gives only bytes: a bright left half, ``side`` pixels wide; and finds a code in the brightness of pictures."""
    info = SimpleNamespace(
        name="large", sha256="ab", reading="", read_as="", image_size=side, channels=3, encoder=True, conditional=False,
        classes=(), path=Path("large.onnx"), latent=SimpleNamespace(dim=2, sample=lambda n, _: np.zeros((n, 2))),
    )  # fmt: skip

    def decode(codes: np.ndarray) -> np.ndarray:
        made = np.zeros((len(codes), side, side, 3), np.uint8)
        made[:, :, : side // 2] = 200
        return made

    def encode(images: np.ndarray) -> np.ndarray:
        assert images.shape[1:] == (side, side, 3)
        return images.mean((1, 2, 3), keepdims=False)[:, None].repeat(2, 1).astype(np.float32)

    return SimpleNamespace(info=info, decode=decode, encode=encode)


def test_large_pictures_are_compared_smaller_and_go_into_the_encoder_large():
    subject = GeneratorSubject(large(4 * LARGEST))
    assert subject.size == LARGEST
    made = subject.decode(np.zeros((3, 2), np.float32))
    assert made.shape == (3, LARGEST, LARGEST, 3)
    assert (made[:, :, : LARGEST // 2 - 2] == 200).all()
    assert (made[:, :, LARGEST // 2 + 2 :] == 0).all()
    assert subject.encode(made)[:, 0] == pytest.approx(100, abs=1)
    assert subject.floats is None  # bytes are too coarse for tiny steps


def test_how_a_file_is_read_is_part_of_what_it_is(gan: Path):
    info = read_info(gan)
    assert info.reading
    other = SimpleNamespace(sha256=info.sha256, reading="tanh", read_as="plain, tanh")
    assert len({identity_of(info), identity_of(other), info.sha256}) == 3
    assert identity_of(SimpleNamespace(sha256="12", reading="", read_as="")) == "12"
    assert foreign.READER.recognises(gan.read_bytes()[:4096], gan)


def test_our_own_are_measured_as_dinotrain_does(make_checkpoint, pictures: Path, capsys):
    ours = make_checkpoint("own", size=16, dim=2)
    assert is_ours(ours)
    asked = (ours, "--data", pictures, "--metrics", "recon,kid", "--samples", 20, "--held-out", 0.25)
    report = evaluated(capsys, *asked)
    assert dinotrain(["evaluate", *map(str, asked), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == report
    assert report["figures"]["psnr"]["count"] == report["data"]["held_out"]


def test_a_file_that_does_not_open_says_why(tmp_path: Path, pictures: Path, capsys):
    broken = tmp_path / "broken.pt"
    broken.write_bytes(b"PK\x03\x04 something else entirely, long enough to look at")
    assert main(["evaluate", str(broken), "--data", str(pictures)]) == 1
    assert capsys.readouterr().err == (
        "dinoexplorer: broken.pt looks like a zip archive, but it is cut short or damaged; copy or download it again\n"
    )
    assert main(["evaluate", str(tmp_path / "nothing.pt"), "--data", str(pictures)]) == 1
    assert "nothing.pt is not there; name the folder of a run or a checkpoint file" in capsys.readouterr().err


def test_of_folders_only_those_of_runs_are_ours(tmp_path: Path, pictures: Path, capsys):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "config.toml").write_text("")
    assert is_ours(tmp_path / "run")
    assert not is_ours(pictures)  # a model may be a folder, too
    assert main(["evaluate", str(pictures), "--data", str(pictures)]) == 1
    assert "is a folder; name the checkpoint file in it" in capsys.readouterr().err


def test_dinotrain_names_the_command_that_reads_it(gan: Path, pictures: Path, capsys):
    assert dinotrain(["evaluate", str(gan), "--data", str(pictures)]) == 1
    assert "'dinoexplorer evaluate' measures checkpoints of other programs" in capsys.readouterr().err


def test_the_window_is_told_what_it_can_be_asked(gan: Path, pictures: Path, capsys):
    subject = look_at(gan)
    assert (subject.problem, subject.trained_on, subject.reports) == ("", "", ())
    reasons = {offer.name: offer.reason for offer in subject.offers if offer.reason}
    assert reasons["recon"] == "this model has no encoder"
    assert reasons["discriminator"] == "checkpoints of other programs open without theirs"
    assert reasons["elbo"] == "only variational autoencoders that this program trained tell a likelihood"
    assert "fid" not in reasons
    evaluated(capsys, gan, "--data", pictures, "--metrics", "pictures", "--samples", 10)
    [kept] = look_at(gan).reports
    assert kept.title.startswith("resnet-gan, ")
    assert kept.remark.startswith("The checkpoint does not say which pictures")
