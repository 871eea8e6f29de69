"""What brings forth each code of recipients, so that docs/errors.md shows what the program says."""

import datetime

from report.pipeline import importing
from tests.contract.project_examples import write
from tests.pages import TODAY
from tests.signers import certificate, key_pem, pem
from tests.signers import key as private

CLINICS, DISTRIBUTION = "content/clinics.yaml", "content/distribution.yaml"
CHANNELS = "channels:\n  folder: {kind: folder, path: outbox}\n"
MAIL = "  email: {kind: email, host: mail.example.org, sender: {name: 编辑部, address: a@mail.example.org}}\n"
CLINIC = """- id: GZ-0042
  name: 青柏社区诊所
  contact: {phone: 020-0000-0000, email: office@clinics.example.org}
  locale: zh-Hans
  channels: [folder]
"""
MAILED = "}\n  locale: zh-Hans\n  channels: [folder, email]"


def clinic(old="", new="", more=""):
    """Write a list of one clinic, with something else in it and something after it."""
    return write(CLINICS, CLINIC.replace(old, new, 1) + more)


def clinic_in_git(project):
    clinic("clinics.example.org", "clinic.cn")(project)
    (project / ".git").mkdir()
    entry = bytes(60) + len(CLINICS).to_bytes(2, "big") + CLINICS.encode() + bytes(8)
    (project / ".git/index").write_bytes(b"DIRC\0\0\0\2\0\0\0\1" + entry)


def distribute(text):
    return write(DISTRIBUTION, CHANNELS + text)


def mailed(project):
    distribute(MAIL)(project)
    clinic(", email: office@clinics.example.org}\n  locale: zh-Hans\n  channels: [folder]", MAILED)(project)


def signing(key, days_left=0):
    """Return a distribution that signs; the key is that of the certificate where this is about to expire."""

    def spoil(project):
        first = TODAY - datetime.timedelta(days=365 - days_left)
        begin = datetime.datetime.combine(first, datetime.time(), datetime.UTC)
        (project / "publisher.pem").write_bytes(pem(certificate(private(), first=begin)))
        (project / "publisher.key").write_bytes(key_pem(private("p-256" if days_left else "p-384")))
        distribute(f"signing: {{certificate: publisher.pem, key: {key}}}\n")(project)

    return spoil


def imported(data):
    """Return what is said of a table of clinics."""

    def found(project):
        write("clinics.csv", data)(project)
        return importing.plan_import(project, project / "clinics.csv").findings

    return found


# What `report check` says of clinics and their channels, and `report clinics import` of a table.
RECIPIENTS = {
    "C060": clinic("GZ-0042", "gz_0042"),
    "C061": clinic("office@", "office@clinics.example.org; a@"),
    "C062": clinic("社区", "\u202e社区"),
    "C063": clinic("青柏", "=青柏"),
    "C064": clinic("青柏", "青柏" * 40),
    "C065": clinic(more="  logo: ../logo.svg\n"),
    "C066": clinic(more="  qr: http://briefings.example.org/a\n"),
    "C067": clinic("[folder]", "[foldr]"),
    "C068": mailed,
    "C069": clinic(more=CLINIC.replace("GZ-0042", "GZ-0043")),
    "C070": clinic_in_git,
    "C071": clinic(more="  views: [handout]\n  formats: [epub]\n"),
    "C072": imported('编号,名称\nGZ-0042,"青柏\n'),
    "C073": imported("编号,名称,语言,渠道,传真\n"),
    "C074": imported("编号,名称,语言,渠道,电话\nGZ-0042,青柏,简体中文,folder,1.38E+10\n"),
    "C080": distribute("  south: {kind: fodler}\n"),
    "C081": distribute("  South: {kind: folder, path: outbox}\n"),
    "C082": distribute("ledger: output/ledger.sqlite3\n"),
    "C083": distribute("attempts: {most: 99}\n"),
    "C084": distribute("clinics: /srv/jianbao/clinics.yaml\n"),
    "C085": signing("publisher.key"),
    "C086": signing("publisher.key", days_left=9),
    "C088": distribute("monitor: {allow_hosts: [intranet]}\n"),
    "C087": signing("/etc/briefings/publisher.key"),
}
