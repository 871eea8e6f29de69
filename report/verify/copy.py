"""What one copy is, and whether it is what the publisher sent: each kind of evidence by itself, and one verdict.

Whoever alters a copy can alter what it says of itself. So it is intact only where something from outside vouches for
all of its bytes: the publisher's certificate, a list that the reader has from the publisher, or the publisher's own
record. Where nothing does, that is what is said.
"""

import dataclasses
import enum
import hashlib
import re
from collections.abc import Mapping

from report.findings import Code, Finding, Location, Severity
from report.signing.checking import FoundSignature

NOT_AS_LISTED = Code("V032", "copy-not-as-listed", is_waivable=False)
SIGNATURE_BROKEN = Code("V033", "signature-broken", is_waivable=False)
ADDED_BEHIND = Code("V034", "added-behind-signature", is_waivable=False)
SIGNER_OTHER = Code("V035", "signer-not-publisher", is_waivable=False)
UNVOUCHED = Code("V036", "copy-unvouched", Severity.WARNING, is_waivable=False)
UNIDENTIFIED = Code("V037", "copy-unidentified", Severity.WARNING, is_waivable=False)
EDITION_DIFFERS = Code("V038", "edition-not-as-released", is_waivable=False)
FACTS_DIFFER = Code("V039", "facts-not-as-released", is_waivable=False)

FACTS = "facts.json"
_LONGEST = 120
# Copies come with a list, which whoever alters one can alter too.
_BY_ITSELF = ", as good as the way by which you got it"
# An edition, what fills its slots, and a signature are three; more are of no use to anybody but an attacker.
_MOST_ENDS = 64


class Standing(enum.Enum):
    """What can be said of a copy."""

    INTACT = "INTACT"
    ALTERED = "ALTERED"
    OTHERS = "NOT THE PUBLISHER'S"
    UNKNOWN = "CANNOT SAY"


@dataclasses.dataclass(frozen=True)
class Told:
    """What a copy says of itself, which anybody may have written.

    Attributes:
        title: Of the briefing; empty, as is every text below, where it does not say.
        publisher: Who answers for it.
        edition: A number; 0 where it does not say.
        as_of: YYYY-MM-DD.
        clinic: The id of whom it is for.
        briefing: A slug.
        identifier: `urn:uuid:…`: of this copy alone.
        facts: The data inside; None where there are none.
    """

    title: str = ""
    publisher: str = ""
    edition: int = 0
    as_of: str = ""
    clinic: str = ""
    briefing: str = ""
    identifier: str = ""
    facts: bytes | None = None


@dataclasses.dataclass(frozen=True)
class Vouchers:
    """What a copy is held against.

    Attributes:
        signatures: Of the file; None where they cannot be looked at, or the format has none.
        unread: Why they cannot; empty where they can, or there is no such thing.
        listed: SHA-256 by name, of the list that the reader has; None where there is none.
        list_signature: Of that list; None where it has none.
        released: The files of the edition, SHA-256 by name, as the publisher's record has them; None where there is
            no record here.
        released_on: YYYY-MM-DD, of that record.
        are_certificates_given: Whether the reader has a certificate of the publisher's.
    """

    signatures: tuple[FoundSignature, ...] | None = None
    unread: str = ""
    listed: Mapping[str, str] | None = None
    list_signature: FoundSignature | None = None
    released: Mapping[str, str] | None = None
    released_on: str = ""
    are_certificates_given: bool = False


@dataclasses.dataclass(frozen=True)
class CopyVerdict:
    """What there is to say of a copy.

    Attributes:
        path: The file.
        standing: The verdict.
        reason: Why, in a clause.
        rows: What it is and what speaks for or against it: a name and a text each.
        findings: What is wrong, and what is not known.
    """

    path: str
    standing: Standing
    reason: str
    rows: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]


@dataclasses.dataclass(frozen=True)
class _Evidence:
    """One kind of evidence: its name, what it says, whether it vouches for all bytes, and what is wrong."""

    name: str
    text: str
    vouches: str = ""
    wrong: Finding | None = None


