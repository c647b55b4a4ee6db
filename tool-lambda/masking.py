"""Takes secrets out of AWS's answers before they leave the handler's process.

By place: values of environment variables, user data, and whatever a key calls a password, also where the
answer holds JSON as text. By looks: `secret_patterns`. Depth, not a promise: a secret that looks like an
ordinary word and stands in an ordinary field is not recognised.
"""

from __future__ import annotations

import json
from typing import Any

from secret_patterns import MASK, is_reference, mask_text, names_secret

# Maps whose values are settings of a workload, and lists of name and value of the same kind: names are
# evidence.
_MAPS = frozenset(
    """
    variables environment environmentvariables environment_variables stagevariables defaultarguments
    nonoverridablearguments runtimeenvironmentvariables
    """.split()  # noqa: SIM905
)
_LISTS = frozenset(
    {"environment", "environmentvariables", "environment_variables", "environmentvariablesoverride"}
)
# Fields that hold nothing but a secret or an opaque script.
_SECRETS = frozenset(
    """
    userdata user_data password masteruserpassword secretstring secretbinary secretaccesskey
    sessiontoken authtoken
    privatekey clientsecret apikeyvalue connectionpassword accesstoken refreshtoken idtoken authparameters
    basicauthcredentials oauthtoken webhookurl authorizationtoken sharedsecret presharedkey keymaterial
    plaintext ciphertextblob initialpassword defaultpassword
    """.split()  # noqa: SIM905
)
_BEANSTALK = "aws:elasticbeanstalk:application:environment"
MAX_JSON = 1_000_000
MAX_DEPTH = 4  # of JSON held as text inside JSON


def mask(value: Any, field: str = "", depth: int = 0) -> Any:
    """Return AWS's answer `value` with secrets masked; `field` is the name that it stands under."""
    name = field.lower()
    if isinstance(value, dict):
        return _mask_dict(value, name, depth)
    if isinstance(value, list):
        return [mask(item, field, depth) for item in value]
    if isinstance(value, str):
        return _mask_string(value, field, depth)
    if isinstance(value, (bytes, bytearray)):
        return MASK.encode() if name in _SECRETS else _mask_bytes(bytes(value))
    return value


def _mask_dict(value: dict[str, Any], name: str, depth: int) -> dict[str, Any]:
    """Mask one object of the answer."""
    lowered = {str(key).lower() for key in value}
    if (name in _LISTS and {"name", "value"} <= lowered) or value.get("Namespace") == _BEANSTALK:
        return {
            key: _hide(item) if key.lower() == "value" else mask(item, key, depth)
            for key, item in value.items()
        }
    if _names_a_secret(value):
        return {key: _hide(item) if key.lower().endswith("value") else item for key, item in value.items()}
    if name in _MAPS and not (name == "environment" and _described(value)):
        return {key: _hide(item) for key, item in value.items()}
    if name in _SECRETS and lowered <= {"value", "data"}:
        return {key: _hide(item) for key, item in value.items()}
    return {key: mask(item, str(key), depth) for key, item in value.items()}


def _names_a_secret(value: dict[str, Any]) -> bool:
    """Tell whether one object is a pair of a secret's name and its value, such as a stack's parameter."""
    names = [
        item
        for key, item in value.items()
        if str(key).lower() in {"parameterkey", "key", "name", "optionname"} and isinstance(item, str)
    ]
    return len(value) <= 4 and any(names_secret(item) for item in names)


def _described(value: dict[str, Any]) -> bool:
    """Tell whether an `environment` is an object of AWS's own, with the variables one step below."""
    return (
        any(isinstance(item, (dict, list)) for item in value.values())
        or {"type", "computeType"} <= value.keys()
    )


def _mask_string(text: str, field: str, depth: int) -> str:
    """Mask one text: by its name, as JSON, or by its looks."""
    if text and (field.lower() in _SECRETS or names_secret(field)):
        return text if is_reference(text) else MASK
    if text[:1] in "{[" and text and depth < MAX_DEPTH and len(text) <= MAX_JSON:
        try:
            parsed = json.loads(text)
        except (ValueError, RecursionError):
            return mask_text(text)
        masked = mask(parsed, field, depth + 1)
        return text if masked == parsed else json.dumps(masked, ensure_ascii=False)
    return mask_text(text)


def _mask_bytes(content: bytes) -> bytes:
    """Mask a streamed body that is text."""
    try:
        return mask_text(content.decode()).encode()
    except UnicodeDecodeError:
        return content


def _hide(value: Any) -> Any:
    """Mask a value whose name stays; its shape stays too."""
    if isinstance(value, dict):
        return {key: _hide(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_hide(item) for item in value]
    return value if value is None or isinstance(value, bool) else MASK
