"""Arrow's types, which it does not tell type checkers, and what Spark calls them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql.types import StructType

pa: Any = import_module("pyarrow")


def columns(schema: Any) -> StructType:
    """The columns of Arrow's schema as Spark has them."""
    found: StructType = import_module("pyspark.sql.pandas.types").from_arrow_schema(schema)
    return found