def judge_copy(path: str, data: bytes, told: Told, vouchers: Vouchers) -> CopyVerdict:
    """Return what a copy is and whether it is intact.

    Args:
        path: As it is told of; its last part is looked for in the list.
        data: The file.
        told: What it says of itself.
        vouchers: What it is held against.
    """
    evidence = [
        _by_list(path, data, vouchers),
        *_by_signature(path, vouchers),
        _by_record(path, data, told, vouchers),
        _by_facts(path, told, vouchers),
    ]
    findings = [item.wrong for item in evidence if item.wrong is not None]
    standing, reason = _verdict(evidence, findings)
    if not told.clinic:
        message = "the file does not say whose copy it is"
        findings.append(
            Finding(UNIDENTIFIED, Location(path), message, "Ask whoever sent it which file it is.")
        )
    if standing is Standing.UNKNOWN:
        hint = "Get the publisher's certificate or SHA256SUMS by another way than the file, and name it."
        findings.append(Finding(UNVOUCHED, Location(path), reason, hint))
    rows = (*_told_rows(path, told, vouchers), *((item.name, item.text) for item in evidence))
    return CopyVerdict(path, standing, reason, rows, tuple(findings))


def unread_copy(path: str, data: bytes, reason: str, code: Code, vouchers: Vouchers) -> CopyVerdict:
    """Return what there is to say of a file that cannot be read: whether it is another than a list has.

    Args:
        path: As it is told of.
        data: The file.
        reason: Why it cannot be read.
        code: The rule that this breaks.
        vouchers: What it is held against.
    """
    finding = Finding(code, Location(path), reason, "Ask for the file anew.")
    listed = _by_list(path, data, vouchers)
    rows = (("file", path), (listed.name, listed.text))
    if listed.wrong is None:
        return CopyVerdict(path, Standing.UNKNOWN, "the file cannot be read", rows, (finding,))
    standing, why = _verdict([listed], [listed.wrong])
    return CopyVerdict(path, standing, why, rows, (listed.wrong, finding))


def printable(text: str) -> str:
    """Return a text of a stranger's as one line that is safe on a terminal."""
    line = "".join(sign if sign.isprintable() else "\ufffd" for sign in text[: _LONGEST + 1])
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _told_rows(path: str, told: Told, vouchers: Vouchers) -> list[tuple[str, str]]:
    edition = f"{told.edition}" if told.edition else ""
    released = f", released {vouchers.released_on}" if vouchers.released_on else ""
    return [
        ("file", path),
        ("title", printable(told.title) or "-"),
        ("publisher", printable(told.publisher) or "-"),
        ("edition", f"{edition or '-'}{released}"),
        ("as of", printable(told.as_of) or "-"),
        ("recipient", printable(told.clinic) or "-"),
        ("document id", printable(told.identifier) or "-"),
    ]


def _verdict(evidence: list[_Evidence], findings: list[Finding]) -> tuple[Standing, str]:
    for finding in findings:
        if finding.code is not SIGNER_OTHER:
            return Standing.ALTERED, finding.message
    if findings:
        return Standing.OTHERS, findings[0].message
    vouching = [item.vouches for item in evidence if item.vouches]
    if vouching:
        return Standing.INTACT, " and ".join(vouching)
    return Standing.UNKNOWN, "nothing from outside the file vouches for it"


def _by_list(path: str, data: bytes, vouchers: Vouchers) -> _Evidence:
    if vouchers.listed is None:
        return _Evidence("list", "cannot say: no SHA256SUMS was named")
    signature, where = vouchers.list_signature, Location(path)
    if signature is not None and not signature.is_intact:
        wrong = Finding(
            SIGNATURE_BROKEN, where, "the list is not the one that was signed", "Get the list anew."
        )
        return _Evidence("list", "altered: its signature is broken", wrong=wrong)
    if signature is not None and signature.is_by_publisher is False:
        message = f"the list was signed with another certificate than the one named: {signature.fingerprint}"
        wrong = Finding(SIGNER_OTHER, where, message, "Compare the fingerprint with the publisher's.")
        return _Evidence("list", "signed by somebody else", wrong=wrong)
    digest, name = hashlib.sha256(data).hexdigest(), path.rpartition("/")[2]
    signed = _of_list(signature)
    if digest in vouchers.listed.values():
        return _Evidence("list", f"as listed; {signed}", f"SHA256SUMS lists it, {signed}")
    names = [one for one in vouchers.listed if one.rpartition("/")[2] == name]
    if not names:
        return _Evidence("list", f"cannot say: {printable(name)} is not listed; {signed}")
    message = f"its SHA-256 is {digest[:16]}…, and the list has {vouchers.listed[names[0]][:16]}…"
    wrong = Finding(NOT_AS_LISTED, where, message, "Do not use it; ask for the file anew.")
    return _Evidence("list", f"altered: another SHA-256 than listed; {signed}", wrong=wrong)


def _of_list(signature: FoundSignature | None) -> str:
    if signature is None:
        return f"a list that is not signed{_BY_ITSELF}"
    if signature.is_by_publisher:
        return f"a list signed by {printable(signature.name)}"
    return f"a signed list, whose signer nobody vouches for{_BY_ITSELF}"


