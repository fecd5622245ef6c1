"""What is inserted only where nothing is: both databases say whether it was."""

from tidegate.store.account_tables import projects
from tidegate.store.upsert import insert_if_new


async def test_the_count_says_whether_a_row_was_made(database) -> None:
    row = {"id": "p", "name": "twice", "created_at": 1}

    def insert(connection) -> int:
        return connection.execute(insert_if_new(connection, projects, **row)).rowcount

    assert await database.write(insert) == 1
    assert await database.write(insert) == 0
