"""A picture with a hole painted on it, and beside it what the hole is filled with."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QRect, Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from dinoexplorer.generators.generator import ByteArray
from dinoexplorer.ui.announcing import announce
from dinoexplorer.ui.brush import BrushBar, Canvas, MaskSheet
from dinoexplorer.ui.brush.keys import step_back
from dinoexplorer.ui.brush.painted_picture import MARGIN
from dinoexplorer.ui.embedding.picture_box import PictureBox
from dinoexplorer.ui.filling.edge_choice import EdgeChoice
from dinoexplorer.ui.filling.fillings import Fillings
from dinoexplorer.ui.filling.proposal_tiles import COLUMNS, SIDE, ProposalTiles
from dinoexplorer.ui.icon_button import IconButton
from dinoexplorer.ui.overlay import Overlay
from dinoexplorer.ui.progress_line import ProgressLine
from dinoexplorer.ui.scroll_area import scroll_area
from dinoexplorer.ui.texts import foreign_label

Phase = Literal["reading", "failed", "painting", "filling", "found"]
_WIDEST, _EDGE, _GAP, _SIDES = 1680, 24, 12, 32
_TILES = COLUMNS * SIDE + 22  # with room for a scroll bar
_AROUND = 188  # what stands above and below the pictures
_HINT = "Paint over what is to be replaced. What fits around it is searched for in the model."
_NOTHING = "Paint over a part of the picture, then press Fill"


class FillingPanel(Overlay):
    """Asks for the hole, shows the fillings as they come, and offers what can be done with the one that is chosen."""

    painted = Signal()
    fill_wanted = Signal()
    pass_wanted = Signal()
    on_wanted = Signal()
    stopped = Signal()
    keep_wanted = Signal()
    save_wanted = Signal()
    picture_wanted = Signal()
    gone = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, "Fill a hole")
        self.phase: Phase = "reading"
        self.sheet = MaskSheet(1, 1)
        self._filled: ByteArray | None = None
        self._original: ByteArray | None = None
        self.canvas = Canvas(self.sheet, self.panel)
        self.canvas.setAccessibleName("Picture to paint a hole on")
        self.bar = BrushBar(self.canvas, self.panel)
        self.result = PictureBox("The picture with the hole filled", self.panel)
        self.edges = EdgeChoice(self.panel)
        self.tiles = ProposalTiles(self.panel)
        self.line = ProgressLine(self.panel)
        self._title, self._hint, self._said, self._figures = (foreign_label(self.panel) for _ in range(4))
        self._build_buttons()
        self._lay_out()
        self.canvas.painted.connect(self.painted)

    @property
    def sentence(self) -> str:
        """What is said below the pictures."""
        return self._said.text()

    @property
    def figures(self) -> str:
        """What is said of the filling that is looked at."""
        return self._figures.text()

    def wait_for(self, name: str) -> None:
        """Come up for a picture that is yet to be made."""
        self._title.setText(f"Fill a hole in {name}")
        self._original = None
        self.canvas.show_picture(None)
        self.forget()
        self.enter("reading", "Making the picture…")
        self.come_up()
        self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_original(self, picture: ByteArray, *, smooth: bool) -> None:
        """Show the picture that a hole is painted on."""
        self._original = picture
        self.sheet = MaskSheet(*picture.shape[:2])
        self.canvas.set_smooth(smooth)
        self.canvas.show_picture(picture)
        self.enter("painting", "")
        self.canvas.set_sheet(self.sheet)
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def forget(self) -> None:
        """Nothing has been found for this hole."""
        self._filled = None
        self.tiles.show_proposals([], 0)
        self.line.set_share(0.0)
        self._figures.setText("")
        self.result.show_picture(None, _NOTHING)

    def show_fillings(self, fillings: Fillings) -> None:
        """Show what there is, and the chosen one large."""
        chosen = fillings.chosen
        self.tiles.show_proposals(fillings.named, min(fillings.index, max(len(fillings.all) - 1, 0)))
        if chosen is not None:
            self._filled = chosen.picture
            self._figures.setText(f"{chosen.known_psnr:.1f} dB")
            self._peek(self.before.isDown())
        for button in (self.keep, self.save, self.before):
            button.setEnabled(chosen is not None)

    def say(self, sentence: str, share: float) -> None:
        """Say how far it is."""
        self._said.setText(sentence)
        self.line.set_share(share)

    def tell(self, sentence: str) -> None:
        """Say what has ended, or why it did not work; what was found stays."""
        self._said.setText(sentence)
        announce(self._said, sentence)

    def enter(self, phase: Phase, sentence: str, *, searched: bool = False) -> None:
        """Offer what can be done now; ``searched`` where there is a search that could go on."""
        self.phase = phase
        filling, found = phase == "filling", phase == "found"
        ready = phase in {"painting", "found"}
        for widget in (self.canvas, self.bar):
            widget.setEnabled(ready)
        self.cancel.setText("Cancel" if filling else "Close")
        self.stop.setVisible(filling)
        self.line.setVisible(filling)
        self.fill.setVisible(not (filling or found))
        self.again.setVisible(found)
        self.again.setText("Fill again" if searched else "Fill")
        self.go_on.setVisible(found and searched)
        for button in (self.keep, self.save):
            button.setVisible(found)
        self.before.setVisible(found or filling)
        self.fill.setEnabled(ready)
        self.once.setEnabled(ready)
        self.tell(sentence)

    def go_away(self) -> None:
        super().go_away()
        self.gone.emit()

    def place(self, room: QRect) -> QRect:
        beside = _SIDES + 2 * _GAP + _TILES
        side = min((min(_WIDEST, room.width() - 2 * _EDGE) - beside) // 2, room.height() - 2 * _EDGE - _AROUND)
        width, height = 2 * side + beside, side + _AROUND
        return QRect((room.width() - width) // 2, (room.height() - height) // 2, width, height)

    def event(self, event: QEvent) -> bool:
        # Strokes, not steps of the document, are taken back while this is up.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and step_back(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return does what is next, B shows the picture before, a figure chooses, and strokes are taken back."""
        way, number = step_back(event), event.key() - Qt.Key.Key_1
        if way:
            if self.canvas.isEnabled():
                (self.canvas.undo if way == "undo" else self.canvas.redo)()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            for button in (self.fill, self.keep):
                if button.isVisible():
                    button.click()
                    return
        elif event.key() == Qt.Key.Key_B and not event.isAutoRepeat():
            self._peek(on=True)
        elif 0 <= number < len(self.tiles.tiles) and self.tiles.tiles[number].isVisible():
            self.tiles.tiles[number].click()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_B and not event.isAutoRepeat():
            self._peek(on=False)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """A click beside the panel loses no filling."""

    def _peek(self, on: bool) -> None:
        """Show the picture before, for the moment, or filled."""
        if self._filled is not None:
            self.result.show_picture(self._original if on else self._filled)

    @Slot()
    def _on_before_pressed(self) -> None:
        self._peek(on=True)

    @Slot()
    def _on_before_released(self) -> None:
        self._peek(on=False)

    def _build_buttons(self) -> None:
        def button(icon: str, name: str, about: str, clicked: SignalInstance | None = None) -> IconButton:
            made = IconButton(icon, name, self.panel, text="" if icon == "close" else name)
            made.setToolTip(about)
            made.setAccessibleDescription(about)
            if clicked is not None:
                made.clicked.connect(clicked)
            return made

        self.close_button = button("close", "Close", "Close (Esc); pins that were kept stay")
        self.other = button("", "Another picture…", "Bring in a picture and fill a hole in it", self.picture_wanted)
        self.before = button("", "Before", "Hold to see the picture as it was (B)")
        self.cancel = button("", "Cancel", "End and close (Esc); pins that were kept stay")
        self.once = button("", "In one pass", "Have the encoder fill the hole at once", self.pass_wanted)
        self.go_on = button("", "Go on", "Search on from where it has ended", self.on_wanted)
        self.again = button("", "Fill again", "Search for others; the best of all stay", self.fill_wanted)
        self.stop = button("stop", "Stop", "End the search and keep what there is", self.stopped)
        self.fill = button("", "Fill", "Search for what fits into the hole (Return)", self.fill_wanted)
        self.save = button(
            "", "Save picture…", "Save the picture with its hole filled as PNG, at its full size", self.save_wanted
        )
        self.keep = button(
            "",
            "Keep as pin",
            "Keep the code of this filling as a pin (Return): a place to go on from",
            self.keep_wanted,
        )
        for one in (self.fill, self.keep):
            one.setProperty("primary", True)
        for one in (self.close_button, self.cancel):
            one.clicked.connect(self.go_away)
        self.before.pressed.connect(self._on_before_pressed)
        self.before.released.connect(self._on_before_released)

    def _lay_out(self) -> None:
        self._title.setProperty("role", "title")
        self._hint.setProperty("role", "muted")
        self._hint.setText(_HINT)
        heading = foreign_label(self.panel)
        heading.setText("Fillings, known part in dB")
        for label in (self._said, self._figures, heading):
            label.setProperty("role", "small")
        self._said.setWordWrap(True)
        for label in (self._title, self._hint, self._said, self._figures):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        over_canvas, over_result = _row(self.bar, None), _row(self._figures, self.edges, self.before, stretched=0)
        tiles = scroll_area(self.tiles, self.panel)
        tiles.setFixedWidth(_TILES)
        grid = QGridLayout()
        grid.setHorizontalSpacing(_GAP)
        grid.setVerticalSpacing(6)
        grid.addLayout(over_canvas, 0, 0)
        grid.addLayout(over_result, 0, 1)
        grid.addWidget(heading, 0, 2)
        framed = QVBoxLayout()  # as the canvas has it for its focus, so that both are of one size
        framed.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        framed.addWidget(self.result)
        grid.addWidget(self.canvas, 1, 0)
        grid.addLayout(framed, 1, 1)
        grid.addWidget(tiles, 1, 2)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(1, 1)
        self.line.keep_room()
        room = self.before.sizePolicy()
        room.setRetainSizeWhenHidden(True)
        self.before.setSizePolicy(room)
        foot = _row(
            self._said, self.cancel, self.once, self.go_on, self.again, self.save, self.stop, self.fill, self.keep,
            stretched=0,
        )  # fmt: skip
        foot.setSpacing(8)
        column_box = QVBoxLayout(self.panel)
        column_box.setContentsMargins(16, 12, 16, 16)
        column_box.setSpacing(10)
        column_box.addLayout(_row(self._title, self.other, self.close_button, stretched=0))
        column_box.addWidget(self._hint)
        column_box.addLayout(grid, 1)
        column_box.addWidget(self.line)
        column_box.addLayout(foot)


def _row(*widgets: QWidget | None, stretched: int = -1) -> QHBoxLayout:
    """Widgets side by side; None is room that grows."""
    row = QHBoxLayout()
    for number, widget in enumerate(widgets):
        if widget is None:
            row.addStretch(1)
        else:
            row.addWidget(widget, 1 if number == stretched else 0)
    return row
