import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from training.data.sources import open_source, reference, source_kinds
from training.data.sources.source import SourceError
from training.data.workshop.preparation import Preparation

Png = Callable[..., bytes]
EXTRAS = [
    ("kaggle:a/b", "kagglehub", "kaggle"),
    ("huggingface:a/b", "datasets", "huggingface"),
    ("search:red rex", "ddgs", "search"),
    ("reference-dinosaurs", "kagglehub", "kaggle"),
]


def pretend(monkeypatch: pytest.MonkeyPatch, package: str, **things: Any) -> None:
    module = ModuleType(package)
    vars(module).update(things)
    monkeypatch.setitem(sys.modules, package, module)


@pytest.mark.parametrize(("text", "package", "extra"), EXTRAS)
def test_a_missing_package_is_named_with_its_extra(
    text: str, package: str, extra: str, preparation: Preparation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(SourceError) as caught:
        open_source(text, preparation)
    assert str(caught.value) == (
        f"{text} needs the package {package}; install it with: pip install 'dinoexplorer[{extra}]'"
    )


@pytest.mark.parametrize("text", [text for text, _, _ in EXTRAS])
def test_the_network_is_only_asked_on_the_users_word(text: str, preparation: Preparation) -> None:
    with pytest.raises(SourceError) as caught:
        open_source(text, replace(preparation, network=False))
    assert str(caught.value) == (
        f"{text} is on the network, which is only asked on your word; allow it (--yes-network on the command line)"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kaggle:rex", r"kaggle:rex names no data set; write kaggle:OWNER/NAME, as in the address of its page"),
        ("kaggle:../../x", r"names no data set"),
        ("huggingface:a/b/c", r"names no data set; write huggingface:OWNER/NAME or huggingface:OWNER/NAME:SPLIT"),
        ("search: ", r"there is nothing to search for; write search: and the words"),
    ],
)
def test_names_that_cannot_be_are_refused(text: str, message: str, preparation: Preparation) -> None:
    with pytest.raises(SourceError, match=message):
        open_source(text, preparation)


def test_a_kaggle_set_is_the_folder_that_was_downloaded(
    tmp_path: Path, listed: Callable, png: Png, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in" / "rex").mkdir(parents=True)
    (tmp_path / "in" / "rex" / "1.png").write_bytes(png(1))
    asked = []
    pretend(monkeypatch, "kagglehub", dataset_download=lambda handle: asked.append(handle) or str(tmp_path / "in"))
    items, _ = listed("kaggle:me/my-dinos_2")
    assert asked == ["me/my-dinos_2"]
    assert [(item.name, item.label, item.read()) for item in items] == [("rex/1.png", "rex", png(1))]


class KaggleApiHTTPError(OSError):
    def __init__(self, status: int) -> None:
        super().__init__(f"{status} Client Error.\n\nSorry")
        self.response = SimpleNamespace(status_code=status)


class UnauthenticatedError(Exception):
    pass


NO_ACCOUNT = (
    "Kaggle refuses a/b without an account: make an API token at https://www.kaggle.com/settings, save it as"
    " ~/.kaggle/kaggle.json, and accept the terms on https://www.kaggle.com/datasets/a/b"
)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (KaggleApiHTTPError(403), NO_ACCOUNT),
        (UnauthenticatedError(), NO_ACCOUNT),
        (KaggleApiHTTPError(404), "Kaggle has no data set a/b; look up its name on kaggle.com/datasets"),
        (
            KaggleApiHTTPError(500),
            "a/b cannot be downloaded from Kaggle: 500 Client Error. Sorry; try again later",
        ),
    ],
)
def test_what_kaggle_refuses_becomes_a_sentence(
    error: Exception, message: str, listed: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_handle: str) -> str:
        raise error

    pretend(monkeypatch, "kagglehub", dataset_download=refuse)
    with pytest.raises(SourceError) as caught:
        listed("kaggle:a/b")
    assert str(caught.value) == message


