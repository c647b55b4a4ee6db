"""What secrets look like in free text: keys, tokens, passwords, authorization headers. Names stay, values go.

Whoever can write a log line chooses what these patterns read, in the process that keeps the clock. So every
quantifier that could be tried again is bounded, and a run of characters is entered at one place only.
"""

from __future__ import annotations

import re

MASK = "***masked***"

_NAMED = (
    r"(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|client[_-]?secret"
    r"|auth(?:orization)?[_-]?(?:token|key)|credentials?|session[_-]?id|connection[_-]?string|signing[_-]?key"
    r"|encryption[_-]?key|webhook[_-]?url|dsn|bearer)"
)
_ISSUED = (  # tokens that their issuers made recognisable
    r"gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_-]{18,}|xox[abeprs]-[A-Za-z0-9-]{10,}"
    r"|xapp-[A-Za-z0-9-]{10,}|[rsp]k_(?:live|test)_[A-Za-z0-9]{10,}|sk-(?:ant-|proj-)?[A-Za-z0-9_-]{20,}"
    r"|AIza[A-Za-z0-9_-]{30,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{30,}"
    r"|hf_[A-Za-z0-9]{30,}|dop_v1_[a-f0-9]{40,}|NRAK-[A-Z0-9]{20,}|ATATT3[A-Za-z0-9_=-]{30,}|AGE-SECRET-KEY-[A-Z0-9]{20,}"
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"
)
_QUOTE = r"\\?[\"']"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----.*?(-----END [A-Z0-9 ]*PRIVATE KEY( "
            r"BLOCK)?-----|\Z)",
            re.DOTALL,
        ),
        MASK,
    ),
    (re.compile(rf"(?<![A-Za-z0-9_-])(?:{_ISSUED})"), MASK),
    (
        re.compile(r"https://hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]+"),
        f"https://hooks.slack.com/{MASK}",
    ),
    (
        re.compile(
            r"(?i)([?&](?:x-amz-signature|x-amz-security-token|x-amz-credential|signature|sig|access_token|token|api_?key|code)=)"
            r"[^&\s\"'<>\\]+"
        ),
        rf"\g<1>{MASK}",
    ),
    (
        re.compile(r"(?i)\b([a-z][a-z0-9+.-]{1,20}://[^\s:/@\"']{0,100}):[^\s@/\"']{1,200}@"),
        rf"\g<1>:{MASK}@",
    ),
    (
        re.compile(
            rf"(?i)((?:proxy-)?authorization(?:{_QUOTE})?\s{{0,8}}[:=]\s{{0,8}}(?:{_QUOTE})?\s{{0,8}}"
            r"(?:(?:bearer|basic|digest|token|negotiate|apikey|aws4-hmac-sha256)\s{1,8})?)"
            r"(?!\*\*\*)[^\s\"'\\,;}]{6,}(?:, ?[A-Za-z]+=[^\s\"'\\,;}]+)*"
        ),
        rf"\g<1>{MASK}",
    ),
    (re.compile(r"(?i)\b(bearer\s{1,8})[A-Za-z0-9._~+/=-]{12,}"), rf"\g<1>{MASK}"),
    (
        re.compile(
            rf"(?i)((?:set-)?cookie(?:{_QUOTE})?\s{{0,8}}:\s{{0,8}}(?:{_QUOTE})?)(?!\*\*\*)[^\"'\n\\]+"
        ),
        rf"\g<1>{MASK}",
    ),
    (
        re.compile(
            rf"(?i)({_NAMED}[A-Za-z0-9_]{{0,30}})({_QUOTE})?(\s{{0,8}}(?:=>|[:=])\s{{0,8}}|\s(?:is\s)?)({_QUOTE})(?!\*\*\*)"
            rf"((?:(?!{_QUOTE}).){{1,4000}})({_QUOTE})"
        ),
        rf"\g<1>\g<2>\g<3>\g<4>{MASK}\g<6>",
    ),
    (
        re.compile(
            rf"(?i)({_NAMED})(\s{{0,8}}=\s{{0,8}}|:\s{{1,8}}|:|\sis\s)(?![\"'\\*\[{{(])"
            r"(?=[^\s,;&]{0,200}[0-9!@#$%^*+/=_-])[^\s,;&\"'\]})]{6,}"
        ),
        rf"\g<1>\g<2>{MASK}",
    ),
)
_PIECE = 50_000
# Most lines of a log hold none of these, and need no closer look.
_HINT = re.compile(
    r"(?i)pass|pwd|secret|token|key|auth|cookie|bearer|-----BEGIN|eyJ|gh[pousr]_|github_pat|glpat|xox|xapp|[rsp]k_|sk-"
    r"|AIza|SG\.|npm_|pypi-|hf_|dop_|NRAK|ATATT|AGE-|hooks\.slack|://|sig=|signature|credential|dsn|code=|connection|session"
)
_ARN = re.compile(r"arn:aws[a-z-]*:\S+")
# Keys of maps and objects whose values are secrets, wherever they stand. `NextToken` and its like are not
# among them.
_KEY = re.compile(
    r"(?i)(?:.*(?:password|passwd|passphrase|secret_?key|secret_?access_?key|private_?key|client_?secret|api_?key|apikey"
    r"|auth_?token|access_?token|refresh_?token|id_?token|bearer_?token|connection_?string|webhook_?url|signing_?key)"
    r"|(?:.*[_.-])?(?:secret|token|pwd|pass|dsn|credentials?|auth|cookie|authorization))"
)
_NOT_KEY = re.compile(r"(?i)(?:.*[_.-])?(?:next|continuation|pagination|client|request|page)[_.-]?token")


def mask_text(text: str) -> str:
    """Return `text` with every well-known form of a secret masked.

    Long text goes piece by piece, cut between words: other threads, the clock's among them, run in between.
    """
    if len(text) <= _PIECE:
        return _mask_piece(text)
    pieces, start = [], 0
    while start < len(text):
        end = start + _PIECE
        cut = max(text.rfind("\n", start, end), text.rfind(" ", end - 2000, end)) + 1
        end = cut if start < cut < end and end < len(text) else end
        pieces.append(_mask_piece(text[start:end]))
        start = end
    return "".join(pieces)


def _mask_piece(text: str) -> str:
    if not _HINT.search(text) or _ARN.fullmatch(text):
        return text
    for expression, replacement in _RULES:
        text = expression.sub(replacement, text)
    return text


def names_secret(key: str) -> bool:
    """Tell whether a value under `key` is a secret by its name alone."""
    return bool(_KEY.fullmatch(key)) and not _NOT_KEY.fullmatch(key)


def is_reference(text: str) -> bool:
    """Tell whether `text` only says where a secret is kept, as an ARN does."""
    return bool(_ARN.fullmatch(text))
