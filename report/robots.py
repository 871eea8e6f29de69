"""Group robots of 企业微信, 钉钉 and 飞书: what they are told, how it is signed, what their answers mean.

The shapes are those of developer.work.weixin.qq.com/document/path/91770, open.dingtalk.com (自定义机器人接入) and
open.feishu.cn/document/client-docs/bot-v3/add-custom-bot. All three answer HTTP 200 with a code in the body; the codes
listed here are of these pages and of what users of the robots report. A robot takes no file, so files go as a link.
"""

import base64
import datetime
import hashlib
import hmac
import urllib.parse
from typing import Any, Literal

from report.parcels import (
    LOGIN_REFUSED,
    RECIPIENT_REFUSED,
    TRY_LATER,
    Deferred,
    DeliveryError,
    Parcel,
    Refused,
)

Robot = Literal["wecom", "dingtalk", "feishu"]

# 4096 bytes of markdown, 20 000 bytes of message, 20 KB of request; with room for what stands around the text.
_MOST_BYTES: dict[Robot, int] = {"wecom": 4000, "dingtalk": 18_000, "feishu": 16_000}
_MOST_TITLE = 80

_WORDS = {
    "zh-Hans": ("新版", "更正", "撤回", "数据截至：", "变更", "其余 {} 项见全文", "打开"),
    "zh-Hant": ("新版", "更正", "撤回", "資料截至：", "變更", "其餘 {} 項見全文", "開啟"),
    "en": (
        "New edition",
        "Correction",
        "Withdrawn",
        "Data as of: ",
        "Changes",
        "{} more in full text",
        "Open",
    ),
}
# Signs of markup, and what is printed in their place.
_WIDE = str.maketrans("<>[]*`\\", "＜＞［］＊｀＼")
_KINDS = {"edition": 0, "correction": 1, "withdrawal": 2}

# Busy, or asked too often.
_LATER: dict[Robot, tuple[int, ...]] = {
    "wecom": (-1, 45009, 45033),
    "dingtalk": (-1, 90018, 90030, 130101, 410100),
    "feishu": (11232, 11233, 11247, 99991400),
}
# What the robot itself is set to refuse: signature, keyword, address of the sender.
_LOGIN: dict[Robot, tuple[int, ...]] = {
    "wecom": (),
    "dingtalk": (310000,),
    "feishu": (19021, 19022, 19024),
}
# There is no such robot, or it was stopped.
_GONE: dict[Robot, tuple[int, ...]] = {
    "wecom": (93000, 93004, 93008),
    "dingtalk": (300001, 300005, 400013, 400101, 400102, 400106),
    "feishu": (19001,),
}


def message(parcel: Parcel, robot: Robot) -> dict[str, Any]:
    """Return what a robot is told, without a signature, within its limit; changes that find no room are counted."""
    title, lines, changes = _parts(parcel)
    words = _words(parcel.locale)
    room = _MOST_BYTES[robot] - len(_markdown(lines, [], len(changes), words, robot, parcel.link).encode())
    shown = 0
    for change in changes:
        room -= len(f"- {change}\n".encode())
        if room < 0:
            break
        shown += 1
    text = _markdown(lines, changes[:shown], len(changes) - shown, words, robot, parcel.link)
    if robot == "wecom":
        return {"msgtype": "markdown", "markdown": {"content": f"# {title}\n{text}"}}
    if robot == "dingtalk":
        return {"msgtype": "markdown", "markdown": {"title": title, "text": f"#### {title}\n\n{text}"}}
    elements: list[dict[str, Any]] = [{"tag": "div", "text": {"tag": "lark_md", "content": text}}]
    if parcel.link:
        label = {"tag": "plain_text", "content": words[6]}
        button = {"tag": "button", "text": label, "url": parcel.link, "type": "primary"}
        elements.append({"tag": "action", "actions": [button]})
    colour = {"edition": "turquoise", "correction": "orange", "withdrawal": "red"}[parcel.kind]
    header = {"title": {"tag": "plain_text", "content": title}, "template": colour}
    card = {"config": {"wide_screen_mode": True}, "header": header, "elements": elements}
    return {"msg_type": "interactive", "card": card}


