"""scripts/burst_model.py, on streams of our own making: it recognises its own model, and tells it from others."""

import csv
import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from mockserver.chance import Draws
from mockserver.latency.bursts import Bursts, Late

SCRIPT = Path(__file__).parents[3] / "scripts" / "burst_model.py"
KINDS = {"ours": Bursts(3, 3, 0.2, Late(0.33, 1.1, 2.2)), "Azure_ours": Bursts(16, 33, 0.2, None, 250.0)}


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("streams") / "streams.csv"
    with file.open("w", newline="") as lines:
        columns = ("success", "first_token_time_seconds", "chunks_time_seconds")
        rows = csv.writer(lines)
        rows.writerow([f"{name} {column}" for name in KINDS for column in columns])
        for place in range(40):
            row: list[object] = []
            for bursts in KINDS.values():
                instants = bursts.instants(0.5, 0.01, 120, Draws(1, b"other", place, "streams"))
                row += [place != 7, 0.5, json.dumps([after - before for before, after in pairwise(instants)])]
            rows.writerow(row)
    return file


def test_the_model_is_near_its_own_streams_and_others_are_not(recording: Path) -> None:
    done = subprocess.run([sys.executable, SCRIPT, recording], capture_output=True, text=True, check=True, timeout=100)
    assert "ours: 39 streams" in done.stdout, "the failed one is left out"
    rows = [tuple(map(str.strip, row)) for row in re.findall(r"^\| (\S.*?) \| +(\S+) \| +(\S+) \|$", done.stdout, re.M)]
    ours = {what: (float(ks), float(tv)) for what, ks, tv in rows[:5]}
    azure = {what: (float(ks), float(tv)) for what, ks, tv in rows[5:]}
    model = ours["profile hosted, k = 3, median gap"]
    assert model[0] < 0.1
    assert model[1] < 0.05
    assert model[0] < ours["the same, no late bursts"][0]
    assert ours["token by token"] > (0.8, 0.8)
    assert azure["profile azure, mean time per token"][0] < azure["token by token"][0]
