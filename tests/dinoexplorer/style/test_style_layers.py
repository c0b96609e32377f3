from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from dinoexplorer.generators.networks.resampling import binomial, downsampled, upsampled
from dinoexplorer.generators.networks.style_layers import (
    Activation,
    MappingNetwork,
    ModulatedConvolution,
    equalised,
    learned_rate,
    linear,
)


def rows_upsampled(row, taps, factor, before, after):
    """Along one axis, by the definition: zeros behind each value, zeros around, a convolution in the strict sense."""
    stuffed = np.zeros(len(row) * factor)
    stuffed[::factor] = row
    padded = np.concatenate([np.zeros(max(before, 0)), stuffed, np.zeros(max(after, 0))])
    padded = padded[max(-before, 0) : len(padded) - max(-after, 0)]
    return np.convolve(padded, taps, mode="valid") * factor


@settings(max_examples=40, deadline=None)
@given(
    factor=st.integers(1, 4), width=st.integers(1, 12), around=st.tuples(st.integers(-3, 9), st.integers(-3, 9)),
    length=st.integers(18, 21), seed=st.integers(0, 99),
)  # fmt: skip
def test_upsampling_is_zeros_between_and_a_convolution_along_both_axes(factor, width, around, length, seed):
    rng, (before, after) = np.random.default_rng(seed), around
    row, taps = rng.standard_normal(length), rng.standard_normal(width)
    one = rows_upsampled(row, taps, factor, before, after)
    maps = torch.tensor(np.outer(row, row))[None, None]
    assert np.allclose(upsampled(maps, torch.tensor(taps), factor, before, after)[0, 0], np.outer(one, one))
    whole = torch.tensor(np.outer(taps, taps))
    assert np.allclose(upsampled(maps, whole, factor, before, after)[0, 0], np.outer(one, one))


@settings(max_examples=40, deadline=None)
@given(factor=st.integers(1, 4), width=st.integers(1, 8), seed=st.integers(0, 99))
def test_downsampling_filters_and_keeps_every_so_many(factor, width, seed):
    rng = np.random.default_rng(seed)
    row, taps = rng.standard_normal(13), rng.standard_normal(width)
    one = np.convolve(row, taps, mode="valid")[::factor]
    maps = torch.tensor(np.outer(row, row)).expand(1, 2, 13, 13)
    for kernel in (torch.tensor(taps), torch.tensor(np.outer(taps, taps))):
        assert np.allclose(downsampled(maps, kernel, factor)[0, 1], np.outer(one, one))


def test_without_a_filter_maps_are_only_padded_or_cropped():
    maps = torch.arange(9.0).reshape(1, 1, 3, 3)
    assert upsampled(maps, None, 1, 1, -1)[0, 0].tolist() == [[0, 0, 0], [0, 0, 1], [0, 3, 4]]
    assert downsampled(maps, None, 2)[0, 0].tolist() == [[0, 2], [6, 8]]


def test_an_even_picture_keeps_its_brightness_when_it_is_doubled():
    doubled = upsampled(torch.full((1, 1, 8, 8), 0.7), binomial(), 2, 2, 1)
    assert doubled.shape == (1, 1, 16, 16)
    assert torch.allclose(doubled[..., 3:-3, 3:-3], torch.tensor(0.7))


@pytest.mark.parametrize("doubling", [False, True])
@pytest.mark.parametrize("demodulate", [False, True])
def test_scaling_activations_equals_scaling_weights(doubling, demodulate):
    """The other formulation: weights of their own for every picture of the batch, as one grouped convolution."""
    torch.manual_seed(0)
    weight, bias = torch.randn(5, 4, 3, 3), torch.randn(5)
    style = linear(torch.randn(4, 6), torch.randn(4))
    noise, strength = torch.randn(16 if doubling else 8, 16 if doubling else 8), torch.tensor(0.3)
    layer = ModulatedConvolution(
        weight, bias, style, Activation(0.2, 1.5, 2.0), padding=1, demodulate=demodulate,
        taps=binomial() if doubling else None, noise=noise, noise_weight=strength,
    )  # fmt: skip
    maps, w = torch.randn(3, 4, 8, 8), torch.randn(3, 6)
    own = weight[None] * style(w)[:, None, :, None, None]
    if demodulate:
        own = own / (own.square().sum(dim=(2, 3, 4), keepdim=True) + 1e-8).sqrt()
    if doubling:  # zeros between, the convolution, the filter: step by step
        stuffed = torch.zeros(3, 4, 16, 16)
        stuffed[..., ::2, ::2] = maps
        turned = own.flip((3, 4)).reshape(15, 4, 3, 3)
        wide = functional.conv2d(functional.pad(stuffed, (2, 1, 2, 1)).reshape(1, 12, 19, 19), turned, groups=3)
        kernel = (4 * binomial()).expand(15, 1, 4, 4)
        made = functional.conv2d(functional.pad(wide, (1, 1, 1, 1)), kernel, groups=15).reshape(3, 5, 16, 16)
    else:
        whole = functional.conv2d(maps.reshape(1, 12, 8, 8), own.reshape(15, 4, 3, 3), padding=1, groups=3)
        made = whole.reshape(3, 5, 8, 8)
    expected = functional.leaky_relu(made + noise * strength + bias[:, None, None], 0.2).mul(1.5).clamp(-2, 2)
    assert torch.allclose(layer(maps, w), expected, atol=1e-5)


def test_a_mapping_looks_at_the_direction_of_z_alone():
    torch.manual_seed(0)
    mapping = MappingNetwork([linear(torch.randn(5, 4), torch.randn(5)), linear(torch.randn(3, 5), None)])
    z = torch.randn(6, 4)
    assert (mapping.z, mapping.classes, mapping.w) == (4, 0, 3)
    assert torch.allclose(mapping(z), mapping(z * 3.7), atol=1e-5)
    assert not torch.allclose(mapping(z), mapping(-z), atol=0.1)


@pytest.mark.parametrize("rate", [1.0, 0.1, 0.01, 0.001])
def test_the_rate_of_a_mapping_is_read_from_its_weights(rate):
    weight = torch.randn(64, 64, generator=torch.Generator().manual_seed(3)) * 1.4 / rate
    assert learned_rate(weight) == pytest.approx(rate)


def test_a_layer_at_a_rate_starts_at_unit_variance():
    drawn = torch.Generator().manual_seed(0)
    weight = torch.randn(400, 300, generator=drawn) / 0.01
    layer = equalised({"fc.weight": weight, "fc.bias": torch.full((400,), 50.0)}, "fc", rate=0.01)
    made = layer(torch.randn(200, 300, generator=drawn))
    assert made.mean() == pytest.approx(0.5, abs=0.05)
    assert made.std() == pytest.approx(1, abs=0.05)
