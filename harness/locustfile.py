"""What `locust -f` loads: users who run a workload (--workload NAME|PATH, or HARNESS_WORKLOAD).

Locust loads this file outside its package and puts its folder first on the path, hence the absolute imports.
"""

from harness.swarm.workload_user import WorkloadUser

__all__ = ["WorkloadUser"]
