"""What the users of a process may spend: a lease of the run's budget, kept filled for about a second ahead."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import gevent
from gevent.event import AsyncResult, Event

from profiles.catalogue import ModelFacts
from profiles.record import Record

from ..money.amount import NOTHING, Amount, Caps
from ..money.bank import Ask, Lease
from ..money.worst import cost_of, worst_case

TICK_S: Final = 0.25
_TICKS: Final = 4
"""How many ticks a lease is to last: about a second."""


class Purse(Protocol):
    """Pays for attempts."""

    def hold(self, body: Mapping[str, Any]) -> Amount | None:
        """Reserve the worst case of a request; None when there is no budget for it and will be none.

        Waits while something may come back. Raises UnboundedError for a request that has no worst case.
        """

    def settle(self, held: Amount, record: Record) -> None:
        """An attempt that was held for has ended."""

    def heard(self, granted: Amount) -> None:
        """The bank has granted so much in all."""

    def close(self) -> None:
        """No more requests come."""


class Unlimited:
    """The purse of a run without caps."""

    def hold(self, body: Mapping[str, Any]) -> Amount:  # noqa: ARG002 - all requests are alike
        """There is always enough."""
        return NOTHING

    def settle(self, held: Amount, record: Record) -> None:
        """Nothing was held."""

    def heard(self, granted: Amount) -> None:
        """There is no bank."""

    def close(self) -> None:
        """Nothing is to be returned."""


@dataclass(slots=True)
class _Waiting:
    """A request that waits for its budget."""

    worst: Amount
    answer: AsyncResult = field(default_factory=AsyncResult)


class Leased:
    """A purse that is filled by a bank: `tell(ask)` is how it is asked, `heard` takes its answer.

    Requests that find too little wait, first come first served, until settled ones give back what they did not cost.
    """

    def __init__(
        self, caps: Caps, tell: Callable[[Ask], None], draining: Event, facts_of: Callable[[str], ModelFacts]
    ) -> None:
        """`facts_of(model)` says how the tokens of a model count and what they cost.

        `draining` is set when the run is about to end, because the budget is used up for example.
        """
        self._caps = caps
        self._lease = Lease(caps)
        self._tell = tell
        self._facts_of = facts_of
        self._draining = draining
        self._waiting: deque[_Waiting] = deque()
        self._used: deque[Amount] = deque([NOTHING] * _TICKS, maxlen=_TICKS)
        self._told: Ask | None = None
        self._closed = False
        draining.rawlink(lambda _: self._send_away())
        gevent.spawn(self._keep_filled)

    def hold(self, body: Mapping[str, Any]) -> Amount | None:
        """Reserve the worst case of a request, waiting for it if need be."""
        worst = worst_case(body, self._facts_of(body["model"]), self._caps)
        self._used[-1] += worst
        if self._draining.is_set():
            return None
        if not self._waiting and self._lease.reserve(worst):
            return worst
        return worst if self._awaited(worst) else None

    def settle(self, held: Amount, record: Record) -> None:
        """What an attempt did not cost is there for the next one."""
        self._lease.settle(held, cost_of(record, held))
        self._serve()

    def heard(self, granted: Amount) -> None:
        """The bank has granted so much in all."""
        self._lease.take(granted)
        before = len(self._waiting)
        self._serve()
        if self._waiting and len(self._waiting) < before:
            self._ask()

    def close(self) -> None:
        """Return what is left."""
        self._closed = True
        self._lease.give_back()
        self._tell(self._lease.ask())

    def _awaited(self, worst: Amount) -> bool:
        request = _Waiting(worst)
        self._waiting.append(request)
        try:
            if len(self._waiting) == 1:
                self._ask()
            return bool(request.answer.get())
        except BaseException:
            if request in self._waiting:
                self._waiting.remove(request)
            elif request.answer.value:
                self._lease.settle(worst, NOTHING)
            raise

    def _serve(self) -> None:
        while self._waiting and not self._draining.is_set() and self._lease.reserve(self._waiting[0].worst):
            self._waiting.popleft().answer.set(True)

    def _send_away(self) -> None:
        while self._waiting:
            self._waiting.popleft().answer.set(False)

    def _keep_filled(self) -> None:
        while not self._closed:
            gevent.sleep(TICK_S)
            if not self._closed:
                self._ask()
                self._used.append(NOTHING)

    def _ask(self) -> None:
        """Say how it stands and what would do for the next second, where that is news.

        While a request waits nothing is kept back: what two processes hold and neither can use is nobody's.
        """
        ahead = sum(self._used, start=NOTHING)
        need = self._waiting[0].worst if self._waiting else NOTHING
        self._lease.give_back(NOTHING if self._waiting else ahead + ahead)
        ask = self._lease.ask(need, ahead - self._lease.room)
        if self._waiting or ask != self._told:
            self._told = ask
            self._tell(ask)
