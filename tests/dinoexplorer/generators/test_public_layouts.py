"""Networks as public repositories build them, with weights of our own: recognised by tensors alone, and exact.

Only the layouts (names, order, kernels, strides) are theirs. Where a normalisation remembers what came into it the
right reading is the first one; elsewhere it is among those that are shown.
"""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from dinoexplorer.generators import open_generator
from dinoexplorer.generators.readers.foreign import readings
from dinoexplorer.generators.reparametrised import worked_in
from tests.dinoexplorer.generators.remembering import contents_of, difference, remembered


class Unpadded(nn.Module):
    """A DCGAN of courses for 28 x 28 pixels: 1, 3, 6, 13, 28."""

    dim = 12

    def __init__(self) -> None:
        super().__init__()
        self.gen = nn.Sequential(
            *(nn.Sequential(nn.ConvTranspose2d(given, out, size, stride), nn.BatchNorm2d(out), nn.ReLU())
              for given, out, size, stride in ((12, 16, 3, 2), (16, 8, 4, 1), (8, 6, 3, 2))),
            nn.Sequential(nn.ConvTranspose2d(6, 1, 4, 2), nn.Tanh()),
        )  # fmt: skip

    def forward(self, codes: Tensor) -> Tensor:
        return self.gen(codes[..., None, None])  # type: ignore[no-any-return]


class Straight(nn.Module):
    """Nothing between the linear layer and the first convolution."""

    dim = 10

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(10, 16 * 16)
        self.t_conv1 = nn.Sequential(nn.ConvTranspose2d(16, 8, 4, 2, 1, bias=False), nn.BatchNorm2d(8))
        self.t_conv2 = nn.Sequential(nn.ConvTranspose2d(8, 6, 4, 2, 1, bias=False), nn.BatchNorm2d(6))
        self.t_conv3 = nn.Sequential(nn.ConvTranspose2d(6, 3, 4, 2, 1, bias=False))

    def forward(self, codes: Tensor) -> Tensor:
        maps = self.fc(codes).view(-1, 16, 4, 4)
        maps = functional.relu(self.t_conv2(functional.relu(self.t_conv1(maps))))
        return torch.tanh(self.t_conv3(maps))


class Shuffled(nn.Module):
    """Channels become places."""

    dim = 9

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(9, 16 * 16)
        self.up1, self.bn1 = nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(8)
        self.up2, self.bn2 = nn.Conv2d(8, 16, 3, padding=1), nn.BatchNorm2d(4)
        self.out = nn.Conv2d(4, 3, 3, padding=1)

    def forward(self, codes: Tensor) -> Tensor:
        maps = functional.relu(self.fc(codes)).view(-1, 16, 4, 4)
        maps = functional.relu(self.bn1(functional.pixel_shuffle(self.up1(maps), 2)))
        maps = functional.relu(self.bn2(functional.pixel_shuffle(self.up2(maps), 2)))
        return torch.tanh(self.out(maps))


class ShuffledLater(nn.Module):
    """The same behind normalisation and activation."""

    dim = 9

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(9, 16 * 16)
        self.up1, self.bn1 = nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32)
        self.up2, self.bn2 = nn.Conv2d(8, 16, 3, padding=1), nn.BatchNorm2d(16)
        self.out = nn.Conv2d(4, 3, 3, padding=1)

    def forward(self, codes: Tensor) -> Tensor:
        maps = functional.relu(self.fc(codes)).view(-1, 16, 4, 4)
        maps = functional.pixel_shuffle(functional.relu(self.bn1(self.up1(maps))), 2)
        maps = functional.pixel_shuffle(functional.relu(self.bn2(self.up2(maps))), 2)
        return torch.tanh(self.out(maps))


