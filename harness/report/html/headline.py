"""The run in one sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from ..numbers import duration, quantity
from ..view import LIMITED
from .words import count, share

GOOD_SHARE: Final = 0.99
"""Without objectives, a run with fewer complete attempts is one to look into."""
_NEITHER: Final = ("abandoned", "not_sent", "cancelled")


Tone = Literal["good", "look", "bad"]


@dataclass(frozen=True, slots=True)
class Headline:
    """The verdict in a word, the sentence, what else is good to know, and whether it is good news, bad news, or
    something to look into."""

    tone: Tone
    word: str
    sentence: str
    more: str = ""


def headline(told: Mapping[str, Any]) -> Headline:
    """The headline of a summary."""
    if not told["valid"]:
        return Headline("bad", "Not valid", f"This run says nothing sure about the server: {told['why_not'][0]}.")
    if "aborted" in told:
        why = f"The run was ended early: {told['aborted']}."
        return Headline("bad", "Aborted", why, f"{_ends(told)} {_times(told)}")
    goals: Sequence[Mapping[str, Any]] = told.get("slo") or ()
    broken = [goal for goal in goals if goal["held"] is False]
    unknown = [goal for goal in goals if goal["held"] is None]
    if broken:
        return Headline(
            "bad", "Objective broken", _broken(broken, len(goals)), f"{_ends(told)} {_times(told)}{_good(told)}"
        )
    if unknown:
        why = unknown[0].get("why") or "the sample is too small"
        return Headline("look", "Undecided", f"“{unknown[0]['slo']}” cannot be judged: {why}.", _ends(told))
    if goals:
        held = f"All {len(goals)} objectives held" if len(goals) > 1 else f"“{goals[0]['slo']}” held"
        return Headline("good", "Held", f"{held}.", f"{_ends(told)} {_times(told)}{_good(told)}")
    requests = told["requests"]
    meant = requests["total"] - sum(requests["by_outcome"].get(outcome, 0) for outcome in _NEITHER)
    good = requests["by_outcome"].get("complete", 0) >= GOOD_SHARE * meant
    said = (_ends(told), f"{_times(told)}{_good(told)}".strip())
    return Headline("good", "Good", *said) if good else Headline("look", "Look into it", *said)


def _broken(broken: Sequence[Mapping[str, Any]], of: int) -> str:
    worst = broken[0]
    where = f" ({worst['scope']})" if worst.get("scope") else ""
    value, limit = quantity(worst["value"], worst["unit"]), quantity(worst["limit"], worst["unit"])
    first = f"{worst['metric']}{where} came to {value}, the limit is {limit}"
    if of == 1:
        return f"The objective is broken: {first}."
    return f"{len(broken)} of {of} objectives {'is' if len(broken) == 1 else 'are'} broken: {first}."


def _ends(told: Mapping[str, Any]) -> str:
    """How the requests ended."""
    requests = told["requests"]
    ended: Mapping[str, int] = requests["by_outcome"]
    complete, total = ended.get("complete", 0), requests["total"]
    if complete == total:
        return f"All {count(total)} requests were answered completely."
    limited = sum(ended.get(outcome, 0) for outcome in LIMITED)
    neither = sum(ended.get(outcome, 0) for outcome in _NEITHER)
    failed = total - complete - limited - neither
    rest = [f"{count(limited)} met a limit (429)"] if limited else []
    rest += [f"{count(failed)} failed{' otherwise' if limited else ''}"] if failed else []
    rest += [f"{count(neither)} were never meant to end, or could not"] if neither else []
    return f"{share(complete, total)} of {count(total)} requests were answered completely; {', '.join(rest)}."


def _good(told: Mapping[str, Any]) -> str:
    """How many kept their objectives, where they had any."""
    good = told.get("goodput")
    return f" Goodput: {share(good['kept'], good['n'])} were complete and kept their objectives." if good else ""


def _times(told: Mapping[str, Any]) -> str:
    """How long was waited."""
    for key, what in (("ttft_ms", "The first token came"), ("e2e_ms", "The whole answer came")):
        spread = told[key]
        if spread["p95"] is not None:
            return f"{what} within {duration(spread['p50'])} for half of them and {duration(spread['p95'])} for 95%."
        if spread["p50"] is not None:
            return f"{what} within {duration(spread['p50'])} for half of them."
    return ""
