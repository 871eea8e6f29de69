"""Copies that lie in another's folder, or are not what was made: none of them leaves, and the others do."""

import random
import shutil

import pytest

from report.ledger import Entry, content_digest, open_ledger
from report.notices.record import NoticeFile, NoticeRecord
from report.notices.record import to_json as notice_to_json
from report.pipeline.sending_copies import Copies
from report.pipeline.sending_files import UnfitError
from tests.sending import DISTRIBUTION, NOW, Sending, content, identify, sha256

MANY = [f"GZ-{number:04}" for number in range(1, 201)]


def shuffled(names):
    """Return whom each one's copy is swapped with; nobody keeps their own."""
    order = list(names)
    random.Random(6).shuffle(order)
    return dict(zip(order, [*order[1:], order[0]], strict=True))


@pytest.fixture
def sending(tmp_path):
    made = Sending(tmp_path / "project")
    made.release()
    made.all_copies()
    return made


@pytest.fixture
def many(tmp_path):
    made = Sending(tmp_path / "project", *MANY)
    made.distribution(DISTRIBUTION, confirm_above=1000)
    made.release()
    made.all_copies()
    return made


def folder(sending, clinic):
    return sending.root / "output" / "demo" / "copies" / clinic


def assert_refused(sending, code, clinic="GZ-0002", said=""):
    """One is told by its code and stays; the others get their own."""
    ended = sending.command("--yes")
    assert (ended.code, ended.codes) == (7, [code]), ended.out + ended.err
    assert said in ended.out
    assert clinic not in sending.channel.clinics
    assert len(sending.channel.parcels) == 2
    for parcel in sending.channel.parcels:
        assert [file.data for file in parcel.files] == [content(parcel.clinic.id)]
    assert clinic not in sending.states()


def test_of_200_in_each_others_folders_none_leaves(many):
    away = many.root / "away"
    shutil.move(many.root / "output" / "demo" / "copies", away)
    for clinic, other in shuffled(MANY).items():
        shutil.copytree(away / other, folder(many, clinic))
    sent = many.send()
    assert many.channel.parcels == []
    assert [item.code.code for item in sent.preview.all_findings] == ["D021"] * 200


def test_of_200_with_records_of_their_own_and_files_of_others_none_leaves(many):
    """The hardest: hash, size and record agree, and only the file itself tells whose it is."""
    for clinic, other in shuffled(MANY).items():
        many.copy(clinic, {"demo.pdf": content(other)})
    sent = many.send()
    assert len(sent.preview.plans[0].planned) == 200
    assert many.channel.parcels == []
    assert [item.code.code for item in sent.findings] == ["D021"] * 200
    assert many.states() == {}


def test_of_200_shuffled_rows_none_finds_a_copy(many):
    copies = Copies(many.root, "demo", 1, identify)
    refused = 0
    for clinic, other in shuffled(MANY).items():
        offer = copies.offer(other, 0)
        row = Entry("edition", "demo", 1, 0, clinic, "mail", offer.since, offer.digest)
        with pytest.raises(UnfitError):
            copies.read(row)
        refused += 1
    assert refused == 200


def test_each_of_200_gets_its_own_and_no_other(many):
    many.send()
    assert sorted(many.channel.clinics) == MANY
    for parcel in many.channel.parcels:
        text = parcel.text + parcel.subject + "".join(file.data.decode() for file in parcel.files)
        others = [name for name in MANY if name != parcel.clinic.id]
        assert parcel.clinic.id in text
        assert not any(name in text for name in others)


def test_a_byte_that_changed_is_found(sending):
    path = folder(sending, "GZ-0002") / "demo.pdf"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert_refused(sending, "D020", said="the file is not the one that was made")


def test_a_file_that_is_gone_is_found(sending):
    (folder(sending, "GZ-0002") / "demo.pdf").unlink()
    assert_refused(sending, "D020", said="the file is missing")


def test_a_file_of_another_edition_is_found(sending):
    sending.copy("GZ-0002", {"demo.pdf": content("GZ-0002", 2)})
    assert_refused(sending, "D022", said="the file is of edition 2 of 'demo'")


@pytest.mark.parametrize("changes", [{"edition": 2}, {"briefing": "other"}])
def test_a_record_of_something_else_is_found(sending, changes):
    sending.copy("GZ-0002", {"demo.pdf": content("GZ-0002")}, **changes)
    assert_refused(sending, "D022")


