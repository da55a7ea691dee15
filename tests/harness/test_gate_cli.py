"""`harness gate`, on folders of runs that are over."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from harness.cli import main
from harness.run.folder import RunFolder
from harness.run.results import Results
from harness.run.settings import RunSettings
from profiles.record import Record
from tests.harness.gate.attempts import many

Said = tuple[int, list[str], str]
Gate = Callable[..., Said]


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Gate:
    """Runs `harness gate`; gives exit code, lines of standard output without their columns, and standard error."""

    def run(folder: Path, *slos: str, more: Sequence[str] = ()) -> Said:
        flags = [word for slo in slos for word in ("--slo", slo)]
        monkeypatch.setattr(sys, "argv", ["harness", "gate", str(folder), *flags, *more])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), [" ".join(line.split()) for line in out.splitlines()], err

    return run


def ran(path: Path, records: list[Record], **facts: object) -> Path:
    """The folder of a run that is over."""
    folder = RunFolder.create(path, "basic", 0.0)
    folder.start(RunSettings(host="http://h", workload="basic"), ["harness"], 0.0)
    folder.records_jsonl.write_bytes(b"".join(record.to_json() + b"\n" for record in records))
    Results.of(records).concluded(folder, ended_at=9.0, **facts)
    return path


THREE_OF_FOUR = [*many(45), *many(15, "truncated", first=45)]


@pytest.mark.parametrize(
    ("slo", "code", "line"),
    [
        ("complete >= 75%", 0, "held complete >= 75% 75 % (limit >= 75 %)"),
        ("short:complete > 75%", 1, "BROKEN short:complete > 75% 75 % (limit > 75 %)"),
        ("ttft.p95 < 1s", 3, "cannot say ttft.p95 < 1s p95 needs 59 values, there are 45 (limit < 1,000 ms)"),
    ],
)
def test_a_run_is_judged_by_what_is_asked(gate: Gate, tmp_path: Path, slo: str, code: int, line: str) -> None:
    run = ran(tmp_path / "run", THREE_OF_FOUR, slo=["complete > 99%"])
    kept = {path: path.read_bytes() for path in run.iterdir()}
    assert gate(run, slo) == (code, [f"{int(code == 0)} of 1 SLO held{MORE[code]}", line], "")
    assert {path: path.read_bytes() for path in run.iterdir()} == kept, "nothing is changed"


MORE = {0: "", 1: ", 1 BROKEN", 3: ", 1 cannot be judged"}


def test_without_asking_it_is_judged_by_its_own(gate: Gate, tmp_path: Path) -> None:
    run = ran(tmp_path / "run", THREE_OF_FOUR, slo=["complete > 99%", "long:complete > 99%"])
    assert gate(run) == (
        1,
        [
            "0 of 2 SLOs held, 1 BROKEN, 1 cannot be judged",
            "BROKEN complete > 99% 75 % (limit > 99 %)",
            "cannot say long:complete > 99% no attempt of long was recorded (limit > 99 %)",
        ],
        "",
    )


def test_a_summary_is_enough_where_only_that_was_kept(gate: Gate, tmp_path: Path) -> None:
    run = ran(tmp_path / "run", THREE_OF_FOUR)
    before = gate(run, "complete > 75%", "short:e2e.p50 < 1s")
    (run / "records.jsonl").unlink()
    assert gate(run, "complete > 75%", "short:e2e.p50 < 1s") == before
    (run / "summary.json").write_text("{}")
    code, _, err = gate(run, "complete > 75%")
    assert (code, err.count("\n")) == (2, 1)
    assert "has neither records nor a summary.json that can be read" in err


def test_an_aborted_run_and_one_that_proves_nothing_pass_no_gate(gate: Gate, tmp_path: Path) -> None:
    aborted = ran(tmp_path / "aborted", THREE_OF_FOUR, aborted="errors > 20%: 25 %")
    assert gate(aborted, "complete > 1%")[:2] == (
        1,
        ["aborted: errors > 20%: 25 %", "1 of 1 SLO held", "held complete > 1% 75 % (limit > 1 %)"],
    )
    nothing = ran(tmp_path / "nothing", THREE_OF_FOUR, why_not=["the client was the bottleneck"])
    code, (first, *_), _ = gate(nothing, "complete > 99%")
    assert (code, first) == (3, "not a valid run: the client was the bottleneck")


@pytest.mark.parametrize(
    ("slos", "said"),
    [
        ((), 'harness: --slo: missing: the run has none of its own; write for example --slo "ttft.p95 < 800ms"\n'),
        (("fast",), "harness: --slo: 'fast' is no SLO; write for example"),
        (("x:complete > 1%",), "harness: --slo: 'x:complete > 1%': no class, stage or label is named 'x'; there are: "),
    ],
)
def test_what_cannot_be_judged_is_one_line(gate: Gate, tmp_path: Path, slos: tuple[str, ...], said: str) -> None:
    code, _, err = gate(ran(tmp_path / "run", THREE_OF_FOUR), *slos)
    assert (code, err.count("\n")) == (2, 1)
    assert err.startswith(said)


def test_what_is_no_run_is_one_line(gate: Gate, tmp_path: Path) -> None:
    code, _, err = gate(tmp_path, "complete > 1%")
    assert (code, err.count("\n")) == (2, 1)
    assert "is not a run folder" in err


def test_what_requests_had_to_keep_may_be_said_later(gate: Gate, tmp_path: Path) -> None:
    run = ran(tmp_path / "run", THREE_OF_FOUR)
    code, _, said = gate(run, "goodput >= 70%")
    assert (code, said.startswith("harness: --slo: 'goodput >= 70%' needs to know what each request")) == (2, True)
    line = "held goodput >= 70% 75 % (limit >= 70 %)"
    assert gate(run, "goodput >= 70%", more=["--goodput", "ttft < 1s"]) == (0, ["1 of 1 SLO held", line], "")
    assert gate(run, "goodput >= 70%", more=["--goodput", "ttft < 100ms"])[0] == 1
