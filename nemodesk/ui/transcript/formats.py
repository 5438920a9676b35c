# SPDX-License-Identifier: Apache-2.0
"""How pieces of Markdown look as rich text, in one theme. It writes no text."""

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QTextBlockFormat,
    QTextCharFormat,
    QTextFormat,
)

from nemodesk.ui.markdown.pieces import Formula, Place, Prose, Rule, Span, Style
from nemodesk.ui.theme import Theme

QUOTES_PROPERTY = QTextFormat.Property.UserProperty.value + 1
"""Block property: the left edges of the quotes around a block, in pixels, as a list."""

RULE_PROPERTY = QTextFormat.Property.UserProperty.value + 2
"""Block property: true where a line is drawn across the column."""

MARKER_PROPERTY = QTextFormat.Property.UserProperty.value + 3
"""Block property: what is drawn before the first line of a list item, such as "•" or "3."."""

_LINE_HEIGHT_PERCENT = 138.0
_HEADING_SIZES = {1: 1.5, 2: 1.28, 3: 1.12}
_CODE_SHARE = 0.95
_DEEPEST_INDENT = 8
_PROPORTIONAL = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value


class TextFormats:
    """Formats for spans and blocks; each is made once and then shared.

    Args:
        text_role: the theme's role for the colour of the text.
        font_role: the theme's role for its size.
    """

    def __init__(self, theme: Theme, text_role: str = "text", font_role: str = "reading") -> None:
        self.theme = theme
        self.text_role = text_role
        self.font = theme.font(font_role)
        self._steps: dict[float, int] = {}
        self._spans: dict[tuple[Style, bool, int], QTextCharFormat] = {}
        em_px = QFontMetricsF(self.font).horizontalAdvance("M")
        self.indent_px = round(em_px * 1.75)
        self.leading_px = QFontMetricsF(self.font).height() * (_LINE_HEIGHT_PERCENT / 100 - 1) * 0.8
        self._quote_px = theme.spacing(4)
        self._paragraph_gap_px = theme.spacing(3)
        self._item_gap_px = theme.spacing(1.25)

    def spacing(self, steps: float) -> int:
        """Return the theme's spacing; asked for often, so it is worked out once."""
        known = self._steps.get(steps)
        if known is None:
            known = self._steps[steps] = self.theme.spacing(steps)
        return known

    def span(self, span: Span, heading: int = 0) -> QTextCharFormat:
        """Return the format of a span inside a paragraph or a heading."""
        key = (span.style, bool(span.href), heading)
        known = self._spans.get(key)
        if known is None:
            known = self._spans[key] = self._make_span(span, heading)
        if not span.href:
            return known
        linked = QTextCharFormat(known)
        linked.setAnchorHref(span.href)
        linked.setToolTip(span.href)
        return linked

    def _make_span(self, span: Span, heading: int) -> QTextCharFormat:
        made = QTextCharFormat()
        font = QFont(self.font)
        if span.style & (Style.CODE | Style.MATH):
            font = self.code_font()
        font.setBold(bool(span.style & Style.BOLD) or bool(heading))
        font.setItalic(bool(span.style & Style.ITALIC))
        font.setStrikeOut(bool(span.style & Style.STRIKE))
        if heading:
            enlarge(font, _HEADING_SIZES.get(heading, 1.0))
        made.setFont(font)
        made.setForeground(self.theme.colour(self.text_role))
        if span.style & Style.CODE:
            made.setBackground(self.theme.colour("surface_sunken"))
        if span.href:
            made.setAnchor(True)
            made.setForeground(self.theme.colour("link"))
            made.setFontUnderline(True)
        return made

    def code_font(self) -> QFont:
        """Return the font of code beside prose: as large to the eye."""
        font = self.theme.font("code")
        enlarge(font, _CODE_SHARE * self.font.pointSizeF() / max(1.0, font.pointSizeF()))
        return font

    def left_px(self, place: Place) -> int:
        """Return how far from the column's edge a piece stands, its lists and quotes counted."""
        depth = min(place.indent, _DEEPEST_INDENT)
        return depth * self.indent_px + len(self._quote_edges(place)) * self._quote_px

    def gap_px(self, piece: Place, previous: Place | None) -> int:
        """Return the space above a piece."""
        if previous is None:
            return 0
        gap = self._paragraph_gap_px
        if isinstance(piece, Prose) and piece.heading:
            return gap * 2 if piece.heading < 3 else round(gap * 1.5)  # noqa: PLR2004 - levels
        is_after_item = isinstance(previous, Prose) and previous.indent > 0
        if isinstance(piece, Prose) and piece.marker and is_after_item:
            return self._item_gap_px
        if piece.indent and previous.indent and not isinstance(piece, Rule | Formula):
            return self._item_gap_px
        if isinstance(previous, Prose) and previous.heading:
            return round(gap * 0.75)
        return gap

    def block(self, piece: Place, previous: Place | None) -> QTextBlockFormat:
        """Return the format of the paragraph that shows a piece."""
        made = QTextBlockFormat()
        made.setLineHeight(_LINE_HEIGHT_PERCENT, _PROPORTIONAL)
        made.setTopMargin(self.gap_px(piece, previous))
        edges = self._quote_edges(piece)
        if edges:
            made.setProperty(QUOTES_PROPERTY, edges)
        depth = min(piece.indent, _DEEPEST_INDENT)
        made.setLeftMargin(len(edges) * self._quote_px)
        made.setIndent(depth)
        if isinstance(piece, Prose) and piece.marker:
            is_inner = piece.marker == "•" and piece.indent > 1
            made.setProperty(MARKER_PROPERTY, "◦" if is_inner else piece.marker)
        if isinstance(piece, Formula):
            made.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        if isinstance(piece, Rule):
            made.setProperty(RULE_PROPERTY, True)
        return made

    def _quote_edges(self, place: Place) -> list[int]:
        edges: list[int] = []
        for number, indent in enumerate(place.quotes[:_DEEPEST_INDENT]):
            edges.append(min(indent, _DEEPEST_INDENT) * self.indent_px + number * self._quote_px)
        return edges


def enlarge(font: QFont, factor: float) -> None:
    """Make a font larger, whether its size is in points or in pixels."""
    if font.pointSizeF() > 0:
        font.setPointSizeF(font.pointSizeF() * factor)
    else:
        font.setPixelSize(max(1, round(font.pixelSize() * factor)))
