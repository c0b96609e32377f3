"""BigGAN, progressive, lightweight and residual GANs: read by their tensors, and the same pictures as the originals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from dinoexplorer.generators import GeneratorError, open_generator, read_info
from dinoexplorer.generators.readers import foreign
from dinoexplorer.generators.reading import Built, Reading
from tests.dinoexplorer.generators.foreign_layouts import codes_for, fingerprint, layout

BLENDING = {"alpha": 0.3, "lossCriterion": "DCGAN", "equalizedlR": True}
CASES = {
    "biggan-hierarchical": ("biggan", lambda state: state),
    "biggan-unshared": ("biggan", lambda state: state),
    "biggan-one-class": ("biggan", lambda state: {"G_ema": state}),
    "progressive": ("progressive-gan", lambda state: {"netG": zeros(state), "avgG": state}),
    "progressive-blending": ("progressive-gan", lambda state: {"config": BLENDING, "netG": state}),
    "lightweight": ("lightweight-gan", lambda state: {"GAN": averaged(state), "version": "1.1.0"}),
    "lightweight-frequencies": ("lightweight-gan", lambda state: {"GAN": averaged(state), "version": "1.1.0"}),
    "lightweight-grey": ("lightweight-gan", lambda state: {"GAN": averaged(state), "version": "1.1.0"}),
    "sngan": ("resnet-gan", lambda state: {"model_state_dict": state, "global_step": 5}),
    "sngan-classes": ("resnet-gan", lambda state: {"model_state_dict": state, "global_step": 5}),
}


def zeros(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: torch.zeros_like(tensor) for name, tensor in state.items()}


def averaged(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """As lucidrains' program has it: the network that trains, and its average."""
    trained = {f"G.{name}": tensor for name, tensor in zeros(state).items()}
    return trained | {f"GE.{name}": tensor for name, tensor in state.items()}


def saved(path: Path, stored: dict[str, Any]) -> Path:
    torch.save(stored, path)
    return path


def read(path: Path) -> tuple[Reading, Built]:
    found = foreign.readings(foreign.unpacked(path))
    assert len(found) == 1
    return found[0], found[0].build()


@pytest.mark.parametrize("name", CASES)
def test_pictures_are_those_of_the_original(name: str, tmp_path: Path) -> None:
    state, case = layout(name)
    family, wrapped = CASES[name]
    reading, built = read(saved(tmp_path / "model.pt", wrapped(state)))
    codes = codes_for(tuple(case["shape"]))
    if case["classes"]:
        codes = torch.cat([codes, torch.eye(case["classes"])[[1, 2]]], dim=1)
    with torch.inference_mode():
        pictures = built.decoder(codes)
    assert (reading.family, reading.score) == (family, 1.0)
    assert built.classes == tuple(map(str, range(case["classes"])))
    assert pictures.shape == (2, built.channels, case["size"], case["size"])
    assert fingerprint(pictures) == pytest.approx(case["fingerprint"], abs=1e-4)


def test_a_checkpoint_opens_and_says_what_it_is(tmp_path: Path) -> None:
    path = saved(tmp_path / "G_ema.pth", layout("biggan-hierarchical")[0])
    info, generator = read_info(path), open_generator(path)
    assert (info.family, info.image_size, info.latent.dim, len(info.classes)) == ("biggan", 64, 25, 5)
    assert info.conditional
    assert generator.decode(info.latent.sample(2, 0)).shape == (2, 64, 64, 3)


def test_the_parts_of_a_biggan_code_are_layers_that_reach_one_stage_each(tmp_path):
    generator = open_generator(saved(tmp_path / "G_ema.pth", layout("biggan-hierarchical")[0]))
    spec = generator.info.latent
    assert [(layer.name, layer.start, layer.stop) for layer in spec.layers] == [
        ("4 px", 0, 4), ("8 px", 4, 8), ("16 px", 8, 12), ("32 px", 12, 16), ("64 px", 16, 20),
    ]  # fmt: skip
    assert not spec.shared
    assert generator.info.free == 20
    assert not read_info(saved(tmp_path / "plain.pth", layout("biggan-unshared")[0])).latent.layers


