"""Models of Keras that describe themselves, in files written here with the layouts of Keras 2 and Keras 3."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from dinoexplorer.generators import GeneratorError, open_generator
from dinoexplorer.generators.readers.foreign import readings, unpacked

h5py = pytest.importorskip("h5py", reason="the extra 'keras' is not installed")
SHARED = Path(__file__).parents[4] / "shared/checkpoints"
Array = np.ndarray[Any, Any]


def layer(kind: str, name: str, **config: Any) -> dict[str, Any]:
    return {"class_name": kind, "config": {"name": name, **config}}


def arrays(*shapes: tuple[int, ...], seed: int = 0) -> list[Array]:
    rng = np.random.default_rng(seed)
    return [rng.normal(0, 0.4, shape).astype(np.float32) for shape in shapes]


def write_weights(file: Any, groups: dict[str, list[Array]]) -> None:
    """As Keras 3: a group for each layer in order, arrays by number."""
    for place, values in groups.items():
        inside = file.create_group(place).create_group("vars")
        for number, value in enumerate(values):
            inside.create_dataset(str(number), data=value)


def write_keras(path: Path, config: object, groups: dict[str, list[Array]]) -> Path:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        write_weights(file, groups)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("model.weights.h5", buffer.getvalue())
    return path


def write_h5(path: Path, config: object, layers: dict[str, dict[str, Array]]) -> Path:
    """As Keras 2: names of layers and of arrays in attributes."""
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        weights = file.create_group("model_weights")
        weights.attrs["layer_names"] = [name.encode() for name in layers]
        for name, values in layers.items():
            group = weights.create_group(name)
            group.attrs["weight_names"] = [key.encode() for key in values]
            for key, value in values.items():
                group.create_dataset(key, data=value)
    return path


def sequential(*layers: dict[str, Any], dim: int = 6) -> dict[str, Any]:
    first = layer("InputLayer", "input_layer", batch_shape=[None, dim])
    return {"class_name": "Sequential", "config": {"name": "generator", "layers": [first, *layers]}}


def raw_of(path: Path, codes: Tensor) -> Tensor:
    """What the network of a file gives before it is put into a range."""
    return readings(unpacked(path))[0].build().decoder[:-1](codes)  # type: ignore[index, no-any-return]


def transposed(maps: Tensor, kernel: Array, stride: int) -> Tensor:
    """Keras's transposed convolution with "same" borders, by its definition: each pixel adds its kernel."""
    count, _, height, width = maps.shape
    size = kernel.shape[0]
    whole = torch.zeros(count, kernel.shape[2], height * stride + size, width * stride + size)
    for y in range(height):
        for x in range(width):
            patch = torch.einsum("nc,hwoc->nohw", maps[:, :, y, x], torch.tensor(kernel))
            whole[:, :, y * stride : y * stride + size, x * stride : x * stride + size] += patch
    before = max(size - stride, 0) // 2
    return whole[:, :, before : before + height * stride, before : before + width * stride]


@pytest.mark.parametrize(("size", "stride"), [(4, 2), (5, 2), (3, 2), (3, 1), (5, 1), (2, 3)])
def test_transposed_convolutions_are_cut_as_keras_cuts_them(tmp_path: Path, size: int, stride: int) -> None:
    dense, kernel = arrays((6, 4 * 4 * 5), (size, size, 3, 5))
    config = sequential(
        layer("Dense", "first", units=80, use_bias=False, activation="linear"),
        layer("Reshape", "reshape", target_shape=[4, 4, 5]),
        layer("Conv2DTranspose", "up", filters=3, kernel_size=[size, size], strides=[stride, stride], padding="same"),
        layer("UpSampling2D", "larger", size=[2, 2]),
    )
    path = write_keras(tmp_path / "x.keras", config, {"layers/dense": [dense], "layers/conv2d_transpose": [kernel]})
    codes = torch.randn(3, 6, generator=torch.Generator().manual_seed(1))

    maps = (codes @ torch.tensor(dense)).reshape(3, 4, 4, 5).permute(0, 3, 1, 2)
    expected = functional.interpolate(transposed(maps, kernel, stride), scale_factor=2)

    torch.testing.assert_close(raw_of(path, codes), expected, atol=1e-4, rtol=1e-4)


