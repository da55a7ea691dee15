"""Prints profiles/traces/two-minutes.csv: python scripts/make_trace.py > profiles/traces/two-minutes.csv"""

import datetime
import sys
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from harness.load.arrivals import arrivals_of
from harness.load.grammar import plan_of

SEED = 7
RATE = "0-30s: 1->3, 30-60s: 3, 60-75s: 8, 75-120s: 3->1"
ARRIVALS = "gamma:burstiness=0.5"
BEGIN = datetime.datetime(2026, 1, 5, 9, 0, tzinfo=datetime.UTC)

REMARKS = f"""\
# Two minutes of an assistant at work: traffic grows, there is a rush of 15 s, and it calms down. Made up, not recorded.
# Arrivals: --rate "{RATE}" --arrivals {ARRIVALS} --seed {SEED}
# Tokens: lognormal, prompts with a median of 350 (sigma 0.8, 16 to 3,000), answers of 90 (sigma 0.7, 8 to 400).
# Made by scripts/make_trace.py, in the format of Azure's traces.
"""


def tokens(rng: Random, median: int, sigma: float, least: int, most: int) -> int:
    """A number of tokens from a lognormal distribution within bounds."""
    return min(max(round(median * rng.lognormvariate(0.0, sigma)), least), most)


def main() -> None:
    """Print the file."""
    rng = Random(f"{SEED}/tokens")
    sys.stdout.write(f"{REMARKS}TIMESTAMP,ContextTokens,GeneratedTokens\n")
    for at_s in arrivals_of(ARRIVALS).times(plan_of(RATE), SEED):
        at = (BEGIN + datetime.timedelta(seconds=at_s)).strftime("%Y-%m-%d %H:%M:%S.%f")
        sys.stdout.write(f"{at},{tokens(rng, 350, 0.8, 16, 3000)},{tokens(rng, 90, 0.7, 8, 400)}\n")


if __name__ == "__main__":
    main()
