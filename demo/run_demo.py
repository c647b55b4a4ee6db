"""`make demo`: break something on a local AWS, and read what the module found out about it.

python demo/run_demo.py [--scenario NAME|NAME,NAME|all] [--keep]
python demo/run_demo.py --stop
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local import server
from local.patching import UnsupportedEmulatorError, installed_version, require_supported
from local.server import LocalAws, LocalAwsError
from local.terraform import Terraform, TerraformError
from tour import mailbox, scenario, workplace
from tour.account import POLL_SECONDS, Account
from tour.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tour.scenario import Scenario

DEMO = Path(__file__).resolve().parent
ALARM_SECONDS = 100.0
REPORT_SECONDS = 120.0
ON_CALL = "on-call@example.com"


class DemoError(RuntimeError):
    """The demo cannot go on; the message is for the person at the terminal."""


def main() -> int:
    """Run the demo; the exit status is 0 only when every report came and said what it must."""
    parser = argparse.ArgumentParser(description="From a broken function to the report that explains it.")
    parser.add_argument("--scenario", default="missing-permission", help="one, several with commas, or all")
    parser.add_argument("--keep", action="store_true", help="leave it running and print the endpoints")
    parser.add_argument("--stop", action="store_true", help="stop what a run with --keep left running")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with workplace.exclusive():
            stopped = workplace.stop_kept()
            if options.stop:
                print("stopped" if stopped else "nothing was running")
                return 0
            return run(scenario.choose(options.scenario), keep=options.keep)
    except (DemoError, LocalAwsError, TerraformError, UnsupportedEmulatorError, workplace.BusyError) as error:
        print(f"demo: {error}", file=sys.stderr)
    except KeyError as error:
        print(f"demo: {error.args[0]}", file=sys.stderr)
    except KeyboardInterrupt:
        print("demo: interrupted; everything is stopped", file=sys.stderr)
        return 130
    return 1


def run(scenarios: list[Scenario], *, keep: bool) -> int:
    """Play the scenarios through and show what came of them."""
    progress = Progress()
    require_supported(installed_version())
    workplace.clear()
    with _local_aws(progress, keep=keep) as aws:
        account = Account(aws)
        stack = Terraform(
            stack=DEMO,
            work=workplace.FOLDER / "terraform",
            environment=aws.environment(),
            variables={
                "local": True,
                "schedule": None,
                "notification_emails": [ON_CALL],
                "scenarios": [s.name for s in scenarios],
            },
        )
        _deploy(progress, stack, account, scenarios)
        _break(progress, stack, account, aws, scenarios)
        return _show(progress, stack.outputs(), account, aws, scenarios, keep=keep)


@contextlib.contextmanager
def _local_aws(progress: Progress, *, keep: bool) -> Iterator[LocalAws]:
    port = server.free_port()
    parent = "0" if keep else str(os.getpid())
    model = subprocess.Popen(
        [sys.executable, str(DEMO / "run_model.py"), str(port), parent], start_new_session=True
    )
    pids = [model.pid]
    done = False
    try:
        aws = server.start(workplace.FOLDER / "aws", model_url=f"http://127.0.0.1:{port}", detached=keep)
        pids.append(aws.pid)
        progress.say(
            f"The local AWS runs at {aws.endpoint}, with IAM enforced; a demo model stands in for Bedrock."
        )
        yield aws
        done = True
    finally:
        if keep and done:
            workplace.keep(workplace.Kept(emulator=pids[1], model=pids[0]))
        else:
            for pid in pids:
                server.stop(pid)


def _deploy(progress: Progress, stack: Terraform, account: Account, scenarios: list[Scenario]) -> None:
    names = ", ".join(s.name for s in scenarios)
    progress.say(f"Terraform applies the module and the scenario {names}, healthy (about a minute) ...")
    stack.init()
    stack.apply(fault=False)
    progress.say(f"Applied: {len(stack.resources())} resources.")
    for one in scenarios:
        failed = account.exercise(one.traffic)
        if failed:
            raise DemoError(
                f"{one.traffic.target} should be healthy and failed {failed} times (log: {stack.log})"
            )
        progress.say(f"Ordinary traffic: {one.traffic.target} does its work.")


def _break(
    progress: Progress, stack: Terraform, account: Account, aws: LocalAws, scenarios: list[Scenario]
) -> None:
    progress.say("Terraform switches the fault on ...")
    stack.apply(fault=True)
    progress.say("The fault is on. The same traffic again ...")
    for one in scenarios:
        failed = account.exercise(one.traffic)
        progress.say(
            f"{one.traffic.target}: {failed} of {one.traffic.calls} calls failed."
            if failed
            else f"{one.traffic.target}: traffic sent."
        )
    for one in scenarios:
        reason = _wait(
            lambda one=one: _fired(account, one),  # type: ignore[misc]
            ALARM_SECONDS,
            f"alarm {one.alarm} did not go to ALARM in {ALARM_SECONDS:.0f} s (log: {aws.log})",
        )
        progress.say(f"Alarm {one.alarm} is in ALARM. {reason}")


def _fired(account: Account, one: Scenario) -> str | None:
    reason = account.alarm_fired(one.alarm)
    if reason is None:
        account.exercise(one.traffic)  # a minute may have begun since: its datapoint needs traffic of its own
    return reason


def _show(
    progress: Progress,
    outputs: dict[str, Any],
    account: Account,
    aws: LocalAws,
    scenarios: list[Scenario],
    *,
    keep: bool,
) -> int:
    progress.say("The alarm invoked the triage function. It investigates ...")
    for one in scenarios:
        mail = _wait(
            lambda one=one: mailbox.about(aws.mail_folder, one.alarm),  # type: ignore[misc]
            REPORT_SECONDS,
            lambda one=one: _no_report(one, outputs, account, aws),  # type: ignore[misc]
        )
        progress.say(f"The findings about {one.alarm} are in the mail:")
        print(f"\n{'-' * 72}\n{mailbox.printed(mail)}\n{'-' * 72}\n")
    files = account.download(outputs["reports_bucket_name"], "reports/", workplace.FOLDER / "reports")
    wrong = _check(scenarios, files)
    progress.say("Done. Open this in a browser:")
    for path in files:
        if path.suffix == ".html":
            print(f"         {path}")
    print(f"         The text, the whole conversation and the JSON are beside it. Mail: {aws.mail_folder}")
    if keep:
        _print_endpoints(aws, outputs)
    for words in wrong:
        print(f"demo: {words}", file=sys.stderr)
    return 1 if wrong else 0


def _check(scenarios: list[Scenario], files: list[Path]) -> list[str]:
    """Return, in words, what the reports should say and do not."""
    records = [json.loads(path.read_text()) for path in files if path.suffix == ".json"]
    wrong: list[str] = []
    for one in scenarios:
        reports = [r["report"] for r in records if r["alarm"]["name"] == one.alarm and r.get("report")]
        submitted = [report for report in reports if "root_cause" in report]
        if not submitted:
            wrong.append(f"no report of {one.alarm} was saved that the model submitted")
        for report in submitted:
            wrong += [f"the report of {one.name} {words}" for words in one.facts.missing_from(report)]
    return wrong


def _no_report(one: Scenario, outputs: dict[str, Any], account: Account, aws: LocalAws) -> str:
    lines = "\n  ".join(account.last_log_lines(outputs["triage_lambda_name"]))
    return (
        f"no mail about {one.alarm} came in {REPORT_SECONDS:.0f} s (log: {aws.log}); the triage function's "
        f"last lines:\n  {lines}"
    )


def _wait(look: Callable[[], Any], seconds: float, failure: str | Callable[[], str]) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(POLL_SECONDS)
    raise DemoError(failure if isinstance(failure, str) else failure())


def _print_endpoints(aws: LocalAws, outputs: dict[str, Any]) -> None:
    print("\nStill running. To look around with the AWS CLI:")
    for name, value in aws.environment().items():
        print(f"  export {name}={value}")
    print(f"  aws s3 ls --recursive s3://{outputs['reports_bucket_name']}/")
    print("Stop it with: make demo-stop")


if __name__ == "__main__":
    raise SystemExit(main())
