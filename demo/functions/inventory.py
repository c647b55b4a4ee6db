"""Answer whether goods are in stock."""

import os
import time
from typing import Any

WAIT_MS = int(os.environ["CONSISTENCY_WAIT_MS"])


def handler(event: dict[str, Any], context: object) -> dict[str, object]:
    """Wait until the stock's copies agree, then answer."""
    time.sleep(WAIT_MS / 1000)
    print(f"stock of {event['sku']} read after {WAIT_MS} ms")
    return {"sku": event["sku"], "available": True}
