"""An audit as text, JSON, SARIF, Markdown, HTML or a badge."""
