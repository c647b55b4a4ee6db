"""Reads a Bedrock model id: the model behind a profile's prefix or an ARN, as far as the text says it."""

from __future__ import annotations

import re

_PROFILE = re.compile(r"^(global|us-gov|[a-z]{2,5})\.(?=[a-z0-9-]+\.)")


def base_id(model_id: str) -> str:
    """Return the model id without its ARN and without a profile's `global.`, `us.`, `eu.`, `apac.`, ...

    The ids of application profiles, prompt routers and imported models say nothing; they come back unread.
    """
    return _PROFILE.sub("", _resource(model_id))


def is_regional_profile(model_id: str) -> bool:
    """Say whether the id names an inference profile that stays in one geography."""
    match = _PROFILE.match(_resource(model_id))
    return match is not None and match[1] != "global"


def _resource(model_id: str) -> str:
    return model_id.rsplit("/", 1)[-1] if model_id.startswith("arn:") else model_id
