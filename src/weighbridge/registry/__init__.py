"""A registry as a dataset: snapshots of its records in Parquet, measured by the same checks as an audit, and queried."""
