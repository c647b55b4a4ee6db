"""`make demo`: break something on a local AWS, and read what the module found out about it.

python demo/run_demo.py [--scenario NAME|NAME,NAME|all] [--model BEDROCK_ID|openai:URL#MODEL] [--keep]
python demo/run_demo.py --stop
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.patching import UnsupportedEmulatorError, installed_version, require_supported
from local.server import LocalAwsError
from local.terraform import Terraform, TerraformError
from tour import findings, preflight, processes, scenario, steps, workplace
from tour.account import Account
from tour.chosen_model import ChosenModel, ModelNotReadyError
from tour.preflight import NotReadyError
from tour.progress import Progress
from tour.scenario import UnknownScenarioError
from tour.steps import DemoError
from tour.workplace import BusyError

if TYPE_CHECKING:
    from local.server import LocalAws
    from tour.scenario import Scenario

DEMO = Path(__file__).resolve().parent
ON_CALL = "on-call@example.com"
EXPECTED = (
    BusyError, DemoError, LocalAwsError, ModelNotReadyError, NotReadyError, TerraformError,
    UnknownScenarioError, UnsupportedEmulatorError,
)  # fmt: skip


def main() -> int:
    """Run the demo; the exit status is 0 only when every report came and said what it must."""
    parser = argparse.ArgumentParser(description="From a broken function to the report that explains it.")
    parser.add_argument("--scenario", default="missing-permission", help="one, several with commas, or all")
    parser.add_argument("--model", default="", help="a real model: a Bedrock id or ARN, or openai:URL#MODEL")
    parser.add_argument("--window", type=int, default=32_000, help="what an openai: model reads, in tokens")
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
            chosen = ChosenModel(options.model, options.window) if options.model else None
            return run(scenario.choose(options.scenario), chosen, keep=options.keep)
    except EXPECTED as error:
        print(f"demo: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("demo: interrupted; everything is stopped", file=sys.stderr)
        return 130
    return 1


def run(scenarios: list[Scenario], chosen: ChosenModel | None, *, keep: bool) -> int:
    """Play the scenarios through and show what came of them."""
    preflight.check()
    require_supported(installed_version())
    workplace.clear()
    progress = Progress()
    with processes.running(chosen, keep=keep) as aws:
        progress.say(f"The local AWS runs at {aws.endpoint}, with IAM enforced.")
        progress.say(_of_the_model(chosen))
        account = Account(aws)
        stack = _stack(aws, scenarios, chosen)
        steps.deploy(progress, stack, account, scenarios)
        steps.break_it(progress, stack, account, scenarios)
        for one in scenarios:
            steps.wait_for_alarm(progress, account, aws, one)
        outputs = stack.outputs()
        patience = steps.REAL_MODEL_SECONDS if chosen else steps.REPORT_SECONDS
        progress.say("The alarm invoked the triage function. It investigates ...")
        for one in scenarios:
            mail = steps.wait_for_mail(progress, account, aws, outputs["triage_lambda_name"], one, patience)
            progress.say(f"The findings about {one.alarm} are in the mail:")
            print(findings.printed(mail, whole=len(scenarios) == 1))
        files = account.download(outputs["reports_bucket_name"], "reports/", workplace.FOLDER / "reports")
        _tell(progress, files, aws)
        if keep:
            _tell_endpoints(aws, outputs)
        wrong = findings.problems(scenarios, files)
        for words in wrong:
            print(f"demo: {words}", file=sys.stderr)
        return 1 if wrong else 0


def _of_the_model(chosen: ChosenModel | None) -> str:
    if chosen is None:
        return "A demo model stands in for Bedrock: it reasons by rules, from real tool calls."
    return f"{chosen.spec} answers, and investigates in place of the demo's model."


def _stack(aws: LocalAws, scenarios: list[Scenario], chosen: ChosenModel | None) -> Terraform:
    return Terraform(
        stack=DEMO,
        work=workplace.FOLDER / "terraform",
        environment=aws.environment(),
        variables={
            "local": True,
            "schedule": None,
            "notification_emails": [ON_CALL],
            "scenarios": [one.name for one in scenarios],
            **({"bedrock_model_id": chosen.model_id} if chosen else {}),
        },
    )


def _tell(progress: Progress, files: list[Path], aws: LocalAws) -> None:
    progress.say("Done. Open this in a browser:")
    for path in files:
        if path.suffix == ".html":
            print(f"         {path}")
    print("         The text, the whole conversation and the JSON are beside it.")
    print(f"         Mail as files: {aws.mail_folder}")
    print("         (Console links in them lead to AWS, where none of this exists.)")


def _tell_endpoints(aws: LocalAws, outputs: dict[str, Any]) -> None:
    bucket, function = outputs["reports_bucket_name"], outputs["triage_lambda_arn"]
    settings = {**aws.environment(), "TF_CLI_CONFIG_FILE": os.environ.get("TF_CLI_CONFIG_FILE", "")}
    print("\nStill running. For Terraform, the AWS CLI (version 2) and boto3:")
    for name, value in settings.items():
        if value:
            print(f"  export {name}={value}")
    print(f"An alarm of your own, as in examples/own-alarm: its alarm_actions is\n  {function}")
    print(f"Its mail comes to {aws.mail_folder}; its reports:\n  make reports BUCKET={bucket}")
    print("Stop it with: make demo-stop (the reports that you have not fetched go with it)")


if __name__ == "__main__":
    raise SystemExit(main())
