"""Say what is happening, with the time since the start."""

from __future__ import annotations

import time


class Progress:
    """Prints one line a step: minutes and seconds, then words."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def say(self, words: str) -> None:
        """Print a line."""
        minutes, seconds = divmod(time.monotonic() - self._start, 60)
        print(f"{minutes:2.0f}:{seconds:04.1f}  {words}", flush=True)
