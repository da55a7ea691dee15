"""What a plan or a trace decides in Locust's place: how many users there are, and when the test ends."""

import math
from argparse import Namespace

from ..load.demand import ByUsers
from ..run.demand import demand_of
from ..run.settings import RunSettings, SettingError
from .arguments import planned_of


def plan_ahead(options: Namespace) -> None:
    """Set the numbers of users in Locust's options, as far as they were not given, and take its run time over.

    Locust's would count from before the load begins. Raises SettingError for a plan that cannot be read or carried out.
    """
    demand = demand_of(RunSettings(host="", workload=None, seed=options.seed, **planned_of(options)))
    if demand is None:
        return
    given = options.num_users
    if isinstance(demand, ByUsers) and given is not None and given < demand.users:
        raise SettingError("--users", f"{given} are less than the {demand.users} of --users-plan; leave it out")
    workers = max(getattr(options, "expect_workers", 1) or 1, 1)
    options.num_users = given or math.ceil(demand.users / workers) * workers
    options.spawn_rate = options.spawn_rate or float(options.num_users)
    options.plan_time = options.plan_time or str(options.run_time or "")
    options.run_time = None
