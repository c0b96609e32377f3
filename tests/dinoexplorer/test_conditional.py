"""Class-conditional checkpoints: the classes are the last numbers of a code."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dinoexplorer.generators import GeneratorError, open_generator
from training.checkpoint import CheckpointHeader, write_checkpoint
from training.config import complete
from training.models import family_named, kept_state

CLASSES = ("horned", "plated", "winged")


@pytest.fixture
def conditional(tmp_path):
    torch.manual_seed(0)
    config = complete({"family": "cgan", "image": {"size": 16}, "latent": {"dim": 4}})
    family = family_named("cgan")
    model = family.build(config, len(CLASSES))
    names = family.latent_names(config, CLASSES)
    header = CheckpointHeader(
        config.model_dump(include={"family", "image", "latent", "model"}),
        {"dim": len(names), "prior": "normal", "names": list(names), "spaces": ["z"]},
        {},
        CLASSES,
    )
    path = tmp_path / "kinds.safetensors"
    write_checkpoint(path, kept_state(model, family.kept), header)
    return open_generator(path)


def test_a_code_ends_with_a_weight_for_each_class(conditional):
    assert conditional.info.latent.dim == 7
    assert conditional.info.latent.names[-3:] == CLASSES
    assert conditional.info.conditional


def test_a_label_sets_the_weights_to_that_class_alone(conditional):
    codes = conditional.info.labelled(conditional.info.latent.sample(2, 0), "plated")
    assert np.array_equal(codes[:, -3:], [[0, 1, 0], [0, 1, 0]])
    assert conditional.decode(codes).shape == (2, 16, 16, 3)


def test_an_unknown_class_is_refused_with_those_there_are(conditional):
    with pytest.raises(GeneratorError) as caught:
        conditional.info.labelled(conditional.info.latent.sample(1, 0), "feathered")
    assert str(caught.value) == ("kinds.safetensors knows no class 'feathered'; use one of horned, plated, winged.")
