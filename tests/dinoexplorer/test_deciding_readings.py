"""Which way a file of another program is read: clearly the best, or as a person says, and remembered by its bytes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from dinoexplorer.generators import GeneratorError, open_generator, read_info
from dinoexplorer.generators import choices as kept_choices
from dinoexplorer.generators.blueprint import Blueprint, Layer
from dinoexplorer.generators.blueprint_building import built
from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.deciding import best_of, how_sure
from dinoexplorer.generators.fingerprint import fingerprint
from dinoexplorer.generators.readers import foreign
from dinoexplorer.generators.reading import ChoiceNeededError, DescriptionNeededError, Reading


@pytest.fixture(autouse=True)
def own_choices(tmp_path, monkeypatch):
    monkeypatch.setenv("DINOEXPLORER_CONFIG", str(tmp_path / "config"))


def dcgan(seed=0) -> nn.Sequential:
    """4, 8, 16 pixels; as after a training, its normalisations know what comes into them."""
    torch.manual_seed(seed)
    network = nn.Sequential(
        nn.ConvTranspose2d(6, 16, 4, 1, 0, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
        nn.ConvTranspose2d(16, 8, 4, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU(),
        nn.ConvTranspose2d(8, 3, 4, 2, 1), nn.Tanh(),
    )  # fmt: skip
    network[6].weight.data *= 8
    for layer in network:
        if isinstance(layer, nn.BatchNorm2d):
            layer.momentum = None  # the plain average, without the values of the beginning
    with torch.no_grad():
        for _ in range(40):
            network(torch.randn(64, 6, 1, 1))
    return network.eval()


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "gan.pt"
    torch.save(dcgan().state_dict(), path)
    return path


def contents_of(path: Path) -> Contents:
    return foreign.unpacked(path)


def reading(tensors, score, title, *, name="relu", family="dcgan"):
    layers = (
        Layer("linear", "a"), Layer("activation", "", {"name": name}), Layer("linear", "b"),
        Layer("reshape", "", {"shape": [1, 8, 8]}),
    )  # fmt: skip
    return Reading(family, title, score, lambda: built(Blueprint(4, layers), tensors))


@pytest.fixture
def tensors():
    torch.manual_seed(1)
    return {
        "a.weight": torch.randn(16, 4), "a.bias": torch.randn(16), "b.weight": torch.randn(64, 16),
        "b.bias": torch.zeros(64),
    }  # fmt: skip


@pytest.fixture
def contents(tensors):
    return Contents(Path("net.pt"), "PyTorch checkpoint", tensors)


def test_a_lead_is_clear_and_a_near_tie_asks(tensors, contents):
    relu = reading(tensors, 0.95, "ReLU")
    assert best_of([relu, reading(tensors, 0.90, "tanh", name="tanh")], contents) is relu
    with pytest.raises(ChoiceNeededError) as asked:
        best_of([relu, reading(tensors, 0.948, "tanh", name="tanh")], contents)
    assert str(asked.value) == (
        "net.pt can be read in 2 ways that give different pictures, and its tensors do not say which is right"
        " (1: dcgan, ReLU; 2: dcgan, tanh). Choose one by its pictures, or name its number with --reading."
    )
    assert [one.title for one in asked.value.readings] == ["ReLU", "tanh"]


def test_readings_that_look_the_same_are_no_choice(tensors, contents):
    relu = reading(tensors, 0.95, "ReLU")
    assert best_of([relu, reading(tensors, 0.95, "ReLU, other prior")], contents) is relu


def test_how_sure_is_said_in_figures(tensors):
    first, second = reading(tensors, 0.951, "ReLU"), reading(tensors, 0.9, "tanh")
    assert how_sure([first, second], first) == "agrees to 95.1%, the next best to 90.0%"
    assert how_sure([first], first) == "the only reading that fits, agrees to 95.1%"
    assert how_sure([reading(tensors, 1.0, "")], reading(tensors, 1.0, "")) == "its tensors leave no doubt"


def test_the_best_reading_is_found_once(file, monkeypatch):
    info = read_info(file)
    assert (info.family, info.latent.dim, info.image_size) == ("dcgan", 6, 16)
    assert info.reading.startswith("ReLU; ")
    assert info.as_json()["reading"] == info.reading
    monkeypatch.setattr(foreign, "readings", lambda _contents: pytest.fail("looked again"))
    codes = np.random.default_rng(0).standard_normal((3, 6)).astype(np.float32)
    with torch.no_grad():
        wanted = dcgan()(torch.from_numpy(codes)[..., None, None])
    pictures = open_generator(file).decode(codes)
    assert np.abs(pictures - (wanted.permute(0, 2, 3, 1).numpy() + 1) * 127.5).max() < 1


def test_it_is_remembered_by_the_bytes_whatever_the_name(file, tmp_path, monkeypatch):
    read_info(file)
    moved = file.rename(tmp_path / "other name.bin")
    monkeypatch.setattr(foreign, "readings", lambda _contents: pytest.fail("looked again"))
    assert read_info(moved).family == "dcgan"


def test_another_version_of_the_program_looks_again(file, monkeypatch):
    read_info(file)
    place = kept_choices.choices_folder() / f"{fingerprint(file)}.json"
    place.write_text(json.dumps(json.loads(place.read_text()) | {"program": "0.0.1"}))
    looked = []
    real = foreign.readings
    monkeypatch.setattr(foreign, "readings", lambda contents: looked.append(contents) or real(contents))
    assert read_info(file).reading.startswith("ReLU")
    assert len(looked) == 1


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 2}', '{"how": "chosen"}', "\x00"])
def test_a_broken_choice_is_none(file, text):
    read_info(file)
    place = kept_choices.choices_folder() / f"{fingerprint(file)}.json"
    place.write_text(text)
    assert read_info(file).family == "dcgan"


def test_what_a_person_chooses_holds_and_can_be_taken_back(file):
    found = foreign.readings(contents_of(file))
    other = next(one for one in found if one.title.startswith("leaky"))
    foreign.choose(file, other)
    assert read_info(file).reading == f"{other.title}; chosen by you"
    foreign.choose_again(file)
    assert read_info(file).reading.startswith("ReLU; agrees")


def test_a_description_opens_what_nobody_knows(tmp_path):
    torch.manual_seed(3)
    path = tmp_path / "odd.pt"
    linear, last = torch.randn(160, 5), torch.randn(10, 3, 4, 4)
    torch.save({"in.w.weight": linear, "odd.thing": torch.randn(3, 4, 5), "out.w.weight": last}, path)
    with pytest.raises(DescriptionNeededError) as refused:
        read_info(path)
    assert str(refused.value).startswith(
        "odd.pt is a PyTorch checkpoint of 3 tensors (from in.w.weight to out.w.weight)"
    )
    assert "Describe its layers in a few lines" in str(refused.value)
    layers = (
        Layer("linear", "in.w"), Layer("reshape", "", {"shape": [10, 4, 4]}),
        Layer("conv_transpose", "out.w", {"stride": 2, "padding": 1}),
    )  # fmt: skip
    foreign.choose_description(path, Blueprint(5, layers, "sigmoid"))
    generator = open_generator(path)
    assert (generator.info.family, generator.info.reading) == ("layers", "described by you")
    codes = torch.ones(1, 5)
    maps = (codes @ linear.T).reshape(1, 10, 4, 4)
    wanted = torch.sigmoid(functional.conv_transpose2d(maps, last, stride=2, padding=1))[0].permute(1, 2, 0) * 255
    assert np.abs(generator.decode(codes.numpy())[0] - wanted.numpy()).max() < 1


def test_layers_that_a_reading_leaves_out_are_not_passed_over(tmp_path):
    path = tmp_path / "two.pt"
    mixed = {f"net.{name}": tensor for name, tensor in dcgan().state_dict().items()}
    torch.save({"before.weight": torch.randn(6, 9, 2), **mixed}, path)
    with pytest.raises(ChoiceNeededError) as asked:
        read_info(path)
    assert str(asked.value) == (
        "two.pt can be read as dcgan, ReLU, but then before takes no part. Look at its pictures and use that reading"
        " all the same (--reading 1), or describe its layers."
    )
    foreign.choose(path, asked.value.readings[0])
    assert read_info(path).family == "dcgan"


def test_a_discriminator_and_an_optimiser_beside_it_are_no_matter(tmp_path):
    path = tmp_path / "training.pt"
    torch.save(
        {
            "generator": dcgan().state_dict(),
            "discriminator": {"0.weight": torch.randn(9, 3, 4, 4)},
            "optimizer_g": {"state": {"0": torch.zeros(7, 7)}},
            "epoch": 7,
        },
        path,
    )
    assert read_info(path).family == "dcgan"


def test_a_folder_has_a_checksum_of_names_and_bytes(tmp_path):
    folder = tmp_path / "model"
    (folder / "inside").mkdir(parents=True)
    (folder / "inside" / "a.txt").write_text("one")
    first = fingerprint(folder)
    (folder / "inside" / "a.txt").rename(folder / "inside" / "b.txt")
    second = fingerprint(folder)
    (folder / "inside" / "b.txt").write_text("two")
    assert len({first, second, fingerprint(folder)}) == 3


def test_a_disk_that_refuses_stops_nothing(file, monkeypatch, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    monkeypatch.setenv("DINOEXPLORER_CONFIG", str(blocked))
    assert read_info(file).family == "dcgan"


def test_a_damaged_description_is_refused_by_name(file):
    description = {"latent": 6, "layers": [{"kind": "linear", "weights": "nowhere"}]}
    kept_choices.keep(fingerprint(file), kept_choices.Choice(how="described", family="layers", description=description))
    with pytest.raises(GeneratorError, match=r"layer 1 \(linear nowhere\): it has no tensor 'weight'"):
        read_info(file)
