"""Lists of a clinic's files say nothing of whose they are: only with exactly its files, and signed, do they leave."""

import dataclasses
import shutil

import pytest

from report.copies.record import SIGNATURE, SUMS, copy_file, from_json, to_json
from report.signing import Signer
from report.signing.keys import load_signer
from report.signing.sums import SIGNATURE_FILE, SUMS_FILE, sign_sums, sums
from tests.sending import DISTRIBUTION, Sending, content, sha256
from tests.signers import AT, certificate, key, key_pem, pem

CLINICS = ("GZ-0001", "GZ-0002", "GZ-0003")
SIGNED = f"{DISTRIBUTION}signing: {{certificate: publisher.pem, key: publisher.key}}\n"
PUBLISHER = Signer(key(), certificate(key()), ())
OTHER = Signer(key("p-384"), certificate(key("p-384")), ())


def unsigned(clinic):
    """What a clinic's files were before any signature, by name."""
    return {"demo.epub": content(clinic, text="epub"), "demo.pdf": content(clinic, text="pdf")}


def put(sending, clinic, signer=PUBLISHER, listed=None):
    """Put a clinic's copies as `report copies` does: the PDF signed, all listed, the list signed."""
    before = unsigned(clinic)
    after = {name: data + b" signed" * name.endswith("pdf") for name, data in before.items()}
    folder = sending.copy(clinic, after)
    digests = {name: sha256(data) for name, data in (listed or after).items()}
    lists = {SUMS_FILE: sums(digests)}
    lists[SIGNATURE_FILE] = sign_sums(lists[SUMS_FILE], signer, AT)
    record = from_json((folder / "copy.json").read_bytes())
    files = {name: copy_file(after[name], before[name], "pdf", "full", "zh-Hans") for name in after}
    for format_, (name, data) in zip((SUMS, SIGNATURE), lists.items(), strict=True):
        files[name] = copy_file(data, b"", format_, "", "zh-Hans")
        (folder / name).write_bytes(data)
    (folder / "copy.json").write_bytes(to_json(dataclasses.replace(record, files=files)))
    return folder


def change(folder, name=None, data=b"", **changes):
    """Let a file be another, and the record say the same of it."""
    record = from_json((folder / "copy.json").read_bytes())
    files = dict(record.files)
    if name is not None:
        (folder / name).write_bytes(data)
        files[name] = dataclasses.replace(files[name], size=len(data), sha256=sha256(data))
    files = {key: value for key, value in {**files, **changes}.items() if value is not None}
    (folder / "copy.json").write_bytes(to_json(dataclasses.replace(record, files=files)))


@pytest.fixture
def sending(tmp_path):
    made = Sending(tmp_path / "project", *CLINICS, distribution=SIGNED)
    (made.root / "publisher.pem").write_bytes(pem(PUBLISHER.certificate))
    (made.root / "publisher.key").write_bytes(key_pem(key()))
    load_signer.cache_clear()
    made.release()
    for clinic in CLINICS:
        put(made, clinic)
    return made


def folder(sending, clinic="GZ-0002"):
    return sending.root / "output" / "demo" / "copies" / clinic


def assert_refused(sending, code, said):
    ended = sending.command("--yes")
    assert (ended.code, ended.codes) == (7, [code]), ended.out + ended.err
    assert said in ended.out
    assert sending.channel.clinics == ["GZ-0001", "GZ-0003"]


def test_the_list_and_its_signature_go_with_the_files_and_last(sending):
    out = sending.command().out
    assert "GZ-0001  mail     edition 1  it has none yet  -      4" in out
    assert sending.command("--yes").code == 0
    for parcel in sending.channel.parcels:
        assert [file.name for file in parcel.files] == ["demo.epub", "demo.pdf", SUMS_FILE, SIGNATURE_FILE]
        listed = {file.name: file.sha256 for file in parcel.files[:2]}
        assert parcel.files[2].data == sums(listed)


def test_where_the_certificate_is_not_the_list_is_held_against_itself(sending):
    sending.distribution(SIGNED.replace("publisher.", "/nowhere/publisher."))
    put(sending, "GZ-0003", OTHER)
    assert sending.command("--yes").code == 0
    assert sending.channel.clinics == list(CLINICS)


def test_where_nothing_is_signed_any_more_what_was_signed_still_goes(sending):
    sending.distribution(DISTRIBUTION)
    assert sending.command("--yes").code == 0


