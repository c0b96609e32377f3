"""A w for each layer (w+) and noise: what the codes mean, and that what was there before is as it was."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from dinoexplorer.generators.generator import GeneratorInfo
from dinoexplorer.generators.inspecting import inspect
from dinoexplorer.generators.torch_generator import TorchGenerator
from dinoexplorer.latent.breeding import breed
from dinoexplorer.latent.cloud import Cloud
from dinoexplorer.latent.directions import Material, codes_for, find_way
from dinoexplorer.latent.layers import styles_mixed
from dinoexplorer.latent.map_building import build_map
from dinoexplorer.latent.shell import shell_of
from dinoexplorer.latent.spaces import free_dimensions, surprises

SHAPES = {
    "stylegan2": ("nvidia_shapes", ["4 px", "8 px a", "8 px b", "16 px a", "16 px b", "colours"], 2),
    "stylegan3": (
        "stylegan3_shapes",
        ["place", "36 px a", "36 px b", "52 px a", "52 px b", "52 px c", "32 px", "colours"], 0,
    ),
    "rosinality": ("rosinality_shapes", ["4 px", "8 px a", "8 px b", "16 px a", "16 px b", "colours"], 2),
    "lucidrains": ("lucidrains_shapes", ["4 px", "8 px", "16 px"], 2),
}  # fmt: skip


def pictures(built, codes):
    with torch.no_grad():
        return built.decoder(torch.as_tensor(codes)).numpy()


def generator_of(built, tmp_path):
    info = GeneratorInfo(
        tmp_path / "net.pt", "PyTorch checkpoint", "stylegan2", built.latent, built.image_size, built.channels,
        built.classes, 1, False, "0",
    )  # fmt: skip
    return TorchGenerator(info, built.decoder, None, "cpu")


@pytest.fixture
def ways(files, readings_of):
    """The same network steered by w, and by layers."""
    return tuple(reading.build() for reading in readings_of(files.filled(files.nvidia_shapes()))[1:])


@pytest.fixture
def by_layers(ways, tmp_path):
    return generator_of(ways[1], tmp_path)


@pytest.mark.parametrize("family", SHAPES)
def test_the_same_w_in_all_layers_with_the_usual_noise_is_the_picture_of_w(files, readings_of, family):
    shapes, names, noise = SHAPES[family]
    _, in_w, by_layers = (reading.build() for reading in readings_of(files.filled(getattr(files, shapes)())))
    codes, styles = in_w.latent.sample(3, 5), by_layers.latent.sample(3, 5)
    assert styles.shape == (3, len(names) * 8 + noise)
    assert np.array_equal(styles[:, : styles.shape[1] - noise], np.tile(codes, (1, len(names))))
    assert np.array_equal(styles[:, styles.shape[1] - noise :], np.tile([[1.0, 0.0][:noise]], (3, 1)))
    assert np.allclose(pictures(by_layers, styles), pictures(in_w, codes), atol=1e-6)
    assert [layer.name for layer in by_layers.latent.layers] == names
    assert (by_layers.latent.spaces[0], by_layers.latent.shared, by_layers.latent.noise) == ("w+", True, noise)


def test_every_layer_gets_its_own_numbers_in_the_order_of_the_authors(ways):
    _, by_layers = ways
    codes = by_layers.latent.sample(2, 3)
    codes[:, :-2] += np.random.default_rng(0).standard_normal((2, 48)).astype(np.float32)
    styles = torch.from_numpy(codes[:, :-2].reshape(2, 6, 8))
    with torch.no_grad():
        expected = by_layers.decoder.synthesis(styles).clamp(-1, 1).numpy()
    assert np.allclose(pictures(by_layers, codes), expected, atol=1e-6)
    for layer in by_layers.latent.layers:
        changed = codes.copy()
        changed[:, layer.start : layer.stop] += 0.5
        assert np.abs(pictures(by_layers, changed) - expected).max() > 1e-3


def test_no_noise_is_a_strength_of_0(files, readings_of):
    shapes = files.nvidia_shapes()
    tensors = files.filled(shapes)
    silent = {name: 0 * value if name.endswith("noise_strength") else value for name, value in tensors.items()}
    loud, without = (readings_of(one)[2].build() for one in (tensors, silent))
    codes = loud.latent.sample(2, 1)
    assert without.latent.noise == 0
    assert not np.allclose(pictures(loud, codes), pictures(without, codes[:, :-2]), atol=0.01)
    codes[:, -2] = 0
    assert np.allclose(pictures(loud, codes), pictures(without, codes[:, :-2]), atol=1e-6)


@pytest.mark.parametrize("family", ["stylegan2", "lucidrains"])
def test_the_noise_turns_smoothly_to_another_and_back_and_is_as_loud_everywhere(files, readings_of, family):
    built = readings_of(files.filled(getattr(files, SHAPES[family][0])()))[2].build()
    code = built.latent.sample(1, 1)
    codes = np.repeat(code, 65, axis=0)
    codes[:, -1] = np.linspace(0, 2 * math.pi, 65)
    turned = pictures(built, codes)
    assert np.allclose(turned[0], turned[-1], atol=1e-5)
    steps = np.abs(np.diff(turned, axis=0)).mean(axis=(1, 2, 3))
    away = np.abs(turned - turned[0]).mean(axis=(1, 2, 3))
    assert away[16] > 1e-3
    assert steps.max() < away.max() / 4
    codes[:, -2] = 0
    assert np.allclose(pictures(built, codes[::16]), pictures(built, codes[:1]), atol=1e-6)


@pytest.mark.parametrize(("family", "mean"), [("stylegan2", 0.0), ("lucidrains", 0.5)])
def test_turned_noise_is_of_the_same_kind_and_the_stored_one_is_exact(files, readings_of, family, mean):
    from dinoexplorer.generators.networks.style_layers import ModulatedConvolution

    shapes = getattr(files, SHAPES[family][0])(widths=(10, 8, 6, 6, 6), **({"size": 64} if mean == 0 else {}))
    modules = readings_of(files.filled(shapes))[2].build().decoder.modules()
    layer = [part for part in modules if isinstance(part, ModulatedConvolution) and part.noisy][-1]
    stored = torch.tensor([[1.0, 0.0]])
    assert torch.equal(layer._turned(layer.noise, stored)[0], layer.noise[0])
    for angle in (0.8, 2.0, math.pi):
        found = layer._turned(layer.noise, torch.tensor([[math.cos(angle), math.sin(angle)]]))
        assert float(found.mean()) == pytest.approx(mean, abs=0.05)


def test_codes_of_styles_alone_get_the_usual_noise(ways):
    _, by_layers = ways
    codes = by_layers.latent.sample(2, 1)
    assert np.array_equal(by_layers.latent.check(codes[:, :-2]), codes)
    assert np.array_equal(by_layers.latent.check(codes[0, :-2]), codes[:1])


def test_truncation_goes_to_the_mean_of_w_and_leaves_the_noise(ways):
    in_w, by_layers = ways
    assert np.allclose(
        pictures(by_layers, by_layers.latent.sample(3, 2, 0.5)),
        pictures(in_w, in_w.latent.sample(3, 2, 0.5)),
        atol=1e-6,
    )
    assert np.array_equal(by_layers.latent.sample(3, 2, 0.0), np.tile(by_layers.latent.mean, (3, 1)))


def test_what_moves_a_whole_code_leaves_the_noise_alone(by_layers):
    info = by_layers.info
    code = info.latent.sample(1, 0)[0]
    code[-2:] = 0.4, 1.2
    assert free_dimensions(info) == 48
    assert np.allclose(surprises(code, info, 1.0, count=3)[:, -2:], [0.4, 1.2])
    children = breed(np.stack([code, code]), info, 4, mutation=0.5, axes=Cloud(info, None).axes())
    assert np.allclose(children[:, -2:], [0.4, 1.2], atol=1e-6)
    assert np.ptp(children[:, 0]) > 0
    assert len(shell_of(info).centre) == 48
    usual = shell_of(info)
    low, high = usual.typical_range
    assert low <= float(usual.length(info.latent.sample(1, 9))[0]) * 1.2
    assert high > low > 0


def test_a_map_of_styles_leads_to_codes_with_the_usual_noise(by_layers):
    from dinoexplorer.latent.way_back import WayBack

    made = build_map(by_layers, None, samples=40)
    code = WayBack(made)(0.1, 0.2).code
    assert np.array_equal(code[-2:], [1, 0])
    assert np.isfinite(code).all()


def test_maps_of_two_ways_to_steer_a_file_do_not_take_each_others_samples(ways, tmp_path):
    from dinoexplorer.latent.stage_cache import StageCache

    cache = StageCache(tmp_path / "stages")
    in_w, in_styles = (build_map(generator_of(built, tmp_path), None, samples=34, cache=cache) for built in ways)
    assert (in_w.latents.shape, in_styles.latents.shape) == ((34, 8), (34, 50))


@pytest.mark.parametrize("way", ["pca", "sefa", "jacobian"])
def test_directions_in_styles_are_those_of_w_the_same_in_all_layers(ways, tmp_path, way):
    found = []
    for built in ways:
        generator = generator_of(built, tmp_path)
        place = built.latent.sample(1, 4)[0]
        found.append(find_way(way).find(Material(generator, codes_for(generator.info), place, count=3)))
    for in_w, in_styles in zip(*found, strict=True):
        rows = in_styles.vector[:-2].reshape(6, 8)
        assert np.array_equal(in_styles.vector[-2:], [0, 0])
        assert np.allclose(rows, rows[0])
        if way != "sefa":  # which looks at the first layer: the same numbers in both
            assert abs(float(rows[0] @ in_w.vector)) * math.sqrt(6) == pytest.approx(1, abs=1e-3)
        assert abs(float(rows[0] @ in_w.vector)) > 0.3


def test_the_first_weights_of_styles_are_those_of_the_first_layer(by_layers):
    looking = inspect(by_layers)
    assert looking.first_weights().shape == (10, 50)
    steps = np.zeros((1, 50), np.float32)
    steps[0, 3] = 2
    assert np.allclose(looking.first_weights(steps)[:, 0], 2 * looking.first_weights()[:, 3], atol=1e-5)


def test_layers_of_one_picture_and_the_rest_of_another(ways):
    spec = ways[1].latent
    one, two = spec.sample(2, 6)
    two = two.copy()
    two[-2:] = 0, 1
    mixed = styles_mixed(one, two, spec, (1, 3))
    assert np.array_equal(mixed[8:24], two[8:24])
    assert np.array_equal(np.delete(mixed, range(8, 24)), np.delete(one, range(8, 24)))
    fine = pictures(ways[1], np.stack([styles_mixed(one, two, spec, (5, 6)), one, two]))
    assert np.abs(fine[0] - fine[1]).mean() < np.abs(fine[2] - fine[1]).mean()


def test_a_picture_of_mixed_styles_is_found_better_by_layers_than_in_w(ways, tmp_path):
    from dinoexplorer.latent.inversion.asking import Course
    from dinoexplorer.latent.inversion.embedding import Embedding
    from dinoexplorer.latent.inversion.starts import Asked

    in_w, in_styles = (generator_of(built, tmp_path) for built in ways)
    one, two = in_styles.info.latent.sample(2, 21)
    target = in_styles.decode(styles_mixed(one, two, in_styles.info.latent, (2, 6))[None])[0]
    course, starts = Course(steps=120, rate=0.15, lanes=4), Asked(("mean", "random"), random=8)
    found = [list(Embedding(way, target, course=course, starts=starts))[-1] for way in (in_w, in_styles)]
    assert found[1].best_psnr > found[0].best_psnr + 2
    assert np.array_equal(found[1].best_code[-2:], [1, 0])
    assert np.ptp(found[1].best_code[:-2].reshape(6, 8), axis=0).max() > 0.01
