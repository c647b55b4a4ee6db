"""Book a carrier for each parcel in the queue."""

import json
import os
from typing import Any


def handler(event: dict[str, Any], context: object) -> None:
    """Book every parcel of the batch."""
    for record in event["Records"]:
        parcel = json.loads(record["body"])
        carrier = os.environ["CARRIER"]
        print(f"parcel {parcel['parcel']} from depot {os.environ['DEPOT']} goes with {carrier}")
