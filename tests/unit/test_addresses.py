"""Names, addresses and numbers of recipients: one line each, exactly one each, and nothing that is read otherwise."""

import re

import hypothesis
import hypothesis.strategies as st
import pydantic
import pytest
from pydantic_core import PydanticCustomError

from report import addresses
from report.clinics import CLINIC_ID, DEVICE_NAMES, Clinic, Contact

GOOD = {"id": "DEMO-01", "name": "青柏社区诊所", "locale": "zh-Hans", "channels": ["folder"]}


def kind_of(check, value):
    try:
        assert check(value) == value
    except PydanticCustomError as error:
        return error.type
    return ""


def refused(**changes):
    """The fields of a clinic that are refused, with the kinds."""
    with pytest.raises(pydantic.ValidationError) as caught:
        Clinic.model_validate({**GOOD, **changes})
    return {(".".join(map(str, error["loc"])), error["type"]) for error in caught.value.errors()}


@pytest.mark.parametrize(
    "value",
    [
        "青柏社区诊所（示例）",
        "Dr. O’Neill & Partner",
        "<b>x</b>",
        "上海　徐汇",
        "鄒醫生",
        "𠮷田醫院",
        "3号楼-2",
        "",
    ],
)
def test_an_ordinary_line_is_taken(value):
    assert kind_of(addresses.check_line, value) == ""


@pytest.mark.parametrize(
    "char",
    [
        *"\0\t\n\v\f\r\x1b\x7f\x85\u2028\u2029",
        *"\u061c\u200e\u200f\u202a\u202e\u2066\u2069",
        *"\xad\u200b\u200c\u200d\u2060\ufeff\u034f\u115f\u3164\uffa0\u2800\ufe0f\U000e0100\U000e0041",
        *"\xa0\u2003\u202f\ue000\ufdd0\uffff\U000f0000\U0010ffff",
    ],
    ids=lambda char: f"{ord(char):04X}",
)
@pytest.mark.parametrize("check", [addresses.check_line, addresses.check_email, addresses.check_phone])
def test_a_character_that_is_not_seen_or_turns_text_is_refused(char, check):
    kind = kind_of(check, f"12345{char}67890")
    assert kind == addresses.UNSAFE


@pytest.mark.parametrize("value", [" a", "a ", "\u3000a", "e\u0301"])
def test_blanks_around_and_letters_in_parts_are_refused(value):
    assert kind_of(addresses.check_line, value) == addresses.UNSAFE


@pytest.mark.parametrize(
    "value", ["=1+1", "+cmd", "-a", "@x", "＝1", "＋a", "－a", "＠x", "﹢a", "=HYPERLINK(1)", "-5a"]
)
def test_a_formula_is_refused_and_quoted(value):
    assert kind_of(addresses.check_line, value) == addresses.FORMULA
    assert addresses.quote_cell(value) == f"'{value}"


@pytest.mark.parametrize("value", ["\t=1", "\r=1"])
def test_what_begins_with_a_tab_is_quoted(value):
    assert addresses.quote_cell(value) == f"'{value}"


@pytest.mark.parametrize("value", ["-5", "+5", "-0.5", "+86-20-0000-0000", "5", "a-b", "（示例）", ""])
def test_a_number_is_no_formula(value):
    assert addresses.quote_cell(value) == value