def test_random_codes_are_of_one_class_each(tmp_path: Path) -> None:
    info = read_info(saved(tmp_path / "G_ema.pth", layout("biggan-unshared")[0]))
    codes = info.latent.sample(200, 0)
    weights = codes[:, -3:]
    assert (np.sort(weights, axis=1) == [0, 0, 1]).all()
    assert len(np.unique(weights.argmax(axis=1))) == 3
    assert 0.9 < codes[:, :-3].std() < 1.1


def test_truncation_draws_nearer_the_middle_and_keeps_the_class_pure(tmp_path: Path) -> None:
    latent = read_info(saved(tmp_path / "G_ema.pth", layout("biggan-unshared")[0])).latent
    codes = latent.sample(200, 0, truncation=0.5)
    assert 0.45 < codes[:, :-3].std() < 0.55
    assert (codes[:, -3:].max(axis=1) == 1).all()


def test_a_code_has_one_picture_although_there_is_noise(tmp_path: Path) -> None:
    state = layout("lightweight-grey")[0]
    noisy = {name: tensor + 0.5 if name.endswith(".0.3.weight") else tensor for name, tensor in state.items()}
    quiet, loud = (open_generator(saved(tmp_path / f"{number}.pt", {"GAN": averaged(one)}))
                   for number, one in enumerate((state, noisy)))  # fmt: skip
    codes = quiet.info.latent.sample(1, 0)
    assert (loud.decode(codes) == loud.decode(codes)).all()
    assert (loud.decode(codes) != quiet.decode(codes)).any()


def test_standing_statistics_are_divided_by_their_batches(tmp_path: Path) -> None:
    state, case = layout("biggan-one-class")
    summed = {name: tensor * 4 if "stored_" in name else tensor for name, tensor in state.items()}
    summed |= {name: torch.full_like(tensor, 4) for name, tensor in state.items() if name.endswith("_counter")}
    _, built = read(saved(tmp_path / "G_ema.pth", summed))
    with torch.inference_mode():
        assert fingerprint(built.decoder(codes_for((2, 16)))) == pytest.approx(case["fingerprint"], abs=1e-4)


def refusal(path: Path) -> str:
    with pytest.raises(GeneratorError) as refused:
        open_generator(path)
    return str(refused.value)


def test_a_tensor_that_is_missing_is_named(tmp_path: Path) -> None:
    state = layout("sngan")[0]
    del state["block3.c2.bias"]
    assert refusal(saved(tmp_path / "netG.pth", {"model_state_dict": state})) == (
        "The tensors look like a residual generator's, but 'block3.c2.bias' is missing; is the file whole?"
    )


def test_a_tensor_without_a_place_is_named(tmp_path: Path) -> None:
    state = layout("progressive")[0] | {"noise.weight": torch.zeros(3, 3)}
    assert refusal(saved(tmp_path / "g.pt", {"avgG": state})) == (
        "The tensors look like a progressive GAN's, but 'noise.weight' has no place in it: a variant that is not known "
        "yet. Convert it to ONNX."
    )


def test_a_tensor_of_another_shape_is_named(tmp_path: Path) -> None:
    state = layout("sngan")[0] | {"block3.c2.bias": torch.zeros(5)}
    assert refusal(saved(tmp_path / "netG.pth", {"model_state_dict": state})) == (
        "The tensors look like a residual generator's, but 'block3.c2.bias' is (5,) where (8,) would fit."
    )


def test_a_configuration_out_of_range_is_refused(tmp_path: Path) -> None:
    stored = {"config": {"alpha": 7}, "avgG": layout("progressive")[0]}
    assert refusal(saved(tmp_path / "g.pt", stored)) == "The configuration's alpha is 7 and not a number from 0 to 1."


def test_a_network_of_endless_doublings_is_refused(tmp_path: Path) -> None:
    state = layout("lightweight-grey")[0]
    for number in range(3, 20):
        state |= {name.replace("layers.2.", f"layers.{number}."): tensor for name, tensor in state.items()
                  if name.startswith("layers.2.")}  # fmt: skip
    assert refusal(saved(tmp_path / "model_1.pt", {"GAN": averaged(state)})) == (
        "The network would draw pictures of 4194304 pixels; none larger than 2048 can be shown."
    )
