"""Finds where a verified quote stands in an output, to highlight it there.

Whether it stands there is the evidence check's to say. This only looks for the place, ignoring what the check
forgives: whitespace, escaping, quotation marks, colours, ellipses. A quote whose place is not found is linked
to its call, without a highlight.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Span = tuple[int, int]

_LONGEST_QUOTE = 8_000
_LONGEST_OUTPUT = 500_000
_ELLIPSIS = re.compile(r"[\[(<]?\s*(?:\.{3,}|…)\s*[\])>]?")
_LONG_LINE = re.compile(r"[^\n]{4001,}")
_LINE_HEAD, _LINE_TAIL = 2_000, 1_000
_IGNORED = re.compile(r"""\\x1b\[[0-9;]*m|\\+[nrt"'/]?|\s+|["'`“”‘’„‚«»]+""")


def place(output: str, quote: str) -> tuple[Span, ...]:
    """Return the spans of a quote's parts in an output; empty when its place is not found."""
    quote = quote.strip()[:_LONGEST_QUOTE]
    if not quote:
        return ()
    at = output.find(quote)
    if at >= 0:
        return ((at, at + len(quote)),)
    bones = _bones(output[:_LONGEST_OUTPUT])
    return bones.spans([quote]) or bones.spans(_ELLIPSIS.split(quote))


@dataclass(frozen=True, slots=True)
class _Bones:
    """A text without what is ignored; `starts` and `origins` say where each piece of it came from."""

    text: str
    starts: tuple[int, ...]
    origins: tuple[int, ...]

    def spans(self, parts: Iterable[str]) -> tuple[Span, ...]:
        """Return where the parts stand, one after the other; empty when one does not."""
        found: list[Span] = []
        reached = 0
        for part in parts:
            wanted = _bones(part).text
            if not wanted:
                continue
            at = self.text.find(wanted, reached)
            if at < 0:
                return ()
            reached = at + len(wanted)
            found.append((self._origin(at), self._origin(reached - 1) + 1))
        return tuple(found)

    def _origin(self, at: int) -> int:
        piece = bisect_right(self.starts, at) - 1
        return self.origins[piece] + at - self.starts[piece]


def _bones(text: str) -> _Bones:
    pieces: list[str] = []
    starts: list[int] = []
    origins: list[int] = []
    length = end = 0
    for start, stop in [*(match.span() for match in _IGNORED.finditer(text)), (len(text), len(text))]:
        if start > end:
            pieces.append(text[end:start])
            starts.append(length)
            origins.append(end)
            length += start - end
        end = stop
    return _Bones("".join(pieces), tuple(starts), tuple(origins))


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans in order, those that touch made one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def kept(text: str, spans: tuple[Span, ...], limit: int) -> tuple[Span, ...]:
    """Return what to show of a text: within about `limit` characters, no line endless, every span whole."""
    cuts = [(line.start() + _LINE_HEAD, line.end() - _LINE_TAIL) for line in _LONG_LINE.finditer(text)]
    if len(text) > limit:
        cuts.append((limit // 2, len(text) - limit // 4))
    around = min(limit // (8 * len(spans)), _LINE_TAIL) if spans else 0
    wanted = merged((max(0, start - around), min(len(text), stop + around)) for start, stop in spans)
    shown: list[Span] = []
    at = 0
    for start, stop in merged(cuts):
        shown.append((at, start))
        shown += [
            (max(start, left), min(stop, right)) for left, right in wanted if left < stop and right > start
        ]
        at = stop
    shown.append((at, len(text)))
    return merged(span for span in shown if span[0] < span[1])
