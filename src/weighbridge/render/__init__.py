"""An audit as text in some format: pure functions of the audit."""
