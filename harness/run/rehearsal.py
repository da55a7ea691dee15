"""The same run against a mock first."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from rich.console import Console

from ..load.spans import span_text
from ..mock.control import MockError
from ..mock.process import started
from .conduct import checked, conduct
from .crew import Address, Crew
from .demand import demand_of
from .endpoint import HEADERS_VARIABLE
from .exits import Exit
from .folder import RUNS, RunFolder
from .key import FILE_VARIABLE, VARIABLE
from .ports import NoServerError
from .preflight import Precautions
from .settings import RunSettings

LONGEST_S: Final = 30.0
"""How long a rehearsal takes at most: means per session are known by then."""
_DEFAULT: Final = "%Y%m%d-%H%M%S"
_SECRETS: Final = (VARIABLE, FILE_VARIABLE, HEADERS_VARIABLE)


def rehearse(
    settings: RunSettings,
    crew: Crew,
    precautions: Precautions,
    *,
    out: Path | None,
    argv: Sequence[str],
    environ: Mapping[str, str],
    console: Console,
) -> RunFolder | None:
    """Run the same against a mock with its models' hosted latencies; its folder, None where the user interrupted it.

    It is cut to half a minute, and made by the processes of this machine alone. No secret is there. Raises SettingError
    for what could not be run in earnest either, and NoServerError when the mock does not start.
    """
    checked(settings, crew, environ, precautions)
    time_s = rehearsed_s(settings)
    cut = "" if time_s == settings.run_time_s else f", cut to {span_text(LONGEST_S)}"
    console.print(f"rehearsal: against a mock with hosted latencies{cut}", highlight=False, markup=False)
    folder = Path(f"{out or RUNS / time.strftime(_DEFAULT)}-rehearsal")
    try:
        with started(("--latency", "hosted", "--models", "any", "--seed", str(settings.seed or 0))) as address:
            mocked = at_mock(settings, address, time_s)
            clean = {name: value for name, value in environ.items() if name not in _SECRETS}
            code = conduct(mocked, _here(crew), folder, argv, clean, console=console)
    except MockError as error:
        raise NoServerError(f"--rehearse: {error}") from None
    return None if code is Exit.INTERRUPTED else RunFolder(folder)


def rehearsed_s(settings: RunSettings) -> float | None:
    """The --run-time of the rehearsal: that of the run itself, unless its load would go on for longer than it may."""
    demand = demand_of(settings)
    ends_s = settings.run_time_s if demand is None else demand.end_s
    return settings.run_time_s if ends_s is not None and ends_s <= LONGEST_S else LONGEST_S


def at_mock(settings: RunSettings, address: str, run_time_s: float | None) -> RunSettings:
    """The settings of the rehearsal: what is asked stays, where it is asked changes."""
    return replace(
        settings,
        host=address,
        run_time_s=run_time_s,
        path_prefix=None,
        api="openai",
        headers=(),
        allow_http=False,
        target="mock",
        ca_file=None,
    )


def _here(crew: Crew) -> Crew:
    return replace(crew, processes=max(crew.processes, 1), awaited=0, bind=Address("127.0.0.1", 0), web=None)