def test_convolutions_with_even_kernels_or_strides_have_their_odd_border_behind(tmp_path: Path) -> None:
    dense, even, strided = arrays((6, 16 * 16), (4, 4, 1, 3), (3, 3, 3, 1))
    config = sequential(
        layer("Dense", "first", units=256, activation="linear"),
        layer("Reshape", "reshape", target_shape=[16, -1, 1]),
        layer("Conv2D", "even", filters=3, kernel_size=[4, 4], strides=[1, 1], padding="same"),
        layer("Conv2D", "strided", filters=1, kernel_size=[3, 3], strides=[2, 2], padding="same"),
    )
    groups = {"layers/dense": [dense], "layers/conv2d": [even], "layers/conv2d_1": [strided]}
    path = write_keras(tmp_path / "x.keras", config, groups)
    codes = torch.randn(3, 6, generator=torch.Generator().manual_seed(1))

    maps = (codes @ torch.tensor(dense)).reshape(3, 1, 16, 16)
    maps = functional.conv2d(functional.pad(maps, (1, 2, 1, 2)), torch.tensor(even).permute(3, 2, 0, 1))
    maps = functional.conv2d(functional.pad(maps, (0, 1, 0, 1)), torch.tensor(strided).permute(3, 2, 0, 1), stride=2)

    torch.testing.assert_close(raw_of(path, codes), maps, atol=1e-4, rtol=1e-4)


def test_normalisations_activations_and_borders_are_those_of_the_description(tmp_path: Path) -> None:
    dense, beta, mean, slopes = arrays((6, 8 * 8 * 3), (192,), (192,), (1, 1, 3))
    variance = np.abs(arrays((192,), seed=3)[0]) + 0.1
    config = sequential(
        layer("Dense", "first", units=192, activation="linear"),
        layer("BatchNormalization", "norm", axis=[1], epsilon=0.02, scale=False),
        layer("LeakyReLU", "leaky", alpha={"type": "ndarray", "value": 0.15}),
        layer("Dropout", "nothing", rate=0.5),
        layer("Reshape", "reshape", target_shape=[8, 8, 3]),
        layer("PReLU", "slopes", shared_axes=[1, 2]),
        layer("ZeroPadding2D", "wider", padding=[[2, 1], [1, 2]]),
        layer("Cropping2D", "narrower", cropping=1),
    )
    groups = {"layers/dense": [dense], "layers/batch_normalization": [beta, mean, variance], "layers/p_re_lu": [slopes]}
    path = write_keras(tmp_path / "x.keras", config, groups)
    codes = torch.randn(3, 6, generator=torch.Generator().manual_seed(1))

    flat = codes @ torch.tensor(dense)
    flat = (flat - torch.tensor(mean)) / (torch.tensor(variance) + 0.02).sqrt() + torch.tensor(beta)
    flat = torch.where(flat > 0, flat, flat * 0.15)
    maps = flat.reshape(3, 8, 8, 3)
    maps = torch.where(maps > 0, maps, maps * torch.tensor(slopes)).permute(0, 3, 1, 2)
    expected = functional.pad(maps, (0, 1, 1, 0))

    torch.testing.assert_close(raw_of(path, codes), expected, atol=1e-4, rtol=1e-4)


