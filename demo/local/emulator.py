"""The emulator's process: check the version, replace what has to be replaced, serve until told to stop."""

from __future__ import annotations

import os
from pathlib import Path

from local import parent
from local.patching import installed_version, replace, require_supported


def main() -> None:
    """Serve; settings come from the environment that `local.server` makes."""
    require_supported(installed_version())
    parent.follow(int(os.environ.pop("LOCAL_AWS_PARENT", "0")))
    mail_folder = Path(os.environ.pop("LOCAL_AWS_MAIL_FOLDER"))
    model_url = os.environ.pop("LOCAL_AWS_MODEL_URL", "")
    _install(mail_folder, model_url)

    from ministack import app  # type: ignore[import-untyped]

    app.main()


def _install(mail_folder: Path, model_url: str) -> None:
    # Imported only now: an unsupported version must stop with its reason, not with an ImportError.
    from ministack import app

    from local import (
        alarms,
        bedrock,
        cloudtrail,
        cloudwatch_api,
        filter_patterns,
        functions,
        iam_names,
        insights,
        mail,
        memory_limit,
        queue_metrics,
        table_capacity,
    )

    # As root it would take port 443 as well: one port, the one that it was given, is enough.
    replace(app, "_port_is_bindable", lambda _host, _port: False)
    alarms.install()
    cloudwatch_api.install()
    iam_names.install()
    filter_patterns.install()
    insights.install()
    cloudtrail.install()
    functions.install()
    memory_limit.install()
    table_capacity.install()
    mail.install(mail_folder)
    if model_url:
        bedrock.install(model_url)
    alarms.start_clock((queue_metrics.publish,))
