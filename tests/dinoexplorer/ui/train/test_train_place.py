"""What the place Train shows when, and where the keyboard is then."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, Signal

from dinoexplorer.runs.views import RunDetail, RunRow
from dinoexplorer.ui.train.train_place import TrainPlace

HOME = Path("/runs")
ROWS = tuple(
    RunRow(HOME / name, name, "vae", "vae", "drawings", "finished", started=float(place))
    for place, name in enumerate(("old", "young"))
)


class Worker(QObject):
    """Keeps what it was asked."""

    rows_changed, compared, queued, inspected, recipes_found = (Signal(object) for _ in range(5))
    detail_changed, hardware_changed, checked = (Signal(object) for _ in range(3))
    fields_found = Signal(str, object)
    estimated, command_line_made = Signal(object, object), Signal(object, str)
    failed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple] = []

    def ask(self, *wish: object) -> None:
        self.asked.append(wish)


@pytest.fixture
def place(qtbot):
    worker = Worker()
    place = TrainPlace(worker)
    place.resize(1280, 640)
    qtbot.addWidget(place, before_close_func=TrainPlace.close_down)
    place.show()
    qtbot.waitExposed(place)
    worker.rows_changed.emit(ROWS)
    yield place
    worker.deleteLater()


def click(qtbot, place, name: str) -> None:
    view = place.runs.view
    area = view.visualRect(place.runs.model.index_of(HOME / name))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=area.center())


def test_a_click_on_a_run_leaves_the_form(qtbot, place):
    place.show_form()
    click(qtbot, place, "old")
    assert place.stack.currentWidget() is place.run
    place.show_form()
    click(qtbot, place, "old")  # selected already
    assert place.stack.currentWidget() is place.run


def test_the_table_has_the_place_to_itself_and_its_button_leads_back(qtbot, place):
    place.show_run(HOME / "old")
    place.run.set_detail(RunDetail(ROWS[0], {}))
    place.table_button.click()
    assert place.stack.currentWidget() is place.table
    assert (place.runs.isVisible(), place.new_button.isVisible(), place.table_button.isChecked()) == (False, True, True)
    assert [row.title for row in place.table.selection()] == ["old"]
    place.table_button.click()
    assert place.stack.currentWidget() is place.run
    assert (place.runs.isVisible(), place.new_button.isVisible(), place.table_button.isChecked()) == (True, True, False)
    assert [row.title for row in place.runs.selection()] == ["old"]


def test_a_run_that_was_just_started_is_selected_when_its_row_comes(qtbot, place):
    place.show_form()
    new = RunRow(HOME / "new", "new", "vae", "vae", "drawings", "preparing", started=9.0)
    place._worker.queued.emit(new.folder)
    place._worker.rows_changed.emit((*ROWS, new))
    assert [row.title for row in place.runs.selection()] == ["new"]
