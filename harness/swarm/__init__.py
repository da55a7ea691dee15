"""Locust users that hold proven exchanges. Only `users`, `workload_user` and `wiring` import locust."""
