"""Workloads written inside the test."""

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.workload import Workload

Load = Callable[..., Workload]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def load(text: str, seed: int = 1) -> Workload:
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return Workload.load(str(path), seed=seed)

    return load