def _by_signature(path: str, vouchers: Vouchers) -> list[_Evidence]:
    if vouchers.unread:
        return [_Evidence("signature", f"cannot say: {vouchers.unread}")]
    if vouchers.signatures is None:
        return [_Evidence("signature", "none: only a PDF bears one")]
    if not vouchers.signatures:
        return [_Evidence("signature", "none")]
    found = []
    for signature in vouchers.signatures:
        found += [
            _judge_signature(path, signature, vouchers),
            _Evidence("certificate", signature.fingerprint),
        ]
    return found


def _judge_signature(path: str, signature: FoundSignature, vouchers: Vouchers) -> _Evidence:
    where = Location(path)
    by = f"by {printable(signature.name)}{_when(signature)}"
    if not signature.is_intact:
        message = "the file is not the one that was signed: a signature is broken"
        wrong = Finding(SIGNATURE_BROKEN, where, message, "Do not use it; ask for the file anew.")
        return _Evidence("signature", f"broken, {by}", wrong=wrong)
    if not signature.is_whole:
        message = "something was put behind the signature, which allows no changes"
        wrong = Finding(ADDED_BEHIND, where, message, "Do not use it; ask for the file anew.")
        return _Evidence("signature", f"holds, but not for all of the file, {by}", wrong=wrong)
    told = f"{by}; certificate {signature.fingerprint}"
    if signature.is_by_publisher:
        return _Evidence(
            "signature", f"holds, {told}", f"it is signed {by}, with the certificate that was named"
        )
    if vouchers.are_certificates_given:
        message = f"it was signed with another certificate than the one named: {signature.fingerprint}"
        wrong = Finding(SIGNER_OTHER, where, message, "Compare the fingerprint with the publisher's.")
        return _Evidence("signature", f"holds, but not with the certificate named, {by}", wrong=wrong)
    return _Evidence("signature", f"holds, {by}; nobody vouches that this is the publisher")


def _when(signature: FoundSignature) -> str:
    if signature.told_at is None:
        return ""
    vouched = "time-stamped" if signature.is_stamped else "as it says"
    return f", {signature.told_at:%Y-%m-%d %H:%M} UTC {vouched}"


def _by_record(path: str, data: bytes, told: Told, vouchers: Vouchers) -> _Evidence:
    if vouchers.released is None:
        return _Evidence("edition inside", "cannot say: there is no record of it here")
    names = {digest: name for name, digest in vouchers.released.items()}
    digest = hashlib.sha256(data).hexdigest()
    if digest in names:
        what = f"it is {names[digest]} of edition {told.edition or '?'}, as released"
        return _Evidence("edition inside", f"this is {names[digest]}, as released", what)
    if not data.startswith(b"%PDF-"):
        return _Evidence("edition inside", "cannot say: only of a PDF the edition is a part by itself")
    inside = next((names[found] for found in _beginnings(data) if found in names), None)
    if inside is not None:
        return _Evidence(
            "edition inside", f"{inside}, as released; this says nothing of what stands behind it"
        )
    message = f"it does not begin with a file of edition {told.edition} as the publisher's record has it"
    wrong = Finding(EDITION_DIFFERS, Location(path), message, "Do not use it; ask for the file anew.")
    return _Evidence("edition inside", "altered: no file of the edition, as released", wrong=wrong)


def _beginnings(data: bytes) -> list[str]:
    """Return the SHA-256 of whatever of a PDF is a whole file by itself: all up to each end of one."""
    digest, start, found = hashlib.sha256(), 0, []
    for number, match in enumerate(re.finditer(rb"%%EOF(?:\r\n|\n|\r)?", data)):
        if number == _MOST_ENDS:
            break
        for end in sorted({match.start() + len(b"%%EOF"), match.end()}):
            digest.update(memoryview(data)[start:end])
            start = end
            found.append(digest.hexdigest())
    return found


def _by_facts(path: str, told: Told, vouchers: Vouchers) -> _Evidence:
    if told.facts is None:
        return _Evidence("facts inside", "none")
    expected = (vouchers.released or {}).get(FACTS)
    if expected is None:
        return _Evidence("facts inside", "cannot say: there is no record of them here")
    if hashlib.sha256(told.facts).hexdigest() == expected:
        return _Evidence("facts inside", f"those of edition {told.edition}, as released")
    message = f"its {FACTS} is not that of edition {told.edition} as the publisher's record has it"
    wrong = Finding(FACTS_DIFFER, Location(path), message, "Do not use it; ask for the file anew.")
    return _Evidence("facts inside", "altered: not those of the edition", wrong=wrong)
