"""A parcel that every channel can carry."""

import datetime
import hashlib

from report.clinics import Clinic, Contact
from report.parcels import File, Parcel

AT = datetime.datetime(2026, 11, 22, 8, 30, tzinfo=datetime.UTC)
ADDRESS = "reader@clinic.example"
CHANGES = ("南沙细则的施行日由 2026-05-01 改为 2026-06-01", "新增一条日本的批准")


def clinic(**changes):
    values = {
        "id": "GZ-0042",
        "name": "示例门诊部",
        "contact": Contact(address="广州市示例路 1 号", phone="+86-20-0000-0000", email=ADDRESS),
        "locale": "zh-Hans",
        "channels": ("mail",),
    }
    return Clinic(**{**values, **changes})


def parcel(**changes):
    key = hashlib.sha256(repr(sorted(changes)).encode()).hexdigest()
    values = {
        "key": key,
        "message_id": f"<{changes.get('key', key)[:40]}@briefings.example>",
        "kind": "edition",
        "briefing": "my-briefing",
        "title": "间充质干细胞为何被叫停、何时松绑",
        "edition": 3,
        "edition_text": "第 3 版",
        "as_of_text": "2026 年 11 月 22 日",
        "locale": "zh-Hans",
        "clinic": clinic(),
        "subject": "间充质干细胞为何被叫停、何时松绑：第 3 版（数据截至 2026 年 11 月 22 日）",
        "text": "您好：\n\n附上简报第 3 版。\n\n此致\n医学编辑部",
        "changes": CHANGES,
        "files": (
            File.of("间充质干细胞简报.pdf", "application/pdf", b"%PDF-1.7\n" + bytes(range(256)) * 8),
            File.of("my-briefing.epub", "application/epub+zip", b"PK\x03\x04" + b"epub" * 50),
        ),
        "link": "https://briefings.example/status/my-briefing/003",
        "at": AT,
    }
    return Parcel(**{**values, **changes})
