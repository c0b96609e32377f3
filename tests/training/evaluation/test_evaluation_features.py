"""What distances are measured in, and the files that some of it needs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from tests.training.evaluation._told import Told, discs, image_set
from training.evaluation.features import alexnet, inception, squeezenet
from training.evaluation.features.inception_network import Inception, InceptionA, InceptionE
from training.evaluation.features.pixels import embed, looks
from training.evaluation.features.weights import WeightsFile, weights_folder
from training.evaluation.material import Material, UnavailableError
from training.objectives.perceptual import PerceptualDistance

Make = Callable[..., Material]


def test_distances_of_pixels_are_root_mean_squares() -> None:
    dark, light = np.zeros((1, 16, 16, 3), np.uint8), np.full((1, 16, 16, 3), 51, np.uint8)
    assert np.linalg.norm(embed(light) - embed(dark)) == pytest.approx(0.2, rel=1e-5)


def test_what_pictures_look_like_does_not_depend_on_how_many_are_asked_at_once() -> None:
    pictures = discs(300, 0, 24)[0]
    together, alone = looks(pictures), np.concatenate([looks(pictures[:7]), looks(pictures[7:])])
    np.testing.assert_allclose(together, alone, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, rtol=1e-5)


def test_inception_has_the_names_and_the_size_of_the_published_network() -> None:
    with torch.device("meta"):
        network = Inception()
        assert network(torch.empty(2, 3, 299, 299)).shape == (2, 2048)
    trunk = sum(parameter.numel() for name, parameter in network.named_parameters() if not name.startswith("fc."))
    assert trunk == 21_785_568  # torchvision's inception_v3 without its two classifiers
    names = network.state_dict().keys()
    assert {"Conv2d_1a_3x3.conv.weight", "Mixed_6b.branch7x7dbl_5.bn.running_var", "Mixed_7c.branch3x3dbl_3b.bn.bias",
            "fc.weight"} <= names  # fmt: skip
    assert network.fc.weight.shape == (1008, 2048)


def test_what_is_peculiar_to_the_inception_of_fid() -> None:
    ones = torch.ones(1, 192, 5, 5)
    block = InceptionA(192, 32).eval()
    pooled: list[torch.Tensor] = []
    block.branch_pool.register_forward_pre_hook(lambda _module, given: pooled.append(given[0]))
    block(ones)
    assert torch.equal(pooled[0], ones)  # the border does not pull the average down
    spot = torch.zeros(1, 8, 5, 5)
    spot[..., 2, 2] = 9.0
    for pools_maximum, wanted in ((True, 9.0), (False, 1.0)):
        last = InceptionE(8, pools_maximum=pools_maximum).eval()
        pooled.clear()
        last.branch_pool.register_forward_pre_hook(lambda _module, given: pooled.append(given[0]))
        last(spot)
        assert pooled[0][0, 0, 1, 1] == pytest.approx(wanted)


@pytest.mark.parametrize(("kind", "name"), [
    ("inception", "pt_inception-2015-12-05-6726825d.pth"), ("squeezenet", "squeezenet1_0-b66bff10.pth"),
])  # fmt: skip
def test_a_network_that_is_not_there_says_in_one_line_how_to_get_it(material: Make, kind: str, name: str) -> None:
    made = material()
    with pytest.raises(UnavailableError) as refused:
        made.features(kind)
    text = str(refused.value)
    assert f"curl -L --create-dirs -o '{made.settings.features / name}' https://" in text
    assert "\n" not in text


def test_a_file_that_is_something_else_is_not_taken(tmp_path: Path) -> None:
    file = WeightsFile("a thing's weights", ("thing.safetensors", "thing.pth"), "https://example.org/thing")
    save_file({"other": torch.zeros(2)}, tmp_path / "thing.safetensors")
    with pytest.raises(UnavailableError, match=r"needs a thing's weights, and thing.safetensors in .* is not that"):
        file.fill(nn.Linear(2, 2), tmp_path)
    (tmp_path / "thing.safetensors").write_bytes(b"nothing")
    with pytest.raises(
        UnavailableError, match=r"thing.safetensors cannot be read; fetch it again from https://example"
    ):
        file.read(tmp_path)
    (tmp_path / "thing.safetensors").unlink()
    torch.save(nn.Linear(2, 2), tmp_path / "thing.pth")  # a module runs code when it is loaded
    with pytest.raises(UnavailableError, match="cannot be read"):
        file.read(tmp_path)
    torch.save({"a": torch.ones(1)}, tmp_path / "thing.pth")
    tensors, digest = file.read(tmp_path)
    assert (tensors["a"].item(), len(digest)) == (1, 64)


def test_the_folder_of_weights_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert weights_folder() == tmp_path / "cache" / "features"
    monkeypatch.setenv("DINOEXPLORER_FEATURES", str(tmp_path / "mine"))
    assert weights_folder() == tmp_path / "mine"


def test_networks_from_files_give_features(material: Make, tmp_path: Path) -> None:
    folder = tmp_path / "features"
    folder.mkdir()
    torch.manual_seed(0)
    torch.save(Inception().state_dict(), folder / inception.FILE.names[0])
    save_file(PerceptualDistance().state_dict(), folder / "squeezenet1_0.safetensors")
    made = material()
    few = made.samples[:3]
    assert made.features("squeezenet")(few).shape == (3, 256)
    found = made.features("inception")
    assert found(few).shape == (3, 2048)
    assert found.probabilities is not None
    np.testing.assert_allclose(found.probabilities(few).sum(1), 1, rtol=1e-5)
    assert squeezenet.FILE.digest(folder) in made.features("squeezenet").identity


def test_lpips_is_nothing_for_equal_pictures_and_the_weighted_sum_of_differences_else() -> None:
    torch.manual_seed(0)
    network = alexnet.Lpips().eval()
    a, b = torch.rand(2, 2, 3, 64, 64) * 2 - 1
    assert network(a, a).tolist() == [0, 0]
    wanted = torch.zeros(2)
    for place, (x, y) in enumerate(zip(network.trunk((a - network.shift) / network.scale),
                                       network.trunk((b - network.shift) / network.scale), strict=True)):  # fmt: skip
        weights = network.linear.state_dict()[f"lin{place}.model.1.weight"].flatten()
        one, two = (some / (some.norm(dim=1, keepdim=True) + 1e-10) for some in (x, y))
        wanted += ((one - two) ** 2 * weights[:, None, None]).sum(1).mean((1, 2))
    torch.testing.assert_close(network(a, b), wanted)


def test_the_classifier_learns_the_classes_is_kept_and_leaves_random_numbers_alone(material: Make) -> None:
    before = torch.get_rng_state()
    made = material()
    told: list[str] = []
    made.tick = lambda what, _done, _total: told.append(what)
    found = made.features("classifier")
    assert torch.equal(torch.get_rng_state(), before)
    assert "training a classifier" in told
    assert found.probabilities is not None
    labels = made.images.labels[made.held_places]
    chances = found.probabilities(made.held_out)
    assert (chances.argmax(1) == labels).mean() > 0.95
    again = material()
    again.tick = lambda what, _done, _total: pytest.fail(what)
    np.testing.assert_array_equal(again.features("classifier")(made.held_out), found(made.held_out))


def test_without_classes_there_is_no_classifier(material: Make) -> None:
    made = material(images=image_set(discs(30, 0)[0]))
    with pytest.raises(UnavailableError, match="needs pictures with at least two classes of 4 or more"):
        made.features("classifier")


def test_a_model_without_an_encoder_has_no_features_of_its_own(material: Make) -> None:
    made = material(Told(discs(20, 1)[0], encoder=False))
    with pytest.raises(UnavailableError, match="this model has no encoder"):
        made.features("encoder")
