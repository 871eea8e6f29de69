"""A parcel as a message, read by parsers that did not write it."""

import base64
import email.header
import email.policy
import quopri
import re
import urllib.parse

import lxml.html
import pytest

from report.mail.message import letter
from report.parcels import File, Refused
from tests.unit.channels.samples import ADDRESS, clinic, parcel

SENDER = ("示例医学编辑部，简报组", "briefings@publisher.example")


def written(given, **changes):
    values = {"reply_to": "", "unsubscribe": "", "largest_bytes": 10**7, **changes}
    return letter(given, SENDER, **values)[0]


def header(data, name):
    """A header unfolded and decoded with the old API, which shares no code with the one that wrote it."""
    head = data.partition(b"\r\n\r\n")[0].decode("ascii").replace("\r\n ", " ")
    raw = re.search(rf"(?im)^{name}: ([^\r]*)", head)[1]
    return str(email.header.make_header(email.header.decode_header(raw)))


def words_of(data):
    """Every encoded word, decoded by hand after RFC 2047."""
    for charset, kind, text in re.findall(rb"=\?([^?]+)\?([bBqQ])\?([^?]*)\?=", data):
        is_base64 = kind in b"bB"
        raw = (
            base64.b64decode(text, validate=True)
            if is_base64
            else quopri.decodestring(text.replace(b"_", b" "))
        )
        yield raw.decode(charset.decode())


@pytest.mark.parametrize(
    "subject",
    [
        parcel().subject,
        "短",
        "English only",
        "Mixed 混排 with 第 3 版 and English words (v2) — 「引号」：很长" * 3,
        "𠮷野家的字在基本平面之外",
        "=?utf-8?b?5Lit?= 写成这样的字",
        "=?utf-8?b?5Lit?=",
        "two  spaces 和  两个空格 ",
    ],
)
def test_subjects_come_back_as_they_were(subject):
    data = written(parcel(subject=subject))
    assert header(data, "Subject") == subject
    parsed = email.message_from_bytes(data, policy=email.policy.default)
    assert parsed["Subject"] == subject
    assert not parsed["Subject"].defects
    # RFC 2047, 2 and 5: a word of at most 75 characters, a line of at most 76, and no character cut in two.
    head = data.partition(b"\r\n\r\n")[0]
    assert all(len(word) <= 75 for word in re.findall(rb"=\?\S+\?=", head))
    assert all(len(line) <= 78 for line in head.split(b"\r\n"))
    assert all(words_of(head))


def test_names_of_people_and_files_come_back():
    data = written(parcel())
    assert header(data, "From") == f"{SENDER[0]} <{SENDER[1]}>"
    assert header(data, "To") == f"示例门诊部 <{ADDRESS}>"
    # RFC 2231: charset'language'percent-encoded, in parts *0*, *1*.
    flat = data.replace(b"\r\n ", b" ").decode("ascii")
    parts = re.findall(r"filename\*[0-9]\*=(?:utf-8'')?([^\s;]+)", flat)
    assert urllib.parse.unquote("".join(parts)) == "间充质干细胞简报.pdf"


def test_a_long_chinese_file_name_comes_back_from_its_parts():
    name = "间充质干细胞为何被叫停、何时松绑（第 3 版，数据截至 2026 年 11 月 22 日）.pdf"
    data = written(parcel(files=(File.of(name, "application/pdf", b"x"),)))
    message = email.message_from_bytes(data)
    value = message.get_payload()[1].get_filename()
    assert email.utils.collapse_rfc2231_value(value) == name


@pytest.mark.parametrize("name", ["诊所, Inc.", 'a"b', "<x@y.example>", "a@b.example, c@d.example"])
def test_a_name_of_a_clinic_makes_no_second_recipient(name):
    data = written(parcel(clinic=clinic(name=name)))
    raw = re.search(rb"(?m)^To: ((?:.*\r\n[ \t])*.*)", data)[1].decode().replace("\r\n", "")
    assert [address for _, address in email.utils.getaddresses([raw])] == [ADDRESS]
    assert email.message_from_bytes(data, policy=email.policy.default)["To"].addresses[0].display_name == name


def test_the_headers_are_those_and_no_other():
    data = written(
        parcel(), reply_to="editors@publisher.example", unsubscribe="https://publisher.example/out"
    )
    message = email.message_from_bytes(data)
    assert sorted(message.keys()) == sorted(
        ["From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe",
         "Content-Language", "MIME-Version", "Content-Type"]
    )  # fmt: skip
    assert message["Date"] == "Sun, 22 Nov 2026 08:30:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == "<https://publisher.example/out>"
    assert message["Message-ID"] == parcel().message_id


def test_the_same_parcel_makes_the_same_bytes():
    assert written(parcel()) == written(parcel())


def test_text_and_page_say_the_same():
    given = parcel(text="您好：\n\n<b>3 & 4</b>\n第二行\n\n此致")
    message = email.message_from_bytes(written(given))
    alternative = message.get_payload()[0]
    text, page = (part.get_payload(decode=True).decode() for part in alternative.get_payload())
    tree = lxml.html.document_fromstring(page.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    assert tree.get("lang") == "zh-Hans"
    assert tree.xpath("string(//p[2])").split("\n") == ["<b>3 & 4</b>", "第二行"]
    assert tree.xpath("//a/@href") == [given.link]
    assert "<b>3 & 4</b>\r\n第二行" in text
    assert text.rstrip().endswith(given.link)


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "a\r\nBcc: x@y.example"},
        {"subject": "a\x00b"},
        {"subject": "a\u2028b"},
        {"subject": "x" * 201},
        {"message_id": "<a@b>\r\nBcc: x@y.example"},
        {"message_id": "a@b"},
        {"key": "x"},
        {"files": (File.of("a\r\nb.pdf", "application/pdf", b"x"),)},
        {"files": (File.of("../../x.pdf", "application/pdf", b"x"),)},
        {"at": parcel().at.replace(tzinfo=None)},
    ],
)
def test_what_would_become_another_header_is_refused(changes):
    with pytest.raises(Refused) as caught:
        written(parcel(**changes))
    assert caught.value.code.code == "D010"


@pytest.mark.parametrize(
    "address", ["", "a@x.example, b@y.example", "a@x.example\r\nRCPT", "a-b", "<a@x.example>"]
)
def test_exactly_one_address_or_none_at_all(address):
    # Made without the model's own checks: each layer holds by itself.
    contact = clinic().contact.model_copy(update={"email": address})
    given = parcel(clinic=clinic().model_copy(update={"contact": contact}))
    with pytest.raises(Refused, match="GZ-0042 has not exactly one e-mail address") as caught:
        written(given)
    assert not address or address not in repr(caught.value)


def test_a_strange_media_type_is_no_header():
    data = written(parcel(files=(File.of("a.bin", "strange", b"x"),)))
    assert email.message_from_bytes(data).get_payload()[1].get_content_type() == "strange/octet-stream"
    with pytest.raises(Refused):
        written(parcel(files=(File.of("a.bin", "a/b\r\nBcc: x@y.example", b"x"),)))
