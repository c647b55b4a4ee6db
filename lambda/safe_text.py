"""Makes text that others wrote safe to show: in a terminal, an email, a subject line, a page.

Alarm names, log lines and the model's own words may hold control characters, escape sequences, characters
that reverse or hide text, and links. Nothing here decides what is said; it only makes it harmless.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping
from enum import Enum
from typing import TypeVar, cast

T = TypeVar("T")

SUBJECT_LIMIT = 99  # SNS refuses 100
# Controls other than tab and newline; format characters (bidirectional overrides, zero-width, tags); line
# and paragraph separators; letters and joiners that show nothing; surrogates, which no UTF-8 writer accepts.
# The selector that makes a symbol an emoji stays behind one.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u08e2\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    "|(?<![\u00a9\u00ae\u203c-\u27bf\u2934-\u3299\U0001f000-\U0001faff])[\ufe0e\ufe0f]"
)
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_STACKED_MARKS = re.compile(f"({_MARK}{{4}}){_MARK}+")
# What a mail client would turn into a link by itself.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30}):(?=//)")
_HOST_AFTER_SCHEME = re.compile(r"(?<=\[:\]//)[^\s/?#]{1,300}")
_BARE_SCHEME = re.compile(r"\b(mailto|tel|sms|javascript|facetime|skype|vbscript):(?=\S)", re.IGNORECASE)
_WWW = re.compile(r"\b(www)\.(?=\w)", re.IGNORECASE)
# What a browser takes for the dot of a host name.
_DOT = "[.\u2024\u3002\uff0e\uff61]"
_COMMON = (
    "com|net|org|io|dev|app|co|info|biz|xyz|top|site|online|shop|store|live|link|click|cloud|ai|me|tv|cc|ly|gl|"
    "ru|cn|uk|de|fr|nl|eu|us|in|jp|br|gov|edu|mil|page|icu|web|pro|vip|club|fun|space|website|tech|buzz|rest|"
    "monster|cyou|sbs|cfd|bond|quest|lol|win|loan|bid|download|stream|review|racing|party|science|trade|webcam|"
    "work|press|email|support|world|life|today|news|media|agency|digital|solutions|tk|ml|ga|cf|gq|pw|ws|su|to|"
    "it|es|se|ch|at|be|ca|au|nz|za|mx|ar|kr|tw|hk|sg|vn|th|ph|pk|ir|ua|by|kz|ro|hu|cz|sk|bg|gr|tr|il|fi|dk|pt|"
    "ie|lt|lv|ee|im|fm|gg|st|vc|tc|vg|bz|cx|ac"
)
# Endings of hosts and of files: in a command, a host only where a path or a port follows.
_FILES = "sh|zip|mov|md|rs|pl|so|ps"
_NAME = r"((?:[\w-]{1,63}DOT)*[\w-]{1,63})DOT".replace("DOT", _DOT)
_END = rf"(?![\w-]|{_DOT}\w)"
# In another script; the full stop of a Chinese or Japanese sentence begins no ending of a host.
_OTHER_SCRIPT = r"xn--[a-z0-9-]{2,59}|(?<![\u3040-\u9fff][\u3002\uff61])(?=[^\x00-\x7f])[^\W\d_]{2,24}"
_HOST = re.compile(
    rf"(?<![\w.-]){_NAME}({_COMMON}|{_OTHER_SCRIPT}|(?:{_FILES})(?=[/:?#])){_END}"
    rf"|(?<![\w./-]){_NAME}([a-z]{{2,24}})(?=/\w)",
    re.IGNORECASE,
)
_HOST_LIKE_FILE = re.compile(rf"(?<![\w.-]){_NAME}({_FILES}){_END}", re.IGNORECASE)
_AFTER_AT = re.compile(r"(@[\w-]+(?:\.[\w-]+)*)\.([A-Za-z]{2,24})(?![\w-])")
_ANY_DOT = re.compile(rf"(?<!\[){_DOT}(?!\])")
_SERVICE_PRINCIPAL = re.compile(r"[a-z0-9-]+\.amazonaws", re.IGNORECASE)
# What an AWS command line cannot do without, and what leads nowhere when it is clicked: a queue's URL, a file
# beside the reader (never `file://host/share`), a bucket, an image in a registry.
_KEPT_IN_COMMAND = re.compile(
    r"https://(?:sqs\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?|[a-z0-9-]+\.queue\.amazonaws\.com)/\d{12}/[\w.-]+"
    r"(?![\w./?#@:-])"
    r"|\bfileb?://(?:/(?!/)|\./)[\w./-]+\.(?:json|ya?ml|txt)(?![\w/.-])"
    r"|\bfileb?://[\w-]+(?:\.[\w-]+)*\.(?:json|ya?ml|txt)(?![\w/.-])"
    r"|\bs3://(?=[a-z0-9])"
    r"|(?<![\w./@:-])\d{12}\.dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?(?![\w.-])"
)


def visible(text: str) -> str:
    r"""Return the text with nothing in it that a terminal obeys or a reader cannot see.

    Control and format characters (escape, bidirectional overrides, zero-width spaces) become their escapes:
    an ANSI sequence reads `\x1b[31m`, an override `\u202e`. Newlines and tabs stay; CR LF becomes LF.
    Doing it twice changes nothing more.
    """
    text = text.replace("\r\n", "\n")
    return _STACKED_MARKS.sub(r"\1", _UNSAFE.sub(_shown, text))


def _shown(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape").decode("ascii")


def defang(text: str) -> str:
    """Return visible text in which no mail client finds a link: `https[:]//evil[.]com`.

    Scheme separators, `www.`, `mailto:` and host names under common top-level domains are broken up, and any
    that a path follows. AWS service principals (`lambda.amazonaws.com`) are left alone: nobody else can own
    them. Idempotent.
    """
    return _HOST_LIKE_FILE.sub(_broken_host, _defanged(text))


def _defanged(text: str) -> str:
    text = _SCHEME.sub(r"\1[:]", visible(text))
    text = _HOST_AFTER_SCHEME.sub(lambda host: _ANY_DOT.sub("[.]", host.group()), text)
    text = _BARE_SCHEME.sub(r"\1[:]", text)
    text = _WWW.sub(r"\1[.]", text)
    text = _AFTER_AT.sub(lambda address: address.group().replace(".", "[.]"), text)
    return _HOST.sub(_broken_host, text)


def _broken_host(match: re.Match[str]) -> str:
    name, suffix = (group for group in match.groups() if group is not None)
    if suffix.lower() == "com" and _SERVICE_PRINCIPAL.fullmatch(name):
        return match.group()
    return _ANY_DOT.sub("[.]", match.group())


def defang_command(command: str) -> str:
    """Return a command that can be pasted: what AWS commands need stays, every other link is broken up."""
    pieces, end = [], 0
    for match in _KEPT_IN_COMMAND.finditer(command):
        pieces += [_defanged(command[end : match.start()]), match.group()]
        end = match.end()
    return "".join([*pieces, _defanged(command[end:])])


def one_line(text: str, limit: int) -> str:
    """Return the text on one line of at most `limit` characters, cut at a word where there is one near."""
    line = " ".join(visible(text).split())
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > limit * 2 // 3 else cut).rstrip(" ,;:.") + "…"


def clip(text: str, limit: int) -> str:
    """Return the text, or its beginning with a sentence that says how much was left out."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]} [{len(text) - limit:,} more characters left out]"


