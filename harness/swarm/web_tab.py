"""Locust's web page with what is known of LLM requests: three tabs, their CSV, and /metrics for Prometheus.

Locust's page draws tables that it finds in `template_args`, from rows in the answer to /stats/requests.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson
from flask import Response, request
from locust.env import Environment

from ..measure.pulse import Pulse
from ..report.exposition import CONTENT_TYPE, exposition
from ..report.live_table import (
    CLASS_COLUMNS,
    LIMIT_COLUMNS,
    OUTCOME_COLUMNS,
    Row,
    as_csv,
    class_rows,
    limit_rows,
    outcome_rows,
)
from .vitals import Vitals

Rows = Callable[[Pulse], list[Row]]

TABLES: Final[Mapping[str, tuple[str, Mapping[str, str], Rows]]] = {
    "llm": ("LLM", CLASS_COLUMNS, class_rows),
    "llm-outcomes": ("Outcomes", OUTCOME_COLUMNS, outcome_rows),
    "llm-limits": ("Rate limits", LIMIT_COLUMNS, limit_rows),
}
"""The tabs by key: title, columns, rows."""


def add_tabs(environment: Environment, vitals: Callable[[], Vitals]) -> None:
    """Add the tabs and /metrics to the web page of this process, where it has one."""
    web: Any = environment.web_ui
    if web is None:
        return
    web.template_args |= {
        "extended_tabs": [{"title": title, "key": key} for key, (title, _, _) in TABLES.items()],
        "extended_tables": [
            {"key": key, "structure": [{"key": column, "title": name} for column, name in columns.items()]}
            for key, (_, columns, _) in TABLES.items()
        ],
        "extended_csv_files": [
            {"href": f"./{key}/csv", "title": f"Download {title} CSV"} for key, (title, _, _) in TABLES.items()
        ],
    }
    happens: Any = environment.events
    happens.reset_stats.add_listener(lambda **_: vitals().pulse.clear())
    web.app.after_request(lambda response: _with_rows(response, vitals().pulse))
    for key, (_, columns, rows) in TABLES.items():
        web.app.add_url_rule(f"/{key}/csv", key, web.auth_required_if_enabled(_csv(key, columns, rows, vitals)))
    web.app.add_url_rule("/metrics", "metrics", web.auth_required_if_enabled(lambda: _metrics(environment, vitals())))


def _with_rows(response: Response, pulse: Pulse) -> Response:
    """The answer that the page asks for every two seconds, with the rows of our tables."""
    if request.path != "/stats/requests" or response.status_code != 200:
        return response
    told: dict[str, Any] = orjson.loads(response.get_data())
    told["extended_stats"] = [{"key": key, "data": rows(pulse)} for key, (_, _, rows) in TABLES.items()]
    response.set_data(orjson.dumps(told))
    return response


def _csv(key: str, columns: Mapping[str, str], rows: Rows, vitals: Callable[[], Vitals]) -> Callable[[], Response]:
    def answer() -> Response:
        headers = {"Content-Disposition": f"attachment;filename={key}.csv"}
        return Response(as_csv(columns, rows(vitals().pulse)), mimetype="text/csv", headers=headers)

    return answer


def _metrics(environment: Environment, vitals: Vitals) -> Response:
    users = 0 if environment.runner is None else environment.runner.user_count
    text = exposition(vitals.pulse, users=users, in_flight=vitals.in_flight)
    return Response(text, content_type=CONTENT_TYPE)
