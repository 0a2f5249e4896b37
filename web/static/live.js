// What the rules of a form page make of the answers, at once. Only for comfort: the server looks again at everything.
// The same expressions, trees of package survey, give the same values here and there; a test compares them.
const live = (() => {
  "use strict";
  // A value is a text, a number, true or false, {d: days since 1970-01-01}, or {n: answer to a number question}.
  const isText = (v) => typeof v === "string";
  const isNumber = (v) => typeof v === "number";
  const isTruth = (v) => typeof v === "boolean";
  const isDate = (v) => typeof v === "object" && "d" in v;
  const isAnswer = (v) => typeof v === "object" && "n" in v;
  const first = -354285, last = 2932896; // the years 1000 to 9999
  const number = (n) => n + 0; // no negative zero
  const dateOrNone = (days) => (Number.isInteger(days) && days >= first && days <= last ? { d: days } : "");

  const fixed = (n) => {
    if (!Number.isFinite(n)) return "";
    const [, sign, whole, part = "", power] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(n + 0));
    if (!power) return String(n + 0);
    const digits = whole + part, point = whole.length + Number(power);
    if (point <= 0) return sign + "0." + "0".repeat(-point) + digits;
    return sign + (point >= digits.length ? digits.padEnd(point, "0") : digits.slice(0, point) + "." + digits.slice(point));
  };
  const dateText = (days) => new Date(days * 864e5).toISOString().slice(0, 10);
  const text = (v) => {
    if (isText(v)) return v;
    if (isNumber(v)) return fixed(v);
    if (isTruth(v)) return String(v);
    return isDate(v) ? dateText(v.d) : fixed(v.n);
  };
  const readNumber = (s) => {
    if (s.length > 40 || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(s)) return NaN;
    const n = Number(s);
    return Number.isFinite(n) ? n + 0 : NaN;
  };
  const trim = (s) => s.replace(/^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g, "");
  const toNumber = (v) => {
    if (isText(v)) return readNumber(trim(v));
    if (isNumber(v)) return v;
    return isTruth(v) ? Number(v) : isDate(v) ? v.d : v.n;
  };
  const dateOf = (d, m, y) => {
    if (!/^\d+$/.test(d) || !/^\d+$/.test(m) || !/^\d{4}$/.test(y)) return "";
    const t = new Date(0);
    t.setUTCFullYear(+y, +m - 1, +d);
    const days = Math.round(t / 864e5);
    return +d <= 31 && t.getUTCDate() === +d && t.getUTCMonth() === +m - 1 ? dateOrNone(days) : "";
  };
  const readDate = (s) => {
    s = trim(s);
    const part = s.split(/[-/.]+/).filter((x) => x);
    if (s.length > 10 || part.length !== 3 || /[^\d\-/.]/.test(s)) return "";
    if (part[0].length === 4 && s.split("-").length === 3) return dateOf(part[2], part[1], part[0]);
    return dateOf(part[0], part[1], part[2]);
  };
  const toDays = (v) => {
    if (!isText(v)) return toNumber(v);
    const d = v.length === 10 && v[4] === "-" && v[7] === "-" ? readDate(v) : "";
    return d === "" ? NaN : d.d;
  };
  const truth = (v) => (isText(v) ? v !== "" : isNumber(v) ? v !== 0 && !Number.isNaN(v) : isTruth(v) ? v : true);
  const blank = (v) => !isTruth(v) && text(v) === "";

  const compare = (o, a, b) => {
    const equality = o === "=" || o === "!=";
    let x, y;
    if (equality && (isTruth(a) || isTruth(b))) return (truth(a) === truth(b)) === (o === "=");
    if (isDate(a) || isDate(b)) [x, y] = [toDays(a), toDays(b)];
    else if (equality && !isNumber(a) && !isNumber(b)) return (text(a) === text(b)) === (o === "=");
    else [x, y] = [toNumber(a), toNumber(b)];
    switch (o) {
      case "=": return x === y;
      case "!=": return x !== y;
      case "<": return x < y;
      case "<=": return x <= y;
      case ">": return x > y;
    }
    return x >= y;
  };

  const power = (x, y) => {
    if (Number.isInteger(y) && Math.abs(y) <= 1024) {
      let r = 1;
      for (let n = Math.abs(y); n > 0; n--) r *= x;
      return y < 0 ? 1 / r : r;
    }
    const r = x === 1 || x === -1 && !Number.isFinite(y) && !Number.isNaN(y) ? 1 : x ** y; // as IEEE 754 has it
    return Number.isFinite(r) ? Number(r.toExponential(11)) : r;
  };
  const round = (x, places) => {
    if (!Number.isFinite(x) || Number.isNaN(places)) return NaN;
    const p = Math.trunc(Math.min(Math.max(places, -15), 15)), m = power(10, Math.abs(p));
    const scaled = p < 0 ? x / m : x * m;
    if (Math.abs(scaled) >= 2 ** 53) return x;
    const whole = Math.floor(scaled + 0.5);
    return p < 0 ? whole * m : whole / m;
  };
  const fields = (s) => s.split(/[ \t\n\r]+/).filter((x) => x);
  const substr = (s, start, end) => {
    const runes = [...s];
    if (Number.isNaN(start) || Number.isNaN(end)) return "";
    const place = (x) => {
      x = Math.trunc(x);
      return Math.min(Math.max(x < 0 ? x + runes.length : x, 0), runes.length);
    };
    return runes.slice(place(start), place(end)).join("");
  };
  const translate = (s, from, to) => {
    const swap = new Map(), by = [...to];
    [...from].forEach((c, i) => swap.has(c) || swap.set(c, by[i] ?? ""));
    return [...s].map((c) => swap.get(c) ?? c).join("");
  };
  const formatDate = (days, format) => {
    const t = dateText(days), [y, m, d] = t.split("-");
    const letter = { Y: y, y: y.slice(2), m, n: String(+m), d, e: String(+d) };
    return format.replace(/%([\s\S])/g, (_, c) => letter[c]);
  };
  const cut = (s, sep) => {
    const i = s.indexOf(sep);
    return i < 0 ? ["", ""] : [s.slice(0, i), s.slice(i + sep.length)];
  };

  // evaluate works a tree out. env gives the values of questions, the attributes of a choice and the wordings.
  const evaluate = (tree, env) => {
    if (!Array.isArray(tree)) return tree;
    const [name, ...rest] = tree;
    const arg = (i) => evaluate(rest[i], env);
    const num = (i) => toNumber(arg(i));
    const str = (i) => text(arg(i));
    const all = () => rest.map((x) => evaluate(x, env));
    const numbers = () => all().map(toNumber).filter((x) => !Number.isNaN(x));
    switch (name) {
      case "$": return env.value(rest[0]);
      case "@": return env.attribute(rest[0]);
      case "d": return { d: rest[0] };
      case "n": return { n: rest[0] };
      case "and": return rest.every((x) => truth(evaluate(x, env)));
      case "or": return rest.some((x) => truth(evaluate(x, env)));
      case "not": return !truth(arg(0));
      case "=": case "!=": case "<": case "<=": case ">": case ">=": return compare(name, arg(0), arg(1));
      case "+": return number(num(0) + num(1));
      case "-": return number(num(0) - num(1));
      case "*": return number(num(0) * num(1));
      case "div": return number(num(0) / num(1));
      case "mod": return number(num(0) % num(1));
      case "neg": return number(0 - num(0));
      case "abs": return Math.abs(num(0));
      case "boolean": return truth(arg(0));
      case "boolean-from-string": return str(0) === "true" || str(0) === "1";
      case "ceiling": return number(Math.ceil(num(0)));
      case "coalesce": return all().find((v) => !blank(v)) ?? "";
      case "concat": return all().map(text).join("");
      case "contains": return str(0).includes(str(1));
      case "count-non-empty": return all().filter((v) => !blank(v)).length;
      case "count-selected": return fields(str(0)).length;
      case "date": return dateOrNone(Math.floor(toDays(arg(0))));
      case "decimal-date-time": return number(toDays(arg(0)));
      case "ends-with": return str(0).endsWith(str(1));
      case "floor": return number(Math.floor(num(0)));
      case "format-date": {
        const d = dateOrNone(Math.floor(toDays(arg(0))));
        return d === "" ? "" : formatDate(d.d, rest[1]);
      }
      case "if": return truth(arg(0)) ? arg(1) : arg(2);
      case "int": return number(Math.trunc(num(0)));
      case "join": return all().slice(1).map(text).join(str(0));
      case "jr:choice-name": return fields(str(0)).map((c) => env.label(rest[1], c)).filter((x) => x !== undefined).join(", ");
      case "max": return number(numbers().reduce((a, b) => (Number.isNaN(a) ? b : Math.max(a, b)), NaN));
      case "min": return number(numbers().reduce((a, b) => (Number.isNaN(a) ? b : Math.min(a, b)), NaN));
      case "sum": return number(numbers().reduce((a, b) => (Number.isNaN(a) ? b : a + b), NaN));
      case "normalize-space": return fields(str(0)).join(" ");
      case "number": return number(num(0));
      case "once": return arg(0);
      case "pow": return number(power(num(0), num(1)));
      case "regex": return new RegExp(rest[1], "u").test(str(0));
      case "round": return number(round(num(0), rest.length > 1 ? num(1) : 0));
      case "selected": return fields(str(0)).includes(str(1).replace(/^[ \t\n\r]+|[ \t\n\r]+$/g, ""));
      case "selected-at": return fields(str(0))[Math.trunc(num(1))] ?? "";
      case "sqrt": return number(Math.sqrt(num(0)));
      case "starts-with": return str(0).startsWith(str(1));
      case "string": return str(0);
      case "string-length": return [...str(0)].length;
      case "substr": return substr(str(0), num(1), rest.length > 2 ? num(2) : Infinity);
      case "substring-after": return cut(str(0), str(1))[1];
      case "substring-before": return cut(str(0), str(1))[0];
      case "translate": return translate(str(0), str(1), str(2));
    }
    return "";
  };

  // clean brings a text into the form that the server stores.
  const clean = (s) => trim((s.toWellFormed ? s.toWellFormed() : s).replace(/\r\n/g, "\n").replace(/[\r\u0085\u2028\u2029]/g, "\n")
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, "").normalize("NFC"));

  // read turns what stands in the fields of a question into its value; what the server would refuse is no answer.
  const read = (type, values) => {
    if (type === "multiple") return values.join(" ");
    if (type === "date") {
      if (values.length === 3) return dateOf(...values.map(trim));
      return readDate(values[0] ?? "");
    }
    const value = values.find((x) => x !== "") ?? "";
    if (type === "text") return clean(value);
    if (type !== "number") return value;
    const n = readNumber(trim(value).replace(",", "."));
    return Number.isNaN(n) ? "" : { n };
  };

  // words writes a value as a text of the page shows it.
  const words = (v, lang) => {
    const s = text(v);
    if (s === "") return "…";
    if (isDate(v)) return s.split("-").reverse().join("/");
    return lang === "vi" && (isNumber(v) || isAnswer(v)) ? s.replace(".", ",") : s;
  };

  // settle decides in the order of the page what is shown, what its filters offer and what is computed. typed gives
  // what stands in the fields of a question.
  const settle = (rules, typed) => {
    const value = new Map(), shown = new Map(), offered = new Map();
    const env = (codes, k, columns) => ({
      value: (i) => value.get(i) ?? "",
      attribute: (name) => (name === "name" ? codes[k] : columns[name][k]),
      label: (q, code) => rules.l[q][code],
    });
    const holds = (tree) => tree === undefined || truth(evaluate(tree, env()));
    for (const q of rules.q) {
      let open = holds(q.r), list = q.v === undefined ? typed(q) : [];
      if (open && q.f !== undefined) {
        offered.set(q.i, q.o.map((_, k) => truth(evaluate(q.f, env(q.o, k, q.a)))));
        open = offered.get(q.i).includes(true);
        list = list.filter((code) => offered.get(q.i)[q.o.indexOf(code)]);
      }
      if (q.t === "multiple" && q.o) list.sort((a, b) => q.o.indexOf(a) - q.o.indexOf(b));
      shown.set(q.i, open);
      const v = !open ? "" : q.v === undefined ? read(q.t, list) : evaluate(q.v, env());
      if (!blank(v)) value.set(q.i, v);
    }
    const met = (q) => q.k === undefined || text(value.get(q.i) ?? "") === "" || holds(q.k);
    return { value, shown, offered, met };
  };

  return { settle, text, words };
})();
if (typeof module !== "undefined") module.exports = live;

