"""Removes the scratch folder of a call, whatever a program made of it: neither descriptors nor the stack nor
paths grow with its depth.
"""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

logger = logging.getLogger(__name__)

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


@contextlib.contextmanager
def scratch_folder() -> Iterator[str]:
    """Give the real path of a new folder, and remove it at the end."""
    heap = os.path.realpath(tempfile.mkdtemp(prefix="triage-"))
    folder = f"{heap}/0"
    os.mkdir(folder, 0o700)  # noqa: PTH102 - as the rest: by descriptor where it can be
    try:
        yield folder
    finally:
        try:
            _clear(heap)
            os.rmdir(heap)  # noqa: PTH106
        except OSError as error:
            logger.warning("scratch folder left behind: %s", error)


def _clear(heap: str) -> None:
    """Remove the folders in `heap`. Each one's own folders are moved into the heap first, so that it holds
    none when its turn comes.
    """
    top = os.open(heap, _FOLDER)
    try:
        waiting, made = _emptied(top), 1
        while waiting:
            name = waiting.pop()
            folder = _opened(name, top)
            try:
                for inner in _emptied(folder):  # to be moved, a folder must be writable itself
                    os.chmod(inner, 0o700, dir_fd=folder)
                    os.rename(inner, str(made), src_dir_fd=folder, dst_dir_fd=top)
                    waiting.append(str(made))
                    made += 1
            finally:
                os.close(folder)
            os.rmdir(name, dir_fd=top)
    finally:
        os.close(top)


def _opened(name: str, top: int) -> int:
    """Open a folder of the heap, which may have been left without any mode."""
    os.chmod(name, 0o700, dir_fd=top)
    return os.open(name, _FOLDER, dir_fd=top)


def _emptied(folder: int) -> list[str]:
    """Remove the files of one folder; return the names of the folders in it."""
    with os.scandir(folder) as entries:
        found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_folder in found:
        if not is_folder:
            os.unlink(name, dir_fd=folder)
    return [name for name, is_folder in found if is_folder]
