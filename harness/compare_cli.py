"""`harness compare`: runs against each other."""

import math
from pathlib import Path
from typing import Annotated, Final

import typer

from .compare.comparison import Comparison, Run, comparison, to_json
from .compare.conditions import Condition
from .compare.estimate import estimated
from .compare.page import page
from .compare.sample import Sample
from .compare.show import markdown, parts
from .report.terminal import stdout
from .run.exits import Exit
from .run.folder import RunFolder
from .run.settings import SettingError

EXAMPLES: Final = """Examples:

`harness compare runs/before runs/after`

`harness compare baseline runs/new --fail-if "ttft.p95 +10%" --fail-if "complete -1%" --markdown comparison.md`

`harness compare runs/gpt-4o-mini runs/gpt-4o runs/gpt-4.1 --all --json comparison.json --html comparison.html`"""


def compare(
    *,
    folders: Annotated[list[Path], typer.Argument(metavar="BASE RUN...", help="Run folders; the first is the base")],
    fail_if: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-if",
            metavar="'METRIC +N%'",
            help='A change that is not to be, such as "ttft.p95 +10%", "streaming:itl.p99 +20%" or "complete -1%"; '
            "repeatable. Broken: beyond it, and the 95 % interval excludes no change; with `surely` behind it: the "
            "whole interval is beyond",
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Show every row of classes and token bands, not only what changed")
    ] = False,
    json_file: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write every row, as JSON")] = None,
    markdown_file: Annotated[
        Path | None, typer.Option("--markdown", metavar="FILE", help="Write the table for a pull request")
    ] = None,
    html_file: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page with the distributions over each other")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of the resampling")] = 0,
) -> None:
    """Compare runs with the first one: what differs between them, and whether it is more than chance.

    Percentiles of TTFT, ITL, TPOT and total latency, throughput, complete share, cost and amplification, of the whole
    run, of each class and of bands of prompt and output tokens, each change with its 95 % interval by block resampling
    (docs/comparing.md). Settings that differ are told first.

    Exit codes: 0 done, 1 a --fail-if was broken, 2 usage, 3 a --fail-if cannot be judged.
    """
    if len(folders) < 2:
        raise SettingError("RUN", "there is only one run; name the base and the runs to compare with it")
    conditions = [_condition(text) for text in fail_if or ()]
    base, *others = [_read(folder, seed + number) for number, folder in enumerate(folders)]
    comparisons = [comparison(base, other, conditions) for other in others]
    console = stdout()
    for each in comparisons:
        for part in parts(each, everything=everything):
            console.print(part, soft_wrap=isinstance(part, str), highlight=False)
    _write(json_file, "--json", to_json(comparisons))
    _write(
        markdown_file, "--markdown", "\n".join(markdown(each, everything=everything) for each in comparisons).encode()
    )
    _write(html_file, "--html", page(comparisons, everything=everything).encode() if html_file is not None else b"")
    raise typer.Exit(_code(comparisons))


def _condition(text: str) -> Condition:
    try:
        return Condition.of(text)
    except ValueError as error:
        raise SettingError("--fail-if", str(error)) from None


def _read(folder: Path, seed: int) -> Run:
    run_folder = RunFolder(folder)
    facts = run_folder.run()
    since = facts.get("warm_up", {}).get("until")
    lasting_s = facts.get("ended_at", 0.0) - facts.get("started_at", 0.0)
    sample = Sample.of(run_folder.records(), -math.inf if since is None else since, lasting_s)
    return Run(str(folder), facts, sample, estimated(sample, seed))


def _write(path: Path | None, flag: str, data: bytes) -> None:
    if path is None:
        return
    try:
        path.write_bytes(data)
    except OSError as error:
        raise SettingError(flag, f"{path} cannot be written ({error.strerror})") from None


def _code(comparisons: list[Comparison]) -> Exit:
    if any(each.broken and not each.doubts for each in comparisons):
        return Exit.BROKEN
    return Exit.INVALID if any(each.unjudged for each in comparisons) else Exit.DONE
