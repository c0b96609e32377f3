"""Files of four writers, against what the writers' own code gives.

The fingerprints were made on 2026-11-21 with the public code of NVlabs/stylegan2-ada-pytorch, NVlabs/stylegan3 (both
with their reference operations on a CPU, noise_mode="const"), rosinality/stylegan2-pytorch (randomize_noise=False) and
lucidrains/stylegan2-pytorch (the noise of `SoftSynthesisNetwork`): their modules with the widths of `style_files`, its
tensors through ``load_state_dict(strict=True)``, its codes, pictures limited to [-1, 1] (lucidrains: [0, 1], brought
to it; what is transparent on white). The numbers are the mean, the deviation, and four values of each of two pictures.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dinoexplorer.generators import GeneratorError, open_generator, read_info

NVIDIA = {
    "skip": ({}, [-0.33635, 0.61929, -1.0, -1.0, 0.01295, -0.64883, -0.79696, -0.99231, 0.06098, -0.07014]),
    "resnet": (
        {"architecture": "resnet"},
        [0.04891, 0.27172, -0.21304, 0.08031, -0.05591, -0.14088, -0.16922, -0.11758, -0.00556, 0.45119],
    ),
    "orig": (
        {"architecture": "orig"},
        [0.04042, 0.12992, 0.12401, 0.03249, -0.15081, 0.18923, 0.21963, 0.05844, -0.10608, 0.15224],
    ),
    "classes": (
        {"classes": 3},
        [-0.39351, 0.4914, -0.2814, -0.19133, -0.10487, -0.7504, -0.23346, 0.13283, -0.52037, -0.67589],
    ),
}
TRUNCATED = {  # truncation_psi=0.6
    "skip": [-0.43517, 0.58998, -0.92186, -1.0, 0.0497, -0.56365, -0.9027, -1.0, 0.05599, -0.2768],
    "classes": [-0.44737, 0.45136, -0.22344, -0.30819, -0.10391, -0.79629, -0.31864, -0.06802, -0.33553, -0.7572],
}
STYLEGAN3 = {
    "t": ({}, [0.06084, 0.04715, 0.09839, 0.10426, 0.0909, 0.05679, -0.0164, -0.0308, 0.11388, 0.03819]),
    "r": (
        {"rotating": True, "classes": 3},
        [0.06557, 0.22129, 0.14365, 0.16068, -0.08544, -0.19987, 0.46738, 0.34397, 0.18402, -0.09785],
    ),
}
ROSINALITY = [-0.31498, 0.34117, -0.06429, -0.14527, 0.13417, -0.34979, -0.02729, -0.10997, 0.20417, -0.36264]
LUCIDRAINS = {
    "plain": ({}, [-0.81681, 0.18687, -0.62748, -0.8156, -1.0, -0.99032, -0.62803, -0.81293, -1.0, -0.9947]),
    "all variants": (
        {"attention": (1,), "transparent": True, "from_w": True},
        [0.67538, 0.67011, 1.0, 1.0, -1.0, -1.0, 1.0, 1.0, -0.80169, -1.0],
    ),
}


def fingerprint(pictures):
    flat = pictures.reshape(2, -1)
    step = flat.shape[1] // 4
    return [flat.mean(), flat.std(ddof=1), *flat[0, ::step], *flat[1, ::step]]


def close(found, expected):
    return np.allclose(found, expected, atol=1e-4)


def with_classes(codes, count):
    return np.concatenate([codes, np.eye(count, dtype=np.float32)[: len(codes)]], axis=1)


@pytest.mark.parametrize("name", NVIDIA)
def test_stylegan2_gives_the_pictures_of_its_authors(files, pictures_of, name):
    shape, expected = NVIDIA[name]
    codes = files.codes(6) if name != "classes" else with_classes(files.codes(6), 3)
    pictures = pictures_of(files.filled(files.nvidia_shapes(**shape)), codes)
    assert pictures.shape == (2, 3, 16, 16)
    assert close(fingerprint(pictures), expected)


@pytest.mark.parametrize("shapes", ["nvidia_shapes", "rosinality_shapes", "lucidrains_shapes"])
def test_an_exported_network_takes_any_number_of_codes(files, readings_of, shapes):
    built = readings_of(files.filled(getattr(files, shapes)()))[0].build()
    codes = torch.tensor(built.latent.sample(5, 1))
    with torch.no_grad():
        exported = torch.export.export(built.decoder, (codes[:2],), dynamic_shapes=({0: torch.export.Dim("n")},))
        assert np.allclose(exported.module()(codes), built.decoder(codes), atol=1e-4)


@pytest.mark.parametrize("name", STYLEGAN3)
def test_stylegan3_gives_the_pictures_of_its_authors(files, pictures_of, name):
    shape, expected = STYLEGAN3[name]
    codes = with_classes(files.codes(6), 3) if "classes" in shape else files.codes(6)
    assert close(fingerprint(pictures_of(files.filled(files.stylegan3_shapes(**shape)), codes)), expected)


def test_rosinality_gives_the_pictures_of_its_author(files, pictures_of):
    tensors = {f"g_ema.{name}": value for name, value in files.filled(files.rosinality_shapes()).items()}
    assert close(fingerprint(pictures_of(tensors, files.codes(8))), ROSINALITY)


@pytest.mark.parametrize("name", LUCIDRAINS)
def test_lucidrains_gives_the_pictures_of_its_author(files, pictures_of, name):
    shape, expected = LUCIDRAINS[name]
    pictures = pictures_of(files.filled(files.lucidrains_shapes(**shape)), files.codes(8))
    assert close(fingerprint(pictures), expected)


@pytest.mark.parametrize("name", TRUNCATED)
def test_truncation_is_that_of_the_authors(files, readings_of, name):
    tensors = files.filled(files.nvidia_shapes(**NVIDIA[name][0]))
    codes = files.codes(6) if name != "classes" else with_classes(files.codes(6), 3)
    in_z, in_w = (reading.build() for reading in readings_of(tensors)[:2])
    with torch.no_grad():
        w = in_z.decoder.mapping(torch.tensor(codes)).numpy()
        truncated = in_w.latent.mean + np.float32(0.6) * (w - in_w.latent.mean)
        pictures = in_w.decoder(torch.tensor(truncated)).numpy()
    assert np.array_equal(in_w.latent.mean, tensors["mapping.w_avg"].numpy())
    assert close(fingerprint(pictures), TRUNCATED[name])


# What is told and what is found


def test_the_averaged_network_is_taken_before_the_trained_one_and_no_discriminator(files, pictures_of):
    shapes = files.nvidia_shapes()
    averaged = files.filled(shapes)
    tensors = {f"D.{name}": value for name, value in files.filled(shapes, 7).items()}
    tensors |= {f"G.{name}": value for name, value in files.filled(shapes, 8).items()}
    tensors |= {f"G_ema.{name}": value for name, value in averaged.items()}
    codes = files.codes(6)
    assert np.array_equal(pictures_of(tensors, codes), pictures_of(averaged, codes))


def test_limits_and_rates_that_the_file_tells_are_kept(files, pictures_of):
    tensors = {f"G_ema.{name}": value for name, value in files.filled(files.nvidia_shapes()).items()}
    codes = files.codes(6)
    free = pictures_of(tensors, codes)
    old = {"G_ema.init_kwargs": {"synthesis_kwargs": {"conv_clamp": 0.25}}}
    new = {"G_ema.synthesis.b4.conv1.conv_clamp": 0.25}
    limited = pictures_of(tensors, codes, old)
    assert not np.allclose(limited, free, atol=0.05)
    assert np.array_equal(pictures_of(tensors, codes, new), limited)
    assert np.array_equal(pictures_of(tensors, codes, {"G_ema.init_kwargs": {"conv_clamp": None}}), free)
    rate = {"G_ema.init_kwargs": {"mapping_kwargs": {"lr_multiplier": 0.05}}}
    assert not np.allclose(pictures_of(tensors, codes, rate), free, atol=0.05)


def test_an_activation_that_is_not_known_is_named(files, readings_of):
    tensors = files.filled(files.nvidia_shapes())
    reading = readings_of(tensors, {"init_kwargs": {"mapping_kwargs": {"activation": "swish"}}})[0]
    with pytest.raises(GeneratorError, match="its activation is 'swish' where lrelu, relu, linear are known"):
        reading.build()


def test_stylegan3_finds_its_rates_with_any_margin(files, pictures_of):
    """A margin of 6 and not of 10, as it may be told, and as it follows from the sizes."""
    shapes = {
        name.replace("_36_", "_28_").replace("_52_", "_44_"): shape for name, shape in files.stylegan3_shapes().items()
    }
    tensors, codes = files.filled(shapes), files.codes(6)
    told = pictures_of(tensors, codes, {"init_kwargs": {"margin_size": 6}})
    assert told.shape == (2, 3, 32, 32)
    assert np.array_equal(pictures_of(tensors, codes), told)


def test_stylegan3_turns_and_moves_with_the_transform_in_its_file(files, pictures_of):
    """A step of the waves by whole pixels of the output moves the picture by them, but for its borders."""
    tensors, codes = files.filled(files.stylegan3_shapes(rotating=True)), files.codes(6)
    still = pictures_of(tensors, codes)
    tensors["synthesis.input.affine.weight"].zero_()
    tensors["synthesis.input.affine.bias"].copy_(torch.tensor([1.0, 0, 0, 0]))
    straight = pictures_of(tensors, codes)
    tensors["synthesis.input.transform"][0, 2] = 1 / 16  # the first rate: one value of 16
    moved = pictures_of(tensors, codes)
    assert not np.allclose(still, straight, atol=1e-2)
    assert np.abs(moved[..., 10:-10, 8:20] - straight[..., 10:-10, 10:22]).max() < 0.02


def test_lucidrains_mapping_has_the_rate_of_the_note_beside_it(files, readings_of, tmp_path):
    tensors, codes = files.filled(files.lucidrains_shapes()), torch.tensor(files.codes(8))

    def ws():
        with torch.no_grad():
            return readings_of(tensors)[0].build().decoder.mapping(codes)

    usual = ws()
    (tmp_path / ".config.json").write_text('{"lr_mlp": 0.1}')
    assert torch.equal(ws(), usual)
    (tmp_path / ".config.json").write_text('{"lr_mlp": 0.2}')
    assert not torch.allclose(ws(), usual, atol=1e-3)
    (tmp_path / ".config.json").write_text("[" * 9)
    assert torch.equal(ws(), usual)


def test_rosinality_without_stored_noise_has_the_same_noise_always(files, pictures_of):
    tensors = files.filled(files.rosinality_shapes(noises=False))
    pictures = pictures_of(tensors, files.codes(8))
    assert np.array_equal(pictures, pictures_of(tensors, files.codes(8)))
    calm = {name: torch.zeros_like(value) if "noise" in name else value for name, value in tensors.items()}
    assert not np.allclose(pictures, pictures_of(calm, files.codes(8)), atol=0.01)


# What is not of these families, or not whole


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"synthesis.b8.attention.weight": (3, 3)}, "the tensor synthesis.b8.attention.weight is none of its own"),
        ({"synthesis.b64.conv1.bias": (3,)}, "its blocks of 4, 8, 16, 64 pixels do not double"),
        ({"synthesis.b16.torgb.weight": (96, 6, 1, 1)}, "its pictures have 96 channels, not 1 or 3"),
        ({"synthesis.b4.const": None}, "its first block has no constant or its last one no torgb"),
    ],
)
def test_what_is_near_stylegan2_is_told_what_it_lacks(files, change, sentence, tmp_path):
    shapes = {name: shape for name, shape in (files.nvidia_shapes() | change).items() if shape is not None}
    torch.save({"G_ema": files.filled(shapes)}, tmp_path / "net.pt")
    with pytest.raises(GeneratorError, match=sentence):
        open_generator(tmp_path / "net.pt")


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("synthesis.b8.conv0.weight", (8, 11, 3, 3)),
        ("synthesis.b8.conv0.affine.weight", (10,)),
        ("synthesis.b16.conv1.noise_const", (17, 17)),
        ("mapping.w_avg", (9,)),
    ],
)
def test_tensors_that_do_not_fit_are_one_sentence(files, readings_of, name, shape):
    with pytest.raises(GeneratorError, match=r"its tensors do not fit one another .*; the file is damaged"):
        readings_of(files.filled(files.nvidia_shapes() | {name: shape}))[0].build()


def test_stylegan3_without_common_rates_or_filters_is_one_sentence(files, readings_of):
    odd = {name.replace("_52_", "_57_"): shape for name, shape in files.stylegan3_shapes().items()}
    with pytest.raises(GeneratorError, match="its layers of 36, 36, 57, 57, 57, 32, 32 pixels have no sampling rates"):
        readings_of(files.filled(odd))[0].build()
    bare = {name: shape for name, shape in files.stylegan3_shapes().items() if name != "synthesis.L1_36_12.up_filter"}
    with pytest.raises(GeneratorError, match=r"synthesis\.L1_36_12 changes the rate 2 times but has no up_filter"):
        readings_of(files.filled(bare))[0].build()


def test_pictures_larger_than_any_screen_are_not_begun(files, readings_of):
    """Many small doublings would fill the memory."""
    assert readings_of(files.filled(files.rosinality_shapes(widths=(1,) * 12, noises=False))) == []


# As generators


def test_a_file_opens_by_its_content_and_says_what_it_is(files, tmp_path):
    path = tmp_path / "face.bin"
    tensors = {f"g_ema.{name}": value for name, value in files.filled(files.rosinality_shapes()).items()}
    torch.save(tensors | {"latent_avg": torch.full((8,), 0.1)}, path)
    info = read_info(path)
    assert (info.family, info.image_size, info.channels, info.classes) == ("stylegan2", 16, 3, ())
    assert info.as_json()["latent"] == {"dim": 8, "prior": "normal", "spaces": ["z", "w"]}
    generator = open_generator(path)
    pictures = generator.decode(files.codes(8))
    assert pictures.shape == (2, 16, 16, 3)
    assert np.array_equal(pictures[1], generator.decode_frame(files.codes(8)[1], 16, smooth=False)[:, :, :3])
    grey = (pictures.transpose(0, 3, 1, 2).astype(float) - 127.5) / 127.5
    assert np.allclose(fingerprint(grey), ROSINALITY, atol=0.01)


def test_a_grey_network_with_classes_opens_with_its_classes_at_the_end_of_the_code(files, tmp_path):
    torch.save({"G_ema": files.filled(files.nvidia_shapes(classes=3, channels=1))}, tmp_path / "net.pt")
    info = open_generator(tmp_path / "net.pt").info
    assert (info.channels, info.latent.dim, info.classes, info.conditional) == (1, 9, ("0", "1", "2"), True)
    drawn = info.latent.sample(200, 0)
    assert set(map(tuple, drawn[:, 6:])) == {(1, 0, 0), (0, 1, 0), (0, 0, 1)}
    assert drawn[:, :6].std() == pytest.approx(1, abs=0.1)
