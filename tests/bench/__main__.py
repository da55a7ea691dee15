"""`make bench`, `python -m tests.bench`: measures speed on this machine and shows it beside its goals."""

import argparse
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

from .machine import Machine
from .report.as_json import as_json
from .report.markdown import renewed, replaced
from .report.text import declared, text
from .row import Benchmark
from .running import Measured, run
from .suite import SUITE

STDOUT = "-"


def main(argv: Sequence[str] | None = None) -> None:
    """Run what was asked for."""
    options = _options(argv)
    if options.list:
        print("\n".join(map(declared, SUITE)))
        return
    _raise_file_limit()
    machine = Machine.here()
    _say(options, "\n".join(machine.lines))
    suite = [_run(benchmark, options) for benchmark in options.only or SUITE]
    if options.json == STDOUT:
        sys.stdout.buffer.write(as_json(machine, suite))
    elif options.json:
        Path(options.json).write_bytes(as_json(machine, suite))
    if options.markdown:
        written = renewed if options.only else replaced
        options.markdown.write_text(written(options.markdown.read_text(), machine, suite))


def _raise_file_limit() -> None:
    """A thousand connections and more, here and in the processes that are started."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _run(benchmark: Benchmark, options: argparse.Namespace) -> Measured:
    measured = run(benchmark, quick=options.quick, repeats=options.repeats)
    _say(options, f"\n{text(measured)}")
    return measured


def _say(options: argparse.Namespace, what: str) -> None:
    """Print, beside the JSON where that takes standard output."""
    print(what, file=sys.stderr if options.json == STDOUT else sys.stdout, flush=True)


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--list", action="store_true", help="show the benchmarks and their rows, measure nothing")
    parser.add_argument("--only", action="append", metavar="NAME", type=_benchmark, help="this benchmark; repeatable")
    parser.add_argument("--quick", action="store_true", help="once, with a small load: shows that it works, no more")
    parser.add_argument("--repeats", type=int, metavar="N", help="measure N times instead of what a benchmark wants")
    parser.add_argument("--json", nargs="?", const=STDOUT, metavar="FILE", help="JSON too, without FILE to stdout")
    parser.add_argument("--markdown", type=Path, metavar="PAGE", help="write the table into this page")
    options = parser.parse_args(argv)
    if options.markdown and options.quick:
        parser.error("--markdown writes what was measured in full: leave out --quick")
    if options.repeats is not None and options.repeats < 1:
        parser.error("--repeats: at least 1")
    return options


def _benchmark(name: str) -> Benchmark:
    found = next((benchmark for benchmark in SUITE if benchmark.name == name), None)
    if found is None:
        raise argparse.ArgumentTypeError(f"no benchmark {name!r}; there are {', '.join(one.name for one in SUITE)}")
    return found


if __name__ == "__main__":
    main()