def test_a_copy_is_the_same_delivery_signed_and_unsigned(sending):
    signed = {plan.entry.key for plan in sending.preview().plans[0].planned}
    sending.distribution(DISTRIBUTION)
    for clinic in CLINICS:
        shutil.rmtree(folder(sending, clinic))
        sending.copy(clinic, unsigned(clinic))
    plain = {plan.entry.key for plan in sending.preview().plans[0].planned}
    assert signed == plain


def test_what_was_delivered_unsigned_is_not_delivered_again_signed(sending):
    sending.distribution(DISTRIBUTION)
    sending.copy("GZ-0001", unsigned("GZ-0001"))
    assert sending.send(clinics=("GZ-0001",)).findings == ()
    sending.distribution(SIGNED)
    put(sending, "GZ-0001")
    assert sending.command("--yes").code == 0
    assert sending.channel.clinics == list(CLINICS)


# --- not sent ---


def test_the_list_of_another_clinic_is_refused(sending):
    """Names, sizes, hashes and the publisher's signature: all is right, but for whose it is."""
    for name in (SUMS_FILE, SIGNATURE_FILE):
        change(folder(sending), name, (folder(sending, "GZ-0003") / name).read_bytes())
    assert_refused(sending, "D020", "the list is not one of exactly the files that go with it")


@pytest.mark.parametrize("more", [True, False])
def test_a_list_of_more_or_fewer_files_is_refused(sending, more):
    listed = {"demo.pdf": unsigned("GZ-0002")["demo.pdf"] + b" signed"}
    if more:
        listed |= {"demo.epub": unsigned("GZ-0002")["demo.epub"], "other.pdf": content("GZ-0003")}
    put(sending, "GZ-0002", listed=listed)
    assert_refused(sending, "D020", "the list is not one of exactly the files that go with it")


def test_a_file_of_another_that_is_called_a_list_is_refused(sending):
    data = content("GZ-0003")
    change(folder(sending), SUMS_FILE, data)
    assert_refused(sending, "D020", "the list is not one of exactly")


def test_a_file_of_another_that_is_called_a_signature_is_refused(sending):
    change(folder(sending), SIGNATURE_FILE, content("GZ-0003"))
    assert_refused(sending, "D020", "the signature cannot be read")


def test_a_file_of_another_that_is_a_list_by_its_record_alone_is_refused(sending):
    data = content("GZ-0003")
    (folder(sending) / "other.pdf").write_bytes(data)
    change(folder(sending), **{"other.pdf": copy_file(data, data, SUMS, "", "zh-Hans")})
    assert_refused(sending, "D023", "lists by other names than SHA256SUMS and SHA256SUMS.p7s")


@pytest.mark.parametrize("name", [SUMS_FILE, SIGNATURE_FILE])
def test_a_list_without_a_signature_and_a_signature_without_a_list_are_refused(sending, name):
    change(folder(sending), **{name: None})
    assert_refused(sending, "D023", "lists by other names than")


def test_a_signature_of_another_list_is_refused(sending):
    change(folder(sending), SIGNATURE_FILE, sign_sums(b"other", PUBLISHER, AT))
    assert_refused(sending, "D020", "the signature is not that of the list")


def test_a_list_that_somebody_else_signed_is_refused(sending):
    put(sending, "GZ-0002", OTHER)
    assert_refused(sending, "D025", f"another certificate than `signing:` names: {OTHER.fingerprint}")


def test_a_copy_that_is_not_signed_waits_for_its_signature(sending):
    shutil.rmtree(folder(sending))
    sending.copy("GZ-0002", unsigned("GZ-0002"))
    assert_refused(sending, "D025", "the copy is not signed, and `signing:` is set")


@pytest.mark.parametrize("name", [SUMS_FILE, SIGNATURE_FILE])
def test_a_list_that_was_altered_is_refused(sending, name):
    data = bytearray((folder(sending) / name).read_bytes())
    data[40] ^= 1
    (folder(sending) / name).write_bytes(data)
    assert_refused(sending, "D020", "the file is not the one that was made")


def test_a_record_of_lists_alone_is_refused(sending):
    change(folder(sending), **{"demo.pdf": None, "demo.epub": None})
    ended = sending.command("--yes")
    assert (ended.code, ended.codes) == (7, ["D023"])
    assert sending.channel.clinics == ["GZ-0001", "GZ-0003"]