@pytest.mark.parametrize(
    "value", ["a@b.example", "a.b+c@x-y.example.org", "_a'b@xn--fiq228c.example", f"{'a' * 64}@b.cn"]
)
def test_one_address_is_taken(value):
    assert kind_of(addresses.check_email, value) == ""


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        *(
            (value, addresses.EMAIL)
            for value in ("a@b.cn,c@d.cn", "a@b.cn;c@d.cn", "a@b.cn，c@d.cn", "a@b.cn、c@d.cn")
        ),
        *(
            (value, addresses.EMAIL)
            for value in ("a@b.cn c@d.cn", "a@b@c.cn", "名 <a@b.cn>", '"a b"@c.cn', "a@(x)b.cn")
        ),
        *(
            (value, addresses.EMAIL)
            for value in ("a", "a@", "a@b", "a@-b.cn", "a@b-.cn", "a..b@c.cn", ".a@c.cn", "a.@c.cn")
        ),
        *(
            (value, addresses.EMAIL)
            for value in ("a@[127.0.0.1]", "诊所@b.cn", "a@诊所.cn", "a@b.cn.", f"{'a' * 65}@b.cn")
        ),
        (f"a@{'b' * 63}.{'b' * 63}.{'b' * 63}.{'b' * 63}.cn", addresses.EMAIL),
        ("a@b.cn\nBcc: c@d.cn", addresses.UNSAFE),
        ("a@b.cn\r\nBcc: c@d.cn", addresses.UNSAFE),
        ("a@b.cn\x85c@d.cn", addresses.UNSAFE),
        ("a@b.cn\u2028c@d.cn", addresses.UNSAFE),
        ("a\0@b.cn", addresses.UNSAFE),
        ("=a@b.cn", addresses.FORMULA),
        ("＠a@b.cn", addresses.FORMULA),
        ("a" * 600, addresses.TOO_LONG),
    ],
)
def test_what_is_not_exactly_one_address_is_refused(value, kind):
    assert kind_of(addresses.check_email, value) == kind


@pytest.mark.parametrize(
    "value",
    ["120", "+86-20-0000-0000", "(020) 1234 5678", "（020）12345678", "000-0000-0002 转 12", "020-1 ext. 9"],
)
def test_one_phone_number_is_taken(value):
    assert kind_of(addresses.check_phone, value) == ""


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        *(
            (value, addresses.PHONE)
            for value in ("-5", "5", "12", "()", "12-", "1.38E+10", "电话", "12345a", "020--1")
        ),
        *(
            (value, addresses.PHONE)
            for value in ("020-1234/020-5678", "020-1234,020-5678", "020-1234；020-5678")
        ),
        ("+cmd|' /C calc'!A0", addresses.FORMULA),
        ("=1+1", addresses.FORMULA),
        ("-1+1", addresses.FORMULA),
        ("020\n021", addresses.UNSAFE),
        ("1" * 41, addresses.TOO_LONG),
    ],
)
def test_what_is_not_one_phone_number_is_refused(value, kind):
    assert kind_of(addresses.check_phone, value) == kind


@pytest.mark.parametrize(
    "value", ["https://x.example.org", "https://x.example.org:8443/a%20b?c=d@e#f", "https://X.CN/"]
)
def test_an_https_address_is_taken(value):
    assert kind_of(addresses.check_web_address, value) == ""


@pytest.mark.parametrize(
    "value",
    [
        "http://x.cn",
        "javascript:alert(1)",
        "HTTPS://x.cn",
        "//x.cn",
        "https://",
        "https://x",
        "https://[::1]/",
        "https://[::1",
        "https://u@x.cn/",
        "https://u:p@x.cn",
        "https://x.cn:0/",
        "https://x.cn:99999/",
        "https://x.cn:a/",
        "https://.cn/",
        "https://x.cn/a b",
        "https://x.cn/\n",
        "https://x.cn/诊所",
        "https://x.cn/<b>",
        "https://x.cn\\@y.cn/",
        f"https://x.cn/{'a' * 300}",
        "https://x.cn/\u202e",
    ],
)
def test_any_other_address_is_refused(value):
    assert kind_of(addresses.check_web_address, value) == addresses.WEB


