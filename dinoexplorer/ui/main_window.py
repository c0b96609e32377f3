"""The main window: top bar, the place that is shown, status line, and what holds for all of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dinoexplorer.generators.reading import ChoiceNeededError
from dinoexplorer.rendering.frames import Frame
from dinoexplorer.rendering.renderer import Renderer
from dinoexplorer.resources import shipped_checkpoints
from dinoexplorer.settings import Settings
from dinoexplorer.ui.actions import build_actions
from dinoexplorer.ui.background import Background
from dinoexplorer.ui.device_choice import DeviceChoice
from dinoexplorer.ui.documents import DocumentDesk
from dinoexplorer.ui.dropping import dropped_path, meant
from dinoexplorer.ui.explore_actions import ExploreActions
from dinoexplorer.ui.explorer import Explorer
from dinoexplorer.ui.file_chooser import FileChooser
from dinoexplorer.ui.icons import application_icon
from dinoexplorer.ui.late_desks import late
from dinoexplorer.ui.late_desks import load as load_desks
from dinoexplorer.ui.latent_map_view.atlas import Mode
from dinoexplorer.ui.morph.export_desk import ExportDesk
from dinoexplorer.ui.opening import Opening
from dinoexplorer.ui.picture_desk import PictureDesk
from dinoexplorer.ui.places import Places
from dinoexplorer.ui.places import load as load_training
from dinoexplorer.ui.status_line import StatusLine
from dinoexplorer.ui.theme import Choice, Theme
from dinoexplorer.ui.top_bar import TopBar
from dinoexplorer.ui.window_desks import WindowDesks
from dinoexplorer.ui.window_desks import load as load_window_desks

if TYPE_CHECKING:
    from dinoexplorer.ui.morph.export_source import Offer

_OF_REPORT = ("report_page", "report_table")
TITLE_BAR = 32  # Qt counts the frame of a window only once it is shown


class MainWindow(QWidget):
    """Opens checkpoints, shows one, and keeps the settings."""

    first_painted = Signal()  # once; what may delay a paint, such as importing torch, begins after it
    ready = Signal()  # a checkpoint is open and shown
    failed = Signal(str)  # it could not be opened; the sentence that is shown

    def __init__(
        self,
        renderer: Renderer,
        theme: Theme,
        settings: Settings,
        *,
        seeds: Callable[[], int] | None = None,
        trouble: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.settings = settings
        self.renderer, self._theme = renderer, theme
        self._background = Background(self)
        self._background.finished.connect(self._on_background_finished)
        self.actions_by_name = build_actions(self)
        self.top_bar = TopBar(self.actions_by_name, self)
        self.explorer = Explorer(renderer, self.actions_by_name, self, seeds=seeds)
        self._explore_actions = ExploreActions(self.actions_by_name, self.explorer, lambda: self.desks.compare)
        self.status_line = StatusLine(self)
        self.places = Places(self.explorer, settings, self.status_line, self.actions_by_name, self)
        self.export = ExportDesk(self._offer_of_film, renderer.activity, settings, self.status_line, self)
        self._painted = False
        self.chooser = FileChooser(self)
        self.pictures = PictureDesk(self.explorer, settings, self.status_line, self.chooser)
        self.documents = DocumentDesk(self.explorer, settings, self.status_line, self.chooser, self)
        device = DeviceChoice(settings, self.top_bar, self._background, self)
        self.opening = Opening(self, renderer, device, trouble)
        self.desks = WindowDesks(self, self._why_not)
        self.setWindowTitle("DinoExplorer[*]")
        self.setWindowIcon(application_icon())
        self.setAcceptDrops(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addWidget(self.documents.bar)
        column.addWidget(self.places, 1)
        column.addWidget(self.status_line)
        self._connect()
        self._restore()
        self.setFocus()

    def open(self, path: Path) -> None:
        """Open a checkpoint in the background; until it is ready everything stays as it is."""
        self.opening.open(path)

    @Slot(object)
    def open_in_place(self, path: Path) -> None:
        """Open what stands beside the main one in its place; where their codes are as long, we stay where we stand."""
        self.places.stop_following()
        self.opening.open_later(path)

    @Slot(object)
    def open_file(self, path: Path) -> None:
        """Open whatever a person chose or dropped, in Explore."""
        self.places.stop_following()
        if not self.places.exploring:
            self.places.show_place("explore")
        self.documents.open(meant(path))

    def tell_empty(self) -> None:
        """Say that there is nothing to open yet, and how to change that."""
        self.opening.tell_empty()

    def known_checkpoints(self) -> tuple[list[Path], list[Path]]:
        """The shipped checkpoints and the recent ones; whether those are still there is not asked."""
        shipped = shipped_checkpoints()
        return shipped, [path for path in map(Path, self.settings.recent) if path not in shipped]

    def close_down(self) -> None:
        """End the threads; to be called when the window is hidden, since it may wait for a decode."""
        self.renderer.close()
        self.export.close_down()
        self.places.close_down()
        self.documents.close_down()
        self.desks.close_down()
        self.pictures.close_down()
        self.explorer.close_down()
        self._background.close()

    def remember(self) -> None:
        """Put the window's state into the settings."""
        if not self.actions_by_name["bare"].isChecked() and not self.isFullScreen():
            self.settings.window_geometry = self.saveGeometry().toBase64().toStdString()
            self.settings.splitter_state = self.explorer.splitter_state().toBase64().toStdString()
            self.settings.tray = self.explorer.tray.state

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.first_painted.emit)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:  # the window manager may leave full screen by itself
            self.actions_by_name["fullscreen"].setChecked(self.isFullScreen())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        path = dropped_path(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.status_line.tell(f"drop to open {path.name}", stays=True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self.status_line.tell("")

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_path(event.mimeData())
        if path is None:
            return
        event.acceptProposedAction()
        if not self.places.takes(path):
            self.open_file(path)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not (self.export.may_close() and self.places.may_close()):
            event.ignore()
            return
        self.remember()
        super().closeEvent(event)

    def _connect(self) -> None:
        self.opening.ready.connect(self._on_ready)
        self.opening.failed.connect(self._on_failed)
        self.opening.choice_needed.connect(self._on_choice_needed)
        explorer, bar = self.explorer, self.top_bar
        explorer.document_changed.connect(self._on_document_changed)
        explorer.pins.told.connect(self.status_line.tell)
        explorer.possible_changed.connect(self._on_document_changed)
        explorer.checkpoint_wanted.connect(self._on_copy_wanted)
        self.places.shown.connect(self._on_place_shown)
        self.places.open_wanted.connect(self.opening.open_later)
        self.places.close_agreed.connect(self.close)
        self.places.possible_changed.connect(self._on_document_changed)
        self.places.prepare_wanted.connect(self._on_prepare_wanted)
        self.places.dataset_wanted.connect(self._on_dataset_wanted)
        self.export.close_agreed.connect(self.close)
        explorer.map_panel.atlas.mode_changed.connect(self._on_atlas_mode_changed)
        explorer.map_touched.connect(self._on_map_touched)
        explorer.points.dataset_wanted.connect(self._on_images_wanted)
        explorer.stage.way_chosen.connect(self._on_way_chosen)
        explorer.stage.image_view.clicked.connect(self.actions_by_name["pixels"].trigger)
        explorer.stage.image_view.frame_painted.connect(self._on_frame_painted)
        self.chooser.file_chosen.connect(self.open_file)
        self.pictures.file_wanted.connect(self.open_file)
        self.pictures.refused.connect(self.opening.refuse)
        bar.checkpoint_chosen.connect(self.open_file)
        bar.checkpoints_wanted.connect(self._on_checkpoints_wanted)
        bar.theme_chosen.connect(self._on_theme_chosen)
        self._connect_documents()
        self._connect_actions()

    def _connect_actions(self) -> None:
        bar = self.top_bar
        slots: dict[str, Callable[..., object]] = {
            "export": self.pictures.ask_where_to_save,
            "bring_in": self.pictures.ask_for_one,
            "anomaly": self.pictures.judge,
            "save": self.documents.save,
            "save_as": self.documents.save_as,
            "new": self.documents.new,
            "bring_back": self.documents.bar.ask,
            "export_film": self.export.show_panel,
            "palette": late(self.desks, "guidance.toggle_palette"),
            "help": late(self.desks, "guidance.toggle_guide"),
            "keys": late(self.desks, "guidance.show_keys"),
            "back": self._on_back,
            "open": self._on_open,
            "checkpoints": bar.checkpoint.click,
            "read_differently": late(self.desks, "readings.read_differently"),
            "describe": late(self.desks, "readings.describe"),
            "device": bar.device.click,
            "theme": self._on_theme_next,
            "explore": partial(self.places.show_place, "explore"),
            "morph": partial(self.places.show_place, "morph"),
            "train": partial(self.places.show_place, "train"),
            "report": partial(self.places.show_place, "report"),
            "reports_compared": self.places.compare_reports,
            "report_page": late(self, "places.reports.save_page"),
            "report_table": late(self, "places.reports.save_table"),
            "prepare": late(self.desks, "datasets.show_prepare"),
            "dataset": late(self.desks, "datasets.show_dataset"),
            "in_dataset": late(self.desks, "datasets.show_point"),
            "new_run": partial(self.places.show_place, "train", fresh=True),
            "quit": self.close,
            "pixels": self._on_pixels,
            "bare": self._on_bare,
            "fullscreen": self._on_fullscreen,
        }
        for name, slot in slots.items():
            self.actions_by_name[name].triggered.connect(slot)

    def _connect_documents(self) -> None:
        documents = self.documents
        documents.placeless.connect(self.pictures.take_placeless)
        documents.refused.connect(self.opening.refuse)
        documents.named.connect(self._on_document_named)
        documents.bar.wanted.connect(partial(self.places.show_place, "explore"))
        documents.bar.offering_changed.connect(self.actions_by_name["bring_back"].setEnabled)
        self.actions_by_name["bring_back"].setEnabled(False)

    def _restore(self) -> None:
        room = self.screen().availableSize()
        width, height = min(max(room.width() * 0.85, 1280), 1720), min(max(room.height() * 0.85, 800), 1080)
        self.resize(min(round(width), room.width()), min(round(height), room.height() - TITLE_BAR))
        for text, restore in (
            (self.settings.window_geometry, self.restoreGeometry),
            (self.settings.splitter_state, self.explorer.splitter.restoreState),
        ):
            if text:  # a broken text restores nothing
                restore(QByteArray.fromBase64(text.encode("ascii", "ignore")))
        self.actions_by_name["pixels"].setChecked(self.settings.pixels)
        self.explorer.set_pixels(self.settings.pixels)
        self.explorer.map_panel.atlas.set_mode(self.settings.atlas)
        self.explorer.tray.restore(self.settings.tray)
        self.top_bar.set_theme(self._theme.choice)
        self._on_document_changed()

    @Slot()
    def _on_ready(self) -> None:
        if self.focusWidget() in {None, self}:
            self.explorer.map_panel.canvas.setFocus()
        self.explorer.map_panel.show_hint(shown=not self.settings.hint_seen)
        self.ready.emit()
        self._look_after_runs()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self.failed.emit(sentence)
        self._look_after_runs()

    def _look_after_runs(self) -> None:
        """Once: runs may be training, or were interrupted, whether a picture could be shown or not.

        What the first picture had not to wait for is imported, too.
        """
        if not self.places.trains:
            self._background.start("training", _load)

    @Slot(str, bool)
    def _on_document_named(self, name: str, modified: bool) -> None:
        self.setWindowTitle(f"{name.replace('[*]', '[*][*]')}[*] – DinoExplorer")
        self.setWindowModified(modified)

    @Slot(object, object)
    def _on_choice_needed(self, path: Path, error: ChoiceNeededError) -> None:
        self.desks.readings.ask(path, error)

    @Slot(object)
    def _on_prepare_wanted(self, sources: tuple[str, ...]) -> None:
        self.desks.datasets.show_prepare(sources)

    @Slot(object)
    def _on_dataset_wanted(self, folder: Path | None) -> None:
        if folder is None:
            self.desks.datasets.show_dataset()
        else:
            self.desks.datasets.look_through(folder)

    @Slot(object)
    def _on_images_wanted(self, points: NDArray[np.intp]) -> None:
        self.desks.datasets.show_images(points)

    @Slot(object, str)
    def _on_copy_wanted(self, path: Path, note: str) -> None:
        """Go on in a copy of what is open; both are found again among the recent ones."""
        opened = self.explorer.opened
        for checkpoint in (path,) if opened is None else (opened.generator.info.path, path):
            self.settings.remember(checkpoint)
        self.places.stop_following()
        self.opening.open_later(path, note=note)

    @Slot(str)
    def _on_place_shown(self, name: str) -> None:
        self.actions_by_name[name].setChecked(True)
        self._on_document_changed()

    @Slot()
    def _on_document_changed(self) -> None:
        self._explore_actions.follow(exploring=self.places.exploring, morphing=self.places.morphing)
        for name in _OF_REPORT:
            self.actions_by_name[name].setEnabled(self.places.reporting)

    def _why_not(self, name: str) -> str:
        if name in _OF_REPORT:
            return "Only in Report (Ctrl+4), when a report is shown."
        return self._explore_actions.why_not(name, exploring=self.places.exploring, morphing=self.places.morphing)

    def _offer_of_film(self) -> Offer:
        """What there is to be exported."""
        from dinoexplorer.ui.morph.export_source import offer_of  # noqa: PLC0415  only a film needs it

        return offer_of(self.explorer)

    @Slot()
    def _on_map_touched(self) -> None:
        if not self.settings.hint_seen:
            self.settings.hint_seen = True
            self.explorer.map_panel.show_hint(shown=False)

    @Slot(object, float)
    def _on_frame_painted(self, frame: Frame, painted: float) -> None:
        if not frame.error:
            self.status_line.record(frame, painted)
        self.opening.tell_device()  # a generator may find a faster runtime while it is used

    @Slot(str)
    def _on_way_chosen(self, name: str) -> None:
        if name in self.actions_by_name:
            self.actions_by_name[name].trigger()

    @Slot()
    def _on_checkpoints_wanted(self) -> None:
        shipped, recent = self.known_checkpoints()
        documents = [Path(path) for path in self.settings.recent_documents]
        current = self.renderer.current
        opened = {path for path in (current and current.generator.info.path, self.documents.path) if path}
        self.top_bar.set_checkpoints(shipped, recent, documents, opened)
        self._background.start("missing", partial(_missing, recent + documents), awaited=False)

    @Slot(str)
    def _on_theme_chosen(self, choice: Choice) -> None:
        self.settings.theme = choice
        self._theme.choose(choice)
        self.top_bar.set_theme(choice)

    @Slot()
    def _on_theme_next(self) -> None:
        self._on_theme_chosen(self.top_bar.next_theme())

    @Slot(bool)
    def _on_pixels(self, pixels: bool) -> None:
        self.settings.pixels = pixels
        self.explorer.set_pixels(pixels)

    @Slot(str)
    def _on_atlas_mode_changed(self, mode: Mode) -> None:
        self.settings.atlas = mode

    @Slot(bool)
    def _on_bare(self, bare: bool) -> None:
        self.top_bar.setVisible(not bare)
        self.status_line.setVisible(not bare)
        self.documents.bar.set_bare(bare)
        self.explorer.set_bare(bare)

    @Slot(bool)
    def _on_fullscreen(self, full: bool) -> None:
        self.setWindowState(
            self.windowState() | Qt.WindowState.WindowFullScreen
            if full
            else self.windowState() & ~Qt.WindowState.WindowFullScreen
        )

    @Slot()
    def _on_back(self) -> None:
        self.explorer.stage.notice.hide()
        self.explorer.pins.panel.notice.hide()
        desks = self.explorer.desks
        if desks.made("breeding") and desks.breeding.sheet.isVisible():
            desks.breeding.put_away()
            return
        if desks.made("shaping") and desks.shaping.leave():
            return
        if desks.made("embedding") and desks.embedding.come_back():
            return
        left = [action for name in ("bare", "fullscreen") if (action := self.actions_by_name[name]).isChecked()]
        for action in left:
            action.trigger()
        if not left:
            if desks.made("morph"):
                desks.morph.preview.end()
            self.explorer.map_panel.tools.clear_selection()

    @Slot()
    def _on_open(self) -> None:
        self.chooser.ask_for_file(Path(self.settings.open_folder or Path.home()))

    @Slot(str, object)
    def _on_background_finished(self, task: str, result: object) -> None:
        if task == "training" and not isinstance(result, Exception):
            self.places.begin_training()
        elif task == "missing" and isinstance(result, frozenset):
            self.top_bar.set_missing(result)
        elif isinstance(result, Exception):
            self.status_line.tell("")
            self.explorer.stage.notice.tell(str(result) or type(result).__name__, {})


def _load() -> None:
    """Import what is made at its first use, away from the window."""
    load_training()
    load_desks()
    load_window_desks()


def _missing(paths: list[Path]) -> frozenset[Path]:
    return frozenset(path for path in paths if not path.exists())
