"""From a file of another program to ours, and to ONNX: the pictures stay the same."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from dinoexplorer import cli
from dinoexplorer.generators import GeneratorError, onnx_export, open_generator, read_info
from dinoexplorer.generators.converting import convert
from dinoexplorer.generators.onnx_export import export_onnx
from dinoexplorer.generators.readers import foreign
from tests.dinoexplorer.generators.foreign_layouts import layout
from training.checkpoint import CheckpointError, read_header, read_tensors, write_checkpoint
from training.models import rebuild


@pytest.fixture(autouse=True)
def own_choices(tmp_path, monkeypatch):
    monkeypatch.setenv("DINOEXPLORER_CONFIG", str(tmp_path / "config"))


@pytest.fixture
def vae(tmp_path):
    """A fully connected autoencoder: an encoder with two heads, and a decoder of two layers, 10 x 10 pixels."""
    torch.manual_seed(0)
    shapes = {"enc1": (30, 100), "mean": (4, 30), "logvar": (4, 30), "dec1": (30, 4), "dec2": (100, 30)}
    tensors = {}
    for name, (out, given) in shapes.items():
        tensors |= {f"{name}.weight": torch.randn(out, given) / given**0.5, f"{name}.bias": torch.zeros(out)}
    path = tmp_path / "vae.pt"
    torch.save(tensors, path)
    return path, tensors


@pytest.fixture
def described(vae, tmp_path):
    """How `vae` is read, as a person wrote it."""
    path = tmp_path / "vae.toml"
    path.write_text(
        'latent = 4\nvalues = "sigmoid"\nlayers = [{ kind = "linear", weights = "dec1" }, { kind = "activation", name ='
        ' "silu" },\n{ kind = "linear", weights = "dec2" }, { kind = "reshape", shape = [1, 10, 10] }]\n'
        '[encoder]\nunit = true\nlayers = [{ kind = "linear", weights = "enc1", flatten = true }, { kind ='
        ' "activation", name = "silu" }, { kind = "linear", weights = "mean" }]\n'
    )
    assert cli.main(["info", str(vae[0]), "--describe", str(path)]) == 0
    return path


CODES = np.random.default_rng(0).standard_normal((5, 4)).astype(np.float32)


def test_a_converted_row_of_layers_is_ours_with_its_encoder(vae, described, tmp_path, capsys):
    out = tmp_path / "new folder" / "mine.safetensors"
    assert cli.main(["convert", str(vae[0]), "--out", str(out)]) == 0
    assert capsys.readouterr().out.endswith("a checkpoint of this program; its pictures are the same\n")
    info = read_info(out)
    assert (info.format, info.family, info.image_size, info.channels) == ("dinoexplorer.checkpoint", "layers", 10, 1)
    assert (info.latent.dim, info.encoder) == (4, True)
    assert info.training["converted_from"] == "vae.pt"
    before, after = open_generator(vae[0]), open_generator(out)
    assert np.array_equal(before.decode(CODES), after.decode(CODES))
    pictures = before.decode(CODES)
    assert np.abs(before.encode(pictures) - after.encode(pictures)).max() < 1e-5
    module = rebuild(read_header(out), read_tensors(out))
    wanted = torch.sigmoid(
        torch.nn.functional.silu(torch.from_numpy(CODES) @ vae[1]["dec1.weight"].T) @ vae[1]["dec2.weight"].T
    )
    assert (module.decoder(torch.from_numpy(CODES)).flatten(1) - (wanted * 2 - 1)).abs().max() < 1e-5


@pytest.mark.parametrize("prior", ["normal", "uniform"])
def test_classes_and_the_prior_survive(tmp_path, prior):
    torch.manual_seed(0)
    path, out, description = tmp_path / "c.pt", tmp_path / "c.safetensors", tmp_path / "c.toml"
    torch.save({"emb.weight": torch.randn(3, 2), "l.weight": torch.randn(64, 6), "l.bias": torch.zeros(64)}, path)
    description.write_text(
        f'latent = 4\nclasses = 3\nprior = "{prior}"\n'
        'layers = [{ kind = "condition", weights = "emb" }, { kind ='
        ' "linear", weights = "l" }, { kind = "reshape", shape = [1, 8, 8] }]'
    )
    assert cli.main(["info", str(path), "--describe", str(description)]) == 0
    convert(path, out)
    info = read_info(out)
    assert (info.classes, info.conditional, info.latent.prior) == (("0", "1", "2"), True, prior)
    codes = info.labelled(np.zeros((1, 7), np.float32), "2")
    assert np.array_equal(open_generator(out).decode(codes), open_generator(path).decode(codes))
    for latent in (info.latent, read_info(path).latent):
        drawn = latent.sample(300, 0)
        assert (np.sort(drawn[:, 4:], axis=1) == [0, 0, 1]).all()  # one pure class each, and every class
        assert len(np.unique(drawn[:, 4:].argmax(axis=1))) == 3
        assert drawn[:, :4].std() == pytest.approx(1 if prior == "normal" else 3**-0.5, abs=0.05)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda model: model["decoder"]["layers"][0].update(kind="evil"), "there is no such kind of layer"),
        (lambda model: model["decoder"]["shapes"].clear(), "layer 1 (linear 0): it has no tensor"),
        (lambda model: model.update(values="cubic"), "values"),
        (lambda model: model["decoder"]["layers"][3].update(shape=[1, 5, 20]), "pictures of"),
        (lambda model: model["decoder"].update(layers=[{"kind": "upsample", "factor": 10**6}] * 3), "layer 1"),
    ],
)
def test_a_header_that_contradicts_itself_is_refused_in_a_sentence(vae, described, tmp_path, change, complaint):
    out = tmp_path / "mine.safetensors"
    convert(vae[0], out)
    header, tensors = read_header(out), read_tensors(out)
    change(header.config["model"])
    write_checkpoint(out, tensors, header)
    with pytest.raises(GeneratorError, match="the configuration in the file cannot be used: ") as refused:
        open_generator(out)
    assert complaint in str(refused.value)


def test_a_stranger_among_the_tensors_is_refused(vae, described, tmp_path):
    out = tmp_path / "mine.safetensors"
    convert(vae[0], out)
    header, tensors = read_header(out), read_tensors(out)
    with pytest.raises(CheckpointError, match="does not belong to a 'layers' model"):
        rebuild(header, {**tensors, "decoder.9.weight": torch.zeros(1)})


def test_what_is_ours_already_is_not_converted(plane_checkpoint, tmp_path):
    with pytest.raises(GeneratorError, match=r"plane\.safetensors is a checkpoint of this program already; copy it"):
        convert(plane_checkpoint, tmp_path / "x.safetensors")
    with pytest.raises(GeneratorError, match=r"has to end in \.safetensors"):
        convert(plane_checkpoint, tmp_path / "x.pt")


def test_a_graph_is_a_program_and_is_not_converted(tmp_path):
    path = tmp_path / "graph.onnx"
    path.write_bytes(b"\x08\x08:\x00")
    with pytest.raises(GeneratorError) as refused:
        convert(path, tmp_path / "x.safetensors")
    assert str(refused.value) == (
        "graph.onnx holds a program (ONNX model) and not layers with weights; open it as it is, or convert the file"
        " that it was made from."
    )


def test_a_network_that_is_no_row_of_layers_is_said_so_beside_its_draft(tmp_path, capsys):
    path = tmp_path / "sngan.pt"
    torch.save(layout("sngan")[0], path)
    assert cli.main(["describe", str(path)]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("# How sngan.pt is built, layer by layer.")
    assert said.err == (
        "sngan.pt is read as resnet-gan without a description, and that is no row of layers;"
        " this draft is what its tensors suggest and may not fit.\n"
    )
    assert read_info(path).read_as == "resnet-gan, its tensors leave no doubt"


def test_a_copy_that_would_not_open_is_not_kept(vae, described, tmp_path, monkeypatch):
    """Without its description nobody knows this network."""
    real = foreign.read

    def undescribed(path):
        found = real(path)
        return replace(found, reading=replace(found.reading, description=None))

    monkeypatch.setattr(foreign, "read", undescribed)
    out = tmp_path / "own.safetensors"
    with pytest.raises(GeneratorError, match=r"cannot be kept in a file of tensors|makes other pictures"):
        convert(vae[0], out)
    assert not out.exists()


def test_the_readings_are_listed_chosen_and_taken_back(tmp_path, capsys):
    torch.manual_seed(0)
    path = tmp_path / "g.pt"
    tensors = {"0.weight": torch.randn(32, 4), "0.bias": torch.zeros(32), "2.weight": torch.randn(64, 32) / 3}
    torch.save(tensors, path)
    assert cli.main(["describe", str(path), "--readings"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("  1  gan-fc, ")
    assert cli.main(["info", str(path), "--json", "--reading", "2"]) == 0
    assert json.loads(capsys.readouterr().out)["reading"].endswith("; chosen by you")
    assert cli.main(["info", str(path), "--reading", "99"]) == 1
    assert capsys.readouterr().err == (
        f"dinoexplorer: g.pt can be read in {len(lines)} ways, so there is no reading 99;"
        " 'dinoexplorer describe g.pt --readings' lists them.\n"
    )
    assert cli.main(["describe", str(path), "--reading", "auto", "--out", str(tmp_path / "g.toml")]) == 0
    assert (tmp_path / "g.toml").read_text().startswith("# How g.pt is built")


def test_a_checkpoint_of_ours_has_nothing_to_choose(plane_checkpoint, capsys):
    assert cli.main(["info", str(plane_checkpoint), "--reading", "1"]) == 1
    assert capsys.readouterr().err == (
        "dinoexplorer: plane.safetensors says itself how it is read, so --reading has no meaning for it; leave it"
        " out.\n"
    )


def test_without_its_packages_the_export_says_what_to_install(plane_checkpoint, tmp_path, monkeypatch):
    real = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if "onnx" in name else real(name))
    with pytest.raises(GeneratorError) as refused:
        export_onnx(plane_checkpoint, tmp_path / "x.onnx")
    assert str(refused.value) == (
        "writing ONNX needs the packages onnx and onnxscript; install them with pip install"
        " 'dinoexplorer[onnx-export]'."
    )


def test_a_graph_that_does_not_run_is_not_kept(plane_checkpoint, tmp_path, monkeypatch):
    def stopped(*_given):
        raise RuntimeError("\x1b[96mGot 4\x1b[0m, expected 2.\nNext steps")

    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: object())
    monkeypatch.setattr(onnx_export, "_graph", lambda *_given: b"graph")
    monkeypatch.setattr(onnx_export, "_run", stopped)
    with pytest.raises(GeneratorError) as refused:
        export_onnx(plane_checkpoint, tmp_path / "x.onnx")
    assert str(refused.value) == (
        "the graph of plane.safetensors does not run with another number of codes than it was written with"
        " (Got 4, expected 2), so it was not kept; 'dinoexplorer convert' keeps it as safetensors."
    )
    assert not (tmp_path / "x.onnx").exists()


def test_an_exported_graph_gives_the_same_pictures(plane_checkpoint, tmp_path, monkeypatch):
    for package in ("onnx", "onnxscript"):
        pytest.importorskip(package, reason="comes with the extra 'onnx-export'")
    monkeypatch.setattr("tqdm.tqdm.monitor_interval", 0)  # the exporter's progress bars leave a thread behind
    done = export_onnx(plane_checkpoint, tmp_path / "x.onnx")
    assert done.path.stat().st_size > 0
    assert done.difference < 1e-3
    assert done.checked_with in {"onnxruntime", "OpenVINO", ""}


def test_pictures_without_a_dark_place_come_back_as_bright_as_they_were(make_checkpoint, tmp_path):
    for package in ("onnx", "onnxscript", "onnxruntime"):
        pytest.importorskip(package, reason="comes with the extras 'onnx-export' and 'onnx'")

    def brighten(tensors):
        tensors["decoder.9.weight"].mul_(0.02)
        tensors["decoder.9.bias"].fill_(0.5)

    bright = make_checkpoint("bright", change=brighten)
    generator = open_generator(bright)
    codes = generator.info.latent.sample(4, 0)
    wanted = generator.decode(codes)
    assert wanted.min() > 127  # nothing is below the middle: by looks alone its numbers would be taken for [0, 1]
    export_onnx(bright, tmp_path / "bright.onnx")
    assert np.abs(open_generator(tmp_path / "bright.onnx").decode(codes).astype(int) - wanted).max() <= 1
