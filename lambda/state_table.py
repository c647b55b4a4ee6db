"""The DynamoDB table, one item at a time: plain values in and out, and failed conditions say what stands.

Only GetItem, PutItem and UpdateItem on the key `alarm_key`: that is all the function's role allows.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from service_errors import ServiceError, calling

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

KEY = "alarm_key"

Value = object
Item = dict[str, object]


class ConditionFailed(Exception):  # noqa: N818  (an expected answer, not a fault)
    """The write's condition did not hold; `item` is what stands in the table, or None."""

    def __init__(self, item: Item | None) -> None:
        super().__init__("the condition did not hold")
        self.item = item


class StateTable:
    """One table. Every method raises ServiceError when DynamoDB fails or answers what cannot be read."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def get(self, key: str) -> Item | None:
        """The item, read consistently; None when there is none."""
        with calling("dynamodb GetItem"):
            answer = self._client.get_item(TableName=self._name, Key={KEY: {"S": key}}, ConsistentRead=True)
        return _item(answer.get("Item"))

    def put(self, item: Item, *, condition: str, values: Mapping[str, Value]) -> None:
        """Write the whole item if the condition holds, else raise ConditionFailed."""
        with calling("dynamodb PutItem"), _conditions():
            self._client.put_item(
                TableName=self._name,
                Item={name: _wire(value) for name, value in item.items()},
                ConditionExpression=condition,
                ExpressionAttributeNames=_names(condition),
                ExpressionAttributeValues=_values(values),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )

    def update(
        self,
        key: str,
        expression: str,
        *,
        values: Mapping[str, Value],
        condition: str = "",
        names: Mapping[str, str] | None = None,
    ) -> Item:
        """Change attributes if the condition holds; return the whole new item, else raise ConditionFailed.

        `#name` in an expression is the attribute `name`, unless `names` says another.
        """
        with calling("dynamodb UpdateItem"), _conditions():
            answer = self._client.update_item(
                TableName=self._name,
                Key={KEY: {"S": key}},
                UpdateExpression=expression,
                ExpressionAttributeNames=_names(f"{expression} {condition}") | dict(names or {}),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **({"ConditionExpression": condition} if condition else {}),  # type: ignore[arg-type]
                **({"ExpressionAttributeValues": _values(values)} if values else {}),  # type: ignore[arg-type]
            )
        new = _item(answer.get("Attributes"))
        if new is None:
            raise ServiceError("dynamodb UpdateItem", "BadAnswer", "no attributes came back")
        return new


@contextmanager
def _conditions() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "ConditionalCheckFailedException":
            raise
        raise ConditionFailed(_item(error.response.get("Item"))) from error


def _names(expressions: str) -> dict[str, str]:
    return {f"#{name}": name for name in re.findall(r"#(\w+)", expressions)}


def _values(values: Mapping[str, Value]) -> dict[str, AttributeValueTypeDef]:
    return {f":{name}": _wire(value) for name, value in values.items()}


def _wire(value: Value) -> AttributeValueTypeDef:
    """A plain value as DynamoDB writes it. Sets must not be empty: DynamoDB has no empty set."""
    match value:
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case float():
            return {"N": f"{value:.3f}"}
        case str():
            return {"S": str(value)}
        case frozenset():
            return {"SS": sorted(value)}
        case dict():
            return {"M": {name: _wire(item) for name, item in value.items()}}
    raise TypeError(f"{type(value).__name__} is not kept in the table")


def _item(wire: object) -> Item | None:
    if not wire:
        return None
    try:
        return {str(name): _plain(value) for name, value in wire.items()}  # type: ignore[attr-defined]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ServiceError("dynamodb", "BadAnswer", "an item that cannot be read") from error


def _plain(wire: Mapping[str, object]) -> Value:
    [(kind, value)] = wire.items()
    match kind, value:
        case "N", str():
            return float(value)
        case "SS", list():
            return frozenset(value)
        case "M", dict():
            return {name: _plain(item) for name, item in value.items()}
    return value
