"""Any long table somebody brings, one row per answer or span, as questions to compute agreement of.

::

    read           Parquet, CSV or JSON lines as Arrow columns; json_lines; distances: a file of distances
      └ columns      a column as codes and the values behind them; spelling: which spellings are one category
      └ rows         who coded which unit in which row, and every fault of it at once
      └ values       the value column, read at its level
    questions      a table of answers as the questions of agreement/
    spans          a table of marked spans likewise
"""
