"""End when the process that started this one is gone, however it went: nothing may be left running.

The process was started as the leader of a session of its own: its group is itself and what it started.
"""

from __future__ import annotations

import os
import signal
import threading

SECONDS = 1.0


def follow(parent: int) -> None:
    """Watch the parent in a daemon thread; 0 means: live on without it."""
    if not parent:
        return

    def watch() -> None:
        pause = threading.Event()
        while not pause.wait(SECONDS):
            if os.getppid() != parent:
                os.killpg(os.getpgrp(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True, name="parent").start()
