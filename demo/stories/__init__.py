"""Problems as people report them and as the desk solves them, per kind of product."""

from demo.stories.computing import COMPUTING
from demo.stories.infrastructure import INFRASTRUCTURE
from demo.stories.office import OFFICE_STORIES
from demo.stories.printing import PRINTING
from demo.stories.retail import RETAIL
from demo.stories.story import Fix, Story

STORIES: list[Story] = [*PRINTING, *COMPUTING, *INFRASTRUCTURE, *RETAIL, *OFFICE_STORIES]

__all__ = ["STORIES", "Fix", "Story"]
