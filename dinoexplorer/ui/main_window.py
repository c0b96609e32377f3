"""The main window: top bar, the place that is shown, status line, and what holds for all of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QImage, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dinoexplorer.document.document import Document
from dinoexplorer.generators.differentiable import Differentiates
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.reading import ChoiceNeededError
from dinoexplorer.rendering.frames import Frame
from dinoexplorer.rendering.renderer import Opened, Renderer
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
from dinoexplorer.ui.places import Places
from dinoexplorer.ui.places import load as load_training
from dinoexplorer.ui.saving import pictures_folder, proposed_path, save_picture
from dinoexplorer.ui.status_line import StatusLine
from dinoexplorer.ui.theme import Choice, Theme
from dinoexplorer.ui.top_bar import TopBar
from dinoexplorer.ui.train.loading import load_module

if TYPE_CHECKING:
    from dinoexplorer.ui.compare.compare_desk import CompareDesk
    from dinoexplorer.ui.dataset.dataset_desk import DatasetDesk
    from dinoexplorer.ui.guidance import Guidance
    from dinoexplorer.ui.morph.export_source import Offer
    from dinoexplorer.ui.readings import ReadingsDesk

_LATE = (
    "dinoexplorer.ui.compare.compare_desk", "dinoexplorer.ui.dataset.dataset_desk", "dinoexplorer.ui.guidance",
    "dinoexplorer.ui.readings",
)  # fmt: skip
_FILMS = {".mp4", ".m4v", ".mov", ".webm", ".mkv"}
TITLE_BAR = 32  # Qt counts the frame of a window only once it is shown


class MainWindow(QWidget):
    """Opens checkpoints, shows one, and keeps the settings."""

    first_painted = Signal()  # once; what may delay a paint, such as importing torch, begins after it
    ready = Signal()  # a checkpoint is open and shown
    failed = Signal(str)  # it could not be opened; the sentence that is shown
    picture_saved = Signal(object)  # Path

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
        self._renderer, self._theme = renderer, theme
        self._wanted: Path | None = None  # what was asked to be opened last, whether it did or not
        self._opening = False
        self._background = Background(self)
        self._background.finished.connect(self._on_background_finished)
        self.actions_by_name = build_actions(self)
        self.top_bar = TopBar(self.actions_by_name, self)
        self.explorer = Explorer(renderer, self.actions_by_name, self, seeds=seeds)
        self._explore_actions = ExploreActions(self.actions_by_name, self.explorer, lambda: self.compare)
        self.status_line = StatusLine(self)
        self.places = Places(self.explorer, settings, self.status_line, self)
        self.export = ExportDesk(self._offer_of_film, renderer.activity, settings, self.status_line, self)
        self._undecided: GeneratorError | None = None  # why what failed last did, where a person may decide
        self._followed: Path | None = None  # what is being opened as a later checkpoint of what is open
        self._painted = False
        self._trouble = trouble
        self._device = DeviceChoice(settings, self.top_bar, self._background, self)
        self._device.named.connect(self._tell_device)
        self.chooser = FileChooser(self)
        self.documents = DocumentDesk(self.explorer, settings, self.status_line, self.chooser, self)
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

    @cached_property
    def compare(self) -> CompareDesk:
        """What puts generators side by side; made when it is first needed."""
        from dinoexplorer.ui.compare.compare_desk import CompareDesk  # noqa: PLC0415  the first picture need not wait

        desk = CompareDesk(self.explorer, self._renderer, self.settings, self.actions_by_name, self._known_checkpoints)
        desk.open_wanted.connect(self._on_main_wanted)
        desk.told.connect(self.status_line.tell)
        return desk

    @cached_property
    def datasets(self) -> DatasetDesk:
        """What prepares datasets and looks through them; made when it is first needed."""
        from dinoexplorer.ui.dataset.dataset_desk import DatasetDesk  # noqa: PLC0415  the first picture need not wait
        from dinoexplorer.ui.palette.recipe_entries import read_recipes  # noqa: PLC0415  as above

        desk = DatasetDesk(self.explorer, self.settings, read_recipes, self)
        desk.told.connect(self.status_line.tell)
        desk.train_wanted.connect(self.places.train_on)
        desk.explore_wanted.connect(partial(self.places.show_place, "explore"))
        return desk

    @cached_property
    def guidance(self) -> Guidance:
        """Palette and guide; made when they are first needed."""
        from dinoexplorer.ui.guidance import Guidance  # noqa: PLC0415  the first picture need not wait

        return Guidance(
            self,
            self.actions_by_name,
            self.settings,
            why_not=self._why_not,
            checkpoints=self._known_checkpoints,
            open_=self._on_file_chosen,
            train=self.places.train_recipe,
        )

    @cached_property
    def readings(self) -> ReadingsDesk:
        """What asks how a file of another program is read; made when it is first needed."""
        from dinoexplorer.ui.readings import ReadingsDesk  # noqa: PLC0415  the first picture need not wait

        desk = ReadingsDesk(self, lambda: self._wanted)
        desk.open_wanted.connect(self.open)
        return desk

    def open(self, path: Path) -> None:
        """Open a checkpoint in the background; until it is ready everything stays as it is."""
        path = Path(os.path.abspath(path))  # noqa: PTH100  links stay as they are, and no disk is asked
        self._wanted, self._opening, self._followed, self._undecided = path, True, None, None
        title = "Waking the dinosaurs…" if "dino" in path.name.lower() else "Opening…"
        if self._renderer.current is None:
            self.explorer.stage.wait_for(title, path.name)
        self.status_line.tell(f"opening {path.name}…", stays=True)
        self.status_line.set_busy(True)
        self._renderer.open(path, self.settings.device)

    def tell_empty(self) -> None:
        """Say that there is nothing to open yet, and how to change that."""
        sentence = "No checkpoint came with this program; open one, or drop a file on the window."
        self.explorer.stage.notice.tell(sentence, {"open": "Open…"})
        self.failed.emit(sentence)
        self._look_after_runs()

    def close_down(self) -> None:
        """End the threads; to be called when the window is hidden, since it may wait for a decode."""
        self._renderer.close()
        self.export.close_down()
        self.places.close_down()
        self.documents.close_down()
        for name in ("compare", "datasets", "guidance", "readings"):
            if name in vars(self):
                getattr(self, name).close_down()
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
            self._on_file_chosen(path)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not (self.export.may_close() and self.places.may_close()):
            event.ignore()
            return
        self.remember()
        super().closeEvent(event)

    def _connect(self) -> None:
        self._renderer.opened.connect(self._on_opened)
        self._renderer.opening_failed.connect(self._on_opening_failed)
        self._renderer.undecided.connect(self._on_undecided)
        explorer, bar = self.explorer, self.top_bar
        explorer.document_changed.connect(self._on_document_changed)
        explorer.pins.told.connect(self.status_line.tell)
        explorer.pins.exchange.picture_pasted.connect(self._on_picture_pasted)
        explorer.possible_changed.connect(self._on_document_changed)
        self.places.shown.connect(self._on_place_shown)
        self.places.open_wanted.connect(self._on_checkpoint_of_run)
        self.places.close_agreed.connect(self.close)
        self.places.prepare_wanted.connect(self._on_prepare_wanted)
        self.places.dataset_wanted.connect(self._on_dataset_wanted)
        self.export.close_agreed.connect(self.close)
        explorer.map_panel.atlas.mode_changed.connect(self._on_atlas_mode_changed)
        explorer.map_touched.connect(self._on_map_touched)
        explorer.points.dataset_wanted.connect(self._on_images_wanted)
        explorer.stage.way_chosen.connect(self._on_way_chosen)
        explorer.stage.image_view.clicked.connect(self.actions_by_name["pixels"].trigger)
        explorer.stage.image_view.frame_painted.connect(self._on_frame_painted)
        self.chooser.file_chosen.connect(self._on_file_chosen)
        self.chooser.picture_chosen.connect(self._on_picture_chosen)
        self._connect_documents()
        bar.checkpoint_chosen.connect(self._on_file_chosen)
        bar.checkpoints_wanted.connect(self._on_checkpoints_wanted)
        bar.device_chosen.connect(self._on_device_chosen)
        bar.theme_chosen.connect(self._on_theme_chosen)
        slots: dict[str, Callable[..., object]] = {
            "export": self._on_export,
            "bring_in": self._on_bring_in,
            "save": self.documents.save,
            "save_as": self.documents.save_as,
            "new": self.documents.new,
            "bring_back": self.documents.bar.ask,
            "export_film": self.export.show_panel,
            "palette": late(self, "guidance.toggle_palette"),
            "help": late(self, "guidance.toggle_guide"),
            "keys": late(self, "guidance.show_keys"),
            "back": self._on_back,
            "open": self._on_open,
            "checkpoints": bar.checkpoint.click,
            "read_differently": late(self, "readings.read_differently"),
            "describe": late(self, "readings.describe"),
            "device": bar.device.click,
            "theme": self._on_theme_next,
            "explore": partial(self.places.show_place, "explore"),
            "morph": partial(self.places.show_place, "morph"),
            "train": partial(self.places.show_place, "train"),
            "prepare": late(self, "datasets.show_prepare"),
            "dataset": late(self, "datasets.show_dataset"),
            "in_dataset": late(self, "datasets.show_point"),
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
        documents.checkpoint_wanted.connect(self.open)
        documents.opened_with.connect(self._show_opened)
        documents.placeless.connect(self._on_placeless)
        documents.refused.connect(self._on_refused)
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

    @Slot(object)
    def _on_opened(self, opened: Opened) -> None:
        if not self.documents.takes(opened):
            self._show_opened(opened)

    @Slot(object, object, str)
    def _show_opened(self, opened: Opened, document: Document | None = None, note: str = "") -> None:
        if not self._renderer.adopt(opened):
            return
        info, self._opening = opened.generator.info, False
        followed, self._followed = info.path == self._followed, None
        if not followed:  # what was opened by hand is not to be pushed out by every checkpoint of a run
            self.settings.remember(info.path)
            if info.path not in shipped_checkpoints():
                self.settings.open_folder = str(info.path.parent)
        self.explorer.show_opened(opened, followed=followed, document=document)
        if self.focusWidget() in {None, self}:
            self.explorer.map_panel.canvas.setFocus()
        self.explorer.map_panel.show_hint(shown=not self.settings.hint_seen)
        self.top_bar.set_checkpoint(info.name, str(info.path), info.read_as)
        self.status_line.set_busy(False)
        self._device.opened_on(opened.generation, opened.generator.device)
        self.status_line.forget_speed()
        self._tell_device()
        how = f"Read as {info.read_as}." if info.read_as else ""
        self.status_line.tell(" ".join(filter(None, (note, opened.device_note, self._trouble, how))))
        self._trouble = ""
        self.ready.emit()
        self._look_after_runs()

    def _look_after_runs(self) -> None:
        """Once: runs may be training, or were interrupted, whether a picture could be shown or not.

        What the first picture had not to wait for is imported, too.
        """
        if not self.places.trains:
            self._background.start("training", _load)

    @Slot(object)
    def _on_file_chosen(self, path: Path) -> None:
        self.places.stop_following()
        if not self.places.exploring:
            self.places.show_place("explore")
        self.documents.open(meant(path))

    @Slot(str, bool)
    def _on_document_named(self, name: str, modified: bool) -> None:
        self.setWindowTitle(f"{name.replace('[*]', '[*][*]')}[*] – DinoExplorer")
        self.setWindowModified(modified)

    @Slot(str, object)
    def _on_refused(self, sentence: str, ways: dict[str, str]) -> None:
        self._opening = False
        self.explorer.stage.tell_failure(sentence, ways)
        self.status_line.set_busy(False)
        self.status_line.tell("")
        self.failed.emit(sentence)
        self._look_after_runs()

    @Slot(object, bool)
    def _on_checkpoint_of_run(self, path: Path, followed: bool) -> None:
        self.open(path)
        self._followed = self._wanted if followed else None

    @Slot(object)
    def _on_prepare_wanted(self, sources: tuple[str, ...]) -> None:
        self.datasets.show_prepare(sources)

    @Slot(object)
    def _on_dataset_wanted(self, folder: Path | None) -> None:
        if folder is None:
            self.datasets.show_dataset()
        else:
            self.datasets.look_through(folder)

    @Slot(object)
    def _on_images_wanted(self, points: NDArray[np.intp]) -> None:
        self.datasets.show_images(points)

    @Slot(object)
    def _on_main_wanted(self, path: Path) -> None:
        """Open what stands beside the main one in its place; where their codes are as long, we stay where we stand."""
        self.places.stop_following()
        self._on_checkpoint_of_run(path, followed=True)

    @Slot(object)
    def _on_undecided(self, error: GeneratorError) -> None:
        self._undecided = error

    @Slot(int, str)
    def _on_opening_failed(self, generation: int, sentence: str) -> None:
        self._opening = False
        self.documents.opening_failed(self._wanted)
        undecided, self._undecided = self._undecided, None
        by_device = undecided is None and self._device.untried
        self.explorer.stage.tell_failure(sentence, _ways_on(undecided), device=by_device)
        self.status_line.set_busy(False)
        self.status_line.tell("")
        self._device.opening_failed(generation)
        self.failed.emit(sentence)
        self._look_after_runs()
        if isinstance(undecided, ChoiceNeededError):
            self.readings.ask(self._wanted, undecided)

    @Slot(str)
    def _on_place_shown(self, name: str) -> None:
        self.actions_by_name[name].setChecked(True)
        self._on_document_changed()

    @Slot()
    def _on_document_changed(self) -> None:
        self._explore_actions.follow(exploring=self.places.exploring, morphing=self.places.morphing)

    def _why_not(self, name: str) -> str:
        return self._explore_actions.why_not(name, exploring=self.places.exploring, morphing=self.places.morphing)

    def _known_checkpoints(self) -> tuple[list[Path], list[Path]]:
        """The shipped checkpoints and the recent ones; whether those are still there is not asked."""
        shipped = shipped_checkpoints()
        return shipped, [path for path in map(Path, self.settings.recent) if path not in shipped]

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
        self._tell_device()  # a generator may find a faster runtime while it is used

    @Slot()
    def _tell_device(self) -> None:
        opened = self.explorer.opened
        if opened is not None:
            self.status_line.set_device(f"{self._device.name} ({opened.generator.runtime})")

    @Slot(str)
    def _on_way_chosen(self, name: str) -> None:
        if name in self.actions_by_name:
            self.actions_by_name[name].trigger()

    @Slot()
    def _on_checkpoints_wanted(self) -> None:
        shipped, recent = self._known_checkpoints()
        documents = [Path(path) for path in self.settings.recent_documents]
        current = self._renderer.current
        opened = {path for path in (current and current.generator.info.path, self.documents.path) if path}
        self.top_bar.set_checkpoints(shipped, recent, documents, opened)
        self._background.start("missing", partial(_missing, recent + documents), awaited=False)

    @Slot(str)
    def _on_device_chosen(self, device: str) -> None:
        current, path = self._renderer.current, self._wanted
        self._device.choose(device)
        if current is not None and not self._opening:
            if self.explorer.stage.notice.isHidden():  # a failed opening that was put away is over
                path = current.generator.info.path
            if path == current.generator.info.path and self._device.resolved(device) == current.generator.device:
                self._device.in_use = device
                return
        if path is not None:
            self.open(path)

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

    @Slot()
    def _on_export(self) -> None:
        opened = self.explorer.opened
        if opened is not None:
            folder = Path(self.settings.save_folder or pictures_folder())
            self.chooser.ask_for_picture(proposed_path(folder, opened.generator.info.name))

    @Slot()
    def _on_bring_in(self) -> None:
        self.chooser.ask_for_photo(Path(pictures_folder()))

    @Slot(object)
    def _on_picture_pasted(self, source: Path | QImage) -> None:
        if isinstance(source, Path):
            self._on_file_chosen(source)
        else:
            self.explorer.desks.embedding.bring(source)

    @Slot(object, str)
    def _on_placeless(self, path: Path, sentence: str) -> None:
        """A picture that brings no place back: it is searched for where the generator can do that."""
        opened = self.explorer.opened
        if opened is None or path.suffix.lower() in _FILMS or not isinstance(opened.generator, Differentiates):
            self._on_refused(sentence, {"open": "Open another…"})
            return
        self.status_line.set_busy(False)
        self.status_line.tell("")
        self.explorer.desks.embedding.bring(path)

    @Slot(object)
    def _on_picture_chosen(self, path: Path) -> None:
        opened, document = self.explorer.opened, self.explorer.document
        if opened is None or document is None:
            return
        self.settings.save_folder = str(path.parent)
        self.status_line.tell(f"saving {path.name}…", stays=True)
        self._background.start("export", partial(save_picture, opened.generator, document.standing, path))

    @Slot(str, object)
    def _on_background_finished(self, task: str, result: object) -> None:
        if task == "training" and not isinstance(result, Exception):
            self.places.begin_training()
        elif task == "missing" and isinstance(result, frozenset):
            self.top_bar.set_missing(result)
        elif task == "export" and isinstance(result, Path):
            self.status_line.tell(f"saved {result}")
            self.picture_saved.emit(result)
        elif isinstance(result, Exception):
            sentence = str(result) or type(result).__name__
            self.status_line.tell("")
            self.explorer.stage.notice.tell(sentence, {"export": "Save elsewhere…"} if task == "export" else {})


def _ways_on(undecided: GeneratorError | None) -> dict[str, str] | None:
    """The ways on from a file that only a person can say how to read; None for those of any other."""
    if undecided is None:
        return None
    if isinstance(undecided, ChoiceNeededError):
        return {"read_differently": "Choose by pictures…", "open": "Open another…"}
    return {"describe": "Describe its layers…", "open": "Open another…"}


def _load() -> None:
    """Import what is made at its first use, away from the window."""
    load_training()
    load_desks()
    for module in _LATE:
        load_module(module)


def _missing(paths: list[Path]) -> frozenset[Path]:
    return frozenset(path for path in paths if not path.exists())
