import pytest

from harness.swarm import tokenizers
from harness.swarm.tokenizers import load_before_connecting
from profiles.encodings import NAMES


@pytest.mark.parametrize(
    ("arguments", "working"),
    [
        (["locust", "-f", "x.py", "--worker", "--master-host", "a"], True),
        (["locust", "-f", "x.py", "--headless", "--processes", "4"], True),
        (["locust", "-f", "x.py", "--processes=4"], True),
        (["locust", "-f", "x.py", "--master", "--expect-workers", "2"], False),
        (["locust", "-f", "x.py", "--headless"], False),
    ],
)
def test_workers_have_their_tokenizers_before_they_connect(
    arguments: list[str], working: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    monkeypatch.setattr(tokenizers, "encoding", loaded.append)
    assert load_before_connecting(arguments) is working
    assert loaded == (list(NAMES) if working else [])