@pytest.mark.parametrize(
    ("check", "values"),
    [
        (addresses.check_line, ("secret\0", "=secret", "secret" * 99)),
        (addresses.check_email, ("secret\0", "=secret", "secret@x, secret@y", "secret", "secret" * 99)),
        (addresses.check_phone, ("secret\0", "=secret", "secret/secret", "secret", "secret" * 99)),
        (addresses.check_web_address, ("secret\0", "secret", "https://secret@x.cn", "https://secret")),
    ],
)
def test_a_refusal_does_not_repeat_the_value(check, values):
    for value in values:
        with pytest.raises(PydanticCustomError) as caught:
            check(value)
        assert "secret" not in f"{caught.value}{caught.value.context}"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": "a/b"}, {("name", addresses.UNSAFE)}),
        ({"name": "a\\b"}, {("name", addresses.UNSAFE)}),
        ({"name": "..x"}, {("name", addresses.UNSAFE)}),
        ({"name": ""}, {("name", addresses.EMPTY)}),
        ({"name": "长" * 61}, {("name", addresses.TOO_LONG)}),
        ({"name": "a\nBcc: b@c.cn"}, {("name", addresses.UNSAFE)}),
        ({"group": "a,b"}, {("group", addresses.UNSAFE)}),
        ({"group": "g" * 41}, {("group", addresses.TOO_LONG)}),
        ({"logo": "../a.png"}, {("logo", "logo_name_invalid")}),
        ({"logo": "/a.png"}, {("logo", "logo_name_invalid")}),
        ({"logo": "c:a.png"}, {("logo", "logo_name_invalid")}),
        ({"logo": ".a.png"}, {("logo", "logo_name_invalid")}),
        ({"logo": "a.svg"}, {("logo", "logo_name_invalid")}),
        ({"logo": "a\0.png"}, {("logo", addresses.UNSAFE)}),
        ({"channels": []}, {("channels", "too_short")}),
        ({"channels": ["a", "a"]}, {("channels", "entry_repeated")}),
        ({"views": ["both"]}, {("views.0", "literal_error"), ("views", "too_short")}),
        ({"locale": "zh"}, {("locale", "choice_invalid")}),
        ({"active": "yes"}, {("active", "choice_invalid")}),
        ({"extra": 1}, {("extra", "extra_forbidden")}),
        ({"qr": "http://x.cn"}, {("qr", addresses.WEB)}),
        ({"contact": {"email": "a@b.cn,c@d.cn"}}, {("contact.email", addresses.EMAIL)}),
    ],
)
def test_a_clinic_holds_nothing_dangerous(changes, expected):
    assert refused(**changes) == expected


def test_a_clinic_shows_nothing_personal():
    contact = Contact(address="示例市", phone="000-0000", email="a@b.example")
    shown = repr(Clinic.model_validate({**GOOD, "contact": contact}))
    assert "DEMO-01" in shown
    assert not re.search("青柏|示例市|000-0000|a@b", shown)


HOSTILE = (
    st.text(max_size=60)
    | st.from_regex(CLINIC_ID, fullmatch=True)
    | st.from_regex(r"[A-Z0-9-]{0,60}", fullmatch=True)
    | st.sampled_from(sorted(DEVICE_NAMES))
    | st.builds(
        "{}{}{}".format,
        st.sampled_from(["", "A", "A1-", "-", "../", "/", "\\", "=", "+", "．", "Ａ"]),
        st.sampled_from(
            ["..", "B2", "con", "NUL.txt", "A\u0301", "\0", "\n", "\u202e", "\u200b", " ", "é", "ﬁ", "Ⅷ"]
        ),
        st.sampled_from(
            ["", "C", "-", "\n", "\r\n", ".", " ", "\u2028", "/etc/passwd", "%2e", ":x", "$(x)", "'--"]
        ),
    )
)


@hypothesis.settings(max_examples=500)
@hypothesis.given(HOSTILE)
@hypothesis.example("A\n")
@hypothesis.example("A" * 48)
@hypothesis.example("A" * 49)
def test_of_hostile_ids_only_the_valid_are_taken(value):
    is_valid = (
        0 < len(value) <= 48
        and all(char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-" for char in value)
        and value[0] != "-" != value[-1]
        and value not in DEVICE_NAMES
    )
    if is_valid:
        assert Clinic.model_validate({**GOOD, "id": value}).id == value
    else:
        assert refused(id=value) == {("id", "clinic_id_invalid")}
