from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from dinoexplorer.generators import GeneratorError, LatentSpec, Mixture, open_generator, read_info
from dinoexplorer.generators import devices as devices_module
from dinoexplorer.generators.devices import choose_device, describe_device
from training.checkpoint import read_header, read_tensors
from training.models import rebuild


def spec_of(dim: int, **parts) -> LatentSpec:
    return LatentSpec(dim, np.zeros(dim, np.float32), np.ones(dim, np.float32), **parts)


def eager_module(path):
    return rebuild(read_header(path), read_tensors(path))


# What is known without opening


def test_info_tells_what_the_file_holds(deep_checkpoint):
    info = read_info(deep_checkpoint)
    weights = sum(parameter.numel() for parameter in eager_module(deep_checkpoint).parameters())
    assert (info.name, info.family, info.latent.dim, info.image_size, info.channels) == ("deep", "vae", 5, 32, 3)
    assert info.classes == ("long neck", "horned")
    assert info.parameters == weights
    assert info.encoder
    assert len(info.sha256) == 64


def test_info_as_json_has_the_contracts_keys(plane_checkpoint):
    found = json.loads(json.dumps(read_info(plane_checkpoint).as_json()))
    assert set(found) == {
        "format", "family", "latent", "image", "classes", "parameters", "encoder", "sha256", "training",
    }  # fmt: skip
    assert found["latent"] == {"dim": 2, "prior": "normal", "spaces": ["z"]}
    assert found["image"] == {"size": 16, "channels": 3}


def test_statistics_of_another_shape_fall_back_to_the_prior(make_checkpoint):
    path = make_checkpoint(change=lambda tensors: tensors.update({"latent.mean": torch.ones(7)}))
    assert np.array_equal(read_info(path).latent.mean, np.zeros(2))


def test_dimensions_are_ordered_by_their_importance(make_checkpoint):
    importance = torch.tensor([0.1, 0.9, 0.5])
    path = make_checkpoint(dim=3, change=lambda tensors: tensors.update({"latent.importance": importance}))
    assert list(read_info(path).latent.order()) == [1, 2, 0]


def test_a_mixture_that_fits_its_space_is_where_random_codes_come_from(make_checkpoint):
    def add(tensors):
        tensors["latent.mixture.weights"] = torch.tensor([0.5, 0.5])
        tensors["latent.mixture.means"] = torch.tensor([[10.0, 0.0], [-10.0, 0.0]])
        tensors["latent.mixture.scales"] = torch.full((2, 2), 0.1)

    codes = read_info(make_checkpoint(change=add)).latent.sample(200, 0)
    assert np.abs(np.abs(codes[:, 0]) - 10).max() < 1
    assert {True, False} == set(codes[:, 0] > 0)


def test_a_mixture_of_another_space_is_left_out(make_checkpoint):
    def add(tensors):
        tensors["latent.mixture.weights"] = torch.tensor([1.0])
        tensors["latent.mixture.means"] = torch.zeros(1, 3)
        tensors["latent.mixture.scales"] = torch.ones(1, 3)

    assert read_info(make_checkpoint(change=add)).latent.mixture is None


# Latent codes


def test_the_same_seed_gives_the_same_codes():
    for spec in (spec_of(3), spec_of(3, prior="uniform")):
        assert np.array_equal(spec.sample(5, 7), spec.sample(5, 7))
        assert not np.array_equal(spec.sample(5, 7), spec.sample(5, 8))


def test_truncation_scales_the_spread():
    assert np.allclose(spec_of(3).sample(5, 7, 0.5), spec_of(3).sample(5, 7) / 2)
    assert np.abs(spec_of(3, prior="uniform").sample(500, 7, 0.5)).max() <= 0.5


def test_a_mixture_with_full_covariances_has_the_covariance_it_was_given():
    factor = np.array([[[2.0, 0.0], [1.5, 0.5]]], np.float32)
    mixture = Mixture(np.ones(1, np.float32), np.zeros((1, 2), np.float32), factor)
    codes = mixture.sample(20_000, np.random.default_rng(0))
    assert np.allclose(np.cov(codes.T), factor[0] @ factor[0].T, atol=0.1)


