"""How much of a predicted answer came true, for the usage of requests with `prediction`."""

from profiles.encodings import encoding


def prediction_usage(predicted: str, said: str, encoding_name: str) -> tuple[int, int]:
    """Accepted and rejected tokens: those that prediction and answer begin and end with in common, and the others.

    How the API counts is not published; a prediction is meant for files that are edited in one place.
    """
    coder = encoding(encoding_name)
    expected, got = coder.encode_ordinary(predicted), coder.encode_ordinary(said)
    shorter = min(len(expected), len(got))
    head = next((at for at in range(shorter) if expected[at] != got[at]), shorter)
    tail = next((at for at in range(shorter - head) if expected[-1 - at] != got[-1 - at]), shorter - head)
    return head + tail, len(expected) - head - tail
