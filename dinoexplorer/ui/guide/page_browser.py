"""One page of the guide as it is read: Markdown, links between pages, the way back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRegularExpression, Qt, QUrl, Signal, Slot
from PySide6.QtGui import (
    QDesktopServices,
    QPalette,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QTextEdit, QWidget

from dinoexplorer.finding.guide_pages import Page

_SCHEME = "guide"
_OUTSIDE = frozenset({"http", "https", "mailto"})  # what a click may hand to the system's browser
_MARGIN, _INDENT = 24, 24
_MARK_ALPHA = 80  # of 255
_ANY_CASE = (
    QRegularExpression.PatternOption.CaseInsensitiveOption | QRegularExpression.PatternOption.UseUnicodePropertiesOption
)
_LINE_HEIGHT = 135.0  # per cent
_LARGER = {1: 2, 2: 1}  # headings by level; Qt counts sizes in steps of 1, 1.2 and 1.5 times the text's


class PageBrowser(QTextBrowser):
    """Shows pages by their keys. It reads no file and no network: a page is there or it is empty."""

    page_shown = Signal(str)  # key

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages: dict[str, Page] = {}
        self.setAccessibleName("Page of the guide")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.anchorClicked.connect(self._on_anchor_clicked)
        self.sourceChanged.connect(self._on_source_changed)

    @property
    def present(self) -> str:
        """Key of the page that is shown."""
        return self.source().fileName()

    def set_pages(self, pages: Sequence[Page]) -> None:
        """Have these pages to show."""
        self._pages = {page.key: page for page in pages}

    def show_page(self, key: str) -> None:
        """Show a page from its beginning; the one that is shown stays where it was scrolled to."""
        if key in self._pages and key != self.present:
            self.setSource(QUrl(f"{_SCHEME}:/{key}"), QTextDocument.ResourceType.MarkdownResource)

    def point_out(self, passage: str, words: Sequence[str]) -> None:
        """Scroll to the paragraph that reads like ``passage`` and mark ``words`` wherever the page has them."""
        block = self.document().begin()
        while block.isValid() and not _reads_like(block.text(), passage):
            block = block.next()
        if block.isValid():
            self._scroll_to(block)
        ground = self.palette().color(QPalette.ColorRole.Accent)
        ground.setAlpha(_MARK_ALPHA)
        form = QTextCharFormat()
        form.setBackground(ground)
        marks = []
        for word in words:
            sought = QRegularExpression(rf"\b{word}", _ANY_CASE)
            cursor = self.document().find(sought, 0)
            while not cursor.isNull():
                mark = QTextEdit.ExtraSelection()
                mark.cursor, mark.format = cursor, form  # type: ignore[attr-defined, unused-ignore]
                marks.append(mark)
                cursor = self.document().find(sought, cursor)
        self.setExtraSelections(marks)

    def loadResource(self, kind: int, url: QUrl | str) -> object:
        page = self._pages.get(QUrl(url).fileName())
        return page.text if page is not None and kind == QTextDocument.ResourceType.MarkdownResource.value else ""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and not self.source().isEmpty():
            place = self.verticalScrollBar().value()
            self.reload()  # the colours of links and code are in the document
            self.verticalScrollBar().setValue(place)

    @Slot(QUrl)
    def _on_anchor_clicked(self, url: QUrl) -> None:
        if url.scheme() in _OUTSIDE:
            QDesktopServices.openUrl(url)
        else:
            self.show_page(url.fileName())

    @Slot(QUrl)
    def _on_source_changed(self, url: QUrl) -> None:
        self.setExtraSelections([])
        self._dress()
        self.page_shown.emit(url.fileName())

    def _scroll_to(self, block: QTextBlock) -> None:
        cursor = QTextCursor(block)
        self.setTextCursor(cursor)
        top = self.document().documentLayout().blockBoundingRect(block).top()
        self.verticalScrollBar().setValue(round(top) - self.viewport().height() // 4)

    def _dress(self) -> None:
        """Give the document its measure: margins, distances, sizes of headings, a ground for code."""
        document = self.document()
        document.setDocumentMargin(_MARGIN)
        document.setIndentWidth(_INDENT)
        block = document.begin()
        while block.isValid():
            cursor = QTextCursor(block)
            form, level = block.blockFormat(), block.blockFormat().headingLevel()
            form.setLineHeight(_LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
            if level:
                form.setTopMargin(0 if block == document.begin() else 18)
                form.setBottomMargin(6)
                cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
                heading = QTextCharFormat()
                heading.setProperty(QTextCharFormat.Property.FontSizeAdjustment, _LARGER.get(level, 0))
                cursor.mergeCharFormat(heading)
            elif block.textList() is None and cursor.currentTable() is None:
                form.setBottomMargin(8)
            QTextCursor(block).setBlockFormat(form)
            self._dress_code(block)
            block = block.next()
        for frame in document.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                _dress_table(frame, self.palette())

    def _dress_code(self, block: QTextBlock) -> None:
        """Code on a ground of its own, so that the letters are not the only sign."""
        ground = self.palette().color(QPalette.ColorRole.AlternateBase)
        places = []
        iterator = block.begin()
        while not iterator.atEnd():
            piece = iterator.fragment()
            if piece.charFormat().fontFixedPitch():
                places.append((piece.position(), piece.position() + piece.length()))
            iterator += 1
        form = QTextCharFormat()
        form.setBackground(ground)
        for start, end in places:
            cursor = QTextCursor(self.document())
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(form)


def _dress_table(table: QTextTable, palette: QPalette) -> None:
    form = table.format()
    form.setBorder(0)
    form.setCellPadding(4)
    form.setCellSpacing(0)
    form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    first = 100 // table.columns() if table.columns() > 2 else 30
    rest = (100 - first) // max(table.columns() - 1, 1)
    widths = [first, *[rest] * (table.columns() - 1)]
    form.setColumnWidthConstraints([QTextLength(QTextLength.Type.PercentageLength, width) for width in widths])
    table.setFormat(form)
    for row in range(0, table.rows(), 2):
        for column in range(table.columns()):
            cell = table.cellAt(row, column)
            ground = cell.format()
            ground.setBackground(palette.color(QPalette.ColorRole.AlternateBase))
            cell.setFormat(ground)


def _reads_like(text: str, passage: str) -> bool:
    """Whether a block of the document is that passage, or in a table a part of it."""
    plain, wanted = " ".join(text.split()), " ".join(passage.split())
    return bool(plain) and (plain == wanted or (": " in wanted and wanted.startswith(f"{plain}: ")))
