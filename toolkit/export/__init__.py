"""Typed Parquet: the tables of ``schemas/tables/``, filled from a study, checked strictly, written whole.

::

    reading/  checking/    a version read back as answers; held against its hashes and schemas; two versions compared
      store/               versions in an object store
      writing/             versions, each written whole
        rows/  pages/      one builder a table; what lies beside the tables and describes them
          content/         a study's content as columns: answers, units, votes, consensus
            contract/      the schemas, and what a table must be under them
"""
