"""Jobs over a whole archive, on Apache Spark: each reads tables and gives a `DataFrame`.

*Tables* are the folder that an export to Parquet writes (`adapters/exports/parquet.py`), wherever
all machines of a cluster can read it. A *job* is a function from tables, and the moments that it is
about, to rows; the session is the caller's, so that it runs on any cluster. What was in force is
judged by the domain's own `gather` and `answered`, in the processes that hold the rows of a story.
"""
