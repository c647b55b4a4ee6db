"""Price a basket, with the discount of the customer's group."""

from typing import Any

PRICES = {"tea": 350, "coffee": 520, "cup": 900}
DISCOUNTS = {"retail": 0, "trade": 15}


def handler(event: dict[str, Any], context: object) -> dict[str, object]:
    """Answer with the basket's price in cents."""
    total = sum(PRICES[item["sku"]] * item["quantity"] for item in event["items"])
    discount = DISCOUNTS[event["customer_group"]]
    total = total * (100 - discount) // 100
    print(f"priced a basket of {len(event['items'])} items: {total}")
    return {"total": total}
