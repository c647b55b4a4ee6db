"""The email: subject and plain text, for a phone at night.

Lines are wrapped at 40 columns: plain text that is wrapped wider breaks twice on a phone. Commands and links
stand whole on lines of their own. No text of the model or of a log becomes a link.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import safe_text
from report_facts import facts, headline
from report_text import Section, sections

if TYPE_CHECKING:
    from record import Action, Investigation, Report
    from report_links import Links

WIDTH = 40
LIMIT = 256 * 1024
_FIELD_LIMIT = 4_000
_COMMAND_LIMIT = 2_000
_ALWAYS = frozenset({"head", "links", "bill"})


def subject(investigation: Investigation) -> str:
    """Return the subject, ASCII and below 100 characters whatever the alarm is called."""
    said = facts(investigation)
    return safe_text.subject(
        said.rating, investigation.alarm.name, investigation.alarm.region, headline(investigation, said)
    )


def message(investigation: Investigation, links: Links, *, saved: bool) -> str:
    """Return the body, at most 256 KiB: cut between sections, with the links and the bill kept."""
    cleaned = _cleaned(investigation)
    query = links.query
    if query is not None:
        query = replace(
            query,
            query=safe_text.defang(query.query),
            groups=tuple(map(safe_text.defang, query.groups)),
        )
    parts = sections(
        cleaned, facts(cleaned), replace(links, query=query), width=WIDTH, saved=saved, brief=saved
    )
    return _fitted(parts)


def _cleaned(investigation: Investigation) -> Investigation:
    """Return a copy without live links; the commands keep the queue URLs they need."""
    bare = replace(investigation, conversation=(), event={})
    cleaned = safe_text.each_string(bare, lambda text: safe_text.defang(safe_text.clip(text, _FIELD_LIMIT)))
    if investigation.report is None or cleaned.report is None:
        return cleaned
    return replace(cleaned, report=_with_commands(cleaned.report, investigation.report.immediate_actions))


def _with_commands(report: Report, as_written: tuple[Action, ...]) -> Report:
    pairs = zip(report.immediate_actions, as_written, strict=True)
    actions = tuple(replace(clean, command=_command(written.command)) for clean, written in pairs)
    return replace(report, immediate_actions=actions)


def _command(command: str | None) -> str | None:
    if not command or not command.strip():
        return None
    if len(command) > _COMMAND_LIMIT:
        return f"(a command of {len(command):,} characters: take it from the report)"
    return safe_text.defang_command(command.strip())


def _fitted(parts: list[Section]) -> str:
    room = LIMIT - _size("".join(str(part) + "\n\n\n" for part in parts if part.name in _ALWAYS)) - 1_000
    kept: list[str] = []
    cut: list[str] = []
    for part in parts:
        if part.name not in _ALWAYS:
            room -= _size(f"{part}\n\n\n")
            if room < 0 or cut:
                cut.append(part.heading.capitalize())
                continue
        elif cut and part.name == "links":
            kept.append(f"Too long for an email and left out:\n{', '.join(cut)}.")
        kept.append(str(part))
    return "\n\n\n".join(kept) + "\n"


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
