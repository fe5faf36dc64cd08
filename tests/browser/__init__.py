"""The HTML reports in a real Chromium."""
