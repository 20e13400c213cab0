"""Charts as SVG: the same picture in the page, by itself, and as PNG.

Colours stand in attributes, where a strict content policy allows them; in the page the style sheet's classes win, so
that light and dark are its business. What a picture shows stands in a table beside it as well.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import resvg_py
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from ifnotyou.playbook.figures import Rate

WIDTH = 640
SIDE = 8
SIZE, SMALL = 14, 11
"""Of letters."""

FONT = Path(__file__).parent / "fonts" / "NotoSans.ttf"
"""For PNG: a machine may have no fonts at all. What it lacks comes from those that the machine has."""

FAMILY = "Noto Sans"

COLOURS = {
    "ink": "#2a2622",
    "quiet": "#635b52",
    "line": "#d5ccbf",
    "first": "#1c5f4d",
    "second": "#6fa895",
    "third": "#b9a98f",
}
"""By class: first to third are those of bars, from dark to light, to be told apart without colour as well."""

SERIES = ("third", "second", "first")


@dataclass(frozen=True)
class Bar:
    """One lying bar."""

    label: str
    value: int


@dataclass(frozen=True)
class Column:
    """Bars side by side over one label."""

    label: str
    values: Sequence[int]


@dataclass(frozen=True)
class Line:
    """One rate with its interval; without a rate only the words."""

    label: str
    rate: Rate | None
    words: str


@dataclass(frozen=True)
class Picture:
    """The shapes of a chart, and what a screen reader says of it."""

    name: str
    title: str
    description: str
    height: int
    shapes: SafeString

    def svg(self, *, alone: bool = False) -> SafeString:
        """The element for a page; `alone` as a file of its own, on white."""
        own = format_html(
            ' xmlns="http://www.w3.org/2000/svg" width="{}" height="{}"', 2 * WIDTH, 2 * self.height
        )
        return format_html(
            '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-told" '
            'font-family="{}, sans-serif" font-size="{}"{}>'
            '<title id="{}-title">{}</title><desc id="{}-told">{}</desc>{}{}</svg>',
            WIDTH,
            self.height,
            self.name,
            self.name,
            FAMILY,
            SIZE,
            own if alone else "",
            self.name,
            self.title,
            self.name,
            self.description,
            mark_safe('<rect width="100%" height="100%" fill="#ffffff"/>') if alone else "",
            self.shapes,
        )

    def png(self) -> bytes:
        """The picture in dots, twice as fine as a plain screen."""
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=self.svg(alone=True),
                font_files=[str(FONT)],
                font_family=FAMILY,
                sans_serif_family=FAMILY,
            )
        )


def bars(name: str, title: str, description: str, rows: Sequence[Bar]) -> Picture:
    """Lying bars, each under its label: labels may be long."""
    step, full = 46, WIDTH - 2 * SIDE
    most = max((row.value for row in rows), default=0) or 1
    shapes = []
    for number, row in enumerate(rows):
        top = SIDE + number * step
        shapes += [
            _text(SIDE, top + 14, f"{row.label}: {row.value}"),
            _box("line", SIDE, top + 20, full, 12),
            _box("first", SIDE, top + 20, full * row.value / most, 12),
        ]
    return _picture(name, title, description, SIDE + len(rows) * step, shapes)


def columns(name: str, title: str, description: str, rows: Sequence[Column], keys: Sequence[str]) -> Picture:
    """Standing bars, one beside the other for each of `keys`; a number stands over a bar where there is room."""
    base, high = 216, 160
    most = max((value for row in rows for value in row.values), default=0) or 1
    step = (WIDTH - 2 * SIDE) / max(len(rows), 1)
    wide = min((step - 6) / len(keys), 34)
    names = SERIES[-len(keys) :]
    shapes = [_box("line", SIDE, base, WIDTH - 2 * SIDE, 1)]
    left = float(SIDE)
    for series, key in zip(names, keys, strict=True) if len(keys) > 1 else ():
        shapes += [_box(series, left, 10, 12, 12), _text(left + 18, 21, key)]
        left += 18 + _width(key) + 24
    for number, row in enumerate(rows):
        middle = SIDE + (number + 0.5) * step
        for place, (series, value) in enumerate(zip(names, row.values, strict=True)):
            x, tall = middle + (place - len(keys) / 2) * wide, high * value / most
            shapes.append(_box(series, x + 1, base - tall, wide - 2, tall))
            if value and _width(str(value), SMALL) <= wide + 8:
                shapes.append(_text(x + wide / 2, base - tall - 5, str(value), at="middle", size=SMALL))
        shapes.append(_text(middle, base + 18, row.label, at="middle", size=12, width=step))
    return _picture(name, title, description, base + 30, shapes)


def intervals(name: str, title: str, description: str, rows: Sequence[Line]) -> Picture:
    """A line from the lowest to the highest likely share, and a dot in it; the wider, the less is known."""
    step, top, full = 52, 12, WIDTH - 2 * SIDE
    bottom = top + len(rows) * step
    shapes = []
    for share in (0, 25, 50, 75, 100):
        x = SIDE + full * share / 100
        shapes.append(_box("line", x - 0.5, top, 1, bottom - top))
        at = {0: "start", 100: "end"}.get(share, "middle")
        shapes.append(_text(x, bottom + 18, f"{share} %", at=at, size=12, kind="quiet"))
    for number, row in enumerate(rows):
        above = top + number * step
        shapes.append(_text(SIDE, above + 16, row.label, width=full * 0.5, backed=True))
        shapes.append(_text(WIDTH - SIDE, above + 16, row.words, at="end", kind="quiet", backed=True))
        if row.rate is None:
            continue
        low, high = SIDE + full * row.rate.low, SIDE + full * row.rate.high
        shade = "third" if row.rate.few else "second"
        shapes += [
            _box(shade, low, above + 27, high - low, 10, round_by=5),
            format_html(
                '<circle class="chart-{0}" fill="{1}" cx="{2}" cy="{3}" r="6"/>',
                "first",
                COLOURS["first"],
                _number(SIDE + full * row.rate.middle),
                above + 32,
            ),
        ]
    return _picture(name, title, description, bottom + 28, shapes)


def _picture(name: str, title: str, description: str, height: int, shapes: Sequence[SafeString]) -> Picture:
    return Picture(name, title, description, height, format_html_join("", "{}", ((one,) for one in shapes)))


def _box(kind: str, x: float, y: float, width: float, height: float, *, round_by: int = 2) -> SafeString:
    return format_html(
        '<rect class="chart-{}" fill="{}" x="{}" y="{}" width="{}" height="{}" rx="{}"/>',
        kind,
        COLOURS[kind],
        _number(x),
        _number(y),
        _number(max(width, 0)),
        _number(max(height, 0)),
        round_by if min(width, height) >= 2 * round_by else 0,
    )


def _text(
    x: float,
    y: float,
    words: str,
    *,
    at: str = "start",
    size: int = SIZE,
    kind: str = "ink",
    width: float = WIDTH,
    backed: bool = False,
) -> SafeString:
    """Words at a place, cut where they are longer than `width`; `backed` lets no line shine through."""
    back = (
        format_html(' class="chart-{} chart-backed"', kind)
        if backed
        else format_html(' class="chart-{}"', kind)
    )
    if backed:
        back += mark_safe(' stroke="#ffffff" stroke-width="4" paint-order="stroke"')
    return format_html(
        '<text{} fill="{}" x="{}" y="{}" text-anchor="{}" font-size="{}">{}</text>',
        back,
        COLOURS[kind],
        _number(x),
        _number(y),
        at,
        size,
        _fitting(words, width, size),
    )


def _number(value: float) -> str:
    """As short as a drawing needs it, and always with a point."""
    return f"{value:.1f}".removesuffix(".0")


def _fitting(words: str, width: float, size: int) -> str:
    """The beginning that fits, with a mark that there is more."""
    if _width(words, size) <= width:
        return words
    kept = words
    while kept and _width(f"{kept}…", size) > width:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _width(words: str, size: int = SIZE) -> float:
    """About how wide letters are: nobody knows in which font a browser draws them."""
    return sum(_share(letter) for letter in words) * size


def _share(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in {"W", "F"}:
        return 1.0
    if letter in "mwMW@%":
        return 0.9
    return 0.68 if letter.isupper() else 0.56
