"""Whether a shared store can be reached, said once when it is lost and once when it is back."""

import logging
from typing import Final, Literal

_logger = logging.getLogger(__name__)

OnLoss = Literal["open", "closed"]
"""What happens to requests while nobody can be asked: all are admitted, or none."""

_TRIED_EVERY_S: Final = 1.0


class Lifeline:
    """The state of a connection. While it is lost, one request a second finds out whether it still is.

    `where` is what the log calls the store.
    """

    def __init__(self, where: str, on_loss: OnLoss) -> None:
        self.on_loss = on_loss
        self.where = where
        self._tried_at: float | None = None

    def may_try(self, now: float) -> bool:
        """Whether to ask the store at all; `now` is in monotonic seconds."""
        if self._tried_at is None:
            return True
        if now < self._tried_at + _TRIED_EVERY_S:
            return False
        self._tried_at = now
        return True

    def failed(self, error: Exception, now: float) -> None:
        """Note that the store did not answer."""
        if self._tried_at is None:
            meanwhile = "all requests are admitted" if self.on_loss == "open" else "requests get 503"
            why = " ".join(str(error).split()) or type(error).__name__
            _logger.warning("rate limits: no answer from %s (%s); %s until it is back", self.where, why, meanwhile)
        self._tried_at = now

    def answered(self) -> None:
        """Note that the store did."""
        if self._tried_at is not None:
            self._tried_at = None
            _logger.warning("rate limits: %s is back", self.where)
