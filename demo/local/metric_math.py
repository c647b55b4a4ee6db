"""CloudWatch metric math, as far as alarms and investigations use it, over one point in time.

Arithmetic, comparisons, AND/OR and SUM, AVG, MIN, MAX, ABS, CEIL, FLOOR, FILL with a number, IF. Anything
else raises `UnsupportedExpressionError`: a wrong number would be worse than none.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Value = float | None | list["Value"]

_ARITHMETIC: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.BitXor: operator.pow,  # `^` is a power in metric math
}
_COMPARISONS: Mapping[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_OVER_LISTS: Mapping[str, Callable[[list[float]], float]] = {
    "SUM": sum,
    "AVG": lambda values: sum(values) / len(values),
    "MIN": min,
    "MAX": max,
}
_OVER_ONE: Mapping[str, Callable[[float], float]] = {"ABS": abs, "CEIL": math.ceil, "FLOOR": math.floor}


class UnsupportedExpressionError(ValueError):
    """The expression uses something that this evaluator does not know."""


def parse(expression: str) -> ast.expr:
    """Parse an expression; raises `UnsupportedExpressionError` when it is not one."""
    source = re.sub(r"\bAND\b|&&", " and ", re.sub(r"\bOR\b|\|\|", " or ", expression))
    try:
        return ast.parse(source.strip(), mode="eval").body
    except SyntaxError as error:
        raise UnsupportedExpressionError(expression) from error


def names(node: ast.expr) -> set[str]:
    """Return the ids that an expression refers to; function names are not among them."""
    called = {call.func for call in ast.walk(node) if isinstance(call, ast.Call)}
    return {found.id for found in ast.walk(node) if isinstance(found, ast.Name) and found not in called}


def evaluate(node: ast.expr, point: Mapping[str, float | None]) -> float | None:
    """Evaluate at one point: `point` maps metric ids to values, None where there is no datapoint.

    A missing operand, a division by zero and an infinite result all mean: no datapoint here.
    """
    try:
        value = _value(node, point)
    except (ZeroDivisionError, OverflowError):
        return None
    if isinstance(value, list):
        raise UnsupportedExpressionError("the expression is a list of series, not one")
    return value if value is not None and math.isfinite(value) else None


def _value(node: ast.expr, point: Mapping[str, float | None]) -> Value:
    match node:
        case ast.Constant(value=bool() | int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            if name not in point:
                raise UnsupportedExpressionError(f"unknown id {name}")
            return point[name]
        case ast.List(elts=items):
            return [_value(item, point) for item in items]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _number(operand, point)
            return None if inner is None else -inner
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            return _binary(_ARITHMETIC[type(op)], left, right, point)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
            return _binary(_COMPARISONS[type(op)], left, right, point)
        case ast.BoolOp(op=op, values=values):
            truths = [bool(_number(value, point)) for value in values]
            return float(all(truths) if isinstance(op, ast.And) else any(truths))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _call(name.upper(), arguments, point)
    raise UnsupportedExpressionError(ast.unparse(node))


def _number(node: ast.expr, point: Mapping[str, float | None]) -> float | None:
    value = _value(node, point)
    if isinstance(value, list):
        raise UnsupportedExpressionError(ast.unparse(node))
    return value


def _binary(
    function: Callable[[float, float], float],
    left: ast.expr,
    right: ast.expr,
    point: Mapping[str, float | None],
) -> float | None:
    first, second = _number(left, point), _number(right, point)
    return None if first is None or second is None else float(function(first, second))


def _call(name: str, arguments: list[ast.expr], point: Mapping[str, float | None]) -> Value:
    if name == "IF" and len(arguments) == 3:
        condition, then, otherwise = arguments
        return _value(then if _number(condition, point) else otherwise, point)
    if name == "FILL" and len(arguments) == 2:
        value = _number(arguments[0], point)
        return _number(arguments[1], point) if value is None else value
    if name in _OVER_ONE and len(arguments) == 1:
        only = _number(arguments[0], point)
        return None if only is None else _OVER_ONE[name](only)
    if name in _OVER_LISTS and len(arguments) == 1:
        values = _value(arguments[0], point)
        present = [
            v for v in (values if isinstance(values, list) else [values]) if isinstance(v, (int, float))
        ]
        return float(_OVER_LISTS[name](present)) if present else None
    raise UnsupportedExpressionError(name)
