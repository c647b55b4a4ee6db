"""Price a basket."""

from typing import Any

PRICES = {"tea": 350, "coffee": 520, "cup": 900}


def handler(event: dict[str, Any], context: object) -> dict[str, object]:
    """Answer with the basket's price in cents."""
    total = sum(PRICES[item["sku"]] * item["quantity"] for item in event["items"])
    print(f"priced a basket of {len(event['items'])} items: {total}")
    return {"total": total}
