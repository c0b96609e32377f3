"""The arrows between the rooms (README, "How it is built"), held by walking the imports."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
QT = {"PySide6", "pyqtgraph", "shiboken6"}
QT_ROOMS = ("dinoexplorer.app", "dinoexplorer.ui", "dinoexplorer.rendering")
UI_OF_TRAINING = ("training.run", "training.config", "training.errors", "training.files")
# Which rooms of dinoexplorer a room may import; rooms that are not named here are free.
LOWER_ROOMS = {
    "generators": {"generators"},
    "latent": {"latent", "generators"},
    "morph": {"morph", "latent", "generators", "picture_files"},
    "document": {"document", "latent", "generators", "morph"},
    "comparing": {"comparing", "latent", "generators", "picture_files"},
    "rendering": {"rendering", "comparing", "document", "morph", "latent", "generators"},
    "runs": {"runs"},
    "datasets": {"datasets", "runs", "latent", "generators"},
    "reports": {"reports", "runs", "latent", "generators"},
    "picture_files": {"picture_files", "generators"},
    "settings": {"settings"},
    "finding": {"finding", "resources"},
    "resources": {"resources"},
}


@dataclass(frozen=True)
class Import:
    """One module that another one imports; ``late`` inside a function, so not when the module is loaded."""

    source: str
    target: str
    late: bool


def modules_below(root: Path) -> dict[str, Path]:
    """Every module of the two packages by dotted name."""
    found = {}
    for package in ("dinoexplorer", "training"):
        for path in (root / package).rglob("*.py"):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_of(name: str, path: Path, known: dict[str, Path]) -> list[Import]:
    """What a module imports, except for type checking; ``from package import module`` names the module."""
    found: list[Import] = []

    def visit(node: ast.AST, *, late: bool) -> None:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for child in node.orelse:
                visit(child, late=late)
            return
        if isinstance(node, ast.Import):
            found.extend(Import(name, alias.name, late) for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            base = _absolute(name, path, node)
            inner = [f"{base}.{alias.name}" for alias in node.names]
            found.extend(Import(name, target if target in known else base, late) for target in inner)
        late = late or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            visit(child, late=late)

    visit(ast.parse(path.read_text(encoding="utf-8")), late=False)
    return found


def _absolute(name: str, path: Path, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    parts = parts[: len(parts) - node.level + 1]
    return ".".join([*parts, node.module] if node.module else parts)


def all_imports(root: Path) -> list[Import]:
    known = modules_below(root)
    return [found for name, path in known.items() for found in imports_of(name, path, known)]


def inside(module: str, *rooms: str) -> bool:
    return any(module == room or module.startswith(f"{room}.") for room in rooms)


def wrong_arrows(root: Path) -> list[str]:
    """Imports that go back, as sentences."""
    wrong = []
    for found in all_imports(root):
        top = found.target.partition(".")[0]
        if inside(found.source, "training") and top in {"dinoexplorer", *QT}:
            wrong.append(f"{found.source} imports {found.target}: training knows nothing of the window")
        if inside(found.source, "dinoexplorer.ui") and top == "training" and not inside(found.target, *UI_OF_TRAINING):
            wrong.append(f"{found.source} imports {found.target}: ui reads runs and configurations, no more")
        if top in QT and not inside(found.source, *QT_ROOMS):
            wrong.append(f"{found.source} imports {found.target}: Qt belongs to ui, rendering and app")
        if inside(found.source, "dinoexplorer") and inside(found.target, "dinoexplorer"):
            room, other = (name.split(".")[1] if "." in name else "" for name in (found.source, found.target))
            if room in LOWER_ROOMS and other and other not in LOWER_ROOMS[room]:
                wrong.append(f"{found.source} imports {found.target}: {room} lies below {other}")
    return wrong


def reached_when_loading(root: Path, *starts: str) -> dict[str, list[str]]:
    """Every module that loads with ``starts``, packages above it included, and the imports that lead there."""
    known = modules_below(root)
    ways: dict[str, list[str]] = {}
    waiting = [(start, [start]) for start in starts if start in known]
    while waiting:
        name, way = waiting.pop()
        parts = name.split(".")
        for module in (".".join(parts[: end + 1]) for end in range(len(parts))):
            if module in ways:
                continue
            ways[module] = way
            if module in known:
                early = [found for found in imports_of(module, known[module], known) if not found.late]
                waiting.extend((found.target, [*way, found.target]) for found in early)
    return ways


def early_torch(root: Path) -> list[str]:
    ways = reached_when_loading(root, "dinoexplorer.app", "dinoexplorer.cli", "dinoexplorer.__main__")
    return [" -> ".join(way) for module, way in ways.items() if module == "torch"]


def test_every_arrow_between_rooms_goes_one_way():
    assert wrong_arrows(ROOT) == []


def test_nothing_on_the_path_to_the_first_window_imports_torch():
    assert early_torch(ROOT) == []


def test_a_reader_and_its_info_load_without_torch():
    assert "torch" not in reached_when_loading(ROOT, "dinoexplorer.generators.readers.native", "dinoexplorer.commands")


@pytest.mark.parametrize(
    ("file", "line", "complaint"),
    [
        ("training/loop.py", "import dinoexplorer.latent", "training knows nothing"),
        ("training/loop.py", "def f():\n    from PySide6 import QtCore", "training knows nothing"),
        ("dinoexplorer/latent/map.py", "import pyqtgraph", "Qt belongs to"),
        ("dinoexplorer/commands.py", "def f():\n    from PySide6.QtCore import QObject", "Qt belongs to"),
        ("dinoexplorer/generators/a.py", "from dinoexplorer.document import b", "generators lies below document"),
        ("dinoexplorer/generators/a.py", "from ..rendering import b", "generators lies below rendering"),
        ("dinoexplorer/document/a.py", "from dinoexplorer import ui", "document lies below ui"),
        ("dinoexplorer/rendering/a.py", "import dinoexplorer.ui.window", "rendering lies below ui"),
        ("dinoexplorer/ui/a.py", "def f():\n    import training.loop", "ui reads runs"),
    ],
)
def test_a_planted_arrow_that_goes_back_is_found(tmp_path, file, line, complaint):
    plant(tmp_path, {file: line, "dinoexplorer/ui/window.py": "import PySide6\nfrom dinoexplorer.document import b"})
    assert any(complaint in sentence for sentence in wrong_arrows(tmp_path))


def test_planted_early_torch_is_found_through_a_package_and_late_torch_is_let_be(tmp_path):
    late = "def f():\n    import torch\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch"
    plant(tmp_path, {"dinoexplorer/app.py": "from dinoexplorer.latent import map", "dinoexplorer/latent/map.py": late})
    assert early_torch(tmp_path) == []
    plant(tmp_path, {"dinoexplorer/latent/__init__.py": "from training import x", "training/x.py": "import torch.nn"})
    assert early_torch(tmp_path) == [
        "dinoexplorer.app -> dinoexplorer.latent.map -> training.x -> torch.nn",
    ]


def plant(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        for folder in path.relative_to(root).parents:
            if folder.name and not (root / folder / "__init__.py").exists():
                (root / folder / "__init__.py").write_text("")


def loaded_with(module: str) -> set[str]:
    program = f"import sys, {module}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_importing_the_app_does_not_load_torch():
    if not (ROOT / "dinoexplorer/app.py").exists():
        pytest.skip("dinoexplorer/app.py is not there yet")
    loaded = loaded_with("dinoexplorer.app")
    assert "PySide6" in loaded
    assert "torch" not in loaded


def test_importing_the_commands_loads_neither_qt_nor_torch():
    assert loaded_with("dinoexplorer.commands").isdisjoint({*QT, "torch"})
