"""Check out a basket."""

import json
import os
from typing import Any

import boto3

functions = boto3.client("lambda")
INVENTORY = os.environ["INVENTORY_FUNCTION"]


def handler(event: dict[str, Any], context: object) -> dict[str, object]:
    """Reserve the goods, then answer."""
    print(f"asking {INVENTORY} for {event['quantity']} of {event['sku']}")
    answer = functions.invoke(FunctionName=INVENTORY, Payload=json.dumps(event).encode())
    reserved = json.load(answer["Payload"])
    print(f"{INVENTORY} answered: {reserved}")
    return {"accepted": reserved["available"]}
