"""Messages of this function that come back to it, when it listens to the topic that it publishes to.

Its own notifications carry a mark; what Lambda publishes after a failed invocation names the function. Taking
either for a broken alarm would fail, which publishes again: a loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from delivery import SENDER
from event_fields import json_object, mapping

if TYPE_CHECKING:
    from collections.abc import Mapping


def is_echo(event: Mapping[str, object], function_name: str) -> bool:
    """Is this SNS record a message of the function with this name, or Lambda's about it?"""
    message = mapping(event, "Sns")
    sender = mapping(mapping(message, "MessageAttributes"), "sender")
    if sender.get("Value") == SENDER:
        return True
    context = mapping(json_object(message.get("Message")), "requestContext")
    return f"{context.get('functionArn', '')}:".find(f":function:{function_name}:") > 0
