"""What a verification asks for: workloads, faults and latencies, as the harness and the mock server read them."""

from collections.abc import Mapping
from typing import Any, Final

from profiles.due import DUE

TTFT_MS: Final = 200
ITL_MS: Final = 20
TOKENS: Final = 100

STEADY: Final[Mapping[str, Any]] = {
    "latency": {
        "default": {
            "ttft_base_ms": TTFT_MS,
            "itl_ms": ITL_MS,
            "first_byte_lead_ms": 0,
            "reply_tokens": "fill",
        }
    },
    "limits": "off",
    "faults": "off",
}
"""What is known exactly: the first token after so long, and then one every so often."""

STREAMS: Final = f"""\
description = "Streams of {TOKENS} tokens with hardly a pause between them"

[[class]]
name = "stream"
model = "gpt-4o-mini"
stream = true
max_tokens = {TOKENS}
think_time_s = [0.0, 0.4]
prompts = ["Tell me about deployments."]
"""

BOTH_WAYS: Final = """\
description = "The same question, streamed and not"

[[class]]
name = "streamed"
model = "gpt-4o-mini"
stream = true
think_time_s = [0.0, 0.0]
prompts = ["Tell me about deployments."]

[[class]]
name = "plain"
model = "gpt-4o-mini"
think_time_s = [0.0, 0.0]
prompts = ["Tell me about deployments."]
"""

_SOON: Final[Mapping[str, Mapping[str, float]]] = {
    "hang": {"for_ms": 50},
    "slow_headers": {"ms": 50},
    "slow_first_token": {"ms": 50},
    "slow_tokens": {"factor": 2},
    "stall": {"for_ms": 50},
    "not_ready": {"for_s": 86_400},
}
"""What a fault needs to be over soon, or not before the end."""

CHANCE: Final = 0.02
_HANGS: Final = 0.08
"""Most connections are used again, and one that ends then without a byte was stale: the client asks once more."""

FAULTY: Final[Mapping[str, Any]] = {
    "latency": {"default": {"ttft_base_ms": 5, "itl_ms": 1, "first_byte_lead_ms": 0, "reply_tokens": 20}},
    "limits": "off",
    "faults": {
        "rule": [
            {
                "probability": _HANGS if kind == "hang" else CHANCE,
                **({"fault": "status", "status": int(kind[7:])} if kind.startswith("status_") else {"fault": kind}),
                **_SOON.get(kind, {}),
            }
            for kind in DUE
            if kind != "none"
        ]
    },
}
"""Every kind of fault, each by itself for the most part."""
