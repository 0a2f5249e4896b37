// Prints what hyparquet reads of Parquet files, line by line: F file, V variable label, L variable code label, W variable of the weight,
// D column row value. npm ci in data/readers.
import { readFileSync } from 'node:fs';

const { parquetMetadataAsync, parquetReadObjects } = await import('hyparquet').catch(() => process.exit(77));

const flat = (s) => String(s).replaceAll('\t', ' ').replaceAll('\n', ' ');
const print = (...cells) => console.log(cells.map(flat).join('\t'));
const day = 24 * 60 * 60 * 1000;

function shown(x) {
  if (x === null || x === undefined) return '';
  if (x instanceof Date) return x.getTime() / day;
  if (typeof x === 'number') return Number(x.toPrecision(15));
  return x;
}

for (const path of process.argv.slice(2)) {
  console.log('F\t' + path);
  const bytes = readFileSync(path);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const metadata = await parquetMetadataAsync(file);
  const about = JSON.parse(metadata.key_value_metadata.find((x) => x.key === 'thuocdo').value);
  for (const v of about.variables) {
    print('V', v.name, v.label.vi);
    if (v.weight) print('W', v.name);
    for (const l of v.levels ?? []) if (l.label) print('L', v.name, l.code, l.label.vi);
  }
  const rows = await parquetReadObjects({ file, metadata });
  if (rows.length !== about.rows) throw new Error(`${rows.length} rows, the description says ${about.rows}`);
  rows.forEach((row, i) => {
    for (const [column, x] of Object.entries(row)) print('D', column, i + 1, shown(x));
  });
}
