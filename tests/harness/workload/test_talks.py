import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.workload import Workload
from harness.workload.talks import MOST_BYTES, Talk, parse_talks
from profiles import ProfileError

Load = Callable[[str], Workload]

MESSAGES = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Hello"},
    {"role": "assistant", "content": "Good day"},
    {"role": "user", "content": "And now?"},
]
SHARED = [{"from": "human", "value": "Hello"}, {"from": "gpt", "value": "Good day"}, {"from": "human", "value": "Go"}]
ASKED = """
[[class]]
name = "a"
model = "gpt-4o-mini"
prompts_from = "asked.jsonl"
"""


def test_lines_are_prompts_or_messages_or_conversations() -> None:
    lines = [{"prompt": "One {{x}}?"}, {"messages": MESSAGES}, {"conversations": SHARED, "id": "q"}]
    text = "\n\n".join(map(json.dumps, lines)) + "\n"
    assert parse_talks(text, "f") == (
        Talk(("One {{x}}?",)),
        Talk(("Hello", "And now?"), "Be brief."),
        Talk(("Hello", "Go")),
    )


def test_a_list_of_conversations_leaves_out_those_in_which_no_human_speaks() -> None:
    entries = [{"conversations": SHARED}, {"conversations": []}, {"conversations": SHARED[1:2]}]
    assert parse_talks(json.dumps(entries), "f") == (Talk(("Hello", "Go")),)


def test_a_line_separator_inside_of_a_text_ends_no_line() -> None:
    assert parse_talks('{"prompt": "a\u2028b"}', "f") == (Talk(("a\u2028b",)),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "f: holds no question"),
        ("[]", "f: holds no question"),
        ('{"prompt": "x"}\n{"prompt"', "f: line 2: not valid JSON"),
        ("[", "f: not valid JSON"),
        ('{"prompt": "x"}\n3', "f: line 2: should be an object"),
        ('{"promt": "x"}', "f: line 1: should hold 'prompt', 'messages' or 'conversations', not 'promt'"),
        ('{"prompt": 3}', "f: line 1: prompt: should be a text, not 3"),
        ('{"prompt": ""}', 'f: line 1: prompt: should be a text, not ""'),
        ('{"messages": {}}', "f: line 1: messages: should be a list"),
        ('{"messages": []}', "f: line 1: holds no message of a user"),
        ('{"messages": ["x"]}', "f: line 1: messages.0: should be an object with 'role' and 'content'"),
        ('{"messages": [{"role": "user"}]}', "f: line 1: messages.0.content: should be a text, not nothing"),
        ('{"messages": [{"role": "tool", "content": "x"}]}', "f: line 1: messages.0.role: 'tool' is none of"),
        ('[{"conversations": [{"value": "x"}]}]', "f: entry 1: conversations.0.from: should be a text, not nothing"),
    ],
)
def test_what_is_wrong_is_told_with_line_and_key(text: str, said: str) -> None:
    with pytest.raises(ProfileError, match="^" + re.escape(said)) as caught:
        parse_talks(text, "f")
    assert len(str(caught.value).splitlines()) == 1


def test_a_class_asks_what_stands_in_its_file(load: Load, tmp_path: Path) -> None:
    (tmp_path / "asked.jsonl").write_text(json.dumps({"messages": MESSAGES}) + '\n{"prompt": "{{no}} pool"}\n')
    sessions = [load(ASKED).session(i) for i in range(20)]
    told = {(session.system, tuple(turn.user_text for turn in session.turns)) for session in sessions}
    assert told == {("Be brief.", ("Hello", "And now?")), (None, ("{{no}} pool",))}
    assert {load(ASKED + 'system = "Mine."').session(i).system for i in range(9)} == {"Mine."}


def test_a_workload_travels_with_its_files(load: Load, tmp_path: Path) -> None:
    (tmp_path / "asked.jsonl").write_text('{"prompt": "one"}\n{"prompt": "two"}')
    here = load(ASKED)
    (tmp_path / "asked.jsonl").unlink()
    there = Workload.parse(here.text, name="mine", seed=1, files=here.files)
    assert [there.session(i) for i in range(20)] == [here.session(i) for i in range(20)]


def test_a_file_of_any_size_is_not_taken(load: Load, tmp_path: Path) -> None:
    with (tmp_path / "asked.jsonl").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(ProfileError, match=r"class\.0\.prompts_from: .* is larger than 64 MiB"):
        load(ASKED)
