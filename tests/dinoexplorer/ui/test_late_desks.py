"""What the first picture does not need is made after it: start-up grows with what is seen, not with what there is."""

from __future__ import annotations

import json
import subprocess
import sys

_PROGRAM = """
import json, sys
from PySide6.QtWidgets import QApplication
from dinoexplorer.rendering.renderer import Renderer
from dinoexplorer.settings import Settings
from dinoexplorer.ui.main_window import MainWindow
from dinoexplorer.ui.theme import Theme
application = QApplication([])
window = MainWindow(Renderer(), Theme(application), Settings())
window.show()
application.processEvents()
window.grab()
early = [name for name in sys.modules if name.startswith("dinoexplorer.")]
names = (
    "directions", "mixing", "space", "breeding", "embedding", "filling", "shaping", "anomaly", "restoring", "morph"
)
made = [name for name in names if window.explorer.desks.made(name)]
window.close_down()
print(json.dumps([early, made]))
"""
_LATE = (
    "anomaly", "breeding", "brush", "compare.compare_desk", "directions", "embedding", "filling", "guidance", "guide",
    "mixing", "morph.morph_desk", "palette", "report.report_desk", "restoring", "shaping",
    "space", "train.train_place",
)  # fmt: skip


def test_the_first_window_is_painted_without_the_panels_that_it_does_not_show():
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    early, made = json.loads(done.stdout.splitlines()[-1])
    assert "dinoexplorer.ui.latent_map_view.map_panel" in early
    assert [name for name in _LATE if f"dinoexplorer.ui.{name}" in early] == []
    assert made == []


def test_what_a_key_asks_for_is_made_then_and_follows_the_document(new_desk, tmp_path, write_fake):
    desk = new_desk()
    desk.open(write_fake(tmp_path / "disc.safetensors", 4, points=20))
    assert not desk.explorer.desks.made("mixing")
    desk.press("mix_here")
    assert desk.explorer.desks.made("mixing")
    assert desk.explorer.desks.mixing.panel.isVisible()
