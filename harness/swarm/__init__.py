"""Locust users that hold proven exchanges. What a process does for a run is in `solo`, `master` and `worker`."""
