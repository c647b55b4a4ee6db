"""Takes secrets out of AWS's answers before they leave the handler's process.

Two ways: by place (values of environment variables, user data, parameters) and by pattern (keys, tokens, passwords in
free text, where log lines often have them). Names stay, values go. Depth, not a promise: a secret that looks like an
ordinary word and stands in an ordinary field is not recognised.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

MASK = "***masked***"

# Maps whose values are settings of a workload: names are evidence, values are not.
VALUE_MAPS = frozenset(
    {
        "environmentvariables",
        "environment_variables",
        "stagevariables",
        "defaultarguments",
        "nonoverridablearguments",
    }
)
# Lists of {name, value} objects of the same kind.
VALUE_LISTS = frozenset(
    {
        "environment",
        "environmentvariables",
        "environment_variables",
        "environmentvariablesoverride",
        "secretoptions",
    }
)
# Fields that hold nothing but a secret or an opaque script.
SECRET_FIELDS = frozenset(
    """
    userdata password masteruserpassword secretstring secretbinary secretaccesskey sessiontoken authtoken
    privatekey secret clientsecret apikeyvalue connectionpassword accesstoken refreshtoken idtoken authparameters
    basicauthcredentials oauthtoken webhookurl authorizationtoken passwordlast4 sharedsecret presharedkey keymaterial
    plaintext ciphertextblob initialpassword defaultpassword presignedurl signedurl
    """.split()
)
_NAMED = r"(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|client[_-]?secret|auth(?:orization)?[_-]?(?:token|key)|credential|session[_-]?id|connection[_-]?string|signing[_-]?key|encryption[_-]?key|webhook[_-]?url|dsn|bearer)"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----.*?(-----END [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----|\Z)", re.DOTALL), MASK),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"), MASK),
    (re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_-]{18,}|xox[abeprs]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}|[rsp]k_(?:live|test)_[A-Za-z0-9]{10,}|sk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}|AIza[A-Za-z0-9_-]{30,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}|hf_[A-Za-z0-9]{30,}|dop_v1_[a-f0-9]{40,}|NRAK-[A-Z0-9]{20,}|ATATT3[A-Za-z0-9_=-]{30,}|AGE-SECRET-KEY-[A-Z0-9]{20,})"), MASK),
    (re.compile(r"https://hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]+"), f"https://hooks.slack.com/{MASK}"),
    (re.compile(r"(?i)([?&](?:x-amz-signature|x-amz-security-token|x-amz-credential|signature|sig|access_token|token|api_?key|code)=)[^&\s\"'<>]+"), rf"\g<1>{MASK}"),
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://[^\s:/@\"']*):[^\s@/\"']+@"), rf"\g<1>:{MASK}@"),
    (re.compile(r"(?i)((?:proxy-)?authorization\\?[\"']?\s*[:=]\s*\\?[\"']?\s*(?:(?:bearer|basic|digest|token|negotiate|apikey|aws4-hmac-sha256)\s+)?)(?!\*\*\*)[^\s\"'\\,;}]{6,}(?:, ?[A-Za-z]+=[^\s\"'\\,;}]+)*"), rf"\g<1>{MASK}"),
    (re.compile(r"(?i)\b(bearer\s+)[A-Za-z0-9._~+/=-]{12,}"), rf"\g<1>{MASK}"),
    (re.compile(r"(?i)((?:set-)?cookie\\?[\"']?\s*:\s*\\?[\"']?)(?!\*\*\*)[^\"'\n\\]+"), rf"\g<1>{MASK}"),
    (re.compile(r"(?i)\b(aws_?secret_?access_?key|aws_?session_?token)(\\?[\"']?\s*[:=]\s*\\?[\"']?)[A-Za-z0-9/+=]{16,}"), rf"\g<1>\g<2>{MASK}"),
    (re.compile(rf"(?i)\b([A-Za-z0-9_.-]*{_NAMED}[A-Za-z0-9_]*)(\\?[\"']?\s*(?:=>|[:=])\s*)(\\?[\"'])(?!\*\*\*)((?:(?!\\?[\"']).)+)(\\?[\"'])"), rf"\g<1>\g<2>\g<3>{MASK}\g<5>"),
    (re.compile(rf"(?i)\b([A-Za-z0-9_.-]*{_NAMED})(\s*=\s*|:\s+)(?![\"'\\*\[{{(])(?=[^\s,;&]*[0-9!@#$%^*+/=_-])[^\s,;&\"'\]}})]{{6,}}"), rf"\g<1>\g<2>{MASK}"),
)  # fmt: skip
_HINT = re.compile(
    r"(?i)pass|pwd|secret|token|key|auth|cookie|bearer|-----BEGIN|eyJ|gh[pousr]_|github_pat|glpat|xox|xapp|[rsp]k_|sk-|AIza|SG\.|npm_|pypi-|hf_|dop_|NRAK|ATATT|AGE-|hooks\.slack|://|sig|credential|dsn|code=|connection|session"
)
_ARN = re.compile(r"arn:aws[a-z-]*:[^\s]+")


def mask_text(text: str) -> str:
    """Return `text` with every well-known form of a secret masked."""
    if not _HINT.search(text) or _ARN.fullmatch(text):
        return text
    for expression, replacement in _RULES:
        text = expression.sub(replacement, text)
    return text


def mask(value: Any, field: str = "") -> Any:
    """Return AWS's answer `value` with secrets masked, by their place and by their looks."""
    name = field.lower()
    if isinstance(value, dict):
        return _mask_dict(value, name)
    if isinstance(value, list):
        return [mask(item, field) for item in value]
    if name in SECRET_FIELDS and value not in (None, "", b"") and not isinstance(value, (bool, dict)):
        return MASK if isinstance(value, (str, int)) else MASK.encode()
    return mask_text(value) if isinstance(value, str) else value


def _mask_dict(value: dict[str, Any], name: str) -> dict[str, Any]:
    """Mask one object of the answer."""
    if name in VALUE_MAPS or (name == "environment" and "Variables" not in value and "Name" not in value):
        return {key: _keep_shape(item) for key, item in value.items()}
    if name in SECRET_FIELDS and set(value) <= {"Value"}:
        return dict.fromkeys(value, MASK)
    lowered = {key.lower(): key for key in value}
    if name in VALUE_LISTS and "name" in lowered and "value" in lowered:
        return {
            key: (_keep_shape(item) if key.lower() == "value" else mask(item, key))
            for key, item in value.items()
        }
    if name == "environment" and isinstance(value.get("Variables"), dict):
        return {
            key: (dict.fromkeys(item, MASK) if key == "Variables" else mask(item, key))
            for key, item in value.items()
        }
    return {key: mask(item, key) for key, item in value.items()}


def _keep_shape(value: Any) -> Any:
    """Mask a value whose name stays."""
    if isinstance(value, dict):
        return {key: _keep_shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_keep_shape(item) for item in value]
    return value if value is None or isinstance(value, bool) else MASK


Masker = Callable[[Any], Any]
