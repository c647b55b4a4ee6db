"""Says whether a call in a model's words only recites data: what stood in a log, a tag or an alarm.

Both sides are compared as letters and digits alone, with every escape decoded that the readers of calls
decode, so that neither the form of the data nor that of the recital hides the one in the other.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tool_specs import RUN_PYTHON

if TYPE_CHECKING:
    from collections.abc import Iterator

_ESCAPE = re.compile(
    r"(?<!\\)\\++(?:u\{(?P<sealed>[0-9a-fA-F]{1,6})\}|u(?P<four>[0-9a-fA-F]{4})|U(?P<eight>[0-9a-fA-F]{8})"
    r"|x(?P<two>[0-9a-fA-F]{2})|(?P<octal>[0-7]{1,3})|N\{(?P<name>[A-Za-z0-9 -]{1,80})\}|[abfnrtv])"
)
_MAX_LAYERS = 10  # of escapes within escapes: nothing that is still escaped after as many can run
# What a report quotes is data by design, and its choices are anybody's words.
_NOT_OWN_WORDS = frozenset({"purpose", "evidence", "quote", "resources", "severity", "confidence"})
_REPORT_WORDS = re.compile(r"root_cause|submit[\\_ -]{0,3}report", re.IGNORECASE)
_TITLE = re.compile(r"\btitle[\"'\\\s]{0,8}[:=]", re.IGNORECASE)
_SUMMARY = re.compile(r"\bsummary[\"'\\\s]{0,8}[:=]", re.IGNORECASE)
_MOST_DEEP = 60


@dataclass(frozen=True)
class Heard:
    """All that a model was ever told; `key` marks the borders of data in it."""

    text: str
    key: str

    def holds(self, name: str, given: object, span: str) -> bool:
        """Say whether a call without the key may be what stood in data. `span` is the call as it was written.

        A report counts as recited as soon as data holds anything like one; code, when most of it stands in
        data. A call without words of its own is nobody's.
        """
        if name != RUN_PYTHON and self._like_a_report:
            return True
        if squeezed(span) in self._squeezed:
            return True
        lines = [squeezed(line) for text in _own_texts(given) for line in text.splitlines()]
        recited = sum(len(line) for line in lines if line in self._squeezed)
        return 2 * recited >= sum(map(len, lines))

    @cached_property
    def _squeezed(self) -> str:
        return squeezed(self.text)

    @cached_property
    def _like_a_report(self) -> bool:
        border = rf"<data-{self.key} [^>]*>\n(.*?)\n</data-{self.key}>"
        data = _decoded("\n".join(re.findall(border, self.text, re.DOTALL)))
        return bool(_REPORT_WORDS.search(data) or (_TITLE.search(data) and _SUMMARY.search(data)))


def squeezed(text: str) -> str:
    """Return a text's letters and digits, without what models change when they repeat it."""
    plain = unicodedata.normalize("NFKC", _decoded(text)).casefold()
    return re.sub(r"[\W_]+", "", plain)


def _decoded(text: str) -> str:
    for _ in range(_MAX_LAYERS):
        decoded = html.unescape(_ESCAPE.sub(_character, text))
        if decoded == text:
            break
        text = decoded
    # Escapes give a character beyond the first plane as two halves.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(escape: re.Match[str]) -> str:
    """Return what an escape stands for; line breaks and the like stand for nothing that is compared."""
    if name := escape["name"]:
        try:
            return unicodedata.lookup(name)
        except KeyError:
            return ""
    code = escape["sealed"] or escape["four"] or escape["eight"] or escape["two"]
    number = int(code, 16) if code else int(escape["octal"], 8) if escape["octal"] else 0
    return chr(number) if 0 < number <= 0x10FFFF else ""


def _own_texts(given: object, depth: int = 0) -> Iterator[str]:
    """Give every text in an input that a model would have to write itself."""
    if isinstance(given, str):
        yield given
    elif depth < _MOST_DEEP and isinstance(given, dict):
        for name, value in given.items():
            if name not in _NOT_OWN_WORDS:
                yield from _own_texts(value, depth + 1)
    elif depth < _MOST_DEEP and isinstance(given, list):
        for value in given:
            yield from _own_texts(value, depth + 1)
