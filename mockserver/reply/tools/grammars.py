"""Text that a Lark grammar allows, as far as a small part of Lark's language goes: rules, terminals, literals, regular
expressions, groups, alternatives and repeats. Anything else, and any rule that does not end, gives nothing.
"""

import re
from random import Random
from typing import Final

from ..schema import matching

_SYMBOL: Final = re.compile(r'"(?:\\.|[^"\\])*"i?|/(?:\\.|[^/\\])+/[imslux]*|[A-Za-z_][\w]*|->\s*\w+|[()\[\]|?*+]|\S')
_RULE: Final = re.compile(r"^\s*[?!]?(?P<name>\w+)(?:\.\d+)?\s*:(?P<body>.*)$")
_COMMON: Final = {
    "INT": "[1-9][0-9]?",
    "NUMBER": "[1-9][0-9]?",
    "SIGNED_NUMBER": "[1-9][0-9]?",
    "FLOAT": r"[1-9]\.[0-9]",
    "WORD": "[a-z]{3,8}",
    "CNAME": "[a-z]{3,8}",
    "ESCAPED_STRING": '"[a-z]{3,8}"',
    "WS": " ",
    "NEWLINE": "\n",
    "LETTER": "[a-z]",
    "DIGIT": "[0-9]",
}
_DEEPEST: Final = 12
_LONGEST: Final = 4_000


class _TooDeepError(Exception):
    """A rule that does not end soon."""


def lark_text(grammar: str, rng: Random) -> str | None:
    """A text of the grammar's `start` rule; None when it cannot be made."""
    rules = _rules(grammar)
    if "start" not in rules:
        return None
    try:
        return _Walk(rules, rng).rule("start", 0)[:_LONGEST]
    except (_TooDeepError, ValueError, IndexError):
        return None


def _rules(grammar: str) -> dict[str, list[str]]:
    """The symbols of each rule. A line that begins with `|` continues the one before."""
    rules: dict[str, list[str]] = {}
    last: str | None = None
    for line in grammar.splitlines():
        text = line.split("//")[0] if line.lstrip().startswith("//") else line
        if text.strip().startswith("%import"):
            name = text.split()[1].rpartition(".")[2]
            rules[text.split()[-1].rpartition(".")[2]] = [f"/{_COMMON.get(name, '[a-z]{3,8}')}/"]
        elif found := _RULE.match(text):
            last = found["name"]
            rules[last] = _SYMBOL.findall(found["body"])
        elif text.strip().startswith("|") and last is not None:
            rules[last] += _SYMBOL.findall(text)
    return rules


class _Walk:
    """One way through a grammar."""

    def __init__(self, rules: dict[str, list[str]], rng: Random) -> None:
        self._rules = rules
        self._rng = rng

    def rule(self, name: str, depth: int) -> str:
        if depth > _DEEPEST or name not in self._rules:
            raise _TooDeepError
        return self._choice(self._rules[name], depth)

    def _choice(self, symbols: list[str], depth: int) -> str:
        """One of the alternatives; the first that ends when the one that was drawn does not."""
        alternatives = _split(symbols)
        drawn = self._rng.randrange(len(alternatives))
        for alternative in (alternatives[drawn], *alternatives):
            try:
                return self._sequence(alternative, depth)
            except _TooDeepError:
                continue
        raise _TooDeepError

    def _sequence(self, symbols: list[str], depth: int) -> str:
        said = ""
        at = 0
        while at < len(symbols):
            symbol = symbols[at]
            end = _closing(symbols, at) if symbol in "([" else at
            repeat = symbols[end + 1] if end + 1 < len(symbols) and symbols[end + 1] in "?*+" else ""
            for _ in range(self._times("?" if symbol == "[" else repeat, depth)):
                said += self._part(symbols[at : end + 1], depth)
            at = end + 1 + bool(repeat)
        return said

    def _times(self, repeat: str, depth: int) -> int:
        if repeat in ("?", "*") and depth > _DEEPEST // 2:
            return 0
        return {"": 1, "?": self._rng.randint(0, 1), "*": self._rng.randint(0, 2), "+": self._rng.randint(1, 2)}[repeat]

    def _part(self, symbols: list[str], depth: int) -> str:
        symbol = symbols[0]
        if symbol in "([":
            return self._choice(symbols[1:-1], depth + 1)
        if symbol.startswith('"'):
            return symbol.removesuffix("i")[1:-1].encode().decode("unicode_escape")
        if symbol.startswith("/"):
            return matching(symbol[1 : symbol.rindex("/")], self._rng) or ""
        return "" if symbol.startswith("->") else self.rule(symbol, depth + 1)


def _split(symbols: list[str]) -> list[list[str]]:
    """The alternatives of the outermost level."""
    found: list[list[str]] = [[]]
    level = 0
    for symbol in symbols:
        level += (symbol in "([") - (symbol in ")]")
        if symbol == "|" and level == 0:
            found.append([])
        else:
            found[-1].append(symbol)
    return found


def _closing(symbols: list[str], start: int) -> int:
    """Where the group that opens at `start` closes."""
    level = 0
    for at in range(start, len(symbols)):
        level += (symbols[at] in "([") - (symbols[at] in ")]")
        if level == 0:
            return at
    raise ValueError("a group that is not closed")
