"""What a trace makes of a question."""

import pytest
from msgspec.structs import replace

from harness.swarm.admission import Entry
from harness.swarm.replaying import as_long_as_traced, facts_of
from harness.workload import Workload
from harness.workload.sizes import first_prompt
from profiles.catalogue import load_catalogue
from profiles.tokens import Message, prompt_tokens

CATALOGUE = load_catalogue()
ASKED = [{"role": "user", "content": "Why was I charged twice?"}]


def test_prompt_and_answer_are_as_long_as_they_were() -> None:
    facts = facts_of(CATALOGUE, "gpt-4o-mini")
    entry = Entry(3, traced=True, prompt_tokens=50, completion_tokens=9)
    messages, params = as_long_as_traced(entry, ASKED, {"max_tokens": 500, "temperature": 0.3}, facts, seed=1)
    assert prompt_tokens([Message(m["role"], m["content"]) for m in messages], facts) == 50
    assert params == {"max_tokens": 9, "temperature": 0.3}
    assert messages == as_long_as_traced(entry, ASKED, {}, facts, seed=1)[0]
    assert messages != as_long_as_traced(entry, ASKED, {}, facts, seed=2)[0]


@pytest.mark.parametrize("name", ["basic", "agent"])
@pytest.mark.parametrize("tokens", [125, 130, 135, 140, 145, 400])
def test_tools_schema_and_system_message_are_part_of_the_prompt(name: str, tokens: int) -> None:
    workload = Workload.load(name)
    entry = Entry(3, traced=True, prompt_tokens=tokens)
    for index in range(8):
        session = workload.session(index)
        facts = facts_of(CATALOGUE, session.model)
        messages, params = as_long_as_traced(entry, session.messages(0), session.params_of(0), facts, seed=1)
        asked = replace(session, system=None, turns=(replace(session.turns[0], user_text=messages[-1]["content"]),))
        if len(messages) > 1:
            asked = replace(asked, system=messages[0]["content"])
        assert params == session.params_of(0)
        assert first_prompt(asked, CATALOGUE) == tokens


def test_what_the_trace_does_not_know_stays_as_it_is() -> None:
    facts = facts_of(CATALOGUE, "nobody-knows-it")
    assert as_long_as_traced(Entry(3, traced=True), ASKED, {"max_tokens": 500}, facts, 1) == (
        ASKED,
        {"max_tokens": 500},
    )
