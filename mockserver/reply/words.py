"""Words and clauses of a text in any script."""

import functools
import re
import unicodedata
from collections.abc import Iterator

_LONGEST_SCRIPT_RUN = 8
_PLAIN = str.maketrans("’‘“”–—…\u00a0", "''\"\"--. ")
_ASCII_CLAUSE = re.compile(r"[A-Za-z0-9]+(?:[-'_.@ ][A-Za-z0-9]+)*")


def clauses(text: str) -> Iterator[list[str]]:
    """The words of `text`, in groups that no punctuation interrupts.

    A word begins and ends with a letter, a digit or a combining mark; one of `-'_.@` may stand inside ("sign-on",
    "v1.2", "a@b.com"). Typographic quotes and dashes count as their ASCII kin.
    """
    plain = text if text.isascii() else text.translate(_PLAIN)
    pattern = _ASCII_CLAUSE if plain.isascii() else _clause_of_any_script()
    return (clause.split(" ") for clause in pattern.findall(plain))


@functools.cache
def _clause_of_any_script() -> "re.Pattern[str]":
    """A clause in scripts that put spaces between words, or a handy length of one that does not.

    Of Chinese and Japanese a run of characters of one kind stands for a word; hiragana alone is grammar. Combining
    marks belong to the letter before them, which `\\w` does not say.
    """
    marks = "".join(chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code)) in {"Mn", "Mc"})
    spaceless = rf"[\u3400-\u9fff]{{1,{_LONGEST_SCRIPT_RUN}}}|[\u30a0-\u30ff]{{2,{_LONGEST_SCRIPT_RUN}}}"
    letter = rf"[^\W_\u3041-\u9fff][{marks}]*"
    return re.compile(rf"{spaceless}|{letter}(?:[-'_.@ ]?{letter})*")
