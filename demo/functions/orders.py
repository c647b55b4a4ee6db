"""Store an order."""

import os
import uuid
from typing import Any

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def handler(event: dict[str, Any], context: object) -> dict[str, object]:
    """Store one order and answer with its id."""
    order_id = str(uuid.uuid4())
    print(f"order {order_id} of customer {event['customer']}: {len(event['items'])} items")
    table.put_item(Item={"order_id": order_id, "customer": event["customer"], "items": event["items"]})
    return {"order_id": order_id}
