"""Files of ``torch.save`` and ``pickle`` in every layout: the same tensors as torch reads, and nothing run."""

from __future__ import annotations

import argparse
import io
import pickle
import sys
import types
from collections import OrderedDict, defaultdict
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from dinoexplorer.generators import GeneratorError
from dinoexplorer.generators.contents import Contents, flattened
from dinoexplorer.generators.inert import load_inert
from dinoexplorer.generators.readers.foreign import unpacked

SHARED = Path(__file__).parents[4] / "shared/checkpoints"


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2)).eval()


def saved(path: Path, stored: object, **options: object) -> Contents:
    torch.save(stored, path, **options)
    return unpacked(path)


def assert_same(contents: Contents, state: dict[str, torch.Tensor], prefix: str = "") -> None:
    found = contents.below(prefix).tensors if prefix else contents.tensors
    assert found.keys() == state.keys()
    for name, tensor in state.items():
        assert torch.equal(found[name], tensor), name
        assert found[name].dtype == tensor.dtype


@pytest.fixture
def foreign_classes():
    """Classes of programs that are not installed: they are there while a file is written and gone when it is read."""
    made = []

    def make(name: str, *bases: type, **members: object) -> type:
        module, _, short = name.rpartition(".")
        parts = module.split(".")
        for count in range(1, len(parts) + 1):
            part = ".".join(parts[:count])
            if part not in sys.modules:
                sys.modules[part] = types.ModuleType(part)
                made.append(part)
        kind = type(short, bases or (object,), {"__module__": module, "__qualname__": short, **members})
        setattr(sys.modules[module], short, kind)
        return kind

    make.forget = lambda: [sys.modules.pop(part, None) for part in made]  # type: ignore[attr-defined]
    yield make
    make.forget()  # type: ignore[attr-defined]


@pytest.mark.parametrize("new_zip", [True, False], ids=["zip", "before PyTorch 1.6"])
def test_a_state_dict_is_read_as_torch_reads_it(tmp_path, new_zip):
    state = network().state_dict()
    assert_same(saved(tmp_path / "a.pt", state, _use_new_zipfile_serialization=new_zip), state)


@pytest.mark.parametrize("new_zip", [True, False], ids=["zip", "before PyTorch 1.6"])
def test_every_kind_of_number_is_read(tmp_path, new_zip):
    kinds = [torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16,
             torch.int8, torch.uint8, torch.bool]  # fmt: skip
    state = {str(kind): (torch.arange(-3, 9).reshape(3, 4) * 3).to(kind) for kind in kinds}
    contents = saved(tmp_path / "a.pt", list(state.values()), _use_new_zipfile_serialization=new_zip)
    for found, wanted in zip(contents.tensors.values(), state.values(), strict=True):
        assert found.dtype == wanted.dtype
        assert torch.equal(found, wanted)


@pytest.mark.parametrize("new_zip", [True, False], ids=["zip", "before PyTorch 1.6"])
def test_views_and_shared_numbers_are_read(tmp_path, new_zip):
    whole = torch.arange(24.0).reshape(4, 6)
    state = {"whole": whole, "turned": whole.T, "part": whole[1:3, 2:4], "again": whole, "none": whole[:0],
             "single": whole[2, 2]}  # fmt: skip
    assert_same(saved(tmp_path / "a.pt", state, _use_new_zipfile_serialization=new_zip), state)


def test_numbers_are_read_once_for_tensors_that_share_them(tmp_path):
    whole = torch.arange(24.0)
    contents = saved(tmp_path / "a.pt", {"one": whole, "two": whole[3:]})
    one, two = contents.tensors.values()
    assert two.data_ptr() == one.data_ptr() + 12


def test_parameters_and_prefixes_of_parallel_training_are_read(tmp_path):
    net = network()
    stored = {"module._orig_mod." + name: parameter for name, parameter in net.named_parameters()}
    assert list(saved(tmp_path / "a.pt", stored).tensors) == [name for name, _ in net.named_parameters()]


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_every_protocol_of_pickles_is_read(tmp_path, protocol):
    state = network().state_dict()
    assert_same(saved(tmp_path / "a.pt", {"net": state}, pickle_protocol=protocol), state, "net")


