"""The export of films: what the next one is to be on the left, those that were asked for on the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dinoexplorer.morph.export.choices import FilmChoice
from dinoexplorer.morph.export.making import Material
from dinoexplorer.settings import Settings
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.morph.export_chooser import ExportChooser, films_folder, free_path
from dinoexplorer.ui.morph.export_estimate import ExportEstimate
from dinoexplorer.ui.morph.export_form import EVERY_PIN, ExportForm
from dinoexplorer.ui.morph.export_list import ExportList
from dinoexplorer.ui.morph.export_queue import ExportQueue
from dinoexplorer.ui.morph.export_source import Offer, from_every_pin
from dinoexplorer.ui.outlook_line import OutlookLine
from dinoexplorer.ui.overlay import Overlay
from dinoexplorer.ui.scroll_area import scroll_area

_WIDEST, _HIGHEST, _EDGE = 1000, 560, 24
_LIST_WIDTH = 360


class ExportPanel(Overlay):
    """Escape puts it away; what is being exported goes on."""

    started = Signal(object)  # ExportJob

    def __init__(self, queue: ExportQueue, source: Callable[[], Offer], settings: Settings, window: QWidget) -> None:
        super().__init__(window, "Export film")
        self._queue, self._source, self._settings = queue, source, settings
        self._offer = Offer(None)
        self._proposed: Path | None = None
        self._proposed_sound: Path | None = None
        self.form, self.list = ExportForm(self.panel), ExportList(queue, self.panel)
        self.chooser = ExportChooser(self)
        self.estimate = ExportEstimate(self)
        self.close_button = IconButton("close", "Close; exports go on", self.panel)
        self.close_button.setToolTip("Close (Esc); exports go on")
        self.start = IconButton("", "Export", self.panel, text="Export")
        self.start.setProperty("primary", True)
        self.start.setMinimumHeight(36)
        self.start.setToolTip("Export (Ctrl+Return)")
        self._said = OutlookLine("What the film will take", self.start, 3, self.panel)
        self._lay_out()
        self._connect()
        self.form.show_choices(settings.export)

    @property
    def sentence(self) -> str:
        """What is said beside the button."""
        return self._said.text()

    def set_films(self, films: Sequence[FilmChoice]) -> None:
        """Offer these formats; until they are known there is nothing to start."""
        self.form.set_films(films, self._settings.export.kind)
        self._propose()
        self._check()

    def show_panel(self) -> None:
        """Come up with what there is to be exported now."""
        before, self._offer = self._offer.fps, self._source()
        if self._offer.fps not in {None, before}:
            self.form.fps.show_text(str(self._offer.fps))
        self.form.set_pins(len(self._offer.pins))
        self._propose()
        self._propose_sound()
        self.come_up()
        self.form.kind.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._check()

    def go_away(self) -> None:
        self.estimate.forget()
        super().go_away()

    def close_down(self) -> None:
        """End the thread that works out what a film takes."""
        self.estimate.close()

    def place(self, room: QRect) -> QRect:
        width, height = min(_WIDEST, room.width() - 2 * _EDGE), min(_HIGHEST, room.height() - 2 * _EDGE)
        return QRect((room.width() - width) // 2, (room.height() - height) // 2, width, height)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        for job in self._queue.jobs:  # what went on meanwhile
            if (row := self.list.row_of(job)) is not None:
                row.follow()

    def _material(self) -> Material | None:
        every_pin = self.form.morph.present == EVERY_PIN
        return from_every_pin(self._offer) if every_pin else self._offer.material

    def _propose(self) -> None:
        """Name a film that is not there yet, unless a name was typed."""
        film, material, path = self.form.film, self._offer.material, self.form.path.path
        if film is None or material is None or (path is not None and path != self._proposed):
            return
        folder = Path(self._settings.export.folder or films_folder())
        taken = frozenset(job.path for job in self._queue.jobs)
        self._proposed = free_path(folder, f"{material.name}-film", film.suffix, taken)
        self.form.path.set_path(self._proposed)

    def _propose_sound(self) -> None:
        """Put the music of the timeline under the film, unless another sound was chosen here."""
        if self.form.sound.path in {None, self._proposed_sound}:
            self._proposed_sound = self._offer.sound
            self.form.sound.set_path(self._offer.sound)

    @Slot()
    def _on_edited(self) -> None:
        film, path = self.form.film, self.form.path.path
        if film is not None and self._proposed is not None and path == self._proposed.with_suffix(film.suffix):
            self._proposed = path
            self._propose()  # with this ending it may be taken
        self._check()

    def _check(self) -> None:
        """Say what is wrong, or have worked out what it will take."""
        self.estimate.forget()
        material = self._material()
        problem = self._offer.why_not or self.form.problem()
        path = self.form.path.path
        if not problem and any(job.path == path for job in self._queue.unfinished) and path is not None:
            problem = f"{path.name} is being exported already; give this film another name."
        if problem or material is None:
            self._said.say(problem, wrong=bool(problem) and self.form.film is not None, ready=False)
            return
        self._said.say("Working out what it takes…", wrong=False, ready=True)
        self.estimate.ask(material, self.form.order())

    @Slot(str, bool)
    def _on_estimated(self, line: str, refused: bool) -> None:
        self._said.say(line, wrong=refused, ready=not refused)

    @Slot()
    def _on_start(self) -> None:
        self._offer = self._source()
        material = self._material()
        if material is None or self.form.problem():
            self._check()
            return
        self._settings.export = self.form.choices(self._settings.export)
        job = self._queue.add(replace(material, name=self.form.path.field.text()), self.form.order())
        self._proposed = job.path  # a name that was typed is used up, too
        self._propose()
        self._check()
        self.started.emit(job)

    @Slot()
    def _on_path_wanted(self) -> None:
        film = self.form.film
        if film is not None:
            proposed = self.form.path.path or free_path(films_folder(), "film", film.suffix, frozenset())
            self.chooser.ask_for_film(proposed, film, self.form.films)

    @Slot(object)
    def _on_film_chosen(self, path: Path) -> None:
        self.form.set_path(path)
        self._check()

    @Slot()
    def _on_sound_wanted(self) -> None:
        before = self.form.sound.path
        self.chooser.ask_for_sound(Path.home() if before is None else before.parent)

    @Slot(object)
    def _on_sound_chosen(self, path: Path) -> None:
        self.form.sound.set_path(path)
        self._check()

    def _lay_out(self) -> None:
        title = QLabel("Export film", self.panel)
        title.setProperty("role", "title")
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.close_button)
        self.form.setObjectName("plain")
        area = scroll_area(self.form, self.panel)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self._said, 1)
        foot.addWidget(self.start)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(area, 1)
        left.addLayout(foot)
        line = QFrame(self.panel)
        line.setObjectName("rule")
        line.setFixedWidth(1)
        self.list.setFixedWidth(_LIST_WIDTH)
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addLayout(left, 1)
        body.addWidget(line)
        body.addWidget(self.list)
        column = QVBoxLayout(self.panel)
        column.setContentsMargins(16, 12, 12, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addLayout(body, 1)

    def _connect(self) -> None:
        self.form.edited.connect(self._on_edited)
        self.form.path_wanted.connect(self._on_path_wanted)
        self.form.sound_wanted.connect(self._on_sound_wanted)
        self.chooser.film_chosen.connect(self._on_film_chosen)
        self.chooser.sound_chosen.connect(self._on_sound_chosen)
        self.estimate.done.connect(self._on_estimated)
        self.start.clicked.connect(self._on_start)
        self.close_button.clicked.connect(self.go_away)
        self.list.emptied.connect(self.close_button.setFocus)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            context = Qt.ShortcutContext.WidgetWithChildrenShortcut
            QShortcut(QKeySequence(keys), self, context=context).activated.connect(self.start.click)
