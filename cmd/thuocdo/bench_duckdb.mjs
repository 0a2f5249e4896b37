// Counts answers in DuckDB: node bench_duckdb.mjs CSV DATABASE ITEMS TIMES. Prints seconds, medians of TIMES, as JSON.
import { DuckDBInstance } from '@duckdb/node-api';

const [csv, database, list, times] = process.argv.slice(2);
const items = list.split(',');
const columns = Object.fromEntries([['agency', 'USMALLINT'], ['grp', 'UTINYINT'], ...items.map((q) => [q, 'UTINYINT'])]);
const db = await (await DuckDBInstance.create(database)).connect();
await db.run(`CREATE TABLE r AS SELECT * FROM read_csv('${csv}', header = false, columns = ${JSON.stringify(columns).replaceAll('"', "'")})`);
await db.run('CHECKPOINT');

// Three ways to say it; the fastest counts.
const levels = [1, 2, 3, 4, 5];
const ways = (keys) => [
  `SELECT ${keys}, ${items.flatMap((q) => levels.map((v) => `count(*) FILTER (${q} = ${v}) AS ${q}_${v}`)).join(', ')} FROM r GROUP BY ${keys}`,
  `SELECT ${keys}, ${items.map((q) => `sum(CASE WHEN ${q} > 0 THEN 1::HUGEINT << (24 * (${q} - 1)) END) AS ${q}`).join(', ')} FROM r GROUP BY ${keys}`,
  `SELECT ${keys}, item, v, count(*) AS n FROM (UNPIVOT r ON ${items.join(', ')} INTO NAME item VALUE v) GROUP BY ${keys}, item, v`,
];

async function best(keys) {
  let fastest = Infinity;
  for (const sql of ways(keys)) {
    const took = [];
    for (let i = 0; i < Number(times); i++) {
      const start = performance.now();
      const result = await db.run(`CREATE OR REPLACE TEMP TABLE answer AS ${sql}`);
      took.push((performance.now() - start) / 1000);
      void result;
      if (took.length > 1 && took[0] > 3 * fastest) break; // this way will not win
    }
    took.sort((a, b) => a - b);
    fastest = Math.min(fastest, took[took.length >> 1]);
  }
  return fastest;
}

const one = async (sql) => (await db.runAndReadAll(sql)).getRows()[0][0];
const total = Number(await one(`SELECT sum(n) FROM (SELECT ${items.map((q) => `count(${q})`).join(' + ')} AS n FROM r)`));
console.log(JSON.stringify({ Count: await best('agency'), Breakdown: await best('agency, grp'), Total: total, Version: await one('SELECT version()') }));