class FiveByFive(nn.Module):
    """Kernels of five that all double, where one that keeps the side would fit as well."""

    dim = 8

    def __init__(self) -> None:
        super().__init__()
        self.l1 = nn.Sequential(nn.Linear(8, 12 * 16, bias=False), nn.BatchNorm1d(12 * 16), nn.ReLU())
        double = [
            nn.Sequential(nn.ConvTranspose2d(given, out, 5, 2, 2, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU())
            for given, out in ((12, 8), (8, 6))
        ]
        self.l2_5 = nn.Sequential(*double, nn.ConvTranspose2d(6, 3, 5, 2, 2, 1), nn.Tanh())

    def forward(self, codes: Tensor) -> Tensor:
        return self.l2_5(self.l1(codes).view(-1, 12, 4, 4))  # type: ignore[no-any-return]


class Square(nn.Module):
    """Transposed convolutions of three, of which one has as many channels before as behind it, and a plain one."""

    dim = 8

    def __init__(self, last: int = 8) -> None:
        super().__init__()
        self.decoder_input = nn.Linear(8, 32 * 4)
        self.decoder = nn.Sequential(
            *(nn.Sequential(nn.ConvTranspose2d(given, out, 3, 2, 1, 1), nn.BatchNorm2d(out), nn.LeakyReLU())
              for given, out in ((32, 16), (16, 8)))
        )  # fmt: skip
        self.final_layer = nn.Sequential(
            nn.ConvTranspose2d(8, last, 3, 2, 1, 1), nn.BatchNorm2d(last), nn.LeakyReLU(),
            nn.Conv2d(last, 3, 3, padding=1), nn.Tanh(),
        )  # fmt: skip

    def forward(self, codes: Tensor) -> Tensor:
        return self.final_layer(self.decoder(self.decoder_input(codes).view(-1, 32, 2, 2)))  # type: ignore[no-any-return]


class Slipped(nn.Module):
    """Fully connected, with an epsilon of 0.8 in every normalisation."""

    dim = 10

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Linear(10, 24), nn.LeakyReLU(0.2)]
        for given, out in ((24, 32), (32, 48)):
            layers += [nn.Linear(given, out), nn.BatchNorm1d(out, 0.8), nn.LeakyReLU(0.2)]
        self.model = nn.Sequential(*layers, nn.Linear(48, 3 * 16 * 16), nn.Tanh())
        nn.init.normal_(self.model[-2].weight, 0, 0.5)

    def forward(self, codes: Tensor) -> Tensor:
        return self.model(codes).view(-1, 3, 16, 16)  # type: ignore[no-any-return]


