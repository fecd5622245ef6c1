"""The version of a database's tables: what it is, and how it is brought up to date."""

from dataclasses import dataclass

from tidegate.config import Settings
from tidegate.store import engines, schema
from tidegate.store.database import Database


@dataclass(frozen=True, slots=True)
class DatabaseStatus:
    """A database and the revision of its tables; None: there are none yet."""

    database: str
    revision: str | None
    needed: str = schema.HEAD

    @property
    def is_current(self) -> bool:
        """Whether this Tidegate can work with it as it is."""
        return self.revision == self.needed


def status(settings: Settings) -> DatabaseStatus:
    """Look at the database without changing it. Blocks.

    Raises:
        UserError: the tables are another program's.
        OperationalError: the database can't be reached.
    """
    url = engines.parse_url(settings.database_url, settings.data_dir)
    return DatabaseStatus(engines.shown(url), schema.revision_of(url))


async def migrate(settings: Settings) -> DatabaseStatus:
    """Make or upgrade the tables; gives what they were before.

    Raises:
        UserError: the tables are another program's, or a newer Tidegate's; nothing was changed.
        OperationalError: the database can't be reached, or the copy of a SQLite file can't be made.
    """
    before = status(settings)
    database = Database.open(settings.database_url, data_dir=settings.data_dir, upgrades=True)
    await database.close()
    return before