def test_a_file_that_does_not_say_whose_it_is_is_found(sending):
    sending.copy("GZ-0002", {"demo.pdf": b"%PDF-1.7 of nobody"})
    assert_refused(sending, "D023", said="the file does not say whose it is")


@pytest.mark.parametrize("record", [b"", b"{}", b"[]", b"\xff", b'{"version": 2}', b"null"])
def test_a_damaged_record_is_found(sending, record):
    (folder(sending, "GZ-0002") / "copy.json").write_bytes(record)
    assert_refused(sending, "D023", said="the record of the copy is damaged")


@pytest.mark.parametrize("name", ["../GZ-0001/demo.pdf", "/etc/passwd", ".hidden", "a\0b"])
def test_a_record_cannot_name_a_file_elsewhere(sending, name):
    record = (folder(sending, "GZ-0002") / "copy.json").read_text()
    shown = name.replace("\0", "\\u0000")
    (folder(sending, "GZ-0002") / "copy.json").write_text(record.replace("demo.pdf", shown))
    assert_refused(sending, "D023", said="the record of the copy is damaged")


@pytest.mark.parametrize("name", ["demo.pdf", "copy.json"])
def test_a_link_is_not_followed(sending, name):
    path = folder(sending, "GZ-0002") / name
    path.rename(sending.root / name)
    path.symlink_to(sending.root / name)
    assert_refused(sending, "D023")


def test_a_folder_that_is_a_link_is_not_followed(sending):
    folder(sending, "GZ-0002").rename(sending.root / "elsewhere")
    folder(sending, "GZ-0002").symlink_to(sending.root / "elsewhere")
    assert_refused(sending, "D023")


def test_a_copy_made_anew_between_plan_and_sending_is_not_sent(sending):
    def make_anew(parcel):
        sending.copies("GZ-0002", text="made anew")
        sending.channel.before = lambda parcel: None

    sending.channel.before = make_anew
    assert_refused(sending, "D020", said="the copy is another than the one that was planned")
    # The next run plans it as it is by now.
    assert sending.command("--yes").code == 0
    assert sending.channel.parcels[-1].files[0].data == content("GZ-0002", text="made anew")


# --- halfway ---


def halfway(sending, change):
    """Send; when the first parcel is under way, let something change."""

    def once(parcel):
        sending.channel.before = lambda parcel: None
        change()

    sending.channel.before = once
    return sending.command("--yes")


def test_a_clinic_that_is_removed_halfway_gets_nothing(sending):
    ended = halfway(sending, lambda: sending.clinics("GZ-0001", "GZ-0003"))
    assert ended.code == 0
    assert sending.channel.clinics == ["GZ-0001", "GZ-0003"]
    assert "GZ-0002 by mail: not sent: the clinic or its channel is not in the list any more" in ended.out


def test_a_clinic_that_is_switched_off_halfway_gets_nothing(sending):
    off = {"active": False}
    ended = halfway(sending, lambda: sending.clinics("GZ-0001", "GZ-0002", "GZ-0003", GZ_0002=off))
    assert ended.code == 0
    assert sending.channel.clinics == ["GZ-0001", "GZ-0003"]
    assert "GZ-0002 by mail: not sent: the clinic is not active" in ended.out


def test_an_address_that_is_corrected_halfway_is_the_one_that_is_used(sending):
    new = {"contact": {"email": "new@clinic.example"}}
    halfway(sending, lambda: sending.clinics("GZ-0001", "GZ-0002", "GZ-0003", GZ_0002=new))
    emails = [parcel.clinic.contact.email for parcel in sending.channel.parcels]
    assert emails == ["gz-0001@clinic.example", "new@clinic.example", "gz-0003@clinic.example"]


def test_an_edition_that_is_recalled_halfway_stops(sending):
    ended = halfway(sending, lambda: sending.withdraw(1))
    assert ended.code == 0
    assert sending.channel.clinics == ["GZ-0001"]
    assert "GZ-0002 by mail: not sent: the edition is withdrawn" in ended.out


def test_a_list_that_is_spoilt_halfway_stops_the_rest(sending):
    path = sending.root / "content" / "clinics.yaml"
    good = path.read_bytes()
    ended = halfway(sending, lambda: path.write_text("- id: [GZ"))
    assert ended.code == 3
    assert sending.channel.clinics == ["GZ-0001"]
    assert "the list of clinics was changed meanwhile and cannot be read" in ended.err
    assert "2 not begun" in ended.out
    path.write_bytes(good)
    assert sending.command("--yes").code == 0
    assert sending.channel.clinics == ["GZ-0001", "GZ-0002", "GZ-0003"]


