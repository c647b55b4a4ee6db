from local.function_logs import Invocation, compose, messages

INVOCATION = Invocation(
    "id-1", "$LATEST", ended_ms=1_700_000_001_000, duration_ms=250, memory_size=128, memory_used=130
)
TRACEBACK = """told something
Traceback (most recent call last):
  File "/tmp/a/tmp/ministack-lambda-orders-x1/_worker.py", line 128, in run
    result = handler_fn(event, context)
  File "/tmp/a/tmp/ministack-lambda-orders-x1/code/orders.py", line 16, in handler
    table.put_item(Item=item)
    ~~~~~~~~~~~~~~^^^^^^^^^^^
  File "/home/a/.venv/lib/python3.13/site-packages/botocore/client.py", line 1, in call
    raise error
botocore.exceptions.ClientError: An error occurred (AccessDeniedException)"""


def test_platform_lines_surround_the_functions_own() -> None:
    events = compose(INVOCATION, "one\ntwo")

    assert [message for _, message in events] == [
        "START RequestId: id-1 Version: $LATEST",
        "one",
        "two",
        "END RequestId: id-1",
        "REPORT RequestId: id-1\tDuration: 250.00 ms\tBilled Duration: 250 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 128 MB",
    ]
    assert events[0][0] == events[-1][0] - 250


def test_an_uncaught_exception_is_one_event_with_lambdas_paths() -> None:
    found = messages(TRACEBACK)

    assert found[0] == "told something"
    assert found[1].splitlines() == [
        "[ERROR] ClientError: An error occurred (AccessDeniedException)",
        "Traceback (most recent call last):",
        '  File "/var/task/orders.py", line 16, in handler',
        "    table.put_item(Item=item)",
        "    ~~~~~~~~~~~~~~^^^^^^^^^^^",
        '  File "/var/lang/lib/python3.13/site-packages/botocore/client.py", line 1, in call',
        "    raise error",
    ]


def test_a_handled_exception_that_was_printed_stays_line_by_line() -> None:
    printed = f"{TRACEBACK}\nwent on"

    assert messages(printed) == printed.splitlines()


def test_a_timeout_and_a_kill_are_told_in_lambdas_words() -> None:
    assert compose(INVOCATION, "Task timed out after 3.00 seconds")[1][1] == (
        "2023-11-14T22:13:21.000Z id-1 Task timed out after 3.00 seconds"
    )
    assert compose(INVOCATION, "Runtime exited with error: signal: killed")[1][1] == (
        "RequestId: id-1 Error: Runtime exited with error: signal: killed\nRuntime.ExitError"
    )
