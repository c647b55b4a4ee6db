"""The story of the demo: deployed healthy, broken, alarmed, investigated."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from tour import mailbox
from tour.account import POLL_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from email.message import EmailMessage

    from local.server import LocalAws
    from local.terraform import Terraform
    from tour.account import Account
    from tour.progress import Progress
    from tour.scenario import Scenario

T = TypeVar("T")

ALARM_SECONDS = 100.0
REPORT_SECONDS = 180.0
REAL_MODEL_SECONDS = 960.0  # what the triage function has, and a little for the mail
NEWS_SECONDS = 30.0


class DemoError(RuntimeError):
    """The demo cannot go on; the message is for the person at the terminal."""


def deploy(progress: Progress, stack: Terraform, account: Account, scenarios: Sequence[Scenario]) -> None:
    """Apply the stack with every fault off, and let ordinary traffic through."""
    names = ", ".join(one.name for one in scenarios)
    progress.say(f"Terraform applies the module and {names}, healthy (about a minute) ...")
    stack.init()
    stack.apply(fault=False)
    progress.say(f"Applied: {len(stack.resources())} resources.")
    for one in scenarios:
        failed = account.exercise(one.traffic)
        if failed:
            raise DemoError(f"{one.traffic.target} should be healthy and failed {failed} times")
        progress.say(f"Ordinary traffic: {one.traffic.target} does its work.")


def break_it(progress: Progress, stack: Terraform, account: Account, scenarios: Sequence[Scenario]) -> None:
    """Switch the faults on and send the same traffic again."""
    progress.say("Terraform switches the fault on ...")
    stack.apply(fault=True)
    progress.say("The fault is on. The same traffic again ...")
    for one in scenarios:
        failed = account.exercise(one.traffic)
        outcome = f"{failed} of {one.traffic.calls} calls failed" if failed else "traffic sent"
        progress.say(f"{one.traffic.target}: {outcome}.")


def wait_for_alarm(progress: Progress, account: Account, aws: LocalAws, one: Scenario) -> None:
    """Wait until the scenario's alarm has gone to ALARM by its metric."""

    def fired() -> str | None:
        reason = account.alarm_fired(one.alarm)
        if reason is None:
            account.exercise(one.traffic)  # a minute may have begun since: it needs traffic of its own
        return reason

    reason = _wait(fired, ALARM_SECONDS)
    if reason is None:
        raise DemoError(f"alarm {one.alarm} did not go to ALARM in {ALARM_SECONDS:.0f} s (log: {aws.log})")
    progress.say(f"Alarm {one.alarm} is in ALARM. {reason}")


def wait_for_mail(
    progress: Progress, account: Account, aws: LocalAws, triage: str, one: Scenario, seconds: float
) -> EmailMessage:
    """Wait for the mail about the scenario's alarm; without one, say what the triage function logged."""
    mail = _wait(lambda: mailbox.about(aws.mail_folder, one.alarm), NEWS_SECONDS)
    for _ in range(int(seconds / NEWS_SECONDS) - 1):
        if mail is None:
            progress.say(f"Still investigating {one.alarm} ...")
            mail = _wait(lambda: mailbox.about(aws.mail_folder, one.alarm), NEWS_SECONDS)
    if mail is None:
        lines = "\n  ".join(account.last_log_lines(triage))
        raise DemoError(
            f"no mail about {one.alarm} came in {seconds:.0f} s (log: {aws.log}); the last lines of "
            f"{triage}:\n  {lines}"
        )
    return mail


def _wait(look: Callable[[], T | None], seconds: float) -> T | None:
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found is not None or time.monotonic() > deadline:
            return found
        time.sleep(POLL_SECONDS)
