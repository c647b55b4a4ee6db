"""Make a thumbnail of a picture."""

import time
from typing import Any

BYTES_PER_PIXEL = 4


def handler(event: dict[str, Any], context: object) -> dict[str, object]:
    """Decode the picture whole, then scale it down."""
    width, height = event["width"], event["height"]
    print(f"decoding a picture of {width} x {height}")
    pixels = bytearray()
    for _row in range(height):
        pixels += b"\xff" * (width * BYTES_PER_PIXEL)
    time.sleep(0.3)
    print(f"scaled {len(pixels) // 1_000_000} MB down")
    return {"thumbnail": [width // 50, height // 50]}
