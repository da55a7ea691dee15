"""The suite: every benchmark, in the order of the table. Adding one is a file in benchmarks/ and a name here."""

from collections.abc import Sequence
from typing import Final

from .benchmarks.attempts import CONCLUDING, FOLDING
from .benchmarks.harness_rates import HARNESS_ARRIVALS, HARNESS_UNSTREAMED
from .benchmarks.harness_streams import HARNESS_500, HARNESS_1000, HARNESS_2000, HARNESS_STREAMS
from .benchmarks.journal import JOURNAL
from .benchmarks.limiter import LIMITER
from .benchmarks.reading import EVENTS, HISTOGRAM
from .benchmarks.reporting import REPORTING
from .benchmarks.server_events import SERVER_300, SERVER_2000, SERVER_EVENTS
from .benchmarks.server_profiles import SERVER_ENGINE, SERVER_HOSTED, SLOW_STREAMS
from .benchmarks.shared_limiter import SHARED_LIMITER
from .benchmarks.starting import HARNESS_START, SERVER_START, TOKENIZERS
from .benchmarks.stream_start import STREAM_START
from .benchmarks.throughput import THROUGHPUT
from .benchmarks.unstreamed import UNSTREAMED
from .row import Benchmark

SUITE: Final[Sequence[Benchmark]] = (
    SERVER_EVENTS,
    SERVER_300,
    SERVER_2000,
    SERVER_HOSTED,
    SERVER_ENGINE,
    SLOW_STREAMS,
    STREAM_START,
    UNSTREAMED,
    THROUGHPUT,
    SERVER_START,
    TOKENIZERS,
    LIMITER,
    SHARED_LIMITER,
    JOURNAL,
    HARNESS_STREAMS,
    HARNESS_500,
    HARNESS_1000,
    HARNESS_2000,
    HARNESS_UNSTREAMED,
    HARNESS_ARRIVALS,
    HARNESS_START,
    EVENTS,
    CONCLUDING,
    HISTOGRAM,
    FOLDING,
    REPORTING,
)