def vae_config(last: str = "sigmoid") -> dict[str, Any]:
    """An encoder with two heads and a sampling between them, and a decoder, in one model of Keras 2."""

    def after(spec: dict[str, Any], *names: str) -> dict[str, Any]:
        return {**spec, "name": spec["config"]["name"], "inbound_nodes": [[[name, 0, 0, {}] for name in names]]}

    encoder = {
        "name": "encoder",
        "layers": [
            after(layer("InputLayer", "pictures", batch_input_shape=[None, 64])) | {"inbound_nodes": []},
            after(layer("Dense", "hidden", units=16, activation="relu"), "pictures"),
            after(layer("Dense", "mean", units=2, activation="linear"), "hidden"),
            after(layer("Dense", "spread", units=2, activation="linear"), "hidden"),
            after(layer("Lambda", "sampled", function=["4wEAAAAA", None, None]), "mean", "spread"),
        ],
        "input_layers": [["pictures", 0, 0]],
        "output_layers": [["sampled", 0, 0]],
    }
    decoder = {
        "name": "decoder",
        "layers": [
            after(layer("InputLayer", "codes", batch_input_shape=[None, 2])) | {"inbound_nodes": []},
            after(layer("Dense", "back", units=16, activation="relu"), "codes"),
            after(layer("Dense", "picture", units=64, activation=last), "back"),
        ],
        "input_layers": [["codes", 0, 0]],
        "output_layers": [["picture", 0, 0]],
    }
    outer = [
        after(layer("InputLayer", "in", batch_input_shape=[None, 64])) | {"inbound_nodes": []},
        after({"class_name": "Model", "config": encoder}, "in"),
        after({"class_name": "Model", "config": decoder}, "encoder"),
    ]
    whole = {"name": "vae", "layers": outer, "input_layers": [["in", 0, 0]], "output_layers": [["decoder", 0, 0]]}
    return {"class_name": "Model", "config": whole}


def vae_layers() -> dict[str, dict[str, Array]]:
    one, two, three = arrays((64, 16), (16, 2), (16, 2))
    four, five = arrays((2, 16), (16, 64), seed=5)
    return {
        "in": {},
        "encoder": {"hidden/kernel:0": one, "mean/kernel:0": two, "spread/kernel:0": three},
        "decoder": {"back/kernel:0": four, "picture/kernel:0": five},
    }


def test_a_vae_of_keras_2_opens_with_its_encoder_and_without_running_its_sampling(tmp_path: Path) -> None:
    path = write_h5(tmp_path / "vae.h5", vae_config(), vae_layers())
    generator = open_generator(path)
    codes = np.random.default_rng(0).normal(size=(5, 2)).astype(np.float32)

    weights = vae_layers()
    back, picture = weights["decoder"].values()
    expected = 1 / (1 + np.exp(-(np.maximum(codes @ back, 0) @ picture)))
    hidden, mean, _ = weights["encoder"].values()
    pictures = generator.decode(codes)
    grey = pictures[..., 0].reshape(5, 64) / 255
    again = np.maximum(grey @ hidden, 0) @ mean

    assert np.abs(pictures[..., 0].reshape(5, 64) - expected * 255).max() < 1
    np.testing.assert_allclose(generator.encode(pictures), again, atol=1e-3)
    assert (generator.info.family, generator.info.format, generator.info.encoder) == (
        "vae-fc",
        "Keras file (HDF5)",
        True,
    )


def test_a_code_that_meets_an_embedded_class_takes_the_weights_of_the_classes(tmp_path: Path) -> None:
    table, dense = arrays((3, 4), (4, 64))

    def node(kind: str, name: str, *before: str, **config: Any) -> dict[str, Any]:
        tensors = [{"class_name": "__keras_tensor__", "config": {"keras_history": [one, 0, 0]}} for one in before]
        inbound = [{"args": [tensors if len(tensors) > 1 else tensors[0]], "kwargs": {}}] if before else []
        return {**layer(kind, name, **config), "name": name, "inbound_nodes": inbound}

    layers = [
        node("InputLayer", "noise", batch_shape=[None, 4]),
        node("InputLayer", "label", batch_shape=[None, 1]),
        node("Embedding", "table", "label", input_dim=3, output_dim=4),
        node("Flatten", "flat", "table"),
        node("Multiply", "meet", "noise", "flat"),
        node("Dense", "out", "meet", units=64, activation="tanh"),
        node("Reshape", "shape", "out", target_shape=[8, 8, 1]),
    ]
    config = {"class_name": "Functional", "config": {"name": "g", "layers": layers, "output_layers": ["shape", 0, 0]}}
    path = write_keras(tmp_path / "x.keras", config, {"layers/embedding": [table], "layers/dense": [dense]})
    info = open_generator(path).info
    code = np.array([[0.5, -1.0, 2.0, 0.1, 0, 1, 0]], np.float32)

    raw = raw_of(path, torch.tensor(code)).reshape(1, 64).numpy()

    np.testing.assert_allclose(raw, (code[:, :4] * table[1]) @ dense, atol=1e-5)
    assert info.conditional
    assert info.classes == ("0", "1", "2")


