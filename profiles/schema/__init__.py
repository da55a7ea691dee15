"""The envelopes of the TOML files, as pydantic models; unknown keys are errors that name file and key."""

from .faults import FaultsFile, RuleTable
from .keys import KeysFile, KeyTable
from .latency import LatencyFile, LatencyTable, ReplyTokens
from .limits import LimitsFile, LimitsTable
from .reading import Envelope, validated
from .workload import ClassTable, ExpectTable, PoolTable, ScenarioTable, WorkloadFile

__all__ = [
    "ClassTable",
    "Envelope",
    "ExpectTable",
    "FaultsFile",
    "KeyTable",
    "KeysFile",
    "LatencyFile",
    "LatencyTable",
    "LimitsFile",
    "LimitsTable",
    "PoolTable",
    "ReplyTokens",
    "RuleTable",
    "ScenarioTable",
    "WorkloadFile",
    "validated",
]
