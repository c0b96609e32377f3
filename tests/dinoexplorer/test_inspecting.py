"""The second, slow path: what a generator's first layer is, and how its picture changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from dinoexplorer.generators import GeneratorError, GeneratorInfo, LatentSpec, open_generator
from dinoexplorer.generators.inspecting import inspect
from dinoexplorer.generators.torch_generator import TorchGenerator
from training.checkpoint import CheckpointHeader, read_header, read_tensors, write_checkpoint
from training.config import complete
from training.models import family_named, kept_state, rebuild

SIZE = 8


def generator_of(decoder, dim, name="model.safetensors"):
    spec = LatentSpec(dim, np.zeros(dim, np.float32), np.ones(dim, np.float32))
    info = GeneratorInfo(Path(name), "test", "test", spec, SIZE, 3, (), 0, False, "0" * 64)
    return TorchGenerator(info, decoder.eval(), None, "cpu")


class Normed(nn.Module):
    """Its code is brought to length 1 before the first layer, so that layer is not linear in it."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 3 * SIZE * SIZE)

    def forward(self, codes):
        features = self.layer(codes / (codes.norm(dim=1, keepdim=True) + 1e-3))
        return torch.tanh(features).unflatten(1, (3, SIZE, SIZE))


class Functional(nn.Module):
    """Nothing between the layer and its normalisation is a module, so only the layer itself is linear."""

    def __init__(self):
        super().__init__()
        self.layer, self.norm = nn.Linear(4, 3 * SIZE * SIZE), nn.BatchNorm1d(3 * SIZE * SIZE)

    def forward(self, codes):
        return self.norm(torch.relu(self.layer(codes))).unflatten(1, (3, SIZE, SIZE))


@pytest.fixture(scope="module")
def plain():
    torch.manual_seed(0)
    layers = [nn.Linear(5, 12), nn.LeakyReLU(0.2), nn.Linear(12, 3 * SIZE * SIZE), nn.Tanh(), nn.Unflatten(1, (3, SIZE, SIZE))]  # fmt: skip  # noqa: E501
    return nn.Sequential(*layers)


def test_the_first_weights_are_those_of_the_layer(plain):
    found = inspect(generator_of(plain, 5)).first_weights()
    assert np.allclose(found, plain[0].weight.detach().numpy(), atol=1e-5)