# --- notices ---


def put_notice(sending, clinic="GZ-0001", data=None, **changes):
    data = content(clinic) if data is None else data
    values = {
        "kind": "withdrawal",
        "briefing": "demo",
        "about": 1,
        "edition": 0,
        "clinic": clinic,
        "number": "W-1",
        "locale": "zh-Hans",
        "title": "简报",
        "edition_text": "第1版",
        "as_of_text": "2025年10月15日",
        "subject": "撤回通知",
        "text": "请停用。",
        "changes": (),
        "link": "",
        "files": {"notice.pdf": NoticeFile(len(data), sha256(data), "application/pdf")},
    }
    record = NoticeRecord(**{**values, **changes})
    where = sending.root / "output" / "demo" / "notices" / "001" / clinic
    where.mkdir(parents=True, exist_ok=True)
    (where / "notice.pdf").write_bytes(data)
    (where / "notice.json").write_bytes(notice_to_json(record))
    return Entry("withdrawal", "demo", 0, 1, clinic, "mail", 0, content_digest({"notice.pdf": sha256(data)}))


def enqueue(sending, *entries):
    with open_ledger(sending.ledger_path, NOW) as ledger:
        for entry in entries:
            ledger.enqueue(entry, message_id=entry.identify("jianbao.invalid"))


def test_notices_go_out_first_and_once(sending):
    sending.send()
    enqueue(sending, put_notice(sending))
    sending.withdraw(1)
    assert "GZ-0001  mail     withdrawal of edition 1  a notice" in sending.command().out
    assert sending.command("--yes").code == 0
    parcel = sending.channel.parcels[-1]
    assert (parcel.kind, parcel.edition, parcel.clinic.id) == ("withdrawal", 1, "GZ-0001")
    assert (parcel.subject, parcel.files[0].data) == ("撤回通知", content("GZ-0001"))
    assert sending.command("--yes").code == 0
    assert len(sending.channel.parcels) == 4


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"clinic": "GZ-0002"}, "D021"),
        ({"about": 2}, "D022"),
        ({"kind": "correction", "edition": 2}, "D022"),
        ({"files": {}}, "D020"),
    ],
)
def test_a_notice_of_something_else_is_not_sent(sending, changes, code):
    entry = put_notice(sending)
    where = sending.root / "output" / "demo" / "notices" / "001"
    put_notice(sending, **changes)
    if "clinic" in changes:
        shutil.copy(where / "GZ-0002" / "notice.json", where / "GZ-0001" / "notice.json")
    enqueue(sending, entry)
    ended = sending.command("--yes")
    assert (ended.code, ended.codes) == (7, [code])
    assert [parcel.kind for parcel in sending.channel.parcels] == ["edition"] * 3


def test_a_notice_whose_file_changed_is_not_sent(sending):
    enqueue(sending, put_notice(sending))
    (sending.root / "output/demo/notices/001/GZ-0001/notice.pdf").write_bytes(content("GZ-0001", text="TEXT"))
    ended = sending.command("--yes")
    assert (ended.code, ended.codes) == (7, ["D020"])
    assert [parcel.kind for parcel in sending.channel.parcels] == ["edition"] * 3


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (content("GZ-0002"), "D021", "the notice for 'GZ-0002', and lies in the folder of GZ-0001"),
        (content("GZ-0001", edition=2), "D022", "about edition 2 of 'demo'; wanted is one about edition 1"),
        (content("GZ-0001", briefing="other"), "D022", "about edition 1 of 'other'"),
        (content("GZ-0001", since=1), "D022", "about edition 1"),
        (b"%PDF of nobody", "D023", "the file does not say whom it is for"),
    ],
    ids=["another-clinic", "another-edition", "another-briefing", "a-copy-since", "nobody"],
)
def test_a_notice_that_says_of_itself_that_it_is_another_is_not_sent(sending, data, code, said):
    """Folder, record, hash and ledger agree, and only the file itself tells."""
    enqueue(sending, put_notice(sending, data=data))
    ended = sending.command("--yes")
    assert (ended.code, ended.codes) == (7, [code])
    assert said in ended.out
    assert [parcel.kind for parcel in sending.channel.parcels] == ["edition"] * 3


def test_a_notice_for_a_clinic_that_is_gone_is_held(sending):
    enqueue(sending, put_notice(sending, "GZ-0009"))
    ended = sending.command("--yes")
    assert "held back: GZ-0009 by mail: the clinic or its channel is not in the list any more" in ended.out
