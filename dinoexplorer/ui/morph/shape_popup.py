"""What comes up beside an easing or a path to change its numbers."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from dinoexplorer.morph.easings import easing_named
from dinoexplorer.morph.errors import MorphError
from dinoexplorer.morph.parameters import Parameter
from dinoexplorer.morph.paths import path_named
from dinoexplorer.morph.spelling import read_name, spelled, with_defaults
from dinoexplorer.ui.morph.bezier_field import BezierField
from dinoexplorer.ui.morph.curve_field import CurveField
from dinoexplorer.ui.morph.parameter_row import ParameterRow

_DRAWN = "bezier"
_WIDTH = 272


class ShapePopup(QFrame):
    """A row for each number, and for an easing its curve, which follows while a slider is dragged.

    A Bezier curve is drawn by its handles. `changed` brings the easing or the path as the timeline writes it.
    """

    changed = Signal(str)

    def __init__(self, what: str, parent: QWidget) -> None:
        """``what`` is "easing" or "path"."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("card")
        self.setFixedWidth(_WIDTH)
        self._what, self._text, self._name = what, "", ""
        self.rows: list[ParameterRow] = []
        self.field, self.curve = BezierField(self), CurveField(self)
        self.field.drawn.connect(self.changed)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 8, 8, 8)
        self._column.setSpacing(4)
        self._column.addWidget(self.field, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addWidget(self.curve)

    def show_text(self, text: str) -> None:
        """Show the numbers of an easing or a path; those that it does not give are its defaults."""
        self._text = text
        name, parameters = parameters_of(text, self._what)
        if name != self._name:
            self._name = name
            self._lay_out(parameters)
        if self._what == "easing":
            self.field.set_easing(text)
            self.curve.show_easing(text)
        for row, value in zip(self.rows, _numbers(text, parameters, self._what), strict=False):
            row.show_value(value)

    def come_up(self, beside: QWidget) -> None:
        """Come up above a widget, as far as the screen has room."""
        self.adjustSize()
        size = self.sizeHint()
        corner = beside.mapToGlobal(QPoint(0, -size.height() - 4))
        room = beside.screen().availableGeometry()
        self.move(min(max(corner.x(), room.left()), room.right() - _WIDTH), max(corner.y(), room.top()))
        self.show()
        (self.rows[0].slider if self.rows else self.field).setFocus()

    def _lay_out(self, parameters: tuple[Parameter, ...]) -> None:
        for row in self.rows:
            self._column.removeWidget(row)
            row.deleteLater()
        drawn = self._name == _DRAWN
        self.field.setVisible(drawn)
        self.curve.setVisible(self._what == "easing" and not drawn)
        self.rows = [] if drawn else [ParameterRow(parameter, self) for parameter in parameters]
        for row in self.rows:
            self._column.addWidget(row)
            row.moved.connect(self._on_moved)
            row.settled.connect(self._on_settled)
            row.show()

    @property
    def _shown(self) -> str:
        return spelled(self._name, [row.value for row in self.rows])

    @Slot()
    def _on_moved(self) -> None:
        self.curve.show_easing(self._shown)

    @Slot()
    def _on_settled(self) -> None:
        if self._shown != self._text:
            self.changed.emit(self._shown)


def parameters_of(text: str, what: str) -> tuple[str, tuple[Parameter, ...]]:
    """The name and the parameters of an easing or a path; none where it is not known."""
    try:
        name, _ = read_name(text, what)
        known = easing_named(name) if what == "easing" else path_named(name)
    except MorphError:
        return "", ()
    return name, known.parameters


def _numbers(text: str, parameters: tuple[Parameter, ...], what: str) -> tuple[float, ...]:
    defaults = [parameter.default for parameter in parameters]
    try:
        return with_defaults(text, read_name(text, what)[1], defaults)
    except MorphError:  # it has too many: the film says so
        return tuple(defaults)
