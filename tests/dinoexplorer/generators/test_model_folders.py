"""Folders of diffusers and pythae: the configuration beside the weights, grids of latents, and nothing from outside."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from dinoexplorer.generators import GeneratorError, open_generator, read_info
from dinoexplorer.generators.grid_latents import GridDecoder, principal
from dinoexplorer.generators.ldm_names import as_diffusers
from dinoexplorer.generators.readers import foreign
from tests.dinoexplorer.generators.foreign_layouts import codes_for, fingerprint, layout

AUTOENCODERS = ("autoencoder-kl", "autoencoder-kl-bare", "autoencoder-tiny", "vq-model")
WEIGHTS = "diffusion_pytorch_model.safetensors"


def diffusers_folder(folder: Path, state: dict[str, Tensor], config: dict[str, Any]) -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(config))
    save_file(state, folder / WEIGHTS)
    return folder


def pythae_folder(folder: Path, **config: object) -> tuple[Path, nn.Sequential]:
    """As ``VAE(VAEConfig(input_dim=(1, 8, 8), latent_dim=4)).save(folder)`` writes it, and its decoder."""
    folder.mkdir()
    torch.manual_seed(0)
    decoder = nn.Sequential(nn.Linear(4, 512), nn.ReLU(), nn.Linear(512, 64), nn.Sigmoid())
    layers = {
        "encoder.layers.0.0": nn.Linear(64, 512), "encoder.embedding": nn.Linear(512, 4),
        "encoder.log_var": nn.Linear(512, 4), "decoder.layers.0.0": decoder[0], "decoder.layers.1.0": decoder[2],
    }  # fmt: skip
    state = {f"{name}.{key}": value for name, layer in layers.items() for key, value in layer.state_dict().items()}
    usual = {"name": "VAEConfig", "input_dim": [1, 8, 8], "latent_dim": 4, "uses_default_encoder": True,
             "uses_default_decoder": True}  # fmt: skip
    (folder / "model_config.json").write_text(json.dumps(usual | config))
    (folder / "environment.json").write_text(json.dumps({"name": "EnvironmentConfig", "python_version": "3.11"}))
    torch.save({"model_state_dict": state}, folder / "model.pt")
    return folder, decoder


def refusal(path: Path) -> str:
    with pytest.raises(GeneratorError) as refused:
        open_generator(path)
    return str(refused.value)


@pytest.mark.parametrize("name", AUTOENCODERS)
def test_autoencoders_encode_and_decode_as_the_original(name: str, tmp_path: Path) -> None:
    state, case = layout(name)
    config = case["config"] | {"sample_size": 32}
    found = foreign.readings(foreign.unpacked(diffusers_folder(tmp_path / "vae", state, config)))
    assert [(reading.family, reading.score) for reading in found] == [(name.removesuffix("-bare"), 1.0)]
    built = found[0].build()
    decoder = built.decoder
    assert isinstance(decoder, GridDecoder)
    pictures = torch.tanh(codes_for((2, 3, 32, 32)))
    with torch.inference_mode():
        grid = decoder.network.encode(pictures)
        made = decoder.network.decode(codes_for(tuple(case["shape"])))
    assert fingerprint(torch.cat([made.flatten(), grid.flatten()])) == pytest.approx(case["fingerprint"], abs=1e-4)


def test_a_folder_opens_as_a_generator_steered_by_components(tmp_path: Path) -> None:
    state, case = layout("autoencoder-kl")
    folder = diffusers_folder(tmp_path / "my-vae", state, case["config"])
    generator = open_generator(folder)
    info = generator.info
    assert (info.format, info.family, info.image_size, info.channels) == ("diffusers folder", "autoencoder-kl", 32, 3)
    assert (info.latent.dim, info.latent.name(0), info.encoder) == (64, "component 1", True)
    again = generator.encode(generator.decode(info.latent.sample(3, 0)))
    assert again.shape == (3, 64)
    assert read_info(folder).sha256 == info.sha256


def test_a_pipeline_opens_by_its_autoencoder(tmp_path: Path) -> None:
    state, case = layout("autoencoder-kl")
    diffusers_folder(tmp_path / "pipeline" / "vae", state, case["config"])
    (tmp_path / "pipeline" / "model_index.json").write_text("{}")
    assert read_info(tmp_path / "pipeline").family == "autoencoder-kl"


def test_names_of_compvis_are_read_as_those_of_diffusers(tmp_path: Path) -> None:
    """A whole Stable Diffusion checkpoint: the decoder's stages counted from the end, attention in convolutions."""
    state = layout("autoencoder-kl")[0]
    steps = (("down_blocks.", "down."), ("downsamplers.0.", "downsample."), ("upsamplers.0.", "upsample."),
             ("mid_block.attentions.0.", "mid.attn_1."), ("mid_block.resnets.0.", "mid.block_1."),
             ("mid_block.resnets.1.", "mid.block_2."), ("resnets.", "block."), ("conv_shortcut", "nin_shortcut"),
             ("conv_norm_out", "norm_out"), ("group_norm", "norm"), ("to_q", "q"), ("to_k", "k"), ("to_v", "v"),
             ("to_out.0", "proj_out"))  # fmt: skip
    renamed: dict[str, Tensor] = {"model.diffusion_model.out.0.weight": torch.zeros(4)}
    for name, tensor in state.items():
        places = ".attentions." in name and name.endswith("weight") and tensor.ndim == 2
        for number in range(3):
            name = name.replace(f"up_blocks.{number}.", f"up.{2 - number}.")  # noqa: PLW2901  step by step
        for new, old in steps:
            name = name.replace(new, old)  # noqa: PLW2901
        renamed[f"first_stage_model.{name}"] = tensor[..., None, None] if places else tensor
    path = tmp_path / "sd.ckpt"
    torch.save({"state_dict": renamed}, path)
    contents = foreign.unpacked(path)
    found = as_diffusers(contents.tensors)
    assert found.keys() == state.keys()
    assert all(torch.equal(found[name], state[name]) for name in state)
    assert [reading.family for reading in foreign.readings(contents)] == ["autoencoder-kl"]