// liven has a form follow its rules.
const liven = (form) => {
  "use strict";
  const rules = JSON.parse(form.dataset.live);
  const all = (attribute, key) => form.querySelectorAll(`[${attribute}="${CSS.escape(String(key))}"]`);
  const fieldsOf = (q) => [...form.elements].filter((x) => x.name === "a." + q.c);
  const typed = (q) => fieldsOf(q).filter((x) => !/radio|checkbox/.test(x.type) || x.checked).map((x) => x.value);

  // offer hides the choices that a filter does not let through.
  const offer = (q, open) => {
    for (const x of form.querySelectorAll(`[name="${CSS.escape("a." + q.c)}"], [data-of="${q.i}"]`)) {
      const k = q.o.indexOf(x.value);
      if (k < 0 || x.tagName === "SELECT") continue;
      x.disabled = !open[k];
      (x.closest("label") || x).hidden = !open[k];
      if (!open[k]) x.checked = x.selected = false;
    }
  };
  const blame = (q, bad) => {
    for (const note of all("data-unmet", q.i)) note.hidden = !bad;
    for (const x of fieldsOf(q)) bad ? x.setAttribute("aria-invalid", "true") : x.removeAttribute("aria-invalid");
  };

  // learn reads the wording of a choice that was searched for: the rules know but the one that stood on the page first.
  const learn = (q) => {
    for (const x of form.querySelectorAll(`[data-find="${CSS.escape(q.c)}"] input:checked`)) rules.l[q.i][x.value] = x.closest("label").querySelector(".words").textContent;
  };

  // update shows what the answers make of the page. Nobody is blamed before the answer is finished.
  const update = (finished) => {
    for (const q of rules.q) if (rules.l && rules.l[q.i]) learn(q);
    const now = live.settle(rules, typed);
    for (const q of rules.q) {
      if (now.offered.has(q.i)) offer(q, now.offered.get(q.i));
      for (const block of all("data-question", q.i)) block.hidden = !now.shown.get(q.i);
      for (const place of all("data-value", q.i)) {
        const words = live.words(now.value.get(q.i) ?? "", rules.g);
        if (place.textContent !== words) place.textContent = words;
      }
      if (q.k !== undefined && (now.met(q) || finished)) blame(q, !now.met(q));
    }
    for (const group of form.querySelectorAll("[data-block]")) group.hidden = !group.querySelector("[data-question]:not([hidden])");
  };
  form.elements.live.value = "1"; // whoever saw a question appear need not be shown it again
  form.addEventListener("input", () => update(false));
  // What a finished answer brings up must not push away what is being pressed: wait until the press is over.
  let pressed = false, due = false;
  const finish = () => {
    if (pressed || !due) return;
    due = false;
    update(true);
  };
  form.addEventListener("change", () => { due = true; setTimeout(finish); });
  addEventListener("pointerdown", () => { pressed = true; }, true);
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => { pressed = false; setTimeout(finish); }, true);
  addEventListener("pageshow", () => update(false));
  update(false);
};
if (typeof document !== "undefined") document.querySelectorAll("form[data-live]").forEach(liven);
