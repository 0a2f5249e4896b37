// Prints what the JSON-stat toolkit reads of a data set, line by line: V dimension role label, L dimension category label, U dimension
// category unit decimals, N note, D a category of each dimension value status. npm ci in data/readers.
import { readFileSync } from 'node:fs';

const toolkit = await import('jsonstat-toolkit').catch(() => process.exit(77));
const JSONstat = toolkit.default;

const print = (...cells) => console.log(cells.map((s) => String(s ?? '').replaceAll('\n', ' ')).join('\t'));
const set = JSONstat(JSON.parse(readFileSync(process.argv[2], 'utf8')));
if (set.class !== 'dataset') throw new Error(`class ${set.class}`);
print('T', set.label);
for (const text of set.note ?? []) print('N', text);
for (const id of set.id) {
  const d = set.Dimension(id);
  print('V', id, d.role, d.label);
  for (const code of d.id) {
    const c = d.Category(code);
    print('L', id, code, c.label);
    if (c.unit) print('U', id, code, c.unit.label, c.unit.decimals);
  }
}
for (let i = 0; i < set.n; i++) {
  const at = [];
  for (let rest = i, d = set.size.length - 1; d >= 0; d--) {
    at[d] = set.Dimension(set.id[d]).id[rest % set.size[d]];
    rest = Math.floor(rest / set.size[d]);
  }
  const x = set.Data(Object.fromEntries(at.map((code, d) => [set.id[d], code])));
  print('D', ...at, x.value, x.status);
}
