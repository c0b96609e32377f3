"""Several reports beside each other: a table, plots, a page. Nothing here needs torch, so a window can show it."""