def test_a_checkpoint_of_a_training_gives_its_networks_and_arguments_and_not_its_optimiser(tmp_path):
    net = network()
    optimiser = torch.optim.Adam(net.parameters())
    net(torch.ones(2, 3)).sum().backward()
    optimiser.step()
    arguments = argparse.Namespace(latent=512, n_mlp=8, path=Path("data"), size=(4, 4), device=torch.device("cpu"))
    contents = saved(
        tmp_path / "a.pt",
        {"g_ema": net.state_dict(), "g_optim": optimiser.state_dict(), "args": arguments, "epoch": 3,
         "history": defaultdict(list, loss=[1.0, 2.0]), "seen": {1, 2}, "loss": np.float64(0.5),
         "random": torch.get_rng_state()},
    )  # fmt: skip
    assert_same(contents, net.state_dict(), "g_ema")
    assert not any("optim" in name for name in contents.tensors)
    assert contents.hints["args.latent"] == 512
    assert contents.hints["args.path"] == "data"
    assert contents.hints["args.size"] == [4, 4]
    assert contents.hints["args.device"] == "cpu"
    assert contents.hints["epoch"] == 3
    assert contents.hints["loss"] == 0.5
    assert contents.hints["history.loss"] == [1.0, 2.0]
    assert sorted(contents.hints["seen"]) == [1, 2]


def test_configuration_objects_of_programs_that_are_not_here_become_dictionaries(tmp_path, foreign_classes):
    plain_config = foreign_classes("models.utils.config.BaseConfig")()
    plain_config.depthScales = [512, 256]
    attributes = foreign_classes("pytorch_lightning.utilities.parsing.AttributeDict", dict)(latent_dim=64)
    node = foreign_classes("omegaconf.nodes.AnyNode")
    config = foreign_classes("omegaconf.dictconfig.DictConfig")()
    value = node()
    value.__dict__.update(_val=128, _parent=config)
    config.__dict__.update(_content={"z_dim": value}, _parent=None)
    path = tmp_path / "a.ckpt"
    torch.save(
        {"config": plain_config, "hyper_parameters": attributes, "cfg": config, "state_dict": network().state_dict()},
        path,
    )
    foreign_classes.forget()
    contents = unpacked(path)
    assert contents.hints["config.depthScales"] == [512, 256]
    assert contents.hints["hyper_parameters.latent_dim"] == 64
    assert contents.hints["cfg.z_dim"] == 128
    assert "state_dict.0.weight" in contents.tensors


@pytest.mark.filterwarnings("ignore:Couldn't retrieve source code:UserWarning")
@pytest.mark.parametrize("new_zip", [True, False], ids=["zip", "before PyTorch 1.6"])
def test_a_whole_pickled_network_gives_its_state_dict_without_its_class(tmp_path, foreign_classes, new_zip):
    kind = foreign_classes("their_code.models.Generator", nn.Module)
    net = kind()
    net.main = network()
    net.register_buffer("grid", torch.arange(3.0))
    path = tmp_path / "whole.pth"
    torch.save(net, path, _use_new_zipfile_serialization=new_zip)
    foreign_classes.forget()
    contents = unpacked(path)
    assert contents.hints["class_name"] == "Generator"
    assert {name: tensor.shape for name, tensor in contents.tensors.items()} == {
        name: tensor.shape for name, tensor in net.state_dict().items()
    }
    assert torch.equal(contents.tensors["main.0.weight"], net.main[0].weight)


def test_a_stylegan_pickle_gives_tensors_class_names_and_arguments(tmp_path, foreign_classes):
    """The layout of NVlabs: each module is a call with its class's name, its Python text and its attributes."""
    canary = tmp_path / "ran"
    dictionary = foreign_classes("dnnlib.util.EasyDict", dict)

    def rebuild(meta):
        raise AssertionError("only named, never called")

    rebuild.__module__, rebuild.__qualname__ = "torch_utils.persistence", "_reconstruct_persistent_obj"
    foreign_classes("torch_utils.persistence.Placeholder")
    sys.modules["torch_utils.persistence"]._reconstruct_persistent_obj = rebuild

    def reduced(self):
        state = dict(self.__dict__)
        return rebuild, (dictionary(type="class", version=6, module_src=f"open({str(canary)!r}, 'w')",
                                    class_name=type(self).__name__, state=state),)  # fmt: skip

    kind = foreign_classes("training.networks.Generator", nn.Module, __reduce__=reduced)
    inner = foreign_classes("training.networks.MappingNetwork", nn.Module, __reduce__=reduced)
    net = kind()
    net.mapping = inner()
    net.mapping.fc0 = nn.Linear(4, 4)
    net.mapping.register_buffer("w_avg", torch.ones(4))
    net.z_dim = 512
    net._init_args, net._init_kwargs = (), dictionary(z_dim=512, synthesis_kwargs=dictionary(channel_base=32768))
    path = tmp_path / "network.pkl"
    stored = {"G_ema": net, "D": None, "training_set_kwargs": dictionary(path="x.zip", use_labels=False)}
    path.write_bytes(pickle.dumps(stored))
    foreign_classes.forget()
    contents = unpacked(path)
    assert sorted(contents.tensors) == ["G_ema.mapping.fc0.bias", "G_ema.mapping.fc0.weight", "G_ema.mapping.w_avg"]
    assert torch.equal(contents.tensors["G_ema.mapping.fc0.weight"], net.mapping.fc0.weight)
    assert contents.hints["G_ema.class_name"] == "Generator"
    assert contents.hints["G_ema.mapping.class_name"] == "MappingNetwork"
    assert contents.hints["G_ema.init_kwargs"] == {"z_dim": 512, "synthesis_kwargs": {"channel_base": 32768}}
    assert contents.hints["G_ema.z_dim"] == 512
    assert contents.hints["training_set_kwargs.use_labels"] is False
    assert not canary.exists()


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_arrays_of_numpy_become_tensors(tmp_path, protocol):
    arrays = {"a": np.arange(6, dtype=">f4").reshape(2, 3), "b": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
              "c": np.array([True, False]), "d": np.arange(4, dtype=np.int64), "n": np.float32(1.5)}  # fmt: skip
    path = tmp_path / "arrays.pkl"
    path.write_bytes(pickle.dumps(arrays, protocol=protocol))
    contents = unpacked(path)
    for name in "abcd":
        np.testing.assert_array_equal(contents.tensors[name].numpy(), arrays[name])
    assert contents.hints["n"] == 1.5


