"""Keeps the head and the tail of an output of any length, and cuts texts for a model with the cut marked."""

from __future__ import annotations


class HeadTail:
    """Collects bytes; keeps the first and the last `keep` of them, and counts the rest."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._head = bytearray()
        self._tail = bytearray()
        self.total = 0

    def add(self, received: bytes) -> None:
        """Take the next bytes."""
        self.total += len(received)
        room = self._keep - len(self._head)
        if room > 0:
            self._head += received[:room]
            received = received[room:]
        if received:
            self._tail += received
            if len(self._tail) > 2 * self._keep:
                del self._tail[: -self._keep]

    @property
    def truncated(self) -> bool:
        """Tell whether bytes were left out."""
        return self.total > 2 * self._keep

    def text(self) -> str:
        """Return what was kept, as text, with a mark where bytes are missing."""
        tail = self._tail[-self._keep :]
        missing = self.total - len(self._head) - len(tail)
        if missing <= 0:
            return (self._head + tail).decode("utf-8", "replace")
        head, end = self._head.decode("utf-8", "replace"), tail.decode("utf-8", "replace")
        return f"{head}\n... [{missing} bytes left out] ...\n{end}"


def cut(text: str, most: int) -> tuple[str, bool]:
    """Return `text` in at most about `most` characters, head and tail kept and the cut counted; and
    whether it was cut.
    """
    if len(text) <= most:
        return text, False
    head = most * 2 // 3
    tail = most - head
    mark = f"\n... [{len(text) - most} characters left out; print less, or aggregate first] ...\n"
    return text[:head] + mark + text[len(text) - tail :], True


def speakable(text: str) -> str:
    """Return `text` with everything that UTF-8 cannot carry escaped."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
