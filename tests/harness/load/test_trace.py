"""Recorded loads."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from harness.load.trace import Row, rows_of
from profiles.files import locate, read_text
from profiles.record import Outcome, Record, Tokens

AZURE = """TIMESTAMP,ContextTokens,GeneratedTokens
2023-11-16 18:17:03.9799600,4808,10
2023-11-16 18:17:04.0319600,3180,8
"""
AZURE_OF_2024 = """TIMESTAMP,ContextTokens,GeneratedTokens
2024-05-12 00:00:00.012000+00:00,2162,5
2024-05-12 00:00:00.062000+00:00,2399,6
"""
MOONCAKE = """{"timestamp": 27482, "input_length": 6758, "output_length": 500, "hash_ids": [0, 1]}
{"timestamp": 30535, "input_length": 7322, "output_length": 490, "hash_ids": [0, 14]}
"""
BURSTGPT = """Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type
5,ChatGPT,472,18,490,Conversation log
45.5,GPT-4,1087,0,1087,API log
"""


def rows(text: str) -> tuple[Row, ...]:
    return rows_of(text.splitlines())


@pytest.mark.parametrize(
    ("text", "due"),
    [
        (AZURE, (Row(0, 4808, 10), Row(0.052, 3180, 8))),
        (AZURE_OF_2024, (Row(0, 2162, 5), Row(0.05, 2399, 6))),
        (MOONCAKE, (Row(0, 6758, 500), Row(3.053, 7322, 490))),
        (BURSTGPT, (Row(0, 472, 18), Row(40.5, 1087, None))),
    ],
)
def test_a_format_is_told_by_what_is_in_the_file(text: str, due: tuple[Row, ...]) -> None:
    assert rows(text) == due
    assert rows(f"# a remark\n\n{text}\n") == due


def record(id_: str, at: float, *, tokens: Tokens | None, outcome: Outcome = "complete") -> str:
    attempt = int(id_.rpartition(".")[2])
    return (
        Record(
            id=id_,
            attempt=attempt,
            class_="a",
            model="m",
            stream=True,
            intended_at=at,
            outcome=outcome,
            tokens=tokens,
        )
        .to_json()
        .decode()
    )


def test_of_our_own_records_the_first_attempts_count_in_the_order_of_their_times() -> None:
    lines: Iterable[str] = [
        record("r-2.1", 103.5, tokens=Tokens(20, 5)),
        record("r-1.1", 101.0, tokens=None, outcome="server_error"),
        record("r-1.2", 102.0, tokens=Tokens(30, 6)),
    ]
    assert rows_of(lines) == (Row(0, None, None), Row(2.5, 20, 5))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        ("# only a remark\n", "is empty"),
        ("TIMESTAMP,ContextTokens,GeneratedTokens\n", "holds no request"),
        ("a,b\n1,2\n", "line 1: 'a,b' is the head of no known trace; there are: Azure (TIMESTAMP,"),
        (f"{AZURE}soon,1,2\n", "line 4: timestamp is 'soon'; write a date and time such as 2023-11-16 18:17:03.979960"),
        (f"{AZURE}2023-11-16 18:17:05,many,2\n", "line 4: contexttokens is 'many'; write a whole number of tokens"),
        (f"{AZURE}2023-11-16 18:17:05,1\n", "line 4: has no generatedtokens"),
        (f"{BURSTGPT}x,GPT-4,1,2,3,API log\n", "line 4: timestamp is 'x'; write a number of seconds"),
        (f"{BURSTGPT}9,GPT-4,1.5,2,3,API log\n", "line 4: request tokens is '1.5'; write a whole number of tokens"),
        (f"{BURSTGPT}9,GPT-4,1e999,2,3,API log\n", "line 4: request tokens is '1e999'; write a whole number of tokens"),
        (f"{BURSTGPT}9,GPT-4,nan,2,3,API log\n", "line 4: request tokens is 'nan'; write a whole number of tokens"),
        (f"{MOONCAKE}{{\n", "line 3: not JSON ("),
        (f"{MOONCAKE}[]\n", "line 3: '[]' is no request of a known trace; there are: Azure"),
        (
            '{"timestamp": "x", "input_length": 3, "output_length": 4}',
            "line 1: timestamp is 'x'; write a number of mill",
        ),
        (
            '{"timestamp": 1, "input_length": -3, "output_length": 4}',
            "line 1: input_length is -3; write a whole number",
        ),
        ('{"timestamp": 1, "input_length": 3}', "line 1: has no output_length"),
        ('{"v": 9, "intended_at": 3}', "line 1: records of version 9 cannot be read"),
    ],
)
def test_what_cannot_be_read_names_the_line_and_what_would_be_right(text: str, why: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the text is compared below
        rows(text)
    assert str(refused.value).startswith(why)
    assert "\n" not in str(refused.value)


def test_the_shipped_trace_is_what_its_script_makes() -> None:
    script = Path(__file__).parents[3] / "scripts" / "make_trace.py"
    made = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True).stdout
    shipped = read_text(locate("traces", "two-minutes"))
    assert shipped == made
    found = rows(shipped)
    assert 300 < len(found) < 400
    assert 110 < found[-1].at_s < 120
    assert all(row.prompt_tokens and row.completion_tokens for row in found)
