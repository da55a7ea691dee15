"""The envelopes of the TOML files, as pydantic models; unknown keys are errors that name file and key."""

from .amounts import AmountTable, EmpiricalTable, LognormalTable, NormalTable, UniformTable
from .asking import AbandonTable, FunctionTable, SchemaFormat, TimeoutsTable, ToolTable
from .expect import ExpectTable
from .faults import Count, FaultsFile, MatchTable, OutageTable, PhaseTable, RuleTable
from .keys import KeysFile, KeyTable, OwnerTable
from .latency import LatencyFile, LatencyTable, SlowdownTable
from .limits import ChargeMode, LimitsFile, LimitsTable
from .reading import Envelope, validated
from .run import RunTable
from .workload import ClassTable, PoolTable, ScenarioTable, WorkloadFile

__all__ = [
    "AbandonTable",
    "AmountTable",
    "ChargeMode",
    "ClassTable",
    "Count",
    "EmpiricalTable",
    "Envelope",
    "ExpectTable",
    "FaultsFile",
    "FunctionTable",
    "KeyTable",
    "KeysFile",
    "LatencyFile",
    "LatencyTable",
    "LimitsFile",
    "LimitsTable",
    "LognormalTable",
    "MatchTable",
    "NormalTable",
    "OutageTable",
    "OwnerTable",
    "PhaseTable",
    "PoolTable",
    "RuleTable",
    "RunTable",
    "ScenarioTable",
    "SchemaFormat",
    "SlowdownTable",
    "TimeoutsTable",
    "ToolTable",
    "UniformTable",
    "WorkloadFile",
    "validated",
]
