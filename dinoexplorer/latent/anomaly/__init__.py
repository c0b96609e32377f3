"""How strange pictures are to a model that has learnt what is usual, against held-out pictures of its own kind.

`seeing` is what the model makes of pictures; one file for each score; `judging` learns what is usual and judges;
`heat` shows where a picture is strange; `dinoexplorer.anomaly_report` writes what was found.
"""
