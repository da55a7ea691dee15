"""Replies: about the question, repeatable, and exactly as long as their tokens say."""

import json
import random
import re
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mockserver.reply import Length, Reply, Writer
from mockserver.reply.form import JsonMode
from profiles.encodings import encoding
from profiles.tokens import Message

WRITER = Writer(seed=11)
TEXTS = st.one_of(
    st.text(),
    st.text(alphabet="ab 字漢かなカナ🚀👩‍🚀é\u0301समस्या\u00a0\u2003\t\n\r.,'\"-_@{}[]:`"),
    st.lists(st.sampled_from(["timeout", "PDF", "don't", "upload", "字漢", "naïve", "🚀", "JSON", "keys: a, b"])).map(
        " ".join
    ),
)


def write(
    text: str | Sequence[Message],
    length: Length,
    *,
    stop: Sequence[str] = (),
    encoding_name: str = "o200k_base",
    json_object: bool = False,
    seed: int = 1,
    writer: Writer = WRITER,
) -> Reply:
    conversation = [Message("user", text)] if isinstance(text, str) else text
    return writer.write(
        conversation,
        length,
        stop=stop,
        encoding_name=encoding_name,
        form=JsonMode() if json_object else None,
        offer=None,
        rng=random.Random(seed),
    )


def exactly(tokens: int) -> Length:
    return Length(tokens, exact=True, cap=tokens)


def near(tokens: int) -> Length:
    return Length(tokens, exact=False, cap=None)


LENGTHS = st.builds(
    lambda tokens, exact: exactly(tokens) if exact else near(tokens), st.integers(1, 300), st.booleans()
)


@pytest.mark.parametrize("encoding_name", ["o200k_base", "cl100k_base"])
@given(TEXTS, LENGTHS, st.booleans(), st.integers(0, 9))
@example("three bullets on 🫨", exactly(40), False, 0)
@example("नमस्ते समस्या", exactly(200), True, 1)
def test_a_reply_has_the_tokens_that_the_tokenizer_counts(
    encoding_name: str, text: str, length: Length, json_object: bool, seed: int
) -> None:
    reply = write(text, length, encoding_name=encoding_name, json_object=json_object, seed=seed)
    counted = len(encoding(encoding_name).encode_ordinary(reply.text))
    if counted != len(reply):
        assert_cut_inside_a_character(reply, length, counted)


def assert_cut_inside_a_character(reply: Reply, length: Length, counted: int) -> None:
    """The one exception: an exact length fell between the tokens of one character."""
    assert length.exact
    assert not reply.text[-40:].isascii() or reply.piece(len(reply) - 1) == ""
    assert 0 < len(reply) - counted <= 4


@given(TEXTS, LENGTHS, st.booleans())
def test_the_pieces_of_the_tokens_join_to_the_text(text: str, length: Length, json_object: bool) -> None:
    reply = write(text, length, json_object=json_object)
    assert "".join(reply.piece(i) for i in range(len(reply))) == reply.text
    assert list(reply.ends) == sorted(reply.ends)


@given(TEXTS, st.integers(1, 300), st.booleans(), st.one_of(st.none(), st.integers(1, 300)))
def test_an_exact_length_is_met_and_only_the_cap_makes_the_reason_length(
    text: str, target: int, json_object: bool, cap: int | None
) -> None:
    target = min(target, cap or target)
    reply = write(text, Length(target, exact=True, cap=cap), json_object=json_object)
    assert len(reply) == target
    assert reply.finish_reason == ("length" if target == cap else "stop")


@pytest.mark.parametrize("target", range(1, 70))
def test_a_short_exact_length_is_met_even_where_no_sentence_fits(target: int) -> None:
    assert len(write("PDF uploads", Length(target, exact=True, cap=None))) == target


def test_a_reply_that_its_cap_cuts_off_would_have_gone_on() -> None:
    cut = [write("PDF uploads", exactly(120), seed=seed).text for seed in range(20)]
    ended = [write("PDF uploads", Length(120, exact=True, cap=None), seed=seed).text for seed in range(20)]
    assert sum(text.endswith(".") for text in cut) <= 10
    assert all(text.endswith(".") for text in ended)


def test_running_text_has_paragraphs_without_space_at_their_edges() -> None:
    paragraphs = write("PDF uploads", near(400)).text.split("\n\n")
    assert len(paragraphs) >= 3
    assert all(paragraph == paragraph.strip() for paragraph in paragraphs)


@pytest.mark.parametrize("target", [50, 120, 121, 122, 300, 1_000, 20_000])
def test_an_inexact_length_ends_with_a_whole_sentence_close_to_it(target: int) -> None:
    reply = write("PDF uploads fail with a timeout", near(target))
    assert reply.finish_reason == "stop"
    assert reply.text.endswith(".")
    assert len(reply) == target


def test_a_cap_below_the_natural_end_cuts_the_reply() -> None:
    reply = write("PDF uploads fail", Length(200, exact=False, cap=30))
    assert (len(reply), reply.finish_reason) == (30, "length")


def test_the_reply_depends_on_nothing_but_its_arguments() -> None:
    first, second = (write("PDF uploads", near(300)) for _ in range(2))
    assert first == second
    assert write("PDF uploads", near(300), writer=Writer(seed=11)) == first