def test_names_are_counted_from_one_where_there_are_none():
    assert [spec_of(2, names=("size",)).name(index) for index in range(2)] == ["size", "z2"]


def wrong_length(given: str) -> str:
    return f"This generator takes latents of 2 numbers and was given {given}; give 2 values per picture."


NOT_NUMBERS = "These latents are not numbers; give a float array of shape (n, dim)."
NOT_FINITE = "These latents hold values that are not finite numbers; replace NaN and infinity."


@pytest.mark.parametrize(
    ("codes", "sentence"),
    [
        ([1, 2, 3], wrong_length("3")),
        ([], wrong_length("0")),
        (1.0, wrong_length("a single number")),
        (np.zeros((4, 3, 2)), wrong_length("4x3x2")),
        ([[0, np.nan]], NOT_FINITE),
        ([np.inf, 0], NOT_FINITE),
        (np.array([1e60, 0]), NOT_FINITE),
        ("ab", NOT_NUMBERS),
        (["0.5", "x"], NOT_NUMBERS),
        ([[1], [1, 2]], NOT_NUMBERS),
        (np.array([1 + 2j, 0]), NOT_NUMBERS),
        (np.array([None, None]), NOT_NUMBERS),
    ],
)  # fmt: skip
def test_codes_that_do_not_fit_get_a_sentence(codes, sentence):
    with pytest.raises(GeneratorError) as caught:
        spec_of(2).check(codes)
    assert str(caught.value) == sentence


@settings(deadline=None)
@given(st.integers(1, 6), st.sampled_from(["f8", "f4", "f2", "i4", "u1", "?"]))
def test_codes_of_every_number_format_become_float32_rows(count, dtype):
    codes = spec_of(2).check(np.ones((count, 2), dtype))
    assert codes.dtype == np.float32
    assert np.array_equal(codes, np.ones((count, 2)))


# Decoding


@pytest.fixture(params=["plane", "deep", "grey"])
def checkpoint(request):
    return request.getfixturevalue(f"{request.param}_checkpoint")


def test_pictures_are_rgb_bytes_of_the_models_size(checkpoint):
    generator = open_generator(checkpoint)
    info = generator.info
    images = generator.decode(info.latent.sample(3, 0))
    assert images.shape == (3, info.image_size, info.image_size, 3)
    assert images.dtype == np.uint8
    assert images.std() > 3  # not flat
    assert not np.array_equal(images[0], images[1])


def test_pictures_are_those_of_the_module_in_the_file(checkpoint):
    generator = open_generator(checkpoint)
    codes = generator.info.latent.sample(4, 0)
    with torch.inference_mode():
        wanted = eager_module(checkpoint).decoder(torch.from_numpy(codes)).expand(-1, 3, -1, -1)
    grey_levels = (wanted.permute(0, 2, 3, 1).numpy().astype(np.float64) + 1) * 127.5
    assert np.abs(generator.decode(codes) - grey_levels).max() <= 0.51


def test_a_grey_model_gives_three_equal_channels(grey_checkpoint):
    generator = open_generator(grey_checkpoint)
    code = generator.info.latent.sample(1, 0)
    for image in (generator.decode(code)[0], generator.decode_frame(code[0], 33, smooth=True)):
        assert np.array_equal(image[..., 0], image[..., 1])
        assert np.array_equal(image[..., 0], image[..., 2])


def test_the_batch_a_picture_comes_in_does_not_change_it(checkpoint):
    generator = open_generator(checkpoint)
    codes = generator.info.latent.sample(70, 0)
    together = generator.decode(codes).astype(int)
    alone = np.concatenate([generator.decode(code) for code in codes]).astype(int)
    assert np.abs(together - alone).max() <= 1
    assert (together == alone).mean() > 0.999


def test_no_codes_give_no_pictures(plane_checkpoint):
    assert open_generator(plane_checkpoint).decode(np.zeros((0, 2), np.float32)).shape == (0, 16, 16, 3)


