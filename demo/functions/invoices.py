"""Render an invoice."""

import time
from typing import Any


def handler(event: dict[str, Any], context: object) -> dict[str, object]:
    """Render every line; a line takes a while."""
    for _line in range(event["lines"]):
        time.sleep(0.015)
    print(f"rendered invoice {event['invoice']} with {event['lines']} lines")
    return {"pages": 1}
