"""Echo codes: each question asks for a code of its own, so that an answer which belongs to somebody else shows."""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

_CODE: Final = re.compile(r"\becho-(\d{1,12})-(\d{1,6})-([0-9a-f]{8})\b", re.IGNORECASE)


def _code(seed: int, session: int, turn: int) -> str:
    """echo-SESSION-TURN-DIGEST; the digest depends on the seed too, so that a code of this run is known as one."""
    digest = hashlib.sha256(f"{seed}/echo/{session}/{turn}".encode()).hexdigest()
    return f"echo-{session}-{turn}-{digest[:8]}"


@dataclass(frozen=True, slots=True)
class Echo:
    """The code of one question of a run with this seed."""

    seed: int
    session: int
    turn: int

    @property
    def code(self) -> str:
        """The code itself."""
        return _code(self.seed, self.session, self.turn)

    @property
    def request(self) -> str:
        """What the user asks at the end of the message."""
        return f"\n\nRepeat this code in your answer: {self.code}"

    def problem(self, text: str) -> str | None:
        """What is wrong with an answer: another session's code stands in it, or this one's does not."""
        said = set()
        for session, turn, digest in _CODE.findall(text):
            found = f"echo-{session}-{turn}-{digest}".lower()
            if int(session) != self.session and found == _code(self.seed, int(session), int(turn)):
                return f"cross-talk: the answer holds the code of session {session}, turn {turn}"
            said.add(found)
        return None if self.code in said else f"the answer does not hold {self.code}"