@pytest.mark.parametrize("smooth", [True, False])
def test_a_frame_at_the_models_size_is_the_decoded_picture_byte_for_byte(checkpoint, smooth):
    generator = open_generator(checkpoint)
    for code in generator.info.latent.sample(5, 1):
        frame = generator.decode_frame(code, generator.info.image_size, smooth=smooth)
        assert np.array_equal(frame[..., :3], generator.decode(code)[0])


@pytest.mark.parametrize("side", [1, 7, 16, 33, 48, 100])
@pytest.mark.parametrize("smooth", [True, False])
def test_a_frame_is_opaque_contiguous_and_of_the_side_that_was_asked_for(plane_checkpoint, side, smooth):
    frame = open_generator(plane_checkpoint).decode_frame(np.zeros(2, np.float32), side, smooth=smooth)
    assert frame.shape == (side, side, 4)
    assert frame.flags.c_contiguous
    assert (frame[..., 3] == 255).all()


def test_without_smoothing_every_pixel_becomes_a_square(plane_checkpoint):
    generator = open_generator(plane_checkpoint)
    code = generator.info.latent.sample(1, 2)
    wanted = generator.decode(code)[0].repeat(3, axis=0).repeat(3, axis=1)
    assert np.array_equal(generator.decode_frame(code[0], 48, smooth=False)[..., :3], wanted)


def test_without_smoothing_no_new_colour_appears_at_odd_sides(plane_checkpoint):
    generator = open_generator(plane_checkpoint)
    code = generator.info.latent.sample(1, 2)
    colours = {tuple(pixel) for pixel in generator.decode(code)[0].reshape(-1, 3)}
    frame = generator.decode_frame(code[0], 37, smooth=False)
    assert {tuple(pixel) for pixel in frame[..., :3].reshape(-1, 3)} <= colours


def test_smooth_scaling_keeps_a_constant_picture_constant(make_checkpoint):
    def flatten(tensors):  # the last layer says nothing but its bias
        last = max(
            int(name.split(".")[1]) for name in tensors if name.startswith("decoder.") and name.endswith(".bias")
        )
        tensors[f"decoder.{last}.weight"] = torch.zeros_like(tensors[f"decoder.{last}.weight"])
        tensors[f"decoder.{last}.bias"] = torch.full_like(tensors[f"decoder.{last}.bias"], 0.4)

    generator = open_generator(make_checkpoint(change=flatten))
    native = generator.decode_frame(np.zeros(2, np.float32), 16, smooth=True)
    assert len(np.unique(native[..., :3])) == 1
    for side in (5, 31, 64, 200):
        assert np.array_equal(np.unique(generator.decode_frame(np.zeros(2, np.float32), side, smooth=True)),
                              np.unique(native))  # fmt: skip


def test_smooth_scaling_is_bicubic_as_pillow_does_it(deep_checkpoint):
    generator = open_generator(deep_checkpoint)
    code = generator.info.latent.sample(1, 2)
    picture = Image.fromarray(generator.decode(code)[0])
    for side in (20, 96):
        wanted = np.asarray(picture.resize((side, side), Image.Resampling.BICUBIC)).astype(int)
        assert np.abs(generator.decode_frame(code[0], side, smooth=True)[..., :3] - wanted).max() <= 2


def test_extreme_codes_still_give_a_picture(plane_checkpoint):
    assert open_generator(plane_checkpoint).decode(np.full((1, 2), 1e30, np.float32)).shape == (1, 16, 16, 3)


def test_two_threads_may_decode_at_once(deep_checkpoint):
    from concurrent.futures import ThreadPoolExecutor

    generator = open_generator(deep_checkpoint)
    codes = generator.info.latent.sample(6, 0)
    wanted = [generator.decode_frame(code, 32, smooth=True) for code in codes]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda code: generator.decode_frame(code, 32, smooth=True), codes))
    assert all(np.array_equal(one, other) for one, other in zip(wanted, found, strict=True))


