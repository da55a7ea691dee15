import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.workload import Answer, Expect
from profiles.schema.expect import ExpectTable

KEYS = Expect(json_keys=("a", "b"))
WORDS = Expect(any_of=("upload", "time-out", "API"))


@pytest.mark.parametrize("text", ["x", " . ", "\n1"])
def test_non_empty_is_content_with_anything_to_be_seen(text: str) -> None:
    assert Expect(non_empty=True).problems(text) == []


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_non_empty_refuses_white_space(text: str) -> None:
    assert Expect(non_empty=True).problems(text) == ["non_empty: the answer is empty"]


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "b": null}',
        '\n {"b": {}, "a": [], "c": 3} ',
        '```json\n{"a": 1, "b": 2}\n```',
        '```\n{\n  "a": 1,\n  "b": 2\n}\n```\n',
    ],
)
def test_json_keys_takes_an_object_bare_or_fenced(text: str) -> None:
    assert KEYS.problems(text) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a": 1}', "missing b"),
        ("{}", "missing a, b"),
        ('{"c": {"a": 1, "b": 2}}', "missing a, b"),
        ('{"a": 1, "b": 2', "not valid JSON"),
        ("", "not valid JSON"),
        ('Here you are: {"a": 1, "b": 2}', "not valid JSON"),
        ('["a", "b"]', "JSON, but not an object (list)"),
        ("null", "JSON, but not an object (NoneType)"),
        ("[" * 100_000, "not valid JSON"),
    ],
)
def test_json_keys_says_what_is_wrong(text: str, problem: str) -> None:
    assert KEYS.problems(text) == [f"json_keys: {problem}"]


@pytest.mark.parametrize(
    "text", ["Uploading failed.", "the re-UPLOAD", "A time-out, then.", "your apis", 'said "API"', "(upload)"]
)
def test_any_of_finds_the_start_of_a_word_whatever_the_case(text: str) -> None:
    assert WORDS.problems(text) == []


@pytest.mark.parametrize("text", ["", "a rapid answer", "time out", "preupload"])
def test_any_of_names_the_words_it_missed(text: str) -> None:
    assert WORDS.problems(text) == ["any_of: none of upload, time-out, API"]


def test_words_are_words_and_not_patterns() -> None:
    assert Expect(any_of=("C++", "a.b")).problems("axb") != []
    assert Expect(any_of=("C++", "a.b")).problems("Use C++.") == []


def test_and_demands_both_and_says_everything_once() -> None:
    both = Expect(non_empty=True) & Expect(non_empty=True, any_of=("x",)) & Expect(json_keys=("k",))
    assert both.problems("") == ["non_empty: the answer is empty", "any_of: none of x", "json_keys: not valid JSON"]
    assert both.problems('{"k": "x"}') == []


def test_a_table_becomes_its_checks() -> None:
    table = ExpectTable(non_empty=True, json_keys=["a"], any_of=["b"])
    assert Expect.from_table(table) == Expect(True, ("a",), ("b",))
    assert Expect.from_table(ExpectTable(regex="a")).patterns == Expect.from_table(ExpectTable(regex=["a"])).patterns
    assert Expect.from_table(ExpectTable()) == Expect()


@given(st.text())
def test_nothing_is_expected_by_default(text: str) -> None:
    assert Expect().problems(text) == []


@given(st.dictionaries(st.text(), st.integers() | st.text()), st.text())
def test_every_object_has_the_keys_it_has(value: dict[str, object], other: str) -> None:
    problems = Expect(json_keys=(*value, other)).problems(json.dumps(value))
    assert (problems == []) == (other in value)


@given(st.text(), st.lists(st.text(min_size=1), min_size=1))
def test_every_problem_is_one_line(text: str, words: list[str]) -> None:
    expect = Expect(True, tuple(words), tuple(words))
    assert all(len(problem.splitlines()) <= 1 for problem in expect.problems(text))


SCHEMA = {"type": "object", "properties": {"n": {"$ref": "#/$defs/few"}}, "$defs": {"few": {"maximum": 3}}}


@pytest.mark.parametrize(
    ("table", "good", "bad", "problem"),
    [
        ({"regex": "^T-\\d+$"}, "T-12", "T-x", "regex: nothing like ^T-\\d+$"),
        ({"regex": ["a", "b"]}, "b a", "a", "regex: nothing like b"),
        ({"json_schema": SCHEMA}, '{"n": 3}', '{"n": 4}', "json_schema: $.n: 4 is greater than the maximum of 3"),
        ({"json_schema": SCHEMA}, '```json\n{"n": 3}\n```', "[]", "json_schema: $: [] is not of type 'object'"),
        ({"json_schema": SCHEMA}, "{}", "well", "json_schema: not valid JSON"),
        (
            {"json_schema": {"items": {"$ref": "#"}}},
            "[[[]]]",
            "[" * 400 + "]" * 400,
            "json_schema: nested more deeply than can be held against the schema",
        ),
        ({"min_tokens": 3}, "one two three", "one two", "min_tokens: 2 tokens, fewer than 3"),
    ],
)
def test_text_is_held_against_the_table(table: dict[str, object], good: str, bad: str, problem: str) -> None:
    expect = Expect.from_table(ExpectTable.model_validate(table))
    assert expect.problems(good) == []
    assert expect.problems(bad) == [problem]


def test_tokens_are_the_server_s_where_it_states_them() -> None:
    expect = Expect(min_tokens=5)
    assert expect.problems(Answer("one", stated_tokens=5)) == []
    assert expect.problems(Answer("one two three four five six", stated_tokens=4)) != []


def test_tokens_are_counted_by_the_model_s_own_encoding() -> None:
    text = "Donaudampfschifffahrtsgesellschaft"
    counts = {name: Answer(text, encoding=name).tokens for name in ("o200k_base", "cl100k_base")}
    assert counts["o200k_base"] != counts["cl100k_base"]


@pytest.mark.parametrize(
    ("calls", "problem"),
    [
        ({"look": "{}"}, None),
        ({"look": '{"a"'}, "the arguments of look are not valid JSON"),
        ({"see": "{}"}, "look is not called, but see"),
        ({}, "look is not called, but nothing"),
    ],
)
def test_a_call_is_one_of_the_right_function_with_json(calls: dict[str, str], problem: str | None) -> None:
    told = Expect(tool_call="look").problems(Answer("", calls))
    assert told == ([] if problem is None else [f"tool_call: {problem}"])


def test_a_call_is_not_nothing() -> None:
    assert Expect(non_empty=True).problems(Answer("", {"look": "{}"})) == []
