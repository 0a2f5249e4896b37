"""Reads SDMX-CSV 2.0 with pandas, checks the rules of the standard, and prints every observation: D dimensions value status.
Debian: python3-pandas.

There is no schema of the format that a program could take: its rules are checked here. Ends with an error where one is broken."""
import re
import sys

try:
    import pandas as pd
except ImportError:
    sys.exit(77)

ID = r"[A-Za-z0-9_@$-]+"
FREQUENCIES = {"A": r"\d{4}", "S": r"\d{4}-S[12]", "Q": r"\d{4}-Q[1-4]", "M": r"\d{4}-(0[1-9]|1[0-2])"}
DIMENSIONS = ["FREQ", "REF_AREA", "INDICATOR", "MEASURE", "TIME_PERIOD"]
ATTRIBUTES = ["OBS_STATUS", "UNIT_MEASURE", "DECIMALS", "RANKING_GROUP"]


def must(ok, *what):
    if not ok:
        raise SystemExit(" ".join(str(x) for x in what))


def whole(column, pattern):
    bad = ~column.str.fullmatch(pattern)
    must(not bad.any(), column.name, "holds", column[bad].head().tolist())


raw = open(sys.argv[1], "rb").read()
must(not raw.startswith(b"\xef\xbb\xbf"), "a byte order mark hides the first column")
d = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False, encoding="utf-8")
must(list(d.columns[:3]) == ["STRUCTURE", "STRUCTURE_ID", "ACTION"], "begins with", list(d.columns[:3]))
must(sorted(d.columns[3:]) == sorted(DIMENSIONS + ["OBS_VALUE"] + ATTRIBUTES), "columns", list(d.columns))
must(len(d) > 0, "no observation")
must(set(d.STRUCTURE) == {"dataflow"} and d.STRUCTURE_ID.nunique() == 1 and set(d.ACTION) == {"I"}, "the first columns vary")
whole(d.STRUCTURE_ID, r"[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z][A-Za-z0-9_-]*)*:" + ID + r"\(\d+\.\d+\.\d+\)")
for name in ["REF_AREA", "INDICATOR", "MEASURE", "UNIT_MEASURE", "RANKING_GROUP"]:
    whole(d[name], ID)
for frequency, some in d.groupby("FREQ"):
    must(frequency in FREQUENCIES, "frequency", frequency)
    whole(some.TIME_PERIOD, FREQUENCIES[frequency])
must(not d.duplicated(DIMENSIONS).any(), "an observation stands twice")
whole(d.OBS_STATUS, "[APQMO]")
known = d.OBS_STATUS.isin(["A", "P"])
must(pd.to_numeric(d.OBS_VALUE[known]).notna().all() and (d.OBS_VALUE[~known] == "").all(), "values do not fit their status")
whole(d.DECIMALS, r"\d")
for _, row in d.iterrows():
    print("D", *row[DIMENSIONS], row.OBS_VALUE, row.OBS_STATUS, sep="\t")
