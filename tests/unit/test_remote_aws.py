from __future__ import annotations

import botocore.exceptions
import pytest

import remote_aws


def test_streamed_answers_read_as_botocores_do() -> None:
    body = remote_aws.streaming_body(b"line 1\nline 2\n")

    assert list(body.iter_lines()) == [b"line 1", b"line 2"]
    stream = remote_aws.EventStream([{"a": 1}])
    assert list(stream) == [{"a": 1}]
    stream.close()
    remote_aws.NoEndpoint().close()


@pytest.mark.parametrize(
    ("kind", "cls"),
    [
        ("EndpointConnectionError", botocore.exceptions.EndpointConnectionError),
        ("ReadTimeoutError", botocore.exceptions.ReadTimeoutError),
        ("Nothing", botocore.exceptions.BotoCoreError),
        ("ClientError", botocore.exceptions.BotoCoreError),
        (None, botocore.exceptions.BotoCoreError),
    ],
)  # fmt: skip
def test_error_of_the_broker_is_raised_by_botocores_own_class(kind: str | None, cls: type[Exception]) -> None:
    with pytest.raises(cls, match="why"):
        remote_aws._raise_local({"type": kind, "message": "why"})
