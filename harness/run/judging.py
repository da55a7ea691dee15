"""Judging a run that is over."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..gate.judge import judged, names_of
from ..measure.reading import read_summary
from ..measure.summary import Summary
from .folder import RunFolder
from .gates import SLO, Gates, check_scope, slos_of
from .parts import take_in
from .results import Results
from .settings import SettingError
from .telling import say_aside


def judge_again(folder: RunFolder, gates: Gates) -> Summary:
    """The summary of a run, judged by the SLOs that flags give, or by its own.

    Raises SettingError where there are none, and for one about a part that the run did not have.
    """
    run = folder.run()
    slos = gates.slos or slos_of(run)
    if not slos:
        raise SettingError(SLO, 'missing: the run has none of its own; write for example --slo "ttft.p95 < 800ms"')
    texts = [*run.get("goodput", ()), *(one.text for one in gates.goodput)]
    run |= {"goodput": texts} if texts else {}
    gates.check_objectives(any_=bool(texts))
    summary = _summary(folder, run)
    for slo in gates.slos:
        check_scope(slo, names_of(summary))
    return replace(summary, slo=judged(slos, summary))


def _summary(folder: RunFolder, run: Mapping[str, Any]) -> Summary:
    """The fold of the records, without the warm-up that the run left out, or what was kept of it."""
    if folder.record_files():
        results = Results.of_run(run)
        take_in(folder, (results,), say_aside)
        return results.summary(run)
    try:
        return read_summary(folder.summary_json.read_bytes())
    except (OSError, ValueError):
        raise SettingError(
            "RUN", f"{folder.path} has neither records nor a summary.json that can be read; keep one of them with it"
        ) from None
