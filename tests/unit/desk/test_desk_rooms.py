"""Sessions are started when somebody looks, shared by all that look, and closed when others are looked at."""

import asyncio

import pytest

from report import event_loops
from report.desk.rooms import MOST_ROOMS, Rooms, Wanted
from tests.desks import DrawnSession


@pytest.fixture
def rooms(project):
    made = []

    def make(wanted):
        made.append(DrawnSession(project.root, wanted))
        return made[-1]

    found = Rooms(make)
    found.made = made
    yield found
    found.close()


FULL = Wanted("demo", "full", "zh-Hans")


def test_all_that_look_at_one_thing_share_a_session(rooms):
    assert rooms.enter(FULL) is rooms.enter(FULL)
    assert [session.starts for session in rooms.made] == [1]


def test_what_nobody_has_looked_at_for_longest_is_closed(rooms):
    wanted = [Wanted("demo", "full", f"x-{number}") for number in range(MOST_ROOMS + 1)]
    for one in wanted:
        rooms.enter(one)
    assert [session.is_closed for session in rooms.made] == [True, *[False] * MOST_ROOMS]


def test_what_somebody_looks_at_stays_open(rooms):
    with rooms.enter(FULL).looking():
        for number in range(MOST_ROOMS + 1):
            rooms.enter(Wanted("demo", "full", f"x-{number}"))
        assert not rooms.made[0].is_closed
    rooms.enter(Wanted("demo", "full", "y"))
    rooms.enter(Wanted("demo", "full", "z"))
    assert rooms.made[0].is_closed


def test_whoever_waits_is_told_of_new_pages(project, rooms):
    async def look():
        room = await asyncio.to_thread(rooms.enter, FULL)
        first = room.latest()
        assert await room.after(first.revision, 0.05) is None
        waiting = [asyncio.create_task(room.after(first.revision, 20)) for _ in range(3)]
        await asyncio.sleep(0)
        project.opening("改了。")
        return first, await asyncio.gather(*waiting)

    first, told = event_loops.run(look())
    assert all(one.revision > first.revision for one in told)
    assert told[0].changed_pages == (1,)


def test_whoever_comes_late_is_told_at_once(rooms):
    async def look():
        room = await asyncio.to_thread(rooms.enter, FULL)
        return await room.after(room.latest().revision - 1, 20)

    assert event_loops.run(look()).pages


def test_closing_closes_all(rooms):
    rooms.enter(FULL)
    rooms.close()
    assert rooms.made[0].is_closed
