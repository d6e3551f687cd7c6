"""The project's settings, with the middleware of ../shared/tools that counts SQL per answer."""

import sys

from benchmarks._tickets import TOOLS_DIR
from supportdesk.settings import *  # noqa: F403
from supportdesk.settings import MIDDLEWARE as _MIDDLEWARE

sys.path.append(str(TOOLS_DIR))
MIDDLEWARE = ["dbcount_middleware.DBCountMiddleware", *_MIDDLEWARE]
ROOT_URLCONF = "benchmarks._urls"
