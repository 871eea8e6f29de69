"""Fictional clinics, as many as are wanted."""

from collections.abc import Sequence

_PLACES = "青柏南屿白鹭长河东林西湖云山海棠梧桐银杏石桥春申安和"
_KINDS = ("社区诊所", "血液病门诊", "家庭医生工作室", "中心医院")


def recipient(number: int) -> dict[str, str]:
    """Return a fictional clinic: its id, name, address, phone and e-mail."""
    start = 2 * number % len(_PLACES)
    place, kind = _PLACES[start : start + 2], _KINDS[number % len(_KINDS)]
    return {
        "id": f"DEMO-{number:05}",
        "name": f"{place}{kind}第{number}分部（示例）",
        "address": f"示例市{place}路{number}号",
        "phone": f"000-{number // 10_000:04}-{number % 10_000:04}",
        "email": f"demo-{number}@clinics.example.org",
    }


def clinic_list(count: int, formats: Sequence[str] = ("pdf",), channel: str = "folder") -> str:
    """Return the text of a `clinics.yaml` with so many fictional clinics."""
    return "".join(_entry(recipient(number), formats, channel) for number in range(count))


def _entry(one: dict[str, str], formats: Sequence[str], channel: str) -> str:
    contact = ", ".join(f'{key}: "{one[key]}"' for key in ("address", "phone", "email"))
    return (
        f"- id: {one['id']}\n  name: {one['name']}\n  locale: zh-Hans\n  contact: {{{contact}}}\n"
        f"  views: [full]\n  formats: [{', '.join(formats)}]\n  channels: [{channel}]\n"
    )
