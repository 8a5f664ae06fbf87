"""Pure numbers: who gave which value to which unit in, estimates with intervals and reasons out.

::

    coded_question    the answers to one question, from a study, an export, or tables/
      └ reading       at one level; question_readings: at depths of a tree, with "not shown"; spans/ for marked words
          └ scale     what the codes stand for; levels, distances, alpha: how far apart values are
          └ patterns  units answered alike, with their weights; matrix where it matters who gave what
    measures/         one file each: for which values it exists, and the cuts it consists of
    span_measures/      (a figure is a formula on sums of per-unit statistics)
    estimation        every cut of every measure from the same sums: value, reason, second opinion
      └ bootstrap       replicates and intervals; confirmation: the package ``krippendorff``
    analysis          everything about one question; groups: parts of the units, and differences
    diagnosis/        why a number is what it is; planning: how much more to code
"""
