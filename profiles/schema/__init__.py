"""The envelopes of the TOML files, as pydantic models; unknown keys are errors that name file and key."""

from .faults import Count, FaultsFile, MatchTable, OutageTable, PhaseTable, RuleTable
from .keys import KeysFile, KeyTable, OwnerTable
from .latency import LatencyFile, LatencyTable, ReplyTokens
from .limits import ChargeMode, LimitsFile, LimitsTable
from .reading import Envelope, validated
from .workload import ClassTable, ExpectTable, PoolTable, ScenarioTable, WorkloadFile

__all__ = [
    "ChargeMode",
    "ClassTable",
    "Count",
    "Envelope",
    "ExpectTable",
    "FaultsFile",
    "KeyTable",
    "KeysFile",
    "LatencyFile",
    "LatencyTable",
    "LimitsFile",
    "LimitsTable",
    "MatchTable",
    "OutageTable",
    "OwnerTable",
    "PhaseTable",
    "PoolTable",
    "ReplyTokens",
    "RuleTable",
    "ScenarioTable",
    "WorkloadFile",
    "validated",
]
