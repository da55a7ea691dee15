"""Every form in which runs are compared, against what it was when somebody last looked at it."""

import re
from pathlib import Path

import pytest

from harness.compare.comparison import Run, comparison, to_json
from harness.compare.conditions import Condition
from harness.compare.estimate import estimated
from harness.compare.page import page
from harness.compare.show import markdown
from tests.golden import as_it_was, by_element
from tests.harness.compare.test_comparison import FACTS, text_of
from tests.harness.compare.test_verdict import run_of

GOLDEN = Path(__file__).parent / "golden"
BASE, SLOW = run_of(1, per_s=5), run_of(2, slower=1.5, per_s=5, failing=0.02)
OTHERS = {**FACTS, "settings": {**FACTS["settings"], "workload": "basic"}}
COMPARED = comparison(
    Run("base", FACTS, BASE, estimated(BASE, 1, resamples=50)),
    Run("new", OTHERS, SLOW, estimated(SLOW, 2, resamples=50)),
    [Condition.of(text) for text in ("ttft.p50 +10%", "even:itl.p99 +20%", "complete -10%")],
)
FORMS = {
    "terminal.txt": text_of(COMPARED),
    "all.txt": text_of(COMPARED, everything=True),
    "comparison.md": markdown(COMPARED, everything=False),
    "comparison.json": re.sub(r"\d+\.\d{10,}", lambda found: f"{float(found[0]):.9g}", to_json([COMPARED]).decode()),
    "comparison.html": by_element(page([COMPARED], everything=False)),
}


@pytest.mark.parametrize("name", FORMS)
def test_it_is_as_it_was(name: str) -> None:
    as_it_was(GOLDEN / name, FORMS[name])
