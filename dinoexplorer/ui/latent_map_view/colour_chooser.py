"""What the points are coloured by, and the key to a figure's colours."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QAction, QActionGroup, QLinearGradient, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from dinoexplorer.latent.latent_map import LatentMap
from dinoexplorer.latent.map_figures import BY_CLASS, FIGURES, Figure, figure_named
from dinoexplorer.ui.colours import is_dark
from dinoexplorer.ui.latent_map_view.colouring import ramp_colour
from dinoexplorer.ui.menu_button import MenuButton


class ColourChooser(MenuButton):
    """Drops down what the points can be coloured by."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "Colour of the points", parent)
        self.setProperty("quiet", True)
        self.choice = BY_CLASS
        self._actions: dict[str, QAction] = {}
        group, menus = QActionGroup(self), {"": self.choices()}
        for figure in FIGURES:
            if figure.menu not in menus:
                menus[figure.menu] = self._new_menu(figure.menu)
            action = self._new_action(figure, menus[figure.menu])
            group.addAction(action)
        self.choose(BY_CLASS)

    def offer(self, latent_map: LatentMap) -> None:
        """Offer what this map has."""
        for name, action in self._actions.items():
            action.setVisible(figure_named(name).available(latent_map))

    def action(self, name: str) -> QAction:
        """The entry of the menu for a figure."""
        return self._actions[name]

    def choose(self, name: str, *_checked: object) -> None:
        """Colour by this figure."""
        figure = figure_named(name)
        self.choice = name
        self.setText(figure.short or figure.title)
        self.setToolTip(f"Colour of the points: {figure.help}")
        self.setAccessibleDescription(figure.help)
        self._actions[name].setChecked(True)
        self.chosen.emit(name)

    def _new_menu(self, title: str) -> QMenu:
        menu = self.choices().addMenu(f"Colour by {title}")
        menu.setToolTipsVisible(True)
        return menu

    def _new_action(self, figure: Figure, menu: QMenu) -> QAction:
        within = menu is not self.choices()
        text = figure.title if within else f"Colour by {figure.title}"
        action = menu.addAction("As many as suit" if figure.title == figure.menu else text)
        action.setToolTip(figure.help)
        action.setCheckable(True)
        action.setData(figure.name)
        action.triggered.connect(partial(self.choose, figure.name))
        self._actions[figure.name] = action
        return action


class RampKey(QWidget):
    """The colours of a figure from low to high."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ends = ("low", "high")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(self.fontMetrics().height())

    def explain(self, figure: Figure) -> None:
        """Be the key to this figure; there is none to groups, which have a legend."""
        self._ends = figure.ends
        self.setAccessibleName(f"Colours of {figure.title}, from {figure.ends[0]} to {figure.ends[1]}")
        self.setToolTip(figure.help)
        self.setVisible(not figure.grouped)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, metrics = QPainter(self), self.fontMetrics()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        low, high = (metrics.horizontalAdvance(end) + 8 for end in self._ends)
        painter.drawText(0, metrics.ascent(), self._ends[0])
        painter.drawText(self.width() - high + 8, metrics.ascent(), self._ends[1])
        bar = QRectF(low, self.height() / 2 - 3, max(self.width() - low - high, 1), 7)
        gradient, dark = QLinearGradient(bar.topLeft(), bar.topRight()), is_dark(self.palette())
        for stop in range(9):
            gradient.setColorAt(stop / 8, ramp_colour(stop / 8, dark=dark))
        painter.fillRect(bar, gradient)
        painter.end()