def ascii_line(text: str, limit: int) -> str:
    """Return one ASCII line of at most `limit` characters, for subjects and S3 metadata.

    Accents are dropped (`Größe` to `Gro?e`), what has no ASCII form becomes one `?` a run.
    """
    plain = text.translate(_TYPOGRAPHY)
    decomposed = unicodedata.normalize("NFKD", plain)
    decomposed = "".join(char for char in decomposed if not unicodedata.combining(char))
    line = " ".join("".join(char if char.isprintable() else " " for char in decomposed).split())
    line = re.sub(r"[^\x20-\x7e]+", "?", line)
    if len(line) <= limit:
        return line
    return line[: max(limit - 3, 0)].rstrip(" ,;:.") + "..."[: min(limit, 3)]


_TYPOGRAPHY = str.maketrans(
    {"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "→": "->", "×": "x", "ß": "ss"}
)


def ascii_name(name: str, limit: int) -> str:
    """Return a name in ASCII that still tells two names apart when little of it is ASCII, or it is cut."""
    line = ascii_line(name, 10_000)
    if len(line) <= limit and line.count("?") == name.count("?"):
        return line
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    kept = line.strip("? ")
    if not re.search(r"[A-Za-z0-9]", kept):
        return f"alarm-{mark}"[:limit]
    return f"{kept[: limit - 7].rstrip()}~{mark}"


def subject(severity: str, name: str, region: str, finding: str) -> str:
    """Return an SNS subject: `[HIGH] orders-errors us-east-1: the finding`, ASCII, below 100 characters."""
    head = f"[{ascii_line(severity, 12)}] "
    place = ascii_line(region, 20)
    short = ascii_name(defang(name), 40)
    start = f"{head}{short} {place}: "
    return start + ascii_line(defang(finding), SUBJECT_LIMIT - len(start))


def each_string(value: T, change: Callable[[str], str]) -> T:
    """Return a copy of plain data (dataclasses, tuples, mappings) with every string in it changed.

    Enumerations stay as they are. The type is kept: what went in as `Investigation` comes out as one.
    """
    return cast("T", _changed(value, change))


def _changed(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {_changed(key, change): _changed(item, change) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(_changed(item, change) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = (field.name for field in dataclasses.fields(value) if field.init)
        return dataclasses.replace(value, **{name: _changed(getattr(value, name), change) for name in names})
    return value
