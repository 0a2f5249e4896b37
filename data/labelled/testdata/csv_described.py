"""Reads the CSV of an archive with pandas by what its description says, and nothing else, and prints it line by line: F file, V variable
label, L variable value label, D variable row value, W variable of the weight. Debian: python3-pandas.

Descriptions: Data Package 2.0 (datapackage.json), CSV on the Web (…-metadata.json), DDI-Codebook 2.5 (….ddi.xml). A value that its
description does not allow ends the program."""
import io
import re
import sys
import xml.etree.ElementTree as ET
import zipfile

try:
    import pandas as pd
except ImportError:
    sys.exit(77)
import datetime
import json


def flat(s):
    return str(s).replace("\t", " ").replace("\r\n", " ").replace("\n", " ")


class Column:
    """What a description says of a column: type, values by code, missing codes."""

    def __init__(self, name, label, kind, levels, missing, weight=False, listed=True):
        self.name, self.label, self.kind, self.levels, self.missing = name, label, kind, levels, missing
        self.weight, self.listed = weight, listed

    def read(self, text):
        if text in self.missing:
            return text if text else ""
        if self.levels and self.listed and text not in {str(k) for k in self.levels}:
            raise SystemExit(f"{self.name}: {text!r} is not among the levels")
        if self.kind == "integer":
            return str(int(text))
        if self.kind == "number":
            return "%.15g" % float(text)
        if self.kind == "date":
            return str((datetime.date.fromisoformat(text) - datetime.date(1970, 1, 1)).days)
        return flat(text)


def package(z):
    p = json.loads(z.read("datapackage.json"))
    assert p["$schema"].endswith("/2.0/datapackage.json")
    r = p["resources"][0]
    columns = []
    for f in r["schema"]["fields"]:
        columns.append(Column(f["name"], f.get("title", ""), f["type"], {c["value"]: c.get("label") for c in f.get("categories", [])},
                              {m["value"]: m["label"] for m in f["missingValues"]}, f.get("weight", False)))
    return z.read(r["path"]), r["encoding"], columns


def first(texts, lang):
    by = {t["@language"]: t["@value"] for t in texts}
    return by.get(lang) or by.get("vi", "")


def web(z):
    m = json.loads(z.read(next(n for n in z.namelist() if n.endswith("-metadata.json"))))
    lang = next(c["@language"] for c in m["@context"] if isinstance(c, dict))
    data, levels = m["tables"]
    known = pd.read_csv(io.BytesIO(z.read(levels["url"])), dtype=str, keep_default_na=False, encoding=levels["dialect"]["encoding"])
    assert list(known.columns) == [c["titles"] for c in levels["tableSchema"]["columns"]]
    assert not known.duplicated(levels["tableSchema"]["primaryKey"]).any()
    columns = []
    for c in data["tableSchema"]["columns"]:
        kind, check = c["datatype"], None
        if isinstance(kind, dict):
            kind, check = kind["base"], kind
        mine = known[known.variable == c["titles"]]
        labels = {}
        for _, row in mine.iterrows():
            labels[row.code] = row["label_" + lang] or row.label_vi or None
        columns.append(Checked(c["titles"], first(c.get("dc:title", []), lang), kind, labels, {x: None for x in c["null"]}, "dc:description" in c, check))
    return z.read(data["url"]), data["dialect"]["encoding"], columns


class Checked(Column):
    """A column with a datatype that bounds its values."""

    def __init__(self, name, label, kind, levels, missing, weight, check):
        super().__init__(name, label, kind, levels, missing, weight)
        self.check = check

    def read(self, text):
        c = self.check
        if c and text not in self.missing:
            if "format" in c and not re.fullmatch(c["format"], text):
                raise SystemExit(f"{self.name}: {text!r} does not match {c['format']}")
            if "minimum" in c and not c["minimum"] <= int(text) <= c["maximum"]:
                raise SystemExit(f"{self.name}: {text!r} is out of bounds")
        return super().read(text)


def codebook(z):
    name = next(n for n in z.namelist() if n.endswith(".xml"))
    ns = "{ddi:codebook:2_5}"
    root = ET.fromstring(z.read(name))
    columns = []
    for v in root.iter(ns + "var"):
        levels, missing = {}, {}
        for c in v.iter(ns + "catgry"):
            code, label = c.findtext(ns + "catValu") or "", c.findtext(ns + "labl")
            if c.get("missing") == "Y":
                missing[code] = label
            else:
                levels[code] = label
        form = v.find(ns + "varFormat")
        kind = "number" if form is not None and form.get("type") == "numeric" else "text"
        if form is not None and form.get("category") == "date":
            kind = "date"
        columns.append(Column(v.get("name"), v.findtext(ns + "labl") or "", kind, levels, missing, v.get("wgt") == "wgt"))
    return z.read(name.replace(".ddi.xml", ".csv")), "utf-8", columns


for path in sys.argv[1:]:
    print("F", path, sep="\t")
    with zipfile.ZipFile(path) as z:
        read = package if "datapackage.json" in z.namelist() else codebook if any(n.endswith(".xml") for n in z.namelist()) else web
        raw, encoding, columns = read(z)
    data = pd.read_csv(io.BytesIO(raw), dtype=str, keep_default_na=False, encoding=encoding)
    if list(data.columns) != [c.name for c in columns]:
        raise SystemExit(f"columns {list(data.columns)}")
    for c in columns:
        print("V", c.name, flat(c.label), sep="\t")
        if c.weight:
            print("W", c.name, sep="\t")
        for code, text in c.levels.items():
            if text is not None:
                print("L", c.name, code, flat(text), sep="\t")
        for code, text in c.missing.items():
            if text is not None:
                print("M", c.name, code, flat(text), sep="\t")
        for i, text in enumerate(data[c.name]):
            print("D", c.name, i + 1, c.read(text), sep="\t")