@pytest.mark.parametrize(("last", "values"), [("tanh", "tanh"), ("sigmoid", "sigmoid"), ("linear", "sigmoid")])
def test_the_range_follows_the_last_activation_and_else_what_pictures_look_like(
    tmp_path: Path, last: str, values: str
) -> None:
    layers = vae_layers()
    layers["decoder"]["picture/kernel:0"] *= 5  # far beyond 1: what a sigmoid in the loss was to be put on
    path = write_h5(tmp_path / "vae.h5", vae_config(last), layers)

    description = readings(unpacked(path))[0].description

    assert description is not None
    assert description["values"] == values


def refusal(path: Path) -> str:
    with pytest.raises(GeneratorError) as refused:
        open_generator(path)
    return str(refused.value)


def test_a_layer_that_carries_code_is_refused_by_name(tmp_path: Path) -> None:
    config = sequential(layer("Dense", "first", units=64), layer("Lambda", "mine", function="4wEAAAAA"))
    path = write_keras(tmp_path / "x.keras", config, {"layers/dense": arrays((6, 64))})

    assert refusal(path) == (
        "x.keras is a model of Keras that does not open, since its layer 'mine' (Lambda) carries code, and no file may"
        " run code here; convert it to ONNX, or save the decoder alone."
    )


@pytest.mark.parametrize(
    ("spec", "cause"),
    [
        (layer("MyLayer", "mine"), "its layer 'mine' (MyLayer) is of a kind that is not known here"),
        (layer("Activation", "act", activation="mish"), "its layer 'act' (Activation) has the activation 'mish'"),
        (layer("Conv2D", "conv", filters=1, kernel_size=[3, 3]), "its layer 'conv' (Conv2D) does not follow maps"),
        (layer("Reshape", "shape"), "its layer 'shape' (Reshape) is described wrongly"),
        (layer("Dense", "more", units=9), "the weights of its layer 'more' are not in the file"),
        (
            {"class_name": "UpSampling2D", "config": {"name": "huge", "size": [90000, 90000]}},
            "its layer 'huge' (UpSampling2D) does not follow maps",
        ),
    ],
)
def test_what_stops_a_description_is_named(tmp_path: Path, spec: dict[str, Any], cause: str) -> None:
    config = sequential(layer("Dense", "first", units=64), spec)
    path = write_keras(tmp_path / "x.keras", config, {"layers/dense": arrays((6, 64))})

    assert f"does not open, since {cause}" in refusal(path)


def test_an_enlargement_without_end_takes_no_memory(tmp_path: Path) -> None:
    config = sequential(
        layer("Dense", "first", units=64),
        layer("Reshape", "shape", target_shape=[8, 8, 1]),
        layer("UpSampling2D", "huge", size=[90000, 90000]),
    )
    path = write_keras(tmp_path / "x.keras", config, {"layers/dense": arrays((6, 64))})

    assert "its layer 'huge' (UpSampling2D) would give 518,400,000,000 numbers for one picture" in refusal(path)


def test_a_classifier_is_told_from_a_decoder(tmp_path: Path) -> None:
    config = sequential(layer("Dense", "first", units=10), dim=64)
    path = write_keras(tmp_path / "x.keras", config, {"layers/dense": arrays((64, 10))})

    assert refusal(path) == (
        "x.keras is a model of Keras that makes no pictures of codes (it takes 64 to 10 numbers);"
        " open the decoder or the generator that belongs to it."
    )


def test_the_shared_model_of_keras_2_matches_its_truth() -> None:
    folder = SHARED / "mnist-vae2d-keras2"
    if not folder.exists():
        pytest.skip("the shared checkpoints are not on this machine")
    truth = np.load(folder / "truth.npz")

    pictures = open_generator(folder / "decoder_mlp_mnist.h5").decode(truth["latents"])

    assert np.abs(pictures[..., :1].astype(float) - truth["images"]).mean() < 1
