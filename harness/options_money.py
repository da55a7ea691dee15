"""The options about money and safety (docs/money.md), as types."""

from typing import Annotated, Final, TypeAlias

import typer

MONEY: Final = "Money and safety: what a run may use at most (docs/money.md)"

MaxCostUsd: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="USD",
        envvar="HARNESS_MAX_COST_USD",
        help="End the run before more than this is spent, in US dollars, exact over all processes: every request "
        "reserves its worst case before it is sent",
        rich_help_panel=MONEY,
    ),
]
MaxRequests: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="N",
        envvar="HARNESS_MAX_REQUESTS",
        help="End it before more attempts than this are sent; unlike with --requests every retry counts",
        rich_help_panel=MONEY,
    ),
]
MaxTokensTotal: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="N",
        envvar="HARNESS_MAX_TOKENS_TOTAL",
        help="End it before more tokens than this are used, prompts and answers together",
        rich_help_panel=MONEY,
    ),
]
_PRICE_AS: Final = "Model at whose price those count whose own is not known (profiles/models.toml), such as deployments"
PriceAs: TypeAlias = Annotated[
    str | None, typer.Option(metavar="MODEL", envvar="HARNESS_PRICE_AS", help=_PRICE_AS, rich_help_panel=MONEY)
]
LaterPriceAs: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--price-as", metavar="MODEL", help=f"{_PRICE_AS}. Kept with the run; requests that have a cost keep it"
    ),
]
Limits: TypeAlias = Annotated[
    str | None,
    typer.Option(metavar="NAME|FILE", help="Compare with these rate limits: tier1, tier2, ... or a .toml"),
]
From: TypeAlias = Annotated[
    str | None,
    typer.Option("--from", metavar="RUN", help="By what was measured in this run folder, not by the workload"),
]
Rehearse: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--rehearse",
        help="Run the same against a mock first, half a minute at most, and estimate by what was measured there",
        rich_help_panel=MONEY,
    ),
]
Yes: TypeAlias = Annotated[
    bool,
    typer.Option("--yes", help="Agree to what the preflight says of a real API, unasked", rich_help_panel=MONEY),
]
