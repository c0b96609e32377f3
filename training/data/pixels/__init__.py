"""What a single picture is made of: its file, its colours, its cut, and what it looks like."""
