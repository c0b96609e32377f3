"""A class of the user's own: run on that word alone, never by opening a file."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import torch
from torch import nn

from dinoexplorer.generators import GeneratorError, open_generator
from dinoexplorer.generators.trusted_class import trusted_decoder

_SOURCE = '''
import torch
from torch import nn

class Odd(nn.Module):
    """Its layers run in an order that no tensor tells."""

    def __init__(self, width=8):
        super().__init__()
        self.second = nn.ConvTranspose2d(width, 3, 4, 2, 1)
        self.first = nn.ConvTranspose2d(6, width, 8, 1, 0)
        self.again = nn.Parameter(torch.ones(width, 1, 1))

    def forward(self, z):
        maps = torch.relu(self.first(z))
        return torch.tanh(self.second(maps + self.again * maps.flip(-1)))

class Choosy(Odd):
    def forward(self, z):
        if z.shape[1] != 6:
            raise ValueError("six numbers, please")
        return super().forward(z)

class NoPictures(nn.Module):
    def forward(self, z):
        return z

nothing = 3
'''


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "odd_network.py"
    path.write_text(_SOURCE)
    return path


@pytest.fixture
def network(source):
    namespace: dict[str, type[nn.Module]] = {}
    exec(_SOURCE, namespace)  # noqa: S102  the text above
    torch.manual_seed(0)
    made = namespace["Odd"]().eval()
    for parameter in made.parameters():
        nn.init.normal_(parameter, 0, 0.3)  # pictures from black to white, as a trained one makes them
    return made


@pytest.fixture
def weights(tmp_path, network):
    path = tmp_path / "odd.pt"
    torch.save({"epoch": 3, "net": {"G": network.state_dict()}}, path)
    return path


def test_a_named_class_decodes_with_the_weights_of_the_file(source, weights, network):
    codes = torch.randn(3, 6)
    made = trusted_decoder(weights, f"{source}:Odd", {}, 6)(codes)
    assert torch.equal(made, network(codes[..., None, None]))


@pytest.mark.parametrize(
    ("named", "made_with", "sentence"),
    [
        ("Odd", ({}, 6), "'Odd' names no class; write FILE.py:CLASS or MODULE:CLASS."),
        ("{source}:Nobody", ({}, 6), "{source} has no torch module called Nobody; check the name."),
        ("{source}:nothing", ({}, 6), "{source} has no torch module called nothing; check the name."),
        ("nowhere.py:Odd", ({}, 6),
         "nowhere.py cannot be imported (there is no file nowhere.py); mend it, or add what it needs."),
        ("{source}:Odd", ({"depth": 3}, 6),
         "Odd cannot be made with {{'depth': 3}} (Odd.__init__() got an unexpected keyword argument 'depth'); give"
         " --arguments what it takes."),
        ("{source}:Odd", ({"width": 9}, 6),
         "the weights in odd.pt are not those of {source}:Odd: 'again' is missing or of another shape; check"
         " --arguments."),
        ("{source}:Choosy", ({}, 7),
         "{source}:Choosy makes no pictures of codes of 7 numbers (six numbers, please): its forward must take (n, 7)"
         " or (n, 7, 1, 1) and give (n, 1 or 3, h, w); check --latent, or wrap it in a class that does."),
        ("{source}:NoPictures", ({}, 6),
         "{source}:NoPictures makes no pictures of codes of 6 numbers (it gives something else): its forward must take"
         " (n, 6) or (n, 6, 1, 1) and give (n, 1 or 3, h, w); check --latent, or wrap it in a class that does."),
        ("{source}:Odd", ({}, 5000), "A code cannot have 5000 numbers; give --latent 1 to 4096."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(source, weights, named, made_with, sentence):
    with pytest.raises(GeneratorError) as refused:
        trusted_decoder(weights, named.format(source=source), *made_with)
    assert str(refused.value) == sentence.format(source=source)


def test_a_class_in_a_file_that_is_named_like_a_library_does_not_stand_in_for_it(source, weights):
    other = source.rename(source.with_name("torch.py"))
    trusted_decoder(weights, f"{other}:Odd", {}, 6)
    assert sys.modules["torch"] is torch


def test_weights_that_would_run_code_stay_closed_even_then(source, tmp_path):
    class Bad:
        def __reduce__(self):
            return (open, (str(tmp_path / "ran"), "w"))

    torch.save({"first.weight": Bad()}, tmp_path / "bad.pt")
    with pytest.raises(GeneratorError, match="no file may run code"):
        trusted_decoder(tmp_path / "bad.pt", f"{source}:Odd", {}, 6)
    assert not (tmp_path / "ran").exists()


def test_what_was_exported_on_trust_opens_like_any_file(source, weights, network, tmp_path, run):
    for package in ("onnx", "onnxscript", "onnxruntime"):
        pytest.importorskip(package, reason="comes with the extras 'onnx-export' and 'onnx'")
    out = tmp_path / "odd.onnx"
    code, said, _ = run("export", weights, "--trust", f"{source}:Odd", "--latent", "6", "--onnx", out)
    assert (code, said.splitlines()[0]) == (0, f"saved {out}")
    codes = np.random.default_rng(1).standard_normal((2, 6)).astype(np.float32)
    with torch.inference_mode():
        wanted = network(torch.from_numpy(codes)[..., None, None]).permute(0, 2, 3, 1).numpy() * 127.5 + 127.5
    assert np.abs(open_generator(out).decode(codes) - wanted).max() < 1
    assert run("export", weights, "--trust", f"{source}:Odd", "--onnx", out)[2] == (
        "dinoexplorer: --trust goes with --latent, the length of a code, such as --latent 100.\n"
    )
