"""Untrusted text made into data: between borders that it cannot write, with nothing in it that is not seen.

Alarm text, tags, logs and every tool output pass here before a model reads them. The words stay as they
are, so that quotes can be checked; only what could end the data, speak as another party or hide is changed.
"""

from __future__ import annotations

import re
import secrets

# Markup with which models are told whose turn it is; as plain data it must not look like it.
_ROLE_MARKUP = re.compile(r"<(\|[\w ]{1,40}\|)>|<(</?SYS>)>|\[(/?INST)\]|<(/?s)>")
_HUMAN_TURN = re.compile(r"^(\s*)(Human|Assistant)(:)", re.MULTILINE)
_BORDER = re.compile(r"<(/?data-)", re.IGNORECASE)
# Control characters but tab and newline, zero-width and bidirectional controls, tag characters, surrogates.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def new_key() -> str:
    """Return a word that nobody outside this investigation can know."""
    return secrets.token_hex(6)


def seal(text: str, key: str) -> str:
    """Return text that cannot contain `key`, a border, another party's turn or a character nobody sees."""
    text = text.replace("\r\n", "\n").replace(key, "[key]")
    text = _BORDER.sub(r"‹\1", text)
    text = _ROLE_MARKUP.sub(lambda match: f"‹{next(part for part in match.groups() if part)}›", text)
    text = _HUMAN_TURN.sub(r"\1\2 \3", text)
    return _UNSEEN.sub(lambda match: f"\\u{{{ord(match.group()):x}}}", text)


def fence(label: str, sealed: str, key: str) -> str:
    """Return sealed text between borders that carry the key; `label` says what it is."""
    return f"<data-{key} {label}>\n{sealed}\n</data-{key}>"


def cut(text: str, room: int) -> str:
    """Return text of about `room` characters: head and tail, with the cut marked and counted."""
    if len(text) <= room:
        return text
    head, tail = room * 2 // 3, room // 3
    # A cut at a line's end leaves whole lines to quote, where there is a line's end near.
    line_end = text.rfind("\n", max(0, head - 200), head)
    head = line_end if line_end > 0 else head
    start = len(text) - tail
    line_end = text.find("\n", start, start + 200)
    start = line_end + 1 if line_end >= 0 else start
    return f"{text[:head]}\n[... {start - head:,} characters cut ...]\n{text[start:]}"
