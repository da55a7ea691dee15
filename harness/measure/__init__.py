"""Judging and counting what a client saw: pure, and free of sockets, gevent and locust."""
