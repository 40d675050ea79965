"""The table of routes without anything behind it, for what can be seen on its face."""

from typing import Any

from nightbell.services.desk_api.doing import Doing
from nightbell.services.desk_api.open_api import open_api
from nightbell.services.desk_api.reporting import Reporting
from nightbell.services.desk_api.routes import routes
from nightbell.services.desk_api.sessions import Sessions
from nightbell.services.desk_api.telling import Telling

_nothing: Any = None
TELLING = Telling(waiting=_nothing, story=_nothing, members=_nothing, brands={}, clock=_nothing, by_hand=_nothing)
REPORTING = Reporting(_nothing, {}, _nothing)
TABLE = routes(TELLING, Doing(_nothing, _nothing, _nothing, _nothing), Sessions(_nothing, is_local=False), REPORTING)
DOCUMENT: dict[str, Any] = open_api(TABLE)