def test_a_half_precision_file_decodes_like_the_full_one(make_checkpoint):
    codes = np.random.default_rng(0).normal(size=(3, 2)).astype(np.float32)
    full = open_generator(make_checkpoint()).decode(codes).astype(int)
    half = open_generator(make_checkpoint(dtype="float16")).decode(codes).astype(int)
    assert np.abs(full - half).max() <= 2


# Encoding


def test_encoding_gives_the_mean_of_the_posterior(checkpoint):
    generator = open_generator(checkpoint)
    size = generator.info.image_size
    images = np.random.default_rng(0).integers(0, 256, (3, size, size, 3), dtype=np.uint8)
    pictures = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 127.5 - 1
    if generator.info.channels == 1:
        pictures = (pictures * torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(1, keepdim=True)
    with torch.inference_mode():
        wanted = eager_module(checkpoint).encoder(pictures)[0].numpy()
    assert np.allclose(generator.encode(images), wanted, atol=1e-5)


@pytest.mark.parametrize("shape", [(1, 8, 8, 3), (16, 16, 3), (1, 16, 16, 1), (1, 16, 16, 4)])
def test_images_of_another_size_are_refused_with_the_right_one(plane_checkpoint, shape):
    with pytest.raises(GeneratorError) as caught:
        open_generator(plane_checkpoint).encode(np.zeros(shape, np.uint8))
    assert str(caught.value) == "This encoder takes uint8 RGB images of 16 x 16 pixels; convert them first."


def test_a_generator_without_encoder_says_so(plane_checkpoint):
    from dinoexplorer.generators.torch_generator import TorchGenerator

    generator = TorchGenerator(read_info(plane_checkpoint), eager_module(plane_checkpoint).decoder, None, "cpu")
    with pytest.raises(GeneratorError) as caught:
        generator.encode(np.zeros((1, 16, 16, 3), np.uint8))
    assert str(caught.value) == "plane.safetensors has no encoder, so it cannot turn images into codes."


def test_a_full_graphics_card_is_told_with_the_way_out(plane_checkpoint):
    from dinoexplorer.generators.torch_generator import TorchGenerator

    class Full(torch.nn.Module):
        def forward(self, _codes):
            raise torch.OutOfMemoryError("CUDA out of memory")

    generator = TorchGenerator(read_info(plane_checkpoint), Full(), None, "cpu")
    sentence = "The graphics card has no memory left for this picture; close other programs or switch to the CPU."
    for act in (generator.decode, lambda codes: generator.decode_frame(codes[0], 16, smooth=True)):
        with pytest.raises(GeneratorError) as caught:
            act(np.zeros((1, 2), np.float32))
        assert str(caught.value) == sentence


# Devices


def test_an_unknown_device_is_refused_with_the_names_that_exist():
    for name in ("tpu", "cuda:x", "cpu:1", "", "CUDA", "mps:0"):
        with pytest.raises(GeneratorError) as caught:
            choose_device(name)
        assert str(caught.value) == f"There is no device called {name!r}; use auto, cpu, cuda, cuda:N or mps."


def test_a_device_that_is_not_there_falls_back_and_says_why(monkeypatch):
    monkeypatch.setattr(devices_module, "available_devices", lambda: ["cpu"])
    monkeypatch.setattr(torch.version, "cuda", None)
    assert choose_device("auto").device == choose_device("cpu").device == "cpu"
    assert choose_device("cpu").note == ""
    assert choose_device("cuda:3").note == (
        "cuda:3 is not there (this build of torch is made for the CPU alone), so cpu is used instead."
    )
    assert choose_device("mps").note == (
        "mps is not there (that is Apple's GPU, and this is not such a machine), so cpu is used instead."
    )


def test_the_best_device_is_taken_unless_another_was_asked_for(monkeypatch):
    monkeypatch.setattr(devices_module, "available_devices", lambda: ["cuda:0", "cuda:1", "cpu"])
    asked = {"auto": "cuda:0", "cuda": "cuda:0", "cuda:1": "cuda:1", "cpu": "cpu"}
    assert {name: choose_device(name).device for name in asked} == asked


def test_devices_are_described_as_the_status_bar_names_them():
    assert describe_device("cpu") == "CPU"
