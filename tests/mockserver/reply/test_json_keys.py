"""Which keys an instruction names, and what it says about them."""

import pytest

from mockserver.reply.json_keys import Key, named_keys


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('JSON with the keys "category", "priority" and "summary".', ["category", "priority", "summary"]),
        ("JSON with `category` and `priority`", ["category", "priority"]),
        ("Reply in JSON with keys: category, priority and summary", ["category", "priority", "summary"]),
        ("JSON, fields name, is_urgent, and tags. Be brief.", ["name", "is_urgent", "tags"]),
        ("keys: category (string), priority (1-5)", ["category", "priority"]),
        ("The keys are:\n- title: a headline\n- score: a number\n", ["title", "score"]),
        ('{"a": "x", "b": {"c": 1}, "d": ["e"]}', ["a", "b", "d"]),
        ("Answer as {category, priority}", ["category", "priority"]),
        ("The keys 'one' and 'two'; nothing else", ["one", "two"]),
        ("the keys to success are many and varied in kind", []),
        ("no names at all", []),
    ],
)
def test_names_are_found_in_their_order(text: str, names: list[str]) -> None:
    assert [key.name for key in named_keys(text)] == names


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('The key "kind". "kind" is one of bug, wish, praise; choose.', Key("kind", "one of bug, wish, praise")),
        ("keys: kind (bug or wish)", Key("kind", "bug or wish")),
        ('{"kind": "bug|wish", "n": 1}', Key("kind", '"bug|wish"')),
        ("keys: kind", Key("kind")),
    ],
)
def test_what_is_said_about_a_key_is_its_hint(text: str, key: Key) -> None:
    assert named_keys(text)[0] == key
