"""docs/editions.md tells a story; it is run here, and what the program says has to be what stands there."""

import datetime
import os
import re
import subprocess
import sys

import pytest

from tests.pages import DOCS, ROOT

PAGE = DOCS / "editions.md"
BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)
# The day of a release is the clock's; on the page it is always this one.
DAY = datetime.date(2026, 11, 27)


@pytest.mark.slow
def test_the_story_of_editions(tmp_path, update_golden):
    page = PAGE.read_text(encoding="utf-8")
    shell = Shell(tmp_path)
    told = BLOCK.sub(lambda block: shell.run_block(block.group()), page)
    if update_golden:
        PAGE.write_text(told, encoding="utf-8")
        return
    assert told == page


class Shell:
    """Runs one command after the other as a publisher would type them."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    def run_block(self, block):
        commands = [line for line in block.splitlines() if line.startswith("$ ")]
        return "".join(f"{line}\n{self.run(line.removeprefix('$ '))}" for line in commands)

    def run(self, command):
        if command.startswith("cd "):
            self.folder = self.folder / command.removeprefix("cd ")
            return ""
        report = f'report() {{ "{sys.executable}" -m report "$@"; }}; {command}'
        ended = subprocess.run(
            ["bash", "-c", report],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        today = datetime.datetime.now().astimezone().date()
        out = ended.stdout.replace(today.isoformat(), DAY.isoformat())
        return out.replace(chinese(today), chinese(DAY))


def chinese(day):
    return f"{day.year}年{day.month}月{day.day}日"