@pytest.mark.parametrize("layout_name", ["autoencoder-kl", "vq-model"])
def test_an_autoencoder_that_only_enlarges_is_refused(layout_name: str, tmp_path: Path) -> None:
    state, case = layout(layout_name)
    kept = {name: tensor for name, tensor in state.items() if ".downsamplers." not in name}
    assert refusal(diffusers_folder(tmp_path / "vae", kept, case["config"])) == (
        "The autoencoder halves a picture 0 times and doubles it 2 times; only those that give back the size they were"
        " given, up to 256 pixels for one place of the grid, can be explored."
    )


def test_a_tiny_autoencoder_that_enlarges_by_too_much_is_refused(tmp_path: Path) -> None:
    state, case = layout("autoencoder-tiny")
    config = case["config"] | {"upsampling_scaling_factor": 64}
    assert refusal(diffusers_folder(tmp_path / "vae", state, config)) == (
        "The tensors look like an AutoencoderTiny but do not fit together (it halves a picture 3 times and enlarges it"
        " by 64, 3 times); copy or download the file again."
    )


def test_components_are_orthogonal_and_as_long_as_the_spread() -> None:
    rng = np.random.default_rng(0)
    wide, narrow = np.eye(20, dtype=np.float32)[:2] * [[5], [2]]
    grids = (rng.standard_normal((400, 1)) * wide + rng.standard_normal((400, 1)) * narrow + 3).astype(np.float32)
    found = principal(grids)
    assert found.axes.shape == (2, 20)
    assert np.linalg.norm(found.axes, axis=1) == pytest.approx([5, 2], rel=0.1)
    assert abs(float(found.axes[0] @ found.axes[1])) < 1e-3
    codes = (grids - found.mean) @ (found.axes / np.square(found.axes).sum(axis=1, keepdims=True)).T
    assert codes.std(axis=0) == pytest.approx([1, 1], abs=0.01)
    assert codes @ found.axes + found.mean == pytest.approx(grids, abs=1e-4)


def test_an_encoder_that_sees_nothing_is_refused() -> None:
    with pytest.raises(GeneratorError, match="gives the same grid for every picture"):
        principal(np.ones((10, 4), np.float32))


def test_the_default_network_of_pythae_draws_and_encodes(tmp_path: Path) -> None:
    folder, decoder = pythae_folder(tmp_path / "final_model")
    found = foreign.readings(foreign.unpacked(folder))
    assert [(reading.title, reading.score) for reading in found] == [("as its configuration says", 1.0)]
    built = found[0].build()
    codes = codes_for((3, 4))
    with torch.inference_mode():
        assert built.decoder(codes).flatten(1).numpy() == pytest.approx(decoder(codes).numpy() * 2 - 1, abs=1e-6)
    assert (built.image_size, built.channels, built.latent.dim) == (8, 1, 4)
    assert built.encoder is not None
    assert built.encoder(built.decoder(codes)).shape == (3, 4)
    assert read_info(folder).format == "pythae folder"


def test_pickled_networks_of_pythae_are_named_and_not_run(tmp_path: Path) -> None:
    folder, _ = pythae_folder(tmp_path / "final_model", uses_default_decoder=False)
    (folder / "decoder.pkl").write_bytes(b"cos\nsystem\n(S'touch hacked'\ntR.")
    torch.save({"model_state_dict": {"decoder.odd": torch.zeros(2, 2, 2)}}, folder / "model.pt")
    assert "its networks are its author's own, in decoder.pkl, which would run code when loaded." in refusal(folder)


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    state, case = layout("autoencoder-kl")
    outside = diffusers_folder(tmp_path / "outside", state, case["config"])
    folder = tmp_path / "vae"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / WEIGHTS).symlink_to(outside / WEIGHTS)
    assert refusal(folder) == (
        f"{WEIGHTS} in vae is a link to a place outside that folder, which is not followed; copy the file into the "
        "folder."
    )


def test_a_configuration_that_is_no_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "vae").mkdir()
    (tmp_path / "vae" / "config.json").write_text("[1, 2]")
    assert refusal(tmp_path / "vae") == (
        "config.json in vae holds no names and values; copy or download the folder again."
    )


def test_a_folder_without_weights_says_which_are_missing(tmp_path: Path) -> None:
    (tmp_path / "vae").mkdir()
    (tmp_path / "vae" / "config.json").write_text("{}")
    assert refusal(tmp_path / "vae") == (
        f"vae has a config.json but no weights beside it ({WEIGHTS} or diffusion_pytorch_model.fp16.safetensors); copy"
        " or download the folder again."
    )


def test_any_other_folder_is_refused_by_name(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path} is a folder; name the checkpoint file in it (a .safetensors file)."