def test_a_download_can_be_left_behind(preparation: Preparation, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    pretend(monkeypatch, "kagglehub", dataset_download=lambda _handle: str(go_on.wait(30)))

    def stop(what: str, _done: int, _total: int) -> None:
        assert what == "downloading a/b"
        raise KeyboardInterrupt

    try:
        with pytest.raises(KeyboardInterrupt):
            list(open_source("kaggle:a/b", preparation).items(stop))
        assert not go_on.is_set()
    finally:
        go_on.set()


class Image:
    def __init__(self, decode: bool = True) -> None:
        self.decode = decode


class ClassLabel:
    names = ("rex", "brachio")


class Rows:
    """What the tests need of `datasets.Dataset`."""

    _fingerprint = "f00"

    def __init__(self, rows: list[dict[str, Any]], **features: object) -> None:
        self._rows, self.features = rows, features
        self.num_rows = len(rows)

    def cast_column(self, column: str, kind: Image) -> "Rows":
        assert not kind.decode
        return Rows(self._rows, **{**self.features, column: kind})

    def select_columns(self, columns: list[str]) -> "Rows":
        rows = [{name: row[name] for name in columns} for row in self._rows]
        return Rows(rows, **{name: self.features[name] for name in columns})

    def __getitem__(self, index: int) -> dict[str, Any]:
        return self._rows[index]


def test_a_hugging_face_split_gives_bytes_and_class_names(
    tmp_path: Path, listed: Callable, png: Png, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "2.png").write_bytes(png(2))
    rows = [
        {"image": {"bytes": png(1), "path": None}, "label": 1},
        {"image": {"bytes": None, "path": str(tmp_path / "2.png")}, "label": -1},
    ]
    asked = []

    def load(name: str, *, split: str) -> Rows:
        asked.append((name, split))
        return Rows(rows, image=Image(), label=ClassLabel())

    pretend(monkeypatch, "datasets", load_dataset=load, Image=Image)
    items, _ = listed("huggingface:me/dinos:test")
    assert [(item.name, item.label, item.stamp) for item in items] == [
        ("test/0000000", "brachio", "f00"), ("test/0000001", None, "f00")
    ]  # fmt: skip
    assert [item.read() for item in items] == [png(1), png(2)]
    listed("huggingface:mnist")
    assert asked == [("me/dinos", "test"), ("mnist", "train")]
    pretend(monkeypatch, "datasets", load_dataset=lambda *_, **__: Rows([], text=str), Image=Image)
    with pytest.raises(SourceError, match=r"mnist has no column of pictures, only text; choose another data set"):
        listed("huggingface:mnist")


class DatasetNotFoundError(Exception):
    pass


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            DatasetNotFoundError("Dataset 'a/b' is a gated dataset on the Hub."),
            "Hugging Face refuses a/b without an account: sign in with 'hf auth login', and accept the terms on"
            " https://huggingface.co/datasets/a/b",
        ),
        (
            DatasetNotFoundError("Dataset 'a/b' doesn't exist on the Hub or cannot be accessed."),
            "Hugging Face has no data set a/b; look up its name on huggingface.co/datasets",
        ),
        (
            ValueError("Unknown split \"train\". Should be one of ['all']."),
            "a/b cannot be loaded from Hugging Face: Unknown split \"train\". Should be one of ['all'].; write"
            " huggingface:NAME:SPLIT for another split",
        ),
    ],
)
def test_what_hugging_face_refuses_becomes_a_sentence(
    error: Exception, message: str, listed: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_name: str, *, split: str) -> None:
        raise error

    pretend(monkeypatch, "datasets", load_dataset=refuse, Image=Image)
    with pytest.raises(SourceError) as caught:
        listed("huggingface:a/b")
    assert str(caught.value) == message


class RatelimitException(Exception):
    pass


def engine(pages: list[list[str] | Exception]) -> type:
    class Engine:
        def __init__(self, timeout: int) -> None:
            self.timeout = timeout

        def images(self, words: str, *, page: int, max_results: None) -> list[dict[str, str]]:
            assert (words, max_results) == ("red rex", None)
            answer = pages[page - 1]
            if isinstance(answer, Exception):
                raise answer
            return [{"image": address} for address in answer]

    return Engine


def test_a_search_gives_addresses_until_nothing_new_comes(listed: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    pages: list[Any] = [
        ["https://x.org/1.png", ""],
        ["https://x.org/1.png", "https://y.org/2.png"],
        RuntimeError("no more"),
    ]
    pretend(monkeypatch, "ddgs", DDGS=engine(pages))
    items, _ = listed("search: red  rex")
    assert [(item.name, item.label) for item in items] == [("x.org/1.png", "red rex"), ("y.org/2.png", "red rex")]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            RuntimeError("No results found."),
            "the search for 'red rex' failed: No results found.; try other words, or try",
        ),
        (RatelimitException("202"), "the search for 'red rex' is refused for now: 202; try again in an hour"),
    ],
)
def test_a_search_that_fails_becomes_a_sentence(
    error: Exception, message: str, listed: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, "ddgs", DDGS=engine([error]))
    with pytest.raises(SourceError) as caught:
        listed("search:red rex")
    assert str(caught.value).startswith(message)


def test_the_reference_sets_are_merged_and_one_that_is_gone_is_told(
    tmp_path: Path, listed: Callable, png: Png, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "1.png").write_bytes(png(1))

    def download(handle: str) -> str:
        if handle == reference.HANDLES[1]:
            raise KaggleApiHTTPError(404)
        return str(tmp_path / "in")

    pretend(monkeypatch, "kagglehub", dataset_download=download)
    items, skipped = listed("reference-dinosaurs")
    there = [handle for handle in reference.HANDLES if handle != reference.HANDLES[1]]
    assert [item.name for item in items] == [f"{handle}/1.png" for handle in there]
    assert skipped == {
        reference.HANDLES[1]: f"Kaggle has no data set {reference.HANDLES[1]}; look up its name on kaggle.com/datasets"
    }
    pretend(monkeypatch, "kagglehub", dataset_download=lambda _handle: str(tmp_path / "gone"))
    with pytest.raises(SourceError, match="reference-dinosaurs cannot be read: No such file or directory"):
        listed("reference-dinosaurs")


def test_the_kinds_tell_what_they_are() -> None:
    kinds = source_kinds()
    assert len({kind.name for kind in kinds}) == len(kinds) == 12
    assert all(kind.description and kind.example for kind in kinds)
    assert {kind.extra for kind in kinds if kind.extra} == {"kaggle", "huggingface", "search"}
    assert all(kind.network for kind in kinds if kind.extra)
