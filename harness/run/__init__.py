"""A run: its settings, its folder, and the process that generates the load.

Nothing here imports locust or gevent: the load runs in a child process, so that this one stays free to keep time, to
answer Ctrl-C and to fold the results.
"""
