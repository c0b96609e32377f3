"""The theme: Fusion, a palette and a little QSS; light and dark follow the system unless told otherwise."""

from __future__ import annotations

from string import Template
from typing import Literal

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from dinoexplorer.resources import resource_path
from dinoexplorer.ui.colours import DARK, LIGHT, Colours

Choice = Literal["system", "light", "dark"]
CHOICES: tuple[Choice, ...] = ("system", "light", "dark")
SMALL, TITLE = 0.9, 1.3


class Theme(QObject):
    """Dresses the application, and dresses it anew when the system changes between light and dark."""

    def __init__(self, application: QApplication, choice: Choice = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._application = application
        self._choice: Choice = choice
        application.setStyle("Fusion")
        application.styleHints().colorSchemeChanged.connect(self._on_system_changed)
        self._apply()

    @property
    def choice(self) -> Choice:
        return self._choice

    @property
    def colours(self) -> Colours:
        """The colours in use."""
        return DARK if self._is_dark() else LIGHT

    def choose(self, choice: Choice) -> None:
        """Follow the system, or be light or dark whatever it says."""
        self._choice = choice
        self._apply()

    @Slot()
    def _on_system_changed(self) -> None:
        if self._choice == "system":
            self._apply()

    def _is_dark(self) -> bool:
        if self._choice == "system":
            return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self._choice == "dark"

    def _apply(self) -> None:
        colours = self.colours
        self._application.setPalette(make_palette(colours))
        self._application.setStyleSheet(make_style_sheet(colours, self._application.font()))


def make_palette(colours: Colours) -> QPalette:
    """The palette of one theme."""
    role, palette = QPalette.ColorRole, QPalette()
    for target, colour in (
        (role.Window, colours.window),
        (role.WindowText, colours.text),
        (role.Base, colours.panel),
        (role.AlternateBase, colours.raised),
        (role.Text, colours.text),
        (role.PlaceholderText, colours.muted),
        (role.Button, colours.raised),
        (role.ButtonText, colours.text),
        (role.BrightText, colours.danger),
        (role.ToolTipBase, colours.raised),
        (role.ToolTipText, colours.text),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.on_accent),
        (role.Accent, colours.accent),
        (role.Link, colours.accent),
        (role.LinkVisited, colours.accent),
        (role.Light, colours.raised),
        (role.Midlight, colours.raised),
        (role.Mid, colours.line),
        (role.Dark, colours.line),
        (role.Shadow, "#000000"),
    ):
        palette.setColor(target, QColor(colour))
    for target in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, _faded(colours))
    return palette


def make_style_sheet(colours: Colours, font: QFont) -> str:
    """The QSS of one theme, with the three sizes of text worked out from the system's font."""
    template = Template(resource_path("theme", "style.qss").read_text(encoding="utf-8"))
    names = {name: getattr(colours, name) for name in Colours.__slots__}
    size = font.pointSizeF() if font.pointSizeF() > 0 else 10.0
    return template.substitute(
        names,
        faded=_faded(colours).name(),
        small=f"{size * SMALL:.2f}pt",
        title=f"{size * TITLE:.2f}pt",
    )


def _faded(colours: Colours) -> QColor:
    """Muted text halfway to its ground, for what is disabled."""
    text, ground = QColor(colours.muted), QColor(colours.panel)
    return QColor(
        (text.red() + ground.red()) // 2, (text.green() + ground.green()) // 2, (text.blue() + ground.blue()) // 2
    )
