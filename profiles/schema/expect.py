"""`expect`: what an answer must hold to be a success."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from .reading import Envelope

Text = Annotated[str, Field(min_length=1)]
Texts = Annotated[list[Text], Field(min_length=1)]


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from None
    return text


Pattern = Annotated[str, Field(min_length=1), AfterValidator(_pattern)]


class ExpectTable(Envelope):
    """What an answer must satisfy to be a success; every key that is given must hold."""

    non_empty: bool = False
    """Something other than white space."""
    json_keys: Texts | None = None
    """A JSON object that has these keys (an answer fenced as a code block counts)."""
    any_of: Texts | None = None
    """At least one of these at the start of a word, whatever the case: "upload" finds "Uploading"."""
    regex: Pattern | Annotated[list[Pattern], Field(min_length=1)] | None = None
    """Every one of these regular expressions is found somewhere in the answer."""
    json_schema: dict[str, Any] | None = None
    """JSON that satisfies this schema, bare or fenced."""
    min_tokens: Annotated[int, Field(ge=1)] | None = None
    """At least so many tokens, by the server's count where it states one."""
    tool_call: Text | None = None
    """A call of the function of this name, with arguments that are JSON."""
    echo_nonce: bool = False
    """The code that the harness asks for at the end of the user's message: proof that the answer is this user's."""

    @property
    def patterns(self) -> list[str]:
        """The regular expressions, however many were given."""
        if self.regex is None:
            return []
        return [self.regex] if isinstance(self.regex, str) else self.regex
