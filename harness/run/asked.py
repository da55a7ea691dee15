"""What a run is asked to do where the flags say nothing: the [run] table of its workload, then the defaults."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Final, Self, TypeVar

from profiles import ProfileError
from profiles.schema.run import RunTable, TimeSpan

from ..client.timeouts import Timeouts
from .demand import arrivals_from, plan_from
from .pricing import price_as_of
from .settings import DEFAULT_RETRY, RunSettings, SettingError, retry_policy, seconds

T = TypeVar("T")

DEFAULT_STOP_TIMEOUT_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A [run] table that was looked through; `file` is what errors call the workload.

    Flags win key by key. Retry policy and timeouts are below those of the classes too: `filled` leaves them to
    `settled`.
    """

    table: RunTable
    run_time_s: float | None = None
    stop_timeout_s: float | None = None

    @classmethod
    def of(cls, table: RunTable, file: str) -> Self:
        """The table of a file. Raises ProfileError for a value that is no time span, no policy, or no plan."""
        if table.retry is not None:
            _read(retry_policy, table.retry, file, "retry")
        for key, plan in (("rate", table.rate), ("users", table.users)):
            if isinstance(plan, str):
                _read(partial(plan_from, flag=key), plan, file, key)
        if table.rate is not None and isinstance(table.users, str) and not plan_from(table.users, "users").is_plain:
            why = "with 'rate' it is how many users there are at most; write a number, or leave it out"
            raise ProfileError(file, "run.users", why)
        if table.price_as is not None:
            _read(price_as_of, table.price_as, file, "price_as")
        if table.arrivals is not None:
            _read(arrivals_from, table.arrivals, file, "arrivals")
        return cls(
            table,
            None if table.run_time is None else _span(table.run_time, file, "run_time"),
            None if table.stop_timeout is None else _span(table.stop_timeout, file, "stop_timeout"),
        )

    def stop_timeout(self, flag: str | None) -> float:
        """What --stop-timeout says, or the table, or 30 s. Raises SettingError."""
        if flag is not None:
            return seconds(flag, "--stop-timeout")
        return DEFAULT_STOP_TIMEOUT_S if self.stop_timeout_s is None else self.stop_timeout_s

    def filled(self, flags: RunSettings) -> RunSettings:
        """The settings that flags make, with what they left open taken from the table. Times stay as they are."""
        table = self.table
        return replace(
            flags,
            requests=_first(flags.requests, table.requests),
            model=_first(flags.model, table.model),
            think_time_s=_first(flags.think_time_s, table.think_time),
            seed=_first(flags.seed, table.seed, 0),
            price_as=_first(flags.price_as, table.price_as),
        )

    def settled(self, flags: RunSettings) -> RunSettings:
        """The same, with the retry policy and the timeouts of classes that say nothing of theirs."""
        return replace(
            self.filled(flags),
            retry=_first(flags.retry, self.table.retry, DEFAULT_RETRY),
            timeouts=asdict(Timeouts(**{**self.table.timeouts.given, **flags.timeouts})),
        )


def _first(*values: T | None) -> T | None:
    """The first that is there."""
    return next((value for value in values if value is not None), None)


def _span(given: TimeSpan, file: str, key: str) -> float:
    value = given if isinstance(given, float) else _read(lambda text: seconds(text, key), given, file, key)
    if not value > 0:
        raise ProfileError(file, f"run.{key}", f"{given!r} is no time at all; write 60s, 5m or 1h30m")
    return value


def _read(read: Callable[[str], T], text: str, file: str, key: str) -> T:
    try:
        return read(text)
    except SettingError as error:
        raise ProfileError(file, f"run.{key}", str(error).partition(": ")[2]) from None
