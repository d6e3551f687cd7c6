"""Gunicorn for the pages, behind nginx: one request per worker, so no thread shares anything."""

import os

# Inside a container, on a network that only nginx shares.
bind = "0.0.0.0:8000"
workers = int(os.environ.get("WEB_WORKERS", "3"))
worker_class = "sync"
# Longer than any page may take; slow work is a task. nginx buffers slow clients away.
timeout = 30
graceful_timeout = 20
max_requests = 2000
max_requests_jitter = 200
# The heartbeat file must not be on a disk that can stall.
worker_tmp_dir = "/dev/shm"
accesslog = "-"
# Not the query string: it may hold a token of a mail's link.
access_log_format = "%(h)s %(m)s %(U)s %(s)s %(b)s %(M)sms"
