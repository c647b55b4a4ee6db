"""botocore's descriptions of services, as the handler's process keeps them: read once for all clients, no
prose in them, and those used longest ago forgotten. No program can have it remember them all.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

import botocore.exceptions
import botocore.loaders

MOST = 8  # services; a client keeps its own as long as it lives


def _undocumented(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return one object of a description without its prose, which is most of it."""
    described = dict(pairs)
    if isinstance(described.get("documentation"), str):  # a member of that name is an object
        described["documentation"] = ""  # which botocore reads with some endpoints' rules
    return described


class _Files(botocore.loaders.JSONFileLoader):
    """Reads descriptions without their prose."""

    def _load_file(self, full_path: str, open_method: Any) -> Any:
        if not Path(full_path).is_file():
            return None
        with open_method(full_path, "rb") as file:
            return json.loads(file.read(), object_pairs_hook=_undocumented)


class Descriptions(botocore.loaders.Loader):
    """botocore's loader, which keeps the descriptions of the `most` services used last. What belongs to no
    service (regions, partitions, defaults) is kept for good.
    """

    def __init__(self, most: int = MOST) -> None:
        super().__init__(file_loader=_Files())
        self._most, self._used = most, OrderedDict[str, None]()
        self._lock = threading.Lock()
        self._read: dict[tuple[str, ...], Any] = vars(self)["_cache"]  # botocore's

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        """Return one description of a service, and forget those of the service used longest ago."""
        with self._lock:
            model = super().load_service_model(service_name, type_name, api_version)
            self._used[service_name] = None
            self._used.move_to_end(service_name)
            while len(self._used) > self._most:
                self._forget(self._used.popitem(last=False)[0])
        return model

    def knows(self, service: str, operation: str) -> bool:
        """Tell whether AWS has the operation."""
        try:
            return operation in self.load_service_model(service, "service-2")["operations"]
        except botocore.exceptions.UnknownServiceError:
            return False

    def _forget(self, service: str) -> None:
        """Drop what is kept for `service`, by its name or by the path of its files."""
        for key in list(self._read):
            if key[1] == service or key[1].startswith(f"{service}/"):
                self._read.pop(key, None)
