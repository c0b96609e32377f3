"""A description of layers: begun from the tensors, written by a person, checked line by line."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from dinoexplorer.generators.blueprint import Blueprint, EncoderBlueprint, Layer, from_data, to_data
from dinoexplorer.generators.checking import DescriptionError, checked, layer_lines, parsed
from dinoexplorer.generators.contents import Contents
from dinoexplorer.generators.describing import described

TEXT = """\
latent = 5
values = "sigmoid"
layers = [
  { kind = "linear", weights = "l" },
  # { kind = "a comment" }
  { kind = "reshape", shape = [10, 4, 4] },
  { kind = "conv_transpose", weights = "c", stride = 2, padding = 1 },
]
"""


@pytest.fixture
def tensors():
    torch.manual_seed(0)
    return {
        "l.weight": torch.randn(160, 5), "l.bias": torch.zeros(160), "odd.x": torch.randn(2, 3, 4),
        "c.weight": torch.randn(10, 3, 4, 4), "c.bias": torch.zeros(3),
    }  # fmt: skip


@pytest.fixture
def contents(tensors):
    return Contents(Path("odd.pt"), "PyTorch checkpoint", tensors)


def test_what_the_tensors_suggest_fits_them_and_names_what_is_left(contents, tensors):
    text = described(contents)
    known = checked(text, tensors)
    assert known.problem == ""
    assert known.built is not None
    assert (known.built.latent.dim, known.built.image_size, known.built.channels) == (5, 8, 3)
    assert text.startswith("# How odd.pt is built, layer by layer.")
    assert text.endswith("# Tensors that no layer takes:\n#   odd.x  2 x 3 x 4\n")


def test_behind_each_line_stands_what_its_layer_gives(tensors):
    known = checked(TEXT, tensors)
    assert known.shapes == {4: "160", 6: "10 x 4 x 4", 7: "3 x 8 x 8"}
    assert known.blueprint is not None
    assert known.blueprint.values == "sigmoid"


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        (
            '"reshape"',
            '"rehsape"',
            6,
            "layer 2 (rehsape): there is no such kind of layer; use one of activation, batch_",
        ),
        ("[10, 4, 4]", "[10, 4, 5]", 6, "layer 2 (reshape): shape (10, 4, 5) does not hold the 160 numbers before it"),
        ('"c"', '"d"', 7, "layer 3 (conv_transpose d): it has no tensor 'weight' (found: none of that name)"),
        ("[10, 4, 4]", "[160, 1, 1]", 7, "layer 3 (conv_transpose c) does not fit (160, 1, 1) before it: "),
        ("stride = 2", "stride = 1", 7, "the last layer gives (3, 5, 5)"),
        ("latent = 5", "latent = -5", 1, "a description needs 'latent', the length of a code, such as latent = 100."),
        ("latent = 5", "latent = 5\nlayer = 3", 2, "'layer' is nothing that is known here; use classes, encoder,"),
        ("sigmoid", "sigmoidal", 2, "'values' is 'sigmoidal'; use one of tanh, sigmoid, signed, unit, tanh_unit."),
        ("shape = [", "shape = [[", 6, "line 6 is no TOML: unclosed array."),
        ("latent = 5", "latent = ", 1, "line 1 is no TOML: invalid value."),
    ],
)
def test_the_line_that_is_wrong_is_named(tensors, old, new, line, sentence):
    if "(3, 5, 5)" in sentence:
        tensors["c.weight"] = torch.randn(10, 2, 4, 4)
        tensors["c.bias"] = torch.zeros(2)
        sentence = "the last layer gives (2, 5, 5) and not a picture of 1 or 3 channels"
    known = checked(TEXT.replace(old, new), tensors)
    assert known.built is None
    assert known.problem.startswith(sentence)
    assert known.line == line


def test_a_picture_that_is_not_square_is_refused(tensors):
    text = TEXT.replace("[10, 4, 4]", "[10, 2, 8]")
    assert checked(text, tensors).problem == (
        "the last layer gives pictures of 16 x 4 pixels, and only square ones can be shown; change a stride, a padding"
        " or the reshape."
    )


def test_a_description_with_an_encoder_comes_back_as_it_was_written(contents, tensors):
    tensors |= {"e.weight": torch.randn(10, 192), "e.bias": torch.zeros(10)}
    encoder = EncoderBlueprint((Layer("linear", "e", {"flatten": True}),), "first half", unit=True)
    blueprint = Blueprint(5, parsed(TEXT).layers, "sigmoid", 0, "uniform", encoder)
    text = described(contents, to_data(blueprint))
    assert parsed(text) == from_data(to_data(blueprint)) == blueprint
    known = checked(text, tensors)
    assert known.built is not None
    assert known.built.encoder is not None
    assert known.built.encoder(torch.zeros(2, 3, 8, 8)).shape == (2, 5)
    wrong = checked(text.replace('weights = "e"', 'weights = "c"'), tensors)
    assert wrong.line == layer_lines(text)[-1]
    assert wrong.problem.startswith("layer 1 (linear c) does not fit (3, 8, 8) before it")


def test_names_with_quotes_and_other_letters_survive(tensors):
    strange = {'wä"eird.weight': tensors["l.weight"], "new\nline.x": torch.zeros(2, 2, 2)}
    text = described(Contents(Path("s.pt"), "PyTorch checkpoint", strange))
    assert parsed(text).layers[0].weights == 'wä"eird'


def test_the_layers_of_a_discriminator_are_not_suggested(tensors):
    both = {"discriminator.x.weight": torch.randn(1, 192), **{f"generator.{name}": tensors[name] for name in tensors}}
    text = described(Contents(Path("b.pt"), "PyTorch checkpoint", both))
    assert [layer.weights for layer in parsed(text).layers if layer.weights] == ["generator.l", "generator.c"]


def test_what_cannot_be_read_is_an_error_with_its_line():
    with pytest.raises(DescriptionError) as refused:
        parsed("latent = 4\nlatent = 5\n")
    assert refused.value.line == 2
