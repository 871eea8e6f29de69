"""Files are examined in children: one that kills its reader could not be read, and the others are examined still."""

import os

from report import verify
from report.pages import Extract
from report.pipeline.examining import examine_all
from report.tools.validators import Validation

GOOD = Extract("标题", "zh-Hans", 0, (), (), (), "正文", is_tagged=True)


def job(path):
    def run():
        return verify.examine(verify.Subject(path.name, "html", lambda data: GOOD, b""), None, families=())

    return run


def said(path):
    return (Validation("checker", "1", "failed" if path.name == "c.html" else "passed", ("it is wrong",)),)


def test_each_file_is_examined_and_shown_to_validators(tmp_path):
    paths = [tmp_path / name for name in ("a.html", "b.html", "c.html", "d.html", "gone.html")]
    for path in paths[:4]:
        path.write_bytes(b"x")
    told = []
    examined = examine_all(
        {path: (lambda: os._exit(3)) if path.name == "b.html" else job(path) for path in paths},
        said,
        told.append,
    )
    assert list(examined) == paths
    assert sorted(told) == sorted(f"verifying {path.name}" for path in paths)
    codes = [[finding.code.code for finding in evidence.findings] for evidence, _ in examined.values()]
    assert codes == [[], ["V007"], ["V030"], [], []]
    assert [len(evidence.validations) for evidence, _ in examined.values()] == [1, 1, 1, 1, 0]
    assert examined[paths[0]][1] == GOOD
