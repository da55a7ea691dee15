"""Hand-written sentences with a place for what the question is about.

Every frame begins with an ASCII capital and ends with an ASCII letter, without its full stop, and has its slot inside:
that is where the tokenizer splits in any case, whatever the slot holds. No verb depends on the number of the slot.
"""

LEADS = (
    "When it comes to {topics}, there are a few things worth checking in order",
    "Let us look at {topics} first, because that is where this usually starts",
    "What you describe about {topics} has a short answer and a longer one",
    "With {topics} in mind, I would go slowly and change one thing at a time",
    "The short answer on {topics} is that it can be done in a few steps",
    "You are asking about {topics}, so here is what I would do first",
    "For {topics}, the best place to start is the most recent change",
    "As for {topics}, two explanations are possible and one is far more likely",
    "Thanks for the details; for {topics} I suggest the following",
    "In the case of {topics}, one cause is more common than all others together",
    "To get {topics} right, it helps to separate what you see from what causes it",
    "Most questions about {topics} come down to the same two or three points",
    "A good way to think about {topics} is to begin with a very simple case",
    "Here is how I would handle {topics} if I were in your place",
    "The part about {topics} is what I would settle before anything else",
    "Everything you say about {topics} fits together and points in one direction",
)
"""How a reply opens."""

FOLLOW_UPS = (
    "Then let us return to {topics} and take the next step together",
    "That tells us more about {topics} than it may seem",
    "All right, so for {topics} the first idea was not enough",
    "In that case {topics} should be looked at from another side",
    "Good to know, because with {topics} it rules out the simplest cause",
    "So this is still about {topics}, and there is one more thing to try",
)
"""How a reply opens when the last message names nothing, but earlier ones did."""

EARLIER = (
    "Since you mentioned {topics} before, I would keep that in view as well",
    "It ties in with {topics}, which you brought up earlier",
    "Together with what you said about {topics}, this narrows it down",
    "That also fits what you told me about {topics} earlier on",
    "I have not forgotten {topics} from your earlier message",
    "Next to {topics} from before, the picture becomes clearer",
    "So the question about {topics} is not closed yet, but we are nearer to it",
)
"""The second sentence of a reply in a conversation."""

BODIES = (
    "Check {topic} on its own before you combine it with anything else",
    "If {topic} still gives you trouble, note the exact time and what you saw",
    "It is often enough to look at {topic} once with fresh eyes",
    "One detail about {topic} is easily missed: the order of the steps matters",
    "Compare {topic} with a case that works, and write down the first difference",
    "Behind {topic} there is often a setting that was changed without much notice",
    "You can test {topic} without risk in a copy",
    "For {topic} a small example says more than a long description",
    "Try not to change {topic} and its surroundings at the same time",
    "Ask whoever looks after {topic} whether something was updated lately",
    "The simplest explanation for {topic} is often the right one",
    "When {topic} works as it should, the rest tends to follow",
    "Keep a note of what you did about {topic} for the next time",
    "In practice {topic} matters more than most manuals suggest",
    "There are two sides to {topic}, and both deserve a moment",
    "A common mistake with {topic} is to start from the wrong end",
    "Whether {topic} is the cause or only the symptom shows once you isolate it",
    "Think of {topic} as one link in a chain, and look at its neighbours too",
    "Nothing about {topic} has to be decided today",
    "The cost of {topic} stays small as long as you notice changes early",
    "Once {topic} is settled, come back to the points that are still open",
    "Give {topic} a little time, since some changes only show after a while",
    "It is easy to underestimate {topic} at the beginning",
    "With {topic} it pays to be exact about names and numbers",
)
"""Sentences about one topic, for the length of a reply."""

INTROS = (
    "Here is what matters about {topics} in short",
    "These are the main points on {topics}, the most important one first",
    "On {topics}, I would name the following",
    "The essentials about {topics} are these",
)
"""What stands above a list; a colon follows."""

POINTS = (
    "{topic}: look at this first, because it explains most cases",
    "{topic}: quick to test, and safe to undo",
    "{topic}: compare today with the last time it worked",
    "{topic}: one person should own this and say when it is done",
    "{topic}: the effect is small alone, but it adds up",
    "{topic}: agreed in principle, with the details still open",
    "{topic}: needs a decision before anything else can move",
    "{topic}: worth writing down, since the question will come again",
    "{topic}: better than before, though not yet where it should be",
    "{topic}: the numbers speak for a careful start",
    "{topic}: no longer a risk once the first step is taken",
    "{topic}: ask early, as others depend on the answer",
)
"""Points of a list; they begin with the slot, behind the mark of the list."""

SHORT_POINTS = (
    "{topic}: check this first",
    "{topic}: quick to test",
    "{topic}: often the cause",
    "{topic}: still open",
    "{topic}: write it down",
    "{topic}: ask early",
)
"""The same for lists with little room."""

NOTES = (
    "A report about {topics} that needs a look by the team in charge",
    "The message is about {topics} and asks for a clear next step",
    "In short, {topics} should be checked and the result sent back",
    "Everything turns on {topics}, which did not go as expected",
    "There is a question about {topics}, and an answer is expected soon",
)
"""Sentences for the text values of a JSON object."""


def listed(phrases: tuple[str, ...]) -> str:
    """Phrases as one says them in a row: "a", "a and b", "a, b and c"; "this" when there is none."""
    if not phrases:
        return "this"
    return phrases[0] if len(phrases) == 1 else f"{', '.join(phrases[:-1])} and {phrases[-1]}"
