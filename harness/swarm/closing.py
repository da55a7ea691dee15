"""What is made of a run in the processes of plain Locust, where no `harness run` makes it: summary, page, exit code."""

import logging
import time
from argparse import Namespace
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import gevent
from locust.env import Environment

from ..load.fed import Fed
from ..measure.summary import Summary
from ..measure.watch import Watched
from ..run.folder import RunFolder
from ..run.gates import kept_by
from ..run.known import by_those_who_measured
from ..run.reports import Making, conclude
from ..run.results import Results
from ..run.settings import RunSettings
from .ending import end_judged

LOOK_EVERY_S: Final = 0.2

_log = logging.getLogger("harness")


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What became known of a run while it went on: why it proves nothing, what is to be said of it, what ended it."""

    settings: RunSettings
    watched: Sequence[Watched]
    workers: int
    fed: Fed | None = None
    why_not: Sequence[str] = ()
    aborted: str = ""
    facts: Mapping[str, Any]


def making_of(options: Namespace) -> Making:
    """What the options say is to be made of it. Locust has patched this process, so that it cannot have helpers."""
    return Making(page=not options.no_html, packed=options.gzip, alone=True)


def close(
    environment: Environment, folder: RunFolder, closing: Closing, making: Making, environ: Mapping[str, str]
) -> None:
    """Make and keep all that `harness run` makes of its records, and have the process end with what they came to."""
    run = folder.run()
    results = Results.of(folder.records(), kept_by(run))
    ended_at = time.time()
    said = by_those_who_measured(
        closing.settings,
        closing.watched,
        closing.fed,
        results,
        environ,
        run=run,
        workers=closing.workers,
        ended_at=ended_at,
    )
    facts = {
        **said,
        **closing.facts,
        "why_not": [*closing.why_not, *said["why_not"]],
        "notes": [*said["notes"], *closing.facts.get("notes", ())],
        **({"aborted": closing.aborted} if closing.aborted else {}),
    }
    summary = results.concluded(folder, ended_at=ended_at, **facts)
    for why in summary.why_not:
        _log.warning("not a valid run: %s", why)
    end_judged(environment, summary)
    _make_files(folder, results, summary, making)
    _log.info("the run is in %s; to see it: harness report %s", folder.path, folder.path)


def _make_files(folder: RunFolder, results: Results, summary: Summary, making: Making) -> None:
    """Make the files in a thread: a page of many records takes a while, and a silent master is taken for lost."""
    lines: deque[str] = deque()
    made = gevent.get_hub().threadpool.spawn(conclude, folder, results, summary, making, lines.append)
    while not made.ready():
        gevent.sleep(LOOK_EVERY_S)
        _say(lines)
    _say(lines)
    made.get()


def _say(lines: deque[str]) -> None:
    while lines:
        _log.info("%s", lines.popleft())
