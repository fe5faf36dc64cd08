"""A registry as a dataset: snapshots of its records in Parquet, measured by the same checks as an audit, and queried.

from weighbridge.registry import open_dataset

open_dataset("hub/").query("select task, count(*) from models group by all").polars()
"""

from weighbridge.registry.query import Answer, Dataset, open_dataset

__all__ = ["Answer", "Dataset", "open_dataset"]
