from random import Random

import pytest
from msgspec.structs import replace

from mockserver.answer import Answer
from mockserver.chance import Chance
from mockserver.latency import LatencyProfile
from mockserver.plan import Composer
from mockserver.question import Question
from mockserver.reply import Writer
from mockserver.usage import Found
from profiles.catalogue import load_catalogue
from profiles.tokens import Message, prompt_tokens

CATALOGUE = load_catalogue()
CREATED = 1_763_424_000


@pytest.fixture(scope="module")
def composer() -> Composer:
    return Composer(Writer(1), LatencyProfile.from_file("hosted"))


def _question(model: str = "gpt-4o", *, cap: int | None = None, stop: tuple[str, ...] = ()) -> Question:
    facts = CATALOGUE.resolve(model)
    assert facts is not None
    messages = (Message("user", "Why does my export fail with an error?"),)
    return Question(facts, messages, prompt_tokens(messages, facts), cap=cap, stop=stop)


def _answer(composer: Composer, question: Question, ordinal: int = 0, identity: bytes = b"a") -> Answer:
    return composer.compose(question, Chance(1, identity, ordinal), CREATED, Random(2))


def test_asking_again_gets_the_same_text_at_another_time(composer: Composer) -> None:
    first, again = _answer(composer, _question()), _answer(composer, _question(), ordinal=1)
    assert first.plan.choices == again.plan.choices
    assert first.plan.reply_hash == again.plan.reply_hash
    assert first.cadences != again.cadences


def test_what_is_told_again_is_not_made_again(composer: Composer) -> None:
    first, again = _answer(composer, _question()).plan, _answer(composer, _question(), ordinal=1).plan
    assert first.choices is again.choices
    assert first.usage is again.usage
    assert first.id != composer.compose(_question(), Chance(1, b"a", 2), CREATED, Random(3)).plan.id


def test_what_the_cache_holds_counts_for_this_asking_alone(composer: Composer) -> None:
    question, chance = _question(), Chance(1, b"a", 0)
    cached = composer.compose(question, chance, CREATED, Random(2), cache=Found(1024)).plan.usage
    assert cached == _answer(composer, question).plan.usage._replace(cached_tokens=1024)
    exact = _question("gpt-5.6-sol")
    written = composer.compose(exact, Chance(1, b"c", 0), CREATED, Random(2), cache=Found(0, 2048)).plan.usage
    assert (written.cached_tokens, written.cache_write_tokens) == (0, 2048)
    assert _answer(composer, exact, identity=b"c").plan.usage.cache_write_tokens == 0


def test_log_probabilities_are_drawn_for_each_asking(composer: Composer) -> None:
    question = replace(_question(cap=5), top_logprobs=2)
    first, again = (
        list(_answer(composer, question, ordinal, identity=b"judged").plan.choices[0].logprobs or ())
        for ordinal in (0, 1)
    )
    assert first == again
    assert len(first) == 5


def test_the_digest_is_that_of_what_is_said(composer: Composer) -> None:
    plan = _answer(composer, _question()).plan
    other = _answer(composer, _question(), identity=b"b").plan
    assert plan.saying(plan.choices).reply_hash == plan.reply_hash
    assert plan.saying(other.choices).reply_hash == other.reply_hash != plan.reply_hash


def test_another_identity_gets_another_text(composer: Composer) -> None:
    question = _question(cap=200)
    assert _answer(composer, question).plan.reply_hash != _answer(composer, question, identity=b"b").plan.reply_hash


def test_plan_and_cadence_have_the_same_number_of_tokens(composer: Composer) -> None:
    answer = _answer(composer, _question())
    assert len(answer.cadences[0].token_s) == len(answer.plan.choices[0].reply) == answer.plan.usage.completion_tokens


def test_the_cap_of_the_question_is_kept(composer: Composer) -> None:
    plan = _answer(composer, _question(cap=3), identity=b"capped").plan
    assert (plan.usage.completion_tokens, plan.choices[0].reply.finish_reason) == (3, "length")


@pytest.mark.parametrize(
    ("model", "snapshot", "logprobs", "fingerprinted"),
    [
        ("gpt-4o", "gpt-4o-2024-08-06", True, True),
        ("gpt-4", "gpt-4-0613", True, False),
        ("gpt-5", "gpt-5-2025-08-07", False, False),
    ],
)
def test_the_head_says_what_the_model_says(
    composer: Composer, model: str, snapshot: str, logprobs: bool, fingerprinted: bool
) -> None:
    head = _answer(composer, _question(model)).plan.head
    assert (head.model, head.logprobs, head.created) == (snapshot, logprobs, CREATED)
    assert (head.fingerprint is not None) is fingerprinted
    assert head.id.startswith("chatcmpl-")


def test_choices_written_ahead_one_a_step_are_those_that_are_composed(composer: Composer) -> None:
    question, chance = replace(_question(cap=30), n=4), Chance(1, b"ahead", 0)
    assert len(list(composer.write_ahead(question, chance))) == 4
    assert list(composer.write_ahead(question, chance)) == []
    written = Composer(Writer(1), composer.latency)
    assert composer.compose(question, chance, CREATED, Random(2)) == written.compose(
        question, chance, CREATED, Random(2)
    )


@pytest.mark.parametrize(("model", "in_steps"), [("gpt-5-mini", True), ("gpt-5.2", False)])
def test_reasoning_is_counted_in_the_steps_of_the_model(composer: Composer, model: str, in_steps: bool) -> None:
    answers = [_answer(composer, _question(model), identity=f"{model}{asked}".encode()) for asked in range(20)]
    thought = [answer.plan.usage.reasoning_tokens for answer in answers]
    assert all(thought)
    assert all(tokens % 64 == 0 for tokens in thought) is in_steps