def test_another_generator_another_seed_and_another_question_give_other_replies() -> None:
    replies = [
        write("PDF uploads", near(300)).text,
        write("PDF uploads", near(300), seed=2).text,
        write("PDF uploads", near(300), writer=Writer(seed=12)).text,
        write("kettles", near(300)).text,
    ]
    assert len(set(replies)) == len(replies)


@pytest.mark.parametrize("seed", range(20))
def test_forty_tokens_already_speak_of_the_question(seed: int) -> None:
    text = write("A user reports that PDF uploads fail with a timeout.", exactly(40), seed=seed).text
    assert "uploads" in text
    assert "timeout" in text


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("follow_up", ["still the same", "I tried Firefox on my old laptop, without luck"])
def test_a_follow_up_is_answered_about_the_problem_that_was_reported(seed: int, follow_up: str) -> None:
    conversation = [
        Message("system", "You are the support assistant."),
        Message("user", "PDF uploads fail with a timeout"),
        Message("assistant", "Have you tried another browser?"),
        Message("user", follow_up),
    ]
    assert re.search("uploads|timeout", write(conversation, exactly(40), seed=seed).text)


def test_more_of_the_topics_turn_up_over_the_length() -> None:
    text = write("Kettles, cupboards, lanterns, ladders, carpets and violins", near(300)).text
    assert all(word in text for word in ("ettles", "cupboards", "lanterns", "ladders", "carpets", "violins"))


@pytest.mark.parametrize("question", ["", "ok", "🚀", "Please explain"])
def test_a_question_about_nothing_gets_a_reply_all_the_same(question: str) -> None:
    assert len(write(question, near(60)).text) > 100


def test_no_message_at_all_gets_a_reply_too() -> None:
    assert write([], near(60)).text


@pytest.mark.parametrize(("asked", "count"), [("three bullet points", 3), ("5 bullets", 5), ("8 bullet points", 8)])
@pytest.mark.parametrize(
    "length", [near(120), exactly(100), exactly(250), near(2_000), Length(400, exact=False, cap=90)]
)
def test_there_are_as_many_bullets_as_were_asked_for(asked: str, count: int, length: Length) -> None:
    text = write(f"Tell me about kettles, lamps and ladders in {asked}", length).text
    assert text == text.strip()
    assert len(re.findall("^- ", text, re.MULTILINE)) == count


def test_bullets_without_a_number_are_three_to_five() -> None:
    counts = {len(re.findall("^- ", write("Bullet points on tea", near(200), seed=s).text, re.M)) for s in range(40)}
    assert counts == {3, 4, 5}


def test_steps_are_numbered() -> None:
    text = write("List four steps to clean a kettle", near(150)).text
    assert re.findall(r"^\d+\. ", text, re.MULTILINE) == ["1. ", "2. ", "3. ", "4. "]


def test_json_is_answered_with_json_and_the_named_keys() -> None:
    conversation = [
        Message("system", 'Answer with one JSON object with the keys "category", "priority" and "summary".'),
        Message("user", "PDF uploads fail with a timeout"),
    ]
    found = json.loads(write(conversation, near(120)).text)
    assert list(found) == ["category", "priority", "summary"]
    assert "timeout" in found["summary"]


def test_the_names_of_the_keys_are_not_what_the_answer_is_about() -> None:
    text = write("JSON with keys: colour, weight and notes. It is about lanterns.", near(100)).text
    assert list(json.loads(text).values())[:2] == ["lanterns", "lanterns"]


@given(TEXTS, st.integers(600, 700))
def test_a_json_object_is_valid_at_any_length_it_fits_in(text: str, tokens: int) -> None:
    conversation = [Message("system", 'JSON with the keys "a", "b" and "summary"'), Message("user", text[:40])]
    assert set(json.loads(write(conversation, exactly(tokens), json_object=True).text)) == {"a", "b", "summary"}


def test_the_text_ends_before_the_earliest_stop_sequence() -> None:
    whole = write("PDF uploads", near(200)).text
    late, early = whole[150:160], whole[61:67]
    reply = write("PDF uploads", near(200), stop=[late, early])
    assert reply.text == whole[: min(whole.find(late), whole.find(early))]
    assert reply.finish_reason == "stop"
    assert len(reply) == len(encoding("o200k_base").encode_ordinary(reply.text))
    assert "".join(reply.piece(i) for i in range(len(reply))) == reply.text


def test_a_stop_sequence_at_the_very_start_leaves_an_empty_reply() -> None:
    first = write("PDF uploads", near(50)).text[:3]
    reply = write("PDF uploads", near(50), stop=[first])
    assert (reply.text, len(reply), reply.finish_reason) == ("", 0, "stop")


def test_a_stop_sequence_behind_the_cap_or_of_no_length_changes_nothing() -> None:
    capped = write("PDF uploads", exactly(20))
    behind = write("PDF uploads", exactly(60)).text[len(capped.text) + 5 :][:20]
    assert write("PDF uploads", exactly(20), stop=[behind, ""]) == capped


def test_a_very_long_reply_is_as_long_as_asked() -> None:
    reply = write("PDF uploads", exactly(128_000))
    assert len(reply) == 128_000
    assert len(encoding("o200k_base").encode_ordinary(reply.text)) == 128_000


@pytest.mark.parametrize(("target", "cap"), [(0, None), (5, 0), (-1, None)])
def test_a_reply_of_no_tokens_cannot_be_asked_for(target: int, cap: int | None) -> None:
    with pytest.raises(ValueError, match="at least one token"):
        Length(target, exact=True, cap=cap)
