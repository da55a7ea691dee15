"""What a run is asked to do."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from ..client.endpoint import Api
from ..client.headers import Header
from ..client.retry import plan_of
from ..load.spans import seconds_of
from ..money.amount import Caps

TargetKind = Literal["mock", "real"]

DEFAULT_RETRY: Final = "none"
DEFAULT_SPAWN_TIME_S: Final = 5


class SettingError(ValueError):
    """A setting that cannot be used; the message names the flag and the right form."""

    def __init__(self, flag: str, why: str) -> None:
        super().__init__(f"{flag}: {why}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """One run.

    `workload` is a name or path, None for the users of somebody's own Locust file. A run ends after `run_time_s`
    seconds or after `requests` calls, whichever comes first; None means no such end. `stop_timeout_s` is how long
    attempts in flight may take to finish when it ends. `warm_up` is what latencies and rates leave
    out ("30s", "auto"). `model` and `think_time_s` override the workload's.
    `retry` is a policy as harness.client.retry reads it, `timeouts` those of harness.client.timeouts that were given.

    `users_plan`, `rate` or `trace` say when users or their sessions begin, as harness.load reads them; then `users` is
    how many there are at most, and the run ends with plan or trace where `run_time_s` is None.

    `max_cost_usd`, `max_requests` (attempts) and `max_tokens_total` (prompt and completion) are its `caps`.
    `price_as` is the model at whose price others count whose own is not known; `goodput` is what flags say each request
    has to keep.

    `path_prefix` to `ca_file` say what the endpoint is (docs/endpoints.md); `target` is None where the host decides.
    """

    host: str
    workload: str | None
    users: int | None = None
    spawn_rate: float | None = None
    users_plan: str | None = None
    rate: str | None = None
    arrivals: str | None = None
    trace: str | None = None
    trace_speed: float | None = None
    trace_rate: float | None = None
    run_time_s: float | None = None
    requests: int | None = None
    model: str | None = None
    think_time_s: float | None = None
    seed: int | None = None
    retry: str | None = None
    timeouts: Mapping[str, float] = field(default_factory=dict)
    stop_timeout_s: float = 30.0
    warm_up: str | None = None
    max_cost_usd: float | None = None
    max_requests: int | None = None
    max_tokens_total: int | None = None
    price_as: str | None = None
    goodput: tuple[str, ...] | None = None
    path_prefix: str | None = None
    api: Api = "openai"
    api_version: str | None = None
    headers: tuple[Header, ...] = field(default=(), repr=False)
    extra_body: Mapping[str, Any] | None = None
    allow_http: bool = False
    target: TargetKind | None = None
    ca_file: str | None = None

    @property
    def is_planned(self) -> bool:
        """Whether a plan or a trace says when it begins and ends."""
        return (self.users_plan, self.rate, self.trace) != (None, None, None)

    @property
    def caps(self) -> Caps:
        """What it may use at most."""
        return Caps(requests=self.max_requests, tokens=self.max_tokens_total, cost_usd=self.max_cost_usd)

    @property
    def is_open(self) -> bool:
        """Whether sessions begin whatever becomes of those before."""
        return (self.rate, self.trace) != (None, None)

    def to_dict(self) -> dict[str, Any]:
        """The settings as JSON values, without those that were not given; of headers the names only."""
        given = {name: value for name, value in dataclasses.asdict(self).items() if value is not None}
        return given | {"headers": [name for name, _ in self.headers]}


def seconds(text: str, flag: str) -> float:
    """A time span as Locust writes it: "90", "60s", "5m", "1h30m". Raises SettingError for anything else."""
    try:
        return seconds_of(text)
    except ValueError as error:
        raise SettingError(flag, str(error)) from None


def retry_policy(text: str | None) -> str | None:
    """What --retry says, None where it says nothing. Raises SettingError when it is no policy."""
    if not text:
        return None
    try:
        plan_of(text)
    except ValueError as error:
        raise SettingError("--retry", str(error)) from None
    return text


def timeouts_of(
    connect: str | None, first_token: str | None, idle: str | None, total: str | None
) -> Mapping[str, float]:
    """What the flags of that name say, by the names of the timeouts. Raises SettingError."""
    given: dict[str, float] = {}
    for name, text in (("connect", connect), ("first_token", first_token), ("idle", idle), ("total", total)):
        if text:
            flag = f"--{name.replace('_', '-')}-timeout"
            given[f"{name}_s"] = seconds(text, flag)
            if not given[f"{name}_s"] > 0:
                raise SettingError(flag, f"{text!r} is no time at all; write 0.5, 60s or 5m")
    return given


def run_time_s(text: str | None) -> float | None:
    """What --run-time says, None for no such end. Raises SettingError."""
    if text is None:
        return None
    time_s = seconds(text, "--run-time")
    if time_s <= 0:
        raise SettingError("--run-time", f"{text!r} is no time at all; write 60s, 5m or 1h30m")
    return time_s


def spawn_rate_of(given: float | None, users: int) -> float:
    """What --spawn-rate says, in users per second; without it all come within a few seconds. Raises SettingError."""
    if given is None:
        return max(1.0, users / DEFAULT_SPAWN_TIME_S)
    if not 0 < given < float("inf"):
        raise SettingError("--spawn-rate", f"{given:g} is not a rate; write a number of users per second above 0")
    return given
