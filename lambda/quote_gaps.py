"""May an ellipsis stand for what lies between two parts of a quote?

It may leave out words of one statement. It may not leave out the point of it, nor join a name to the value of
another: across rows, across objects, from a label to what belongs to the next one.
"""

from __future__ import annotations

import re
from itertools import accumulate

from quote_edges import NEGATION

# An ellipsis over so little that hides a negation hides the point.
_NARROW_GAP = 80
# No ellipsis reaches further than this; over more than a few lines it joins only long parts.
_FARTHEST = 3_000
_MOST_LINES, _FEW_LINES = 40, 8
_LONG_PART = 24
# Weak parts, short or saying nothing, have to stand this close, on one line: they stand nearly anywhere.
_CLOSE = 400

_LABEL_SIGNS = (":", "=", "|")
_AROUND_LABEL = " \t\"'"
_QUOTED_KEY = re.compile(r"[\"']\s*:")
# Brackets that structure data. `]` in prose, as in `[ERROR] ClientError`, does not.
_BRACKET = re.compile(r"[\[{}]|\](?=\s*(?:[,\[\]{}]|$))")
_LINE_OF_PROSE = re.compile(r"[^,{\[\s][^\S\n]*\n")
_WORD = re.compile(r"[^\W\d_]{3,}")


def bridged(before: str, gap: str, after: str, *, near: bool) -> bool:
    """Tell whether an ellipsis may stand for this gap; `near` when one of the parts is weak."""
    if len(gap) > _FARTHEST or (len(gap) <= _NARROW_GAP and NEGATION.search(gap)):
        return False
    if near and (len(gap) > _CLOSE or "\n" in gap.strip()):
        return False
    if _in_another_object(gap):
        return False
    if _label(before, gap) and not _one_value(gap):
        return False
    return "\n" not in gap.strip() or _across_lines(before, gap, after)


def _in_another_object(gap: str) -> bool:
    """Tell whether a gap leaves the object of the part before and enters another: `}, {`."""
    depths = _depths(gap)
    return bool(depths) and min(depths) < min(0, depths[-1])


def _depths(gap: str) -> list[int]:
    """Return how many brackets are open after each one in a gap."""
    return list(accumulate(1 if bracket in "[{" else -1 for bracket in _BRACKET.findall(gap)))


def _label(before: str, gap: str) -> bool:
    """Tell whether the part before the gap ends in a label, whose value has been left out.

    A colon at the end of a line heads the lines below it, as in a traceback.
    """
    if gap.startswith("\n") and before.endswith(":"):
        return False
    return before.rstrip(_AROUND_LABEL).endswith(_LABEL_SIGNS) or gap.lstrip(_AROUND_LABEL).startswith(
        _LABEL_SIGNS
    )


def _one_value(gap: str) -> bool:
    """Tell whether what follows a label is still its value: on its line before the next key, or inside it."""
    value = gap.lstrip(_AROUND_LABEL).lstrip(":=| \t")
    if value.startswith(("{", "[")) and min(_depths(value)) > 0:
        return True
    return "\n" not in value and not _QUOTED_KEY.search(value)


def _across_lines(before: str, gap: str, after: str) -> bool:
    lines, long = gap.strip().count("\n"), min(len(before), len(after)) >= _LONG_PART
    if lines > (_MOST_LINES if long else _FEW_LINES):
        return False
    if long or not _LINE_OF_PROSE.search(before[-1:] + gap):
        return True
    # Rows repeat their words: what stands in a part and again in the gap is another row's.
    beside = f"{before[-_CLOSE:]} {after[:_CLOSE]}"
    shared = {*_WORD.findall(beside)} & {*_WORD.findall(gap)}
    return not shared
