"""AWS clients of the handler's process: warm, bounded in number, made one at a time."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

MOST = 16

Client = Any
Key = tuple[str, str, str | None]  # service, region, role
MakeClient = Callable[[str, str, str | None], Client]


class Clients:
    """Keeps the clients used last; each is made by `make` when it is first wanted.

    Making clients is not safe in several threads of one session, so one is made at a time.
    """

    def __init__(self, make: MakeClient, most: int = MOST) -> None:
        self._make, self._most = make, most
        self._kept: OrderedDict[Key, Client] = OrderedDict()
        self._making, self._lock = threading.Lock(), threading.Lock()

    def get(self, service: str, region: str, role_arn: str | None) -> Client:
        """Return the client for a service, region and role."""
        key = (service, region, role_arn)
        found = self._find(key)
        if found is not None:
            return found
        with self._making:
            found = self._find(key)
            if found is None:
                found = self._make(*key)
                with self._lock:
                    self._kept[key] = found
                    while len(self._kept) > self._most:
                        self._kept.popitem(last=False)
            return found

    def _find(self, key: Key) -> Client | None:
        """Return a client that is kept, and note its use."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def __len__(self) -> int:
        return len(self._kept)
