import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from mockserver.settings import Settings
from mockserver.truth.journal_file import JournalFile
from profiles import ProfileError
from profiles.journal import JournalEntry

URL = "/v1/chat/completions"
BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 3}


def test_every_request_is_a_line_when_it_is_over(tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    file.write_text("before\n")
    with TestClient(create_app(Settings(latency="instant", journal=file)), client=("127.0.0.1", 1)) as client:
        client.headers["authorization"] = "Bearer sk-secret-key"
        client.post(URL, json=BODY)
        client.post(URL, json={**BODY, "stream": True})
        client.post(URL, json={**BODY, "n": 0})
        client.get("/v1/nothing")
        told = client.get("/_mock/requests").json()["requests"]
        lines = client.get("/_mock/requests.jsonl").text
        assert client.get("/_mock/requests.jsonl?since=2").text.splitlines() == lines.splitlines()[2:]
        assert client.get("/_mock/requests.jsonl?since=x").status_code == 400
    before, *written = file.read_text().splitlines()
    assert before == "before"
    assert [json.loads(line) for line in written] == told == [json.loads(line) for line in lines.splitlines()]
    assert [entry["status"] for entry in told] == [200, 200, 400, 404]
    assert [JournalEntry.from_dict(entry).sent_tokens for entry in told] == [3, 3, 0, 0]
    assert "secret" not in file.read_text()


def test_a_file_that_cannot_be_written_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"nowhere/journal\.jsonl: cannot be written: no such file or directory"):
        create_app(Settings(journal=tmp_path / "nowhere" / "journal.jsonl"))


def test_a_full_disk_is_said_once_and_the_server_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    file = JournalFile(Path("/dev/full"))
    for seq in range(3):
        file.write(JournalEntry(seq=seq, id="req_1", route="/", stream=False, received_at=0.0))
    assert [record.getMessage() for record in caplog.records] == [
        "journal /dev/full: no space left on device; no more is written to it"
    ]
