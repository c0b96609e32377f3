"""What a generator is worth: metrics with their spread, memorisation, a report.

A metric is one file in `metrics/`, features that distances are measured in are one file each in `features/`, and the
arithmetic of both is in `numbers/`. A model enters as a `subject.Subject`.
"""
