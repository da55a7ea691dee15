"""Everything that a running mock server consists of, built from its settings."""

import logging
from pathlib import Path
from random import Random
from typing import Final, Self

import msgspec
from msgspec.structs import replace

from profiles.catalogue import Catalogue, ModelFacts, load_catalogue

from .accounts import Accounts
from .chance import Ordinals, of_everybody
from .clock import Clock
from .faults import Course, FaultRules, Rule
from .latency import LatencyProfile
from .limits import LimitsPolicy, MemoryStore, Store
from .plan import Composer
from .player import Player
from .remembered import Remembered
from .reply import Writer
from .request.body import Body
from .request.reading import Reading
from .settings import ANY_MODEL, MEMORY, Settings
from .truth.health import Health, Lateness
from .truth.journal import Journal
from .truth.journal_file import JournalFile
from .truth.levels import Levels
from .usage import PrefixCache
from .wire.errors import Refusal

_logger = logging.getLogger(__name__)

_MISSED_NAMED: Final = 100
_MOST_BODY_BYTES: Final = 16_000_000
"""Bodies whose parsing is remembered; parsed they are several times as large."""

Bodies = Remembered[Body]
Readings = Remembered[Reading | Refusal]


class Current(msgspec.Struct, frozen=True):
    """What may change while the server runs, all at once.

    `composer` has the latencies, `course` is how it goes through the script of its faults, `queued` are rules for the
    next few requests.
    """

    composer: Composer
    limits: LimitsPolicy
    faults: FaultRules
    course: Course
    queued: tuple[Rule, ...] = ()


class State(msgspec.Struct):
    """Where what is simulated now is found."""

    current: Current


class Simulation(msgspec.Struct, frozen=True):
    """The parts that endpoints work with. `entropy` is unseeded: it makes ids and padding, which
    must differ from server to server.
    """

    settings: Settings
    clock: Clock
    catalogue: Catalogue
    accounts: Accounts
    state: State
    store: Store
    journal: Journal
    player: Player
    health: Health
    levels: Levels = msgspec.field(default_factory=Levels)
    prompts: PrefixCache = msgspec.field(default_factory=PrefixCache)
    bodies: Bodies = msgspec.field(
        default_factory=lambda: Remembered(_MOST_BODY_BYTES, lambda content, _: len(content) + 500)
    )
    readings: Readings = msgspec.field(
        default_factory=lambda: Remembered(_MOST_BODY_BYTES, lambda content, _: len(content) + 500)
    )
    ordinals: Ordinals = msgspec.field(default_factory=Ordinals)
    entropy: Random = msgspec.field(default_factory=Random)
    _missed: set[str] = msgspec.field(default_factory=set)

    @classmethod
    def of(cls, settings: Settings, clock: Clock) -> Self:
        """The simulation that the settings describe, ready to answer (tokenizers loaded).

        Raises ProfileError when a file cannot be used.
        """
        catalogue = _catalogue(settings.models)
        player = Player()
        return cls(
            settings=settings,
            clock=clock,
            catalogue=catalogue,
            accounts=Accounts.from_file(settings.keys),
            state=State(_at_first(settings, _warm_writer(settings.seed, catalogue))),
            store=_store(settings),
            player=player,
            health=Health(clock.wall, lambda: Lateness(*player.take_lateness()), player.__len__),
            journal=Journal(clock, file=None if settings.journal is None else JournalFile(settings.journal)),
        )

    async def reset(self) -> None:
        """Begin as the server began, but now: what may change, what was counted, taken, cached and noted."""
        now = self.clock.simulated(self.clock.now())
        first = _at_first(self.settings, self.composer.writer)
        self.state.current = replace(first, course=Course(first.faults.script, now))
        self.ordinals.clear()
        self.prompts.clear()
        self.journal.clear()
        self.health.clear()
        self.levels.clear()
        await self.store.reset()

    def model(self, name: str) -> ModelFacts | None:
        """The facts of a model. The first time one is asked for in vain, the log says what would help."""
        facts = self.catalogue.resolve(name)
        if facts is None and name not in self._missed and len(self._missed) < _MISSED_NAMED:
            self._missed.add(name)
            _logger.warning("no model %.100r here: --models any accepts every name, --models FILE adds models", name)
        return facts

    @property
    def current(self) -> Current:
        """What is simulated now."""
        return self.state.current

    @property
    def composer(self) -> Composer:
        """What answers are composed by now."""
        return self.state.current.composer

    def _limits(self) -> str:
        """The limits and, where others share it, the store."""
        store = self.store.describe()
        return f"{self.current.limits.describe()} in {store}" if store else self.current.limits.describe()

    def describe(self) -> str:
        """What is simulated, in one line."""
        end = f"seed {self.settings.seed}" + ("" if self.settings.speed == 1 else f"; speed {self.settings.speed:g}")
        latency = self.composer.latency.describe()
        distance = f", {self.settings.rtt_ms:g} ms away" if self.settings.rtt_ms else ""
        return f"latency {latency}{distance}; {self._limits()}; {self.current.faults.describe()}; {end}"


def _at_first(settings: Settings, writer: Writer) -> Current:
    """What the settings say, at the start. Raises ProfileError when a file cannot be used."""
    latency = LatencyProfile.from_file(
        settings.latency,
        of_everybody(settings.seed),
        ttft_ms=settings.ttft_ms,
        itl_ms=settings.itl_ms,
        reply_tokens=settings.reply_tokens,
    )
    faults = FaultRules.from_file(settings.faults, settings.seed)
    limits = LimitsPolicy.from_file(settings.limits)
    return Current(Composer.of(writer, latency), limits, faults, Course(faults.script, settings.start_at))


def _catalogue(models: str | None) -> Catalogue:
    if models is None or models == ANY_MODEL:
        return load_catalogue(any_model=models == ANY_MODEL)
    return load_catalogue(Path(models))


def _store(settings: Settings) -> Store:
    if settings.store == MEMORY:
        return MemoryStore(speed=settings.speed)
    # A twentieth of a second that only those wait for who need it.
    from .limits.shared import RedisStore  # noqa: PLC0415

    return RedisStore(settings.store, speed=settings.speed, on_loss=settings.store_lost)


def _warm_writer(seed: int, catalogue: Catalogue) -> Writer:
    """A writer with every tokenizer of the catalogue loaded, so that the first request is not the slow one."""
    writer = Writer(seed)
    for name in sorted({facts.encoding for facts in catalogue}):
        writer.warm(name)
    return writer