def test_an_array_of_objects_is_refused(tmp_path):
    path = tmp_path / "arrays.pkl"
    path.write_bytes(pickle.dumps({"a": np.array([object], dtype=object)}))
    with pytest.raises(GeneratorError) as caught:
        load_inert(path)
    assert str(caught.value) == (
        "arrays.pkl looks like a PyTorch or pickle file, but it holds a NumPy array of objects, which could be "
        "anything; copy or download it again."
    )


@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")
def test_a_torchscript_file_gives_the_weights_and_none_of_its_code(tmp_path):
    net = network()
    path = tmp_path / "script.pt"
    torch.jit.trace(net, torch.ones(2, 3)).save(str(path))
    assert_same(unpacked(path), net.state_dict())


def test_an_exported_program_gives_the_weights_and_not_its_sample_inputs(tmp_path):
    net = network()
    path = tmp_path / "program.pt2"
    torch.export.save(torch.export.export(net, (torch.ones(2, 3),)), path)
    contents = unpacked(path)
    assert contents.format == "exported PyTorch program"
    assert_same(contents, net.state_dict())


def test_what_stands_in_itself_is_left_out(tmp_path):
    config = argparse.Namespace(size=4)
    config.parent = config
    stored = {"net": network().state_dict(), "config": config}
    contents = saved(tmp_path / "a.pt", stored)
    assert contents.hints["config.size"] == 4
    assert contents.hints["config.parent"] is None


def test_a_list_of_state_dicts_is_numbered(tmp_path):
    state = network().state_dict()
    assert_same(saved(tmp_path / "a.pt", (OrderedDict(state), 7)), state, "0")


def test_a_file_that_holds_no_tensor_is_said_so(tmp_path):
    with pytest.raises(GeneratorError) as caught:
        saved(tmp_path / "a.pt", {"epoch": 3})
    assert str(caught.value) == (
        "a.pt is a PyTorch file without a single tensor; it may hold only a configuration: "
        "open the file of the weights instead."
    )


def test_a_file_that_is_only_a_tensor_is_said_so(tmp_path):
    with pytest.raises(GeneratorError) as caught:
        saved(tmp_path / "a.pt", torch.ones(3))
    assert str(caught.value) == (
        "a.pt is a PyTorch file that holds a Tensor and not a state dict; save the model's state_dict() instead."
    )


def test_the_shared_files_are_read_as_torch_reads_them():
    files = [path for path in sorted(SHARED.glob("*/*")) if path.suffix in {".pt", ".pth", ".ckpt"}]
    if not files:
        pytest.skip(f"{SHARED} is not here")
    for path in files:
        wanted, _ = flattened(torch.load(path, map_location="cpu", weights_only=True))
        assert_same(unpacked(path), wanted)


def test_a_legacy_file_within_a_pickle_is_read_once_and_not_twice_deep(tmp_path):
    class Nested:
        def __init__(self, data):
            self.data = data

        def __reduce__(self):
            return torch.storage._load_from_bytes, (self.data,)

    once = pickle.dumps({"weight": torch.ones(3)})
    path = tmp_path / "once.pkl"
    path.write_bytes(once)
    assert torch.equal(unpacked(path).tensors["weight"], torch.ones(3))
    twice = tmp_path / "twice.pkl"
    deep = io.BytesIO()
    torch.save(Nested(once), deep, _use_new_zipfile_serialization=False)
    twice.write_bytes(pickle.dumps({"a": Nested(deep.getvalue())}))
    with pytest.raises(GeneratorError, match="is a PyTorch file without a single tensor"):
        unpacked(twice)
