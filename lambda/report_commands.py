"""Sets text that is there to be pasted so that nothing hides in it and none of it passes for our own words.

A command of one line stands whole at the margin, for a phone. Lines of several are set in, under a line that
counts them. Nothing here decides whether a command is safe to run.
"""

from __future__ import annotations

import re

MARGIN = "  "
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]|\u2800)*(?=\n)")
# Spaces beyond what any layout needs push the rest of a line out of sight.
_WIDE_GAP = re.compile(r"([^\S\n]|\u2800){40,}")
_RULE = re.compile(r"([^\w\s.]|_)(?:\1\1|[\W_]+$)")
# How the headings of the full context begin.
_HEADING = re.compile(r"^(?=----|====|-- output --)", re.MULTILINE)
_HERE_DOCUMENT = re.compile(r"<<-?\s*[\"'\\]?\w")


def unhidden(command: str) -> str:
    """Return a command without blank lines and without gaps that would hide its end from a reader."""
    return _WIDE_GAP.sub(" " * 40, _BLANK_LINES.sub("", command.strip("\n")))


def set_in(text: object) -> str:
    """Return a text with every line set in from the margin, where our headings stand."""
    return "\n".join(f"{MARGIN}{line}".rstrip() for line in str(text).split("\n"))


def without_rules(text: str) -> str:
    """Return a text in which no line looks like the rule below a heading: such a line is set in."""
    return "\n".join(f"{MARGIN}{line}" if _is_rule(line) else line for line in text.split("\n"))


def _is_rule(line: str) -> bool:
    """Tell whether a line begins with a rule, or is one sign again and again: some letters are strokes."""
    return bool(_RULE.match(line)) or (len(line) > 2 and len(set(line.rstrip())) == 1)


def below_heading(text: str) -> str:
    """Return a text word for word, but for the lines that look like a heading of the full context: set in."""
    return _HEADING.sub(MARGIN, text)


def as_text(command: str) -> str:
    """Return a command as the text report and the email print it."""
    command = unhidden(command)
    lines = command.split("\n")
    if len(lines) > 1:
        here = "; copy it from the HTML report, its here-document must not be set in"
        note = here if _HERE_DOCUMENT.search(command) else ""
        return f"({len(lines)} lines{note})\n{set_in(command)}"
    return command if any(char.islower() for char in command) else f"{MARGIN}{command}"
