"""The only code that touches a socket. Nothing is imported here: the parent process wants `target` without gevent."""
