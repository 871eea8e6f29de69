"""A schedule as units of systemd: a service that may write nothing but the project, and its timer."""

from report.schedule.plan import Schedule
from report.schedule.times import WEEKDAYS

# The first line of each unit; a file without it was written by somebody else and is left alone.
MARK = "# Written by `report schedule install`; `report schedule remove` removes it."
_LONGEST_HOURS = 6

# What needs capabilities or mount namespaces, which a user's own manager may not have (systemd.exec(5)).
_SYSTEM_ONLY = """\
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=true
PrivateDevices=true
ProtectKernelTunables=true
ProtectKernelModules=true
ProtectKernelLogs=true
ProtectControlGroups=true
ProtectClock=true
ProtectHostname=true
CapabilityBoundingSet=
RestrictNamespaces=true
"""
# MemoryDenyWriteExecute is left out: libffi, by which WeasyPrint calls Pango, makes its closures so.
_ALWAYS = """\
NoNewPrivileges=true
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictRealtime=true
RestrictSUIDSGID=true
LockPersonality=true
SystemCallArchitectures=native
UMask=0027
"""


def unit_names(schedule: Schedule) -> tuple[str, str]:
    """Return the names of the service and of its timer."""
    return f"{schedule.name}.service", f"{schedule.name}.timer"


def units(schedule: Schedule) -> dict[str, str]:
    """Return the texts of the units by name."""
    service, timer = unit_names(schedule)
    return {service: _service(schedule), timer: _timer(schedule)}


def quote_word(text: str) -> str:
    """Return a word of a command line as systemd reads it back: systemd.service(5), "Command Lines"."""
    return _quoted(text.replace("$", "$$"))


def quote_path(text: str) -> str:
    """Return a path of a list of paths as systemd reads it back; `%` would begin a specifier (systemd.unit(5))."""
    return _quoted(text)


def _quoted(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{text}"'


def _starter(schedule: Schedule) -> tuple[str, ...]:
    # systemd takes no executable whose own path has such characters ("contains special characters").
    is_odd = any(char in schedule.program[0] for char in "\"'\\$%")
    return ("/bin/sh", "-c", 'exec "$0" "$@"') if is_odd else ()


def _service(schedule: Schedule) -> str:
    lines = [
        MARK,
        "[Unit]",
        "Description=Scheduled run of the briefings in " + schedule.project.replace("%", "%%"),
        "Wants=network-online.target",
        "After=network-online.target",
        "",
        "[Service]",
        "Type=oneshot",
        # To the end of the line, spaces and all, with specifiers.
        "WorkingDirectory=" + schedule.project.replace("%", "%%"),
        "ExecStart=" + " ".join(quote_word(word) for word in (*_starter(schedule), *schedule.command)),
        f"TimeoutStartSec={_LONGEST_HOURS}h",
        "Nice=10",
        "IOSchedulingClass=idle",
    ]
    if schedule.environment_file:
        lines.append("EnvironmentFile=" + schedule.environment_file.replace("%", "%%"))
    if schedule.is_user:
        return "\n".join(lines) + "\n" + _ALWAYS
    if schedule.run_as:
        lines.append(f"User={schedule.run_as.replace('%', '%%')}")
    lines += [
        f"CacheDirectory={schedule.name}",
        f"Environment=XDG_CACHE_HOME=%C/{schedule.name}",
        "ReadWritePaths=" + quote_path(schedule.project),
    ]
    return "\n".join(lines) + "\n" + _SYSTEM_ONLY + _ALWAYS


def _timer(schedule: Schedule) -> str:
    times = schedule.times
    days = "" if times.is_daily else ",".join(WEEKDAYS[day].capitalize() for day in times.days) + " "
    lines = [
        MARK,
        "[Unit]",
        "Description=When the briefings in " + schedule.project.replace("%", "%%") + " are run",
        "",
        "[Timer]",
        *(f"OnCalendar={days}*-*-* {time:%H:%M}:00" for time in times.at),
        # A run that was due while the machine was off is made up for.
        "Persistent=true",
        "AccuracySec=1min",
        "",
        "[Install]",
        "WantedBy=timers.target",
    ]
    return "\n".join(lines) + "\n"