def test_a_normalisation_behind_the_first_layer_is_part_of_it(deep_checkpoint):
    decoder = rebuild(read_header(deep_checkpoint), read_tensors(deep_checkpoint)).decoder
    linear, norm = decoder[0], decoder[2]
    assert isinstance(norm, nn.BatchNorm2d)
    scale = (norm.weight / torch.sqrt(norm.running_var + norm.eps)).detach()
    wanted = linear.weight.detach() * scale.repeat_interleave(linear.out_features // len(scale))[:, None]
    found = inspect(open_generator(deep_checkpoint)).first_weights()
    assert np.allclose(found, wanted.numpy(), atol=1e-4)


@pytest.mark.parametrize(("family", "classes"), [("dcgan", 0), ("fastgan", 0), ("sagan", 0), ("cgan", 3)])
def test_other_families_have_linear_first_layers_too(tmp_path, family, classes):
    torch.manual_seed(0)
    config, names = complete({"family": family, "image": {"size": 16}, "latent": {"dim": 6}}), tuple("abc"[:classes])
    model = family_named(family).build(config, classes)
    latent_names = family_named(family).latent_names(config, names)
    header = CheckpointHeader(
        config.model_dump(include={"family", "image", "latent", "model"}),
        {"dim": len(latent_names), "prior": "normal", "names": list(latent_names)}, {}, names,
    )  # fmt: skip
    path = tmp_path / "model.safetensors"
    write_checkpoint(path, kept_state(model, ("decoder",)), header)
    weights = inspect(open_generator(path)).first_weights()
    assert np.abs(weights[:, :6]).max() > 0
    assert not weights[:, 6:].any()  # the first layer does not see the weights of classes


def test_what_lies_between_layers_without_being_a_module_is_not_taken_for_linear():
    torch.manual_seed(0)
    decoder = Functional()
    found = inspect(generator_of(decoder, 4)).first_weights()
    assert np.allclose(found, decoder.layer.weight.detach().numpy(), atol=1e-5)


def test_a_first_layer_that_is_not_linear_in_the_code_is_refused():
    with pytest.raises(GeneratorError) as caught:
        inspect(generator_of(Normed(), 4)).first_weights()
    assert str(caught.value) == (
        "The first layer of model.safetensors is not linear in the code, so it has no weights to take directions from; "
        "choose pca, ganspace or jacobian."
    )


def test_a_decoder_without_layers_is_refused():
    with pytest.raises(GeneratorError) as caught:
        inspect(generator_of(nn.Unflatten(1, (3, SIZE, SIZE)), 3 * SIZE * SIZE)).first_weights()
    assert str(caught.value) == "model.safetensors has no layer that could be looked at; choose pca."


def test_a_generator_that_only_decodes_is_refused():
    class OnlyDecodes:
        info = generator_of(nn.Sequential(nn.Linear(2, 3 * SIZE * SIZE)), 2).info

    with pytest.raises(GeneratorError) as caught:
        inspect(OnlyDecodes())
    assert str(caught.value) == (
        "model.safetensors only decodes and does not show its layers; "
        "choose a way that needs the codes alone, such as pca."
    )


def test_first_features_are_those_behind_the_activation(plain):
    codes = np.random.default_rng(0).normal(size=(70, 5)).astype(np.float32)
    told = []
    found = inspect(generator_of(plain, 5)).first_features(codes, lambda done, total: told.append((done, total)))
    wanted = plain[1](plain[0](torch.from_numpy(codes))).detach().numpy()
    assert np.allclose(found, wanted, atol=1e-5)
    assert told[-1] == (70, 70)


def test_changes_of_the_picture_are_its_derivatives(deep_checkpoint):
    generator = open_generator(deep_checkpoint)
    code = generator.info.latent.sample(1, 3)[0]
    steps = np.random.default_rng(1).normal(size=(4, 5)).astype(np.float32)
    found = inspect(generator).picture_changes(code, steps)
    decoder = rebuild(read_header(deep_checkpoint), read_tensors(deep_checkpoint)).decoder.double()
    tiny = 1e-6
    with torch.no_grad():
        pairs = [decoder(torch.from_numpy(code + sign * tiny * steps.astype(np.float64))) for sign in (1, -1)]
    wanted = ((pairs[0] - pairs[1]) / (2 * tiny)).flatten(1).numpy()
    assert found.shape == (4, 3 * 32 * 32)
    assert np.abs(found - wanted).max() < 1e-3 * np.abs(wanted).max()


def test_a_layer_without_a_forward_derivative_is_measured_by_differences(plain):
    class NoForward(torch.autograd.Function):
        @staticmethod
        def forward(values):
            return values * 2

        @staticmethod
        def setup_context(ctx, inputs, output):
            pass

    class Doubled(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = plain

        def forward(self, codes):
            return NoForward.apply(self.inner(codes))

    code, steps = np.full(5, 0.3, np.float32), np.eye(5, dtype=np.float32)
    found = inspect(generator_of(Doubled(), 5)).picture_changes(code, steps)
    wanted = 2 * inspect(generator_of(plain, 5)).picture_changes(code, steps)
    assert np.allclose(found, wanted, atol=2e-3)


def test_looking_inside_leaves_no_hook_and_no_change_on_the_live_path(deep_checkpoint):
    generator = open_generator(deep_checkpoint)
    codes = generator.info.latent.sample(3, 0)
    before = generator.decode(codes)
    inspector = inspect(generator)
    inspector.first_weights()
    inspector.first_features(codes)
    inspector.picture_changes(codes[0], np.eye(5, dtype=np.float32))
    assert not any(module._forward_hooks for module in generator._decoder.modules())
    assert np.array_equal(generator.decode(codes), before)
    # Hooks of a look that is under way are on modules of its own; only the weights are shared.
    assert set(inspector._decoder.modules()).isdisjoint(generator._decoder.modules())
    shared = zip(generator._decoder.parameters(), inspector._decoder.parameters(), strict=True)
    assert all(one.data_ptr() == two.data_ptr() for one, two in shared)
