"""Between the tab Space and the document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from dinoexplorer.document.document import Document
from dinoexplorer.generators.errors import GeneratorError
from dinoexplorer.generators.generator import FloatArray, GeneratorInfo
from dinoexplorer.latent.cloud import Cloud, Ranked
from dinoexplorer.latent.components import PrincipalAxes
from dinoexplorer.latent.shell import Shell, shell_of
from dinoexplorer.latent.spaces import class_weights, surprises, with_class_weight, with_classes
from dinoexplorer.ui.latent_map_view.latest_work import LatestWork
from dinoexplorer.ui.space.ranked_row import COUNT
from dinoexplorer.ui.space.space_panel import SpacePanel

if TYPE_CHECKING:
    from dinoexplorer.ui.explorer import Explorer


class SpaceDesk(QObject):
    """Moves within the space as a whole; what takes long is worked out beside the window."""

    def __init__(self, explorer: Explorer, actions: Mapping[str, QAction], seeds: Callable[[], int]) -> None:
        super().__init__(explorer)
        self._explorer, self._seeds = explorer, seeds
        self._document: Document | None = None
        self._info: GeneratorInfo | None = None
        self._cloud: Cloud | None = None
        self._shell: Shell | None = None
        self._axes: PrincipalAxes | None = None
        self._wants_components = False
        self._awaited: object = None  # the ranking that is still wanted
        self.panel = SpacePanel(explorer.thumbnailer, actions, explorer)
        self._shells, self._rankings, self._axes_work = (LatestWork(self) for _ in range(3))
        self._shells.done.connect(self._on_shell)
        self._rankings.done.connect(self._on_ranked)
        self._axes_work.done.connect(self._on_axes)
        self._connect()

    def _connect(self) -> None:
        panel, explorer = self.panel, self._explorer
        for row in (panel.truncation, panel.classes):
            row.began.connect(self._on_gesture_began)
            row.ended.connect(self._on_gesture_ended)
        panel.truncation.edited.connect(self._on_truncation)
        panel.classes.weight_given.connect(self._on_class_weight)
        panel.classes.chosen.connect(self._on_class_chosen)
        panel.ranked.asked.connect(self._on_ranking_asked)
        panel.ranked.stopped.connect(self._on_ranking_stopped)
        panel.ranked.chosen.connect(self._on_code_chosen)
        explorer.latent_panel.component_edited.connect(self._on_component_edited)
        explorer.document_changed.connect(self._on_document_changed)

    def close_down(self) -> None:
        """Wait for what is under way."""
        for work in (self._shells, self._rankings, self._axes_work):
            work.close()

    def cloud(self) -> Cloud | None:
        """The codes that say what is usual: of the map that is shown, else random ones; None while nothing is open."""
        steering = self._explorer.map_panel.steering
        latent_map = None if steering is None else steering.map
        if self._info is None:
            return None
        if self._cloud is None or self._cloud.info is not self._info or self._cloud.map is not latent_map:
            self._cloud = Cloud(self._info, latent_map)
        return self._cloud

    @Slot()
    def surprise(self) -> None:
        """Go somewhere near: within the radius, whatever is not locked."""
        if self._document is None or self._info is None:
            return
        self._explorer.settle()
        radius, document = self.panel.radius.value(), self._document
        code = surprises(document.latent, self._info, radius, seed=self._seeds(), locked=document.locked)[0]
        document.set_latent(code, f"surprise within {radius:g}")

    @Slot(bool)
    def set_components(self, components: bool) -> None:
        """Let the sliders move principal components, or dimensions again."""
        self._wants_components = components
        cloud = self.cloud()
        if components and cloud is not None:
            self._axes_work.ask(cloud, cloud.axes)
        else:
            self._axes = None
            self._explorer.latent_panel.set_axes(None)

    @Slot(object, object)
    def _on_axes(self, cloud: Cloud, axes: PrincipalAxes) -> None:
        if self._wants_components and cloud.info is self._info:
            self._axes = axes
            self._explorer.latent_panel.set_axes(axes)

    @Slot(int, float)
    def _on_component_edited(self, number: int, value: float) -> None:
        if self._document is not None and self._axes is not None:
            self._explorer.settle()
            code = self._axes.moved(self._document.latent, number, value)
            self._move(code, f"moved component {number + 1}")

    @Slot(float)
    def _on_truncation(self, truncation: float) -> None:
        if self._document is not None:
            self._explorer.settle()
            self._document.set_truncation(truncation)

    @Slot(str, float)
    def _on_class_weight(self, name: str, weight: float) -> None:
        if self._document is not None and self._info is not None:
            self._explorer.settle()
            self._move(with_class_weight(self._document.latent, self._info, name, weight), f"weighed {name}")

    @Slot(str)
    def _on_class_chosen(self, name: str) -> None:
        if self._document is not None and self._info is not None:
            self._explorer.settle()
            self._move(with_classes(self._document.latent, self._info, {name: 1.0}), f"only {name}")

    def _move(self, code: FloatArray, what: str) -> None:
        if self._document is None:
            return
        try:
            self._document.set_latent(code, what)
        except GeneratorError:  # beyond float32; the sliders go back to what holds
            self._explorer.document_changed.emit()

    @Slot(bool)
    def _on_ranking_asked(self, unusual: bool) -> None:
        cloud = self.cloud()
        if cloud is not None:
            self._awaited = object()
            self.panel.ranked.wait(f"Looking at {cloud.words}…")
            self._rankings.ask((self._awaited, unusual), partial(_ranked, cloud, unusual))

    @Slot()
    def _on_ranking_stopped(self) -> None:
        self._awaited = None
        self.panel.ranked.show_nothing("")

    @Slot(object, object)
    def _on_ranked(self, asked: tuple[object, bool], result: Ranked | str) -> None:
        awaited, unusual = asked
        if awaited is not self._awaited:
            return
        self._awaited = None
        if isinstance(result, str):
            self.panel.ranked.show_nothing(result)
        elif (cloud := self.cloud()) is not None:
            self.panel.ranked.show_ranked(result, f"The most {_WORDS[unusual]} of {cloud.words}:")

    @Slot(str, object)
    def _on_code_chosen(self, name: str, code: FloatArray) -> None:
        if self._document is not None:
            self._explorer.settle()
            self._document.set_latent(code, f"went to {name}")

    @Slot(object, object)
    def _on_shell(self, info: GeneratorInfo, shell: Shell) -> None:
        if info is self._info:
            self._shell = shell
            self._show()

    @Slot()
    def _on_document_changed(self) -> None:
        opened = self._explorer.opened
        info = None if opened is None else opened.generator.info
        self._document = self._explorer.document
        if info is not self._info:
            self._info, self._shell, self._axes, self._awaited = info, None, None, None
            self.panel.set_info(info)
            if info is not None:
                self._shells.ask(info, partial(shell_of, info))
            if self._wants_components:  # a later checkpoint of a run, or another model: other axes
                self.set_components(True)
        self._show()

    def _show(self) -> None:
        document, info = self._document, self._info
        if document is None or info is None or document.spec.dim != info.latent.dim:
            return
        self.panel.truncation.show_value(document.space.truncation)
        code = document.latent[None]
        length = 0.0 if self._shell is None else float(self._shell.length(code)[0])
        self.panel.show_length(self._shell, length)
        if info.conditional:
            self.panel.classes.show_weights(class_weights(code[0], info))

    @Slot()
    def _on_gesture_began(self) -> None:
        self._explorer.settle()
        if self._document is not None:
            self._document.begin_gesture()

    @Slot()
    def _on_gesture_ended(self) -> None:
        if self._document is not None and not self._explorer.walker.walking:
            self._document.end_gesture()


_WORDS = {False: "typical", True: "unusual"}


def _ranked(cloud: Cloud, unusual: bool) -> Ranked | str:
    try:
        return cloud.ranked(COUNT, unusual=unusual)
    except GeneratorError as error:
        return str(error)
