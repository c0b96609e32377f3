"""Decoding with gradients: the same pictures as on the fast path, and derivatives that are right."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dinoexplorer.generators import GeneratorError
from dinoexplorer.generators.differentiable import differentiable
from dinoexplorer.latent.inversion.likeness import as_bytes, as_tensor


def test_pictures_are_those_of_the_fast_path(deep):
    codes = deep.info.latent.sample(3, 0)
    with torch.no_grad():
        pictures = differentiable(deep).decode(torch.from_numpy(codes))
    assert np.array_equal(as_bytes(pictures), deep.decode(codes))


def test_gradients_are_the_slopes_of_the_picture(deep):
    decoder = differentiable(deep)
    code = torch.from_numpy(deep.info.latent.sample(1, 1)).requires_grad_()
    decoder.decode(code).square().sum().backward()
    along, step = torch.nn.functional.normalize(code.grad), 1e-2
    with torch.no_grad():
        higher, lower = (decoder.decode(code + sign * step * along).square().sum() for sign in (1, -1))
    assert float((higher - lower) / (2 * step)) == pytest.approx(float(code.grad.norm()), rel=0.02)


def test_weights_take_no_gradients_and_the_fast_path_meets_no_hook(deep):
    codes = deep.info.latent.sample(1, 2)
    before, decoder = deep.decode(codes), differentiable(deep)
    values = torch.from_numpy(codes).requires_grad_()
    pictures, features = decoder.decode_with_features(values, decoder.layers[-3].name)
    (pictures.sum() + features.sum()).backward()
    assert values.grad.abs().sum() > 0
    assert not any(weight.requires_grad for weight in deep._decoder.parameters())
    assert not any(module._forward_hooks for module in deep._decoder.modules())
    assert np.array_equal(deep.decode(codes), before)


def test_layers_tell_the_shape_of_their_features(deep):
    decoder = differentiable(deep)
    codes = torch.from_numpy(deep.info.latent.sample(2, 3))
    for layer in decoder.layers:
        features = decoder.decode_with_features(codes, layer.name)[1]
        assert features.shape == (2, layer.channels, layer.height, layer.width)
    assert (decoder.layers[-1].channels, decoder.layers[-1].height) == (3, deep.info.image_size)


def test_a_layer_that_is_not_there_is_refused(deep):
    decoder = differentiable(deep)
    with pytest.raises(GeneratorError, match=r"^deep\.safetensors has no layer 'nose'; choose one of 1, "):
        decoder.decode_with_features(torch.zeros(1, 5), "nose")


def test_the_encoder_gives_the_same_codes_and_lets_gradients_through(deep):
    decoder, picture = differentiable(deep), deep.decode(deep.info.latent.sample(1, 4))[0]
    seen = as_tensor(picture, decoder).requires_grad_()
    codes, features = decoder.encode(seen)
    assert np.allclose(codes.detach().numpy(), deep.encode(picture[None]), atol=1e-4)
    sides = [found.shape[-1] for found in features]
    assert sides == sorted(set(sides), reverse=True)
    codes.sum().backward()
    assert seen.grad.abs().sum() > 0


class OnlyDecodes:
    def __init__(self, info):
        self.info = info


def test_a_generator_without_gradients_is_refused_with_a_way_out(deep):
    with pytest.raises(GeneratorError) as refusal:
        differentiable(OnlyDecodes(deep.info))
    assert str(refusal.value) == (
        "deep.safetensors only decodes and gives no gradients, so no code can be searched for; open the checkpoint "
        "that it was made from."
    )
