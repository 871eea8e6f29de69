"""Content files written back: fields change, and comments, order, quotes and line ends stay as a person left them."""

from report.editing.entries import REMOVED, Changes, Removed, edited
from report.editing.files import Editable, read_editable, write_edited
from report.editing.wording import Value

__all__ = ["REMOVED", "Changes", "Editable", "Removed", "Value", "edited", "read_editable", "write_edited"]
