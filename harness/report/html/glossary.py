"""What the words of the page mean."""

from typing import Final

from .markup import Markup, el, joined, more

_WORDS: Final = (
    ("request", "One HTTP exchange. A call that is retried makes several."),
    ("complete", "Proven whole: a finish reason, the end mark, content, and what the workload expects of it."),
    ("TTFT", "Time to first token: from when the request was due to its first content. Of complete streams."),
    ("total", "Total latency: from when the request was due to the end of its answer. Of complete requests."),
    ("ITL", "Inter-token latency: the time between tokens within a stream, counted once for every token."),
    ("gap", "The time between two reads that brought content; one read may bring several tokens."),
    ("p50, p95, p99", "Half, 95% and 99% of the values are at most so large. – : too few values to say."),
    ("goodput", "Requests that were complete and kept their latency objectives: their share, and how many a second."),
    ("429", "Answers that say a rate limit or a quota was met."),
    ("due", "When a request should be sent: by the plan of the load, or when its user was ready."),
    ("amplification", "Requests per call: how much more is sent because of retries."),
    ("phase", "A step of the mock server's own script: what it did at that time, such as a brown-out."),
    ("stage", "A step of the load: how much was asked at that time."),
)


def glossary() -> Markup:
    """The words, on demand."""
    words = (joined(el("dt", word), el("dd", said)) for word, said in _WORDS)
    return more("What the words mean", el("dl", words, class_="words"))
