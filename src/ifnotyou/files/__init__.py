"""CSV files in, records out: a folder or a zip, in our own format or as an ATS exports it."""

from ifnotyou.files.company import read_company
from ifnotyou.files.problems import Problem, UnusableFiles

__all__ = ["Problem", "UnusableFiles", "read_company"]
