"""Reads a CSV table with pandas as an analyst would, and prints each row as JSON: a missing value is null, numbers are numbers.
Debian: python3-pandas."""
import json
import sys

try:
    import pandas as pd
except ImportError:
    sys.exit(77)

d = pd.read_csv(sys.argv[1], encoding="utf-8-sig", keep_default_na=False, na_values=[""], float_precision="round_trip")
print(json.dumps(list(d.columns), ensure_ascii=False))
for _, row in d.iterrows():
    print(json.dumps([None if pd.isna(x) else x if isinstance(x, (str, float)) else int(x) for x in row], ensure_ascii=False))
