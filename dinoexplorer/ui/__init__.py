"""Every QWidget, one noun per file."""