def signed(
    robot: Robot, url: str, told: dict[str, Any], secret: str, at: datetime.datetime
) -> tuple[str, dict[str, Any]]:
    """Return address and message with the signature that a robot wants; 企业微信 wants none."""
    if robot == "dingtalk":
        # 加签: milliseconds; the key signs the time and itself; in the address.
        stamp = str(int(at.timestamp() * 1000))
        sign = _hmac(secret, f"{stamp}\n{secret}")
        query = urllib.parse.urlencode({"timestamp": stamp, "sign": sign})
        return f"{url}{'&' if '?' in url else '?'}{query}", told
    if robot == "feishu":
        # 签名校验: seconds; time and key together are the key, and sign nothing; in the body.
        stamp = str(int(at.timestamp()))
        return url, {"timestamp": stamp, "sign": _hmac(f"{stamp}\n{secret}", ""), **told}
    return url, told


def code_of(reply: object) -> int | None:
    """Return the code in a robot's answer, 0 for done; None where it has none."""
    if not isinstance(reply, dict):
        return None
    for key in ("errcode", "code", "StatusCode"):
        value = reply.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    return None


def failure(robot: Robot, code: int, reply: dict[str, Any]) -> DeliveryError:
    """Return what a code other than 0 means; the words beside it are not told, for they may hold the address."""
    told = f"the robot answered {code}"
    words = str(reply.get("msg") or reply.get("errmsg") or "").lower()
    # 飞书 has one code, 9499, for what it cannot read and for what comes too often, told apart by its words only.
    is_busy = any(word in words for word in ("too many", "too fast", "frequency limit", "rate limit"))
    if code in _LATER[robot] or is_busy:
        hint = "It is tried again; a robot takes 20 messages a minute or fewer."
        return Deferred(TRY_LATER, told, hint, is_of_channel=True)
    if code in _LOGIN[robot]:
        hint = "Compare its security settings (加签、关键词、IP) with the channel's secret, and this machine's clock."
        return Deferred(LOGIN_REFUSED, told, hint, is_of_channel=True)
    if code in _GONE[robot]:
        hint = "Look whether the robot is still in the group, and copy its address again."
        return Refused(RECIPIENT_REFUSED, told, hint, is_of_channel=True)
    return Refused(RECIPIENT_REFUSED, told, "Look the code up on the platform's page of error codes.")


def _hmac(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _words(locale: str) -> tuple[str, ...]:
    return next((_WORDS[key] for key in _WORDS if locale.startswith(key)), _WORDS["en"])


def _parts(parcel: Parcel) -> tuple[str, list[str], list[str]]:
    words = _words(parcel.locale)
    title = _plain(parcel.title)
    title = title if len(title) <= _MOST_TITLE else f"{title[:_MOST_TITLE]}…"
    lines = [
        f"**{words[_KINDS[parcel.kind]]}** {_plain(parcel.edition_text)[:_MOST_TITLE]}",
        f"{words[3]}{_plain(parcel.as_of_text)[:_MOST_TITLE]}",
    ]
    return title, lines, [_plain(change) for change in parcel.changes]


def _markdown(
    lines: list[str], changes: list[str], left: int, words: tuple[str, ...], robot: Robot, link: str
) -> str:
    listed = [f"- {change}" for change in changes]
    if left:
        listed.append(f"- {words[5].format(left)}")
    parts = ["\n\n".join(lines) if robot == "dingtalk" else "\n".join(lines)]
    if listed:
        parts.append(f"**{words[4]}**" + ("\n\n" if robot == "dingtalk" else "\n") + "\n".join(listed))
    # 飞书 has a button for it.
    if link and robot != "feishu":
        parts.append(f"[{words[6]}]({link.replace(')', '%29').replace('(', '%28')})")
    return "\n\n".join(parts)


def _plain(text: str) -> str:
    """Return a text of one line in which nothing is read as markup, such as `<@all>` or `<at id=all>`."""
    line = " ".join(text.split())
    return line.translate(_WIDE)
