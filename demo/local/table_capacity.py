"""DynamoDB's provisioned write capacity: spent by writes, refilled by the second, refused when it is gone.

As on AWS, up to five minutes of unused capacity are kept for bursts. Reads and batches are not limited here.
"""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ministack.core.responses import error_response_json  # type: ignore[import-untyped]
from ministack.services import dynamodb as stock  # type: ignore[import-untyped]

from local import metrics_store
from local.patching import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.alarm_model import Record

BURST_SECONDS = 300
UNIT_BYTES = 1024
MESSAGE = (
    "The level of configured provisioned throughput for the table was exceeded. Consider increasing your "
    "provisioning level with the UpdateTable API."
)


@dataclass(slots=True)
class Bucket:
    """The write units that one table has left."""

    rate: int
    left: float
    at: float

    def take(self, units: int, now: float) -> bool:
        """Spend `units` and return True; any rest at all pays for one larger write, as on AWS."""
        self.left = min(self.rate * BURST_SECONDS, self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left <= 0:
            return False
        self.left -= units
        return True


_buckets: dict[str, Bucket] = {}


def install() -> None:
    """Put the limit before every single write."""
    for operation, name in (
        ("PutItem", "_put_item"),
        ("UpdateItem", "_update_item"),
        ("DeleteItem", "_delete_item"),
    ):
        handler = replace(stock, name, None)
        setattr(stock, name, _limited(operation, handler))


def write_units(request: Record) -> int:
    """Return the write units of a request, by the size of what it carries."""
    carried = request.get("Item") or request.get("ExpressionAttributeValues") or request.get("Key") or {}
    return max(1, math.ceil(len(json.dumps(carried)) / UNIT_BYTES))


def _limited(operation: str, handler: Callable[[Record], Any]) -> Callable[[Record], Any]:
    def write(request: Record) -> Any:
        name = request.get("TableName", "").rsplit("/", 1)[-1]
        table = stock._tables.get(name) or {}
        rate = int((table.get("ProvisionedThroughput") or {}).get("WriteCapacityUnits") or 0)
        units = write_units(request)
        if rate and not _bucket(table.get("TableArn", name), rate).take(units, time.time()):
            _publish("WriteThrottleEvents", 1, name)
            metrics_store.record(
                "AWS/DynamoDB", "ThrottledRequests", 1, "Count", {"TableName": name, "Operation": operation}
            )
            return error_response_json("ProvisionedThroughputExceededException", MESSAGE, 400)
        if table:
            _publish("ConsumedWriteCapacityUnits", units, name)
        return handler(request)

    return write


def _bucket(table: str, rate: int) -> Bucket:
    bucket = _buckets.get(table)
    if bucket is None or bucket.rate != rate:
        bucket = _buckets[table] = Bucket(rate, rate * BURST_SECONDS, time.time())
    return bucket


def _publish(metric: str, value: float, table: str) -> None:
    metrics_store.record("AWS/DynamoDB", metric, value, "Count", {"TableName": table})