LAYOUTS = {
    "unpadded": Unpadded, "straight": Straight, "shuffled": Shuffled, "five": FiveByFive, "slipped": Slipped,
    "square": Square, "shuffled later": ShuffledLater,
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_first_reading_of_a_public_layout_is_right(name):
    torch.manual_seed(1)
    net = LAYOUTS[name]()
    for parameter in net.parameters():
        if parameter.ndim == 4:
            parameter.data *= 2
    remembered(net, (net.dim,), 1)
    built = readings(contents_of(net.state_dict()))[0].build()
    assert built.latent.dim == net.dim
    assert difference(built, net, torch.randn(8, net.dim)) < 1


def test_a_square_kernel_among_transposed_ones_is_nothing_unusual():
    """It agrees as well as one whose shape leaves no doubt that it is transposed."""
    scores = []
    for last in (8, 6):
        torch.manual_seed(1)
        net = remembered(Square(last), (8,), 1)
        scores.append(readings(contents_of(net.state_dict()))[0].score)
    assert abs(scores[0] - scores[1]) < 0.01


class TwoBranched(nn.Module):
    """The code and the class each through a layer of their own."""

    def __init__(self, *, label_first: bool) -> None:
        super().__init__()
        self.label_first = label_first
        dims = (3, 20) if label_first else (20, 3)
        self.deconv1_1, self.deconv1_1_bn = nn.ConvTranspose2d(dims[0], 8, 4), nn.BatchNorm2d(8)
        self.deconv1_2, self.deconv1_2_bn = nn.ConvTranspose2d(dims[1], 6, 4), nn.BatchNorm2d(6)
        self.deconv2, self.deconv2_bn = nn.ConvTranspose2d(14, 8, 4, 2, 1), nn.BatchNorm2d(8)
        self.deconv3 = nn.ConvTranspose2d(8, 1, 4, 2, 1)

    def forward(self, codes: Tensor) -> Tensor:
        code, label = codes[:, :20, None, None], codes[:, 20:, None, None]
        one, two = (label, code) if self.label_first else (code, label)
        parts = self.deconv1_1_bn(self.deconv1_1(one)), self.deconv1_2_bn(self.deconv1_2(two))
        maps = functional.relu(torch.cat(parts, dim=1))
        return torch.tanh(self.deconv3(functional.relu(self.deconv2_bn(self.deconv2(maps)))))


@pytest.mark.parametrize("label_first", [False, True])
def test_a_code_and_a_class_that_meet_behind_a_layer_each_are_one_code_with_its_class_at_the_end(label_first, tmp_path):
    torch.manual_seed(0)
    net = TwoBranched(label_first=label_first)
    for parameter in net.parameters():
        if parameter.ndim == 4:
            parameter.data *= 2

    def codes(count: int) -> Tensor:
        return torch.cat([torch.randn(count, 20), torch.eye(3)[torch.randint(3, (count,))]], dim=1)

    net.train()
    with torch.no_grad():
        for _ in range(60):
            net(codes(32))
    net.eval()
    path = tmp_path / "net.pth"
    torch.save(net.state_dict(), path)
    for _ in range(2):  # found out, then remembered
        generator = open_generator(path)
        info = generator.info
        assert (info.family, info.latent.dim, info.classes) == ("conditional-gan", 23, ("0", "1", "2"))
        given = codes(4)
        wanted = ((net(given).detach() + 1) * 127.5).round().to(torch.uint8).expand(-1, 3, -1, -1)
        shown = torch.from_numpy(generator.decode(given.numpy())).permute(0, 3, 1, 2)
        assert (shown.int() - wanted.int()).abs().float().mean() < 1


class PlainVae(nn.Module):
    """Heads and the enlarging layer lie beside the containers of the convolutions."""

    dim = 3

    def __init__(self) -> None:
        super().__init__()
        self.enc = nn.Sequential(nn.Conv2d(1, 8, 4, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 4, 2, 1), nn.ReLU())
        self.fc1, self.fc2 = nn.Linear(16 * 49, 3), nn.Linear(16 * 49, 3)
        self.fc3 = nn.Linear(3, 16 * 49)
        self.dec = nn.Sequential(nn.ConvTranspose2d(16, 8, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1))

    def encode(self, pictures: Tensor) -> Tensor:
        return self.fc1(self.enc(pictures).flatten(1))  # type: ignore[no-any-return]

    def forward(self, codes: Tensor) -> Tensor:
        return torch.sigmoid(self.dec(functional.relu(self.fc3(codes)).view(-1, 16, 7, 7))) * 2 - 1


class UnpaddedVae(nn.Module):
    """Convolutions without padding both ways: 1, 5, 13, 30, 64."""

    dim = 3

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Module()
        sides = ((3, 8), (8, 8), (8, 16), (16, 16))
        for number, (given, out) in enumerate(sides, 1):
            self.encoder.add_module(f"conv{number}", nn.Conv2d(given, out, 4, 2))
        self.encoder.fc_mu, self.encoder.fc_logsigma = nn.Linear(64, 3), nn.Linear(64, 3)
        self.decoder = nn.Module()
        self.decoder.fc1 = nn.Linear(3, 64)
        for number, (given, out, size) in enumerate(((64, 16, 5), (16, 8, 5), (8, 8, 6), (8, 3, 6)), 1):
            self.decoder.add_module(f"deconv{number}", nn.ConvTranspose2d(given, out, size, 2))

    def encode(self, pictures: Tensor) -> Tensor:
        maps = pictures
        for number in range(1, 5):
            maps = functional.relu(self.encoder.get_submodule(f"conv{number}")(maps))
        return self.encoder.fc_mu(maps.flatten(1))  # type: ignore[no-any-return]

    def forward(self, codes: Tensor) -> Tensor:
        maps = functional.relu(self.decoder.fc1(codes))[..., None, None]
        for number in range(1, 4):
            maps = functional.relu(self.decoder.get_submodule(f"deconv{number}")(maps))
        return torch.sigmoid(self.decoder.deconv4(maps)) * 2 - 1  # type: ignore[operator]


@pytest.mark.parametrize("kind", [PlainVae, UnpaddedVae])
def test_a_vae_is_read_with_what_lies_beside_its_containers_and_without_any_padding(kind):
    torch.manual_seed(0)
    net = kind()
    optimiser = torch.optim.Adam(net.parameters(), 3e-3)
    for _ in range(120):  # codes are found again, as those of a trained one are
        codes = torch.randn(32, 3)
        missed = (net.encode((net(codes) + 1) / 2) - codes).square().mean()
        optimiser.zero_grad()
        missed.backward()
        optimiser.step()
    reading = readings(contents_of(net.eval().state_dict()))[0]
    built = reading.build()
    assert (reading.family, built.latent.dim, built.encoder is not None) == ("vae", 3, True)
    codes = torch.randn(8, 3)
    assert difference(built, net, codes) < 1
    assert built.encoder is not None
    with torch.inference_mode():
        assert (built.encoder(net(codes)) - net.encode((net(codes) + 1) / 2)).abs().max() < 1e-3


def normalised(how: str) -> nn.Sequential:
    old = {"spectral": nn.utils.spectral_norm, "weight": nn.utils.weight_norm}
    new = {
        "new spectral": nn.utils.parametrizations.spectral_norm, "new weight": nn.utils.parametrizations.weight_norm,
    }  # fmt: skip
    wrap = {**old, **new}[how]
    return nn.Sequential(
        wrap(nn.ConvTranspose2d(6, 8, 4)), nn.BatchNorm2d(8), nn.ReLU(),
        wrap(nn.ConvTranspose2d(8, 8, 4, 2, 1)), nn.BatchNorm2d(8), nn.ReLU(),
        wrap(nn.ConvTranspose2d(8, 3, 4, 2, 1)), nn.Tanh(),
    )  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*weight_norm.*deprecated")
@pytest.mark.parametrize("how", ["spectral", "weight", "new spectral", "new weight"])
def test_normalised_weights_are_worked_in(how, tmp_path):
    torch.manual_seed(0)
    net = remembered(normalised(how), (6, 1, 1), 0)
    path = tmp_path / "net.pth"
    torch.save(net.state_dict(), path)
    generator = open_generator(path)
    codes = torch.randn(4, 6)
    wanted = ((net(codes[..., None, None]).detach() + 1) * 127.5).round().permute(0, 2, 3, 1).numpy()
    assert abs(generator.decode(codes.numpy()) - wanted).mean() < 1


def test_what_only_looks_like_a_normalised_weight_stays_as_it_is():
    tensors = {
        "a.weight_g": torch.ones(3), "a.weight_v": torch.ones(4, 2, 2),  # no slice has such a gain
        "b.weight_orig": torch.ones(3, 2), "b.weight_u": torch.ones(5),  # a vector of another length
        "c.weight_orig": torch.zeros(3, 2), "c.weight_u": torch.zeros(3), "c.weight_v": torch.zeros(2),
        "d.weight_v": torch.ones(3),
    }  # fmt: skip
    assert dict(worked_in(tensors)) == tensors
