"""Prints what pandas reads of Stata datasets, line by line: F file, V variable label, L variable value label, D variable row value.
Debian: python3-pandas."""
import sys

try:
    from pandas.io.stata import StataMissingValue, StataReader
except ImportError:
    sys.exit(77)


def flat(s):
    return str(s).replace("\t", " ").replace("\n", " ")


def shown(x):
    if isinstance(x, StataMissingValue):
        return x.string
    if isinstance(x, str):
        return flat(x)
    return "%.15g" % float(x)


for path in sys.argv[1:]:
    print("F", path, sep="\t")
    with StataReader(path, convert_categoricals=False, convert_dates=False, convert_missing=True, preserve_dtypes=True) as r:
        data = r.read()
        labels = r.variable_labels()
        levels = r.value_labels()
    for name in data.columns:
        print("V", name, flat(labels[name]), sep="\t")
        # pandas has the labels of missing values under the numbers of their type
        for value, text in levels.get(name, {}).items():
            value = {2147483622: ".a", 2147483623: ".b"}.get(int(value), str(int(value)))
            print("L", name, value, flat(text), sep="\t")
        days = name in ("day", "born")  # since 1960
        for i, x in enumerate(data[name]):
            text = shown(x)
            if days and text[:1] != ".":
                text = "%.15g" % (float(text) - 3653)
            print("D", name, i + 1, text, sep="\t")
