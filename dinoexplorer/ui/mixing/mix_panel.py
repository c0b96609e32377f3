"""The panel of the tab Mix."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QSizePolicy, QVBoxLayout, QWidget

from dinoexplorer.generators.generator import GeneratorInfo
from dinoexplorer.latent.breeding import usual_group
from dinoexplorer.latent.mix import MOST, Mix, Named
from dinoexplorer.latent.spaces import is_gaussian
from dinoexplorer.rendering.thumbnailer import Thumbnailer
from dinoexplorer.ui.code_tile import pixmap_of
from dinoexplorer.ui.icon_button import GAP, IconButton
from dinoexplorer.ui.icons import SIZE
from dinoexplorer.ui.layer_choice import LayerChoice
from dinoexplorer.ui.menu_button import MenuButton
from dinoexplorer.ui.mixing.mix_field import MixField
from dinoexplorer.ui.mixing.well_rows import WellRows
from dinoexplorer.ui.scroll_area import scroll_area
from dinoexplorer.ui.texts import as_label

_ICON = 32
_HELP = "Put two to nine pictures in here: drop them, or choose them from Add. Then drag the handle between them."


class MixPanel(QFrame):
    """The field, what is in it, and what can be made of it."""

    added = Signal(object)  # (name, code)
    add_menu_wanted = Signal()
    group_chosen = Signal(int)
    straight_chosen = Signal(bool)
    emptied = Signal()

    def __init__(self, thumbnailer: Thumbnailer, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.setMinimumWidth(264)
        self._thumbnailer, self._here = thumbnailer, actions["mix_here"]
        self.field, self.rows = MixField(thumbnailer, self), WellRows(self)
        self.add = MenuButton("add", "Add a picture to the mix", self)
        self.add.setText("Add")
        self.add.choices().setToolTipsVisible(True)
        self.add.choices().aboutToShow.connect(self.add_menu_wanted)
        self.empty = IconButton("close", "Empty the mix", self)
        self.empty.clicked.connect(self.emptied)
        self.note = QLabel(self)
        self.note.setProperty("role", "small")
        self.note.setWordWrap(True)
        self.ways = self._build_ways()
        self.groups = MenuButton("", "Groups of the crossover", self)
        self.groups.setIconSize(QSize(GAP, SIZE))
        self.groups.setToolTip("How many dimensions in a row come from one parent together")
        self.layers = LayerChoice("Layers of the second picture", self)
        self.layers.setToolTip("Which layers come from the second picture of the mix; the others from the first")
        self.by_layers = _button("layers", actions["mix_layers"], self, primary=False)
        self._lay_out(actions)
        self.show_mix(Mix(), here=False)

    def set_info(self, info: GeneratorInfo | None) -> None:
        """Offer what this generator allows."""
        self.ways.setVisible(info is not None and is_gaussian(info))
        layers = () if info is None else info.latent.layers
        self.by_layers.setVisible(bool(layers))
        self.layers.set_spec(None if info is None else info.latent)
        if layers:
            self.layers.show_layers((len(layers) // 2, len(layers)))
        if info is not None:
            self.show_group(0 if layers else usual_group(info), info)

    def show_group(self, size: int, info: GeneratorInfo) -> None:
        """Show how many dimensions stay together in a crossover, and offer others; 0 are those of a layer."""
        menu = self.groups.choices()
        menu.clear()
        sizes = {1, *(max(info.free // parts, 1) for parts in (32, 16, 8, 4, 2))}
        for choice in sorted({0, *sizes} if info.latent.layers else sizes):
            action = menu.addAction(_group_text(choice))
            action.setCheckable(True)
            action.setChecked(choice == size)
            action.triggered.connect(partial(self._on_group, choice))
        self.groups.setText(_group_text(size))

    def show_mix(self, mix: Mix, *, here: bool) -> None:
        """Show a mix, and whether the picture is what it says."""
        self.field.show_mix(mix, here=here)
        self.rows.show_mix(mix)
        self.empty.setEnabled(len(mix) > 0)
        for button, straight in zip(self._way_buttons, (False, True), strict=True):
            button.setChecked(mix.straight == straight)
        self.tell("" if len(mix) > 1 else _HELP)

    def tell(self, sentence: str) -> None:
        """Say something below the field."""
        self.note.setText(sentence)
        self.note.setVisible(bool(sentence))

    def offer(self, pins: list[Named], visited: list[Named], *, full: bool) -> None:
        """Fill the menu of what can be added."""
        menu = self.add.choices()
        menu.clear()
        if full:
            menu.addAction(f"A mix holds {MOST} pictures at most").setEnabled(False)
            return
        menu.addAction(self._here)
        if pins:
            menu.addSection("Pins")
            self._offer(menu, pins)
        if visited:
            self._offer(menu.addMenu("Lately visited"), visited)

    def _offer(self, menu: QMenu, offered: list[Named]) -> None:
        for name, code in offered:
            action = menu.addAction(as_label(name))
            picture = self._thumbnailer.picture(code, _ICON)
            if picture is not None:
                action.setIcon(QIcon(pixmap_of(picture)))
            action.triggered.connect(partial(self._on_offered, (name, code)))

    def _build_ways(self) -> QWidget:
        ways = QWidget(self)
        row = QHBoxLayout(ways)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(QLabel("Way", ways))
        self._way_buttons = []
        for text, straight, about in (
            ("Spherical", False, "Along the shell on which the codes of this model lie"),
            ("Straight", True, "Straight through the space; the middle is nearer to the mean than any random picture"),
        ):
            button = IconButton("", text, ways, text=text)
            button.setCheckable(True)
            button.setToolTip(about)
            button.clicked.connect(partial(self._on_way, straight))
            self._way_buttons.append(button)
            row.addWidget(button)
        row.addStretch()
        return ways

    def _lay_out(self, actions: Mapping[str, QAction]) -> None:
        title = QLabel("Mix", self)
        title.setProperty("role", "heading")
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 8, 8)
        head.setSpacing(4)
        head.addWidget(title, 1)
        head.addWidget(self.add)
        head.addWidget(self.empty)
        inner = QWidget(self)
        inner.setObjectName("plain")
        body = QVBoxLayout(inner)
        body.setContentsMargins(12, 0, 12, 0)
        body.setSpacing(8)
        for widget in (self.field, self.note, self.rows, self.ways):
            body.addWidget(widget)
        body.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 10)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(scroll_area(inner, self), 1)
        column.addLayout(self._build_foot(actions))

    def _build_foot(self, actions: Mapping[str, QAction]) -> QVBoxLayout:
        child, crossover, breed = (
            _button(name, actions[name], self, primary=name == "breed") for name in ("child", "crossover", "breed")
        )
        crossing = QHBoxLayout()
        crossing.setSpacing(4)
        crossing.addWidget(crossover, 1)
        crossing.addWidget(self.groups)
        by_layers = QHBoxLayout()
        by_layers.setSpacing(4)
        by_layers.addWidget(self.by_layers, 1)
        by_layers.addWidget(self.layers)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 8, 12, 0)
        foot.setSpacing(6)
        foot.addWidget(child)
        foot.addLayout(crossing)
        foot.addLayout(by_layers)
        foot.addWidget(breed)
        return foot

    def _on_offered(self, named: Named, *_checked: object) -> None:
        self.added.emit(named)

    def _on_group(self, size: int, *_checked: object) -> None:
        self.group_chosen.emit(size)

    def _on_way(self, straight: bool, *_checked: object) -> None:
        self.straight_chosen.emit(straight)


def _button(icon: str, action: QAction, parent: QWidget, *, primary: bool) -> IconButton:
    button = IconButton(icon, action.text(), parent, text=action.iconText())
    button.setProperty("primary", primary or None)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    button.follow(action)
    return button


def _group_text(size: int) -> str:
    if size == 0:
        return "layers"
    return "single" if size == 1 else f"groups of {size}"
