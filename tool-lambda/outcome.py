"""How a program ended, as text for a model: its error with the code's own lines only, and the value it left.

Everything here runs code of the program's own (`__repr__`, `__str__`), so nothing may be trusted to return.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from program import FILENAME

if TYPE_CHECKING:
    from collections.abc import Callable

    from closed_types import Frames

MAX_TEXT = 400_000
MAX_FRAMES = 20
MAX_CHAIN = 4
MAX_COLUMN = 400


def text_of(value: Any, render: Callable[[Any], str] = str) -> str:
    """Return `render(value)`, whatever the value's own methods do; a plain, bounded string."""
    try:
        text = render(value)
        if not isinstance(text, str):
            raise TypeError("not a string")
    except BaseException as error:  # noqa: BLE001 - the program's own code raised
        text = f"<{_name(type(value))} that cannot be shown: {_name(type(error))}>"
    text = str.__str__(text) if type(text) is not str else text
    return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}... ({len(text)} characters in all)"


def _name(cls: type) -> str:
    """Return a class's name as a plain string."""
    name = type.__getattribute__(cls, "__name__")
    return name if type(name) is str else "object"


def left(names: dict[str, Any], shown: list[Any]) -> dict[str, Any]:
    """Return what a program left: the `result` variable, else the value of its last expression, as text.

    A string that the code put into `result` stays as it is; anything else is shown as in a REPL.
    """
    try:
        value = names.get("result")
        named = value is not None
        value = value if named else next(iter(shown), None)
    except BaseException:  # noqa: BLE001 - a name of the program's own may compare as it likes
        return {"result": None, "named": False}
    if value is None:
        return {"result": None, "named": False}
    return {"result": text_of(value, str.__str__ if named and type(value) is str else repr), "named": named}


def _exits_well(ending: SystemExit) -> bool:
    """Tell whether `sys.exit` was given nothing, or the number nought, as CPython reads it."""
    code = ending.code
    return code is None or (issubclass(type(code), int) and int.__int__(code) == 0)  # type: ignore[arg-type]


class ErrorReport:
    """Turns the exception that ended a program into what the answer says of it."""

    def __init__(self, frames: Frames, source: str) -> None:
        self._frames = frames
        self._lines = source.split("\n")

    def describe(self, error: BaseException) -> dict[str, str] | None:
        """Return type, message and traceback, whatever the error's own code does; None for a good exit."""
        try:
            return self._described(error)
        except BaseException:  # noqa: BLE001 - the program's own code raised
            return {"type": _name(type(error)), "message": text_of(error), "traceback": ""}

    def _described(self, error: BaseException) -> dict[str, str] | None:
        if isinstance(error, SystemExit):
            if _exits_well(error):
                return None
            return {"type": "SystemExit", "message": text_of(error.code), "traceback": ""}
        if isinstance(error, SyntaxError) and error.filename == FILENAME:
            return self._syntax(error)
        return {
            "type": _name(type(error)),
            "message": text_of(error),
            "traceback": "".join(self._chain(error)).rstrip("\n"),
        }

    def _syntax(self, error: SyntaxError) -> dict[str, str]:
        """Describe an error of the source itself, which has no frames."""
        line = error.lineno if type(error.lineno) is int else 1
        column = min(error.offset, MAX_COLUMN) if type(error.offset) is int else 1
        shown = self._line(line)
        caret = " " * (4 + max(0, column - 1 - (len(shown) - len(shown.lstrip())))) + "^"
        name = _name(type(error))
        said = text_of(error.msg)
        message = f"{said} (line {line})"
        place = (
            f'  File "{FILENAME}", line {line}\n    {shown.strip()[:400]}\n{caret if shown.strip() else ""}\n'
        )
        return {"type": name, "message": message, "traceback": f"{place}{name}: {said}"}

    def _chain(self, error: BaseException) -> list[str]:
        """Return the lines for `error` and for what caused it, oldest first."""
        parts: list[list[str]] = []
        seen: set[int] = set()
        current: BaseException | None = error
        joint = ""
        while current is not None and id(current) not in seen and len(parts) < MAX_CHAIN:
            seen.add(id(current))
            parts.append([*self._one(current), *([joint] if joint else [])])
            if current.__cause__ is not None:
                joint, current = (
                    "\nThe above exception was the direct cause of the following exception:\n\n",
                    current.__cause__,
                )
            elif current.__context__ is not None and not current.__suppress_context__:
                joint, current = (
                    "\nDuring handling of the above exception, another exception occurred:\n\n",
                    current.__context__,
                )
            else:
                break
        return [line for part in reversed(parts) for line in part]

    def _one(self, error: BaseException) -> list[str]:
        """Return the lines for one exception."""
        lines = self._places(error.__traceback__)
        message = text_of(error)
        head = ["Traceback (most recent call last):\n"] if lines else []
        notes = [f"{text_of(note)}\n" for note in list(getattr(error, "__notes__", None) or [])[:10]]
        return [
            *head,
            *lines,
            f"{_name(type(error))}: {message}\n" if message else f"{_name(type(error))}\n",
            *notes,
        ]

    def _places(self, trace: Any) -> list[str]:
        """Return where the code's own frames stood."""
        places: list[str] = []
        while trace is not None:
            code = self._frames.code(self._frames.frame_of(trace))
            if code.co_filename == FILENAME:
                line = trace.tb_lineno or 0
                places.append(
                    f'  File "{FILENAME}", line {line}, in {code.co_name}\n    {self._line(line).strip()}\n'
                )
            trace = trace.tb_next
        if len(places) > MAX_FRAMES:
            half = MAX_FRAMES // 2
            places[half:-half] = [f"  ... {len(places) - 2 * half} more frames ...\n"]
        return places

    def _line(self, number: int) -> str:
        """Return one line of the source."""
        return self._lines[number - 1][:500] if 0 < number <= len(self._lines) else ""
