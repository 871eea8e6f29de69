"""The values of a fact or a trigger by name, and which of them differ between two editions."""

from collections.abc import Mapping

from report.editions.difference import FieldChange
from report.editions.record import FactState, TriggerState

# What is printed of a fact under these names is one of its own values, or none at all; all else is derived.
_OWN = frozenset({"label", "status", "in_force", "jurisdiction", "valid", "note", "key_point"})
_OWN_PREFIXES = ("dates.", "attrs.")


def fact_values(state: FactState) -> dict[str, str]:
    """Return a fact's own values in the order in which changes are told; `known_since` follows from the dates."""
    return {
        "status": state.status,
        "in_force": state.in_force,
        "superseded_by": state.superseded_by,
        "label": state.label,
        "jurisdiction": state.jurisdiction,
        "kind": state.kind,
        **{f"dates.{name}": value for name, value in sorted(state.dates.items())},
        "primary_date": state.primary_date,
        "valid": state.valid,
        **{f"attrs.{name}": value for name, value in sorted(state.attrs.items())},
        "effect": state.effect,
        "grade": state.grade,
        "subject": state.subject,
        "contradicts": ", ".join(state.contradicts),
        "sources": "; ".join(f"{source.ref} {source.locator}".rstrip() for source in state.sources),
    }


def fact_changes(old: FactState, new: FactState) -> tuple[FieldChange, ...]:
    """Return the values of a fact that changed, its own before those that were derived from it."""
    return (*changed_values(fact_values(old), fact_values(new)), *_derived_changes(old, new))


def trigger_changes(old: TriggerState, new: TriggerState) -> tuple[FieldChange, ...]:
    """Return the values of a trigger that changed, its state first."""
    return changed_values(_trigger_values(old), _trigger_values(new))


def changed_values(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[FieldChange, ...]:
    """Return the values that changed, in the order of the newer ones, those that are gone last."""
    names = dict.fromkeys((*new, *old))
    pairs = ((name, old.get(name, ""), new.get(name, "")) for name in names)
    return tuple(FieldChange(name, before, after) for name, before, after in pairs if before != after)


def _trigger_values(state: TriggerState) -> dict[str, str]:
    return {"state": state.state, "label": state.label, "evidence": state.evidence}


def _derived_changes(old: FactState, new: FactState) -> tuple[FieldChange, ...]:
    """Return derived values that print differently: each edition prints one that the other does not.

    Where only one does, the value is told in another place or no longer, which is a change of text.
    """
    if old.shown == new.shown:
        return ()
    before, after = old.printed, new.printed
    changes = []
    for field in sorted(before.keys() & after.keys()):
        if field in _OWN or field.startswith(_OWN_PREFIXES):
            continue
        gone = [text for text in before[field] if text not in after[field]]
        come = [text for text in after[field] if text not in before[field]]
        if gone and come:
            changes.append(FieldChange(field, ", ".join(gone), ", ".join(come)))
    return tuple(changes)
