// Lighthouse, mobile with its usual throttling, for one page of every kind that everybody sees: node lighthouse.mjs BINARY. Needs the
// package "lighthouse" (npm install --no-save lighthouse) and Chromium; no part of make test, since it wants an idle machine. Prints a table, ends
// with 1 where a page is below 95 in performance or accessibility. LIGHTHOUSE_RUNS runs each page so often and takes the median; ONLY
// looks at addresses that match.
import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';
import { serve } from './lib.js';

process.env.THUOCDO = process.argv[2];
const least = 95, runs = Number(process.env.LIGHTHOUSE_RUNS ?? 3), only = new RegExp(process.env.ONLY ?? '');
const demo = await serve();
const html = async (path) => (await fetch(demo.url + path)).text();
const release = (await html('/cong-bo')).match(/href="(\/cong-bo\/[a-z0-9]{16})"/)[1];
const before = (await html('/xep-hang/sipas/2025')).match(/href="(\/so-sanh\/[^"]+)"/)[1];
const pages = [
  '/', `/khao-sat/${demo.wave}`, `/khao-sat/${demo.wave}/01`, '/bien-nhan', '/lam-tiep', '/moi', '/xep-hang', '/xep-hang/sipas/2025',
  '/xep-hang/par-index-province/2025', '/co-quan/01', '/co-quan/01/thay-doi', '/co-quan/01/diem-mat/par-index-province/2025', before,
  '/so-sanh-co-quan/sipas/2025?co-quan=01&co-quan=48&co-quan=79&co-quan=04&co-quan=96', '/phuong-phap/sipas', '/phuong-phap/par-index-province',
  '/cong-bo', release, `${release}/so-sanh?co-quan=01&co-quan=48`, '/nhung/xep-hang/sipas/2025', '/nhung/xep-hang/sipas/2025?kieu=ban-do',
  `/nhung${release}?kieu=bang`, '/nhung/co-quan/01/sipas', '/dang-nhap', '/kich-hoat', '/kiosk',
].filter((p) => only.test(p));

const chrome = await launch({ chromePath: process.env.CHROMIUM ?? '/usr/bin/chromium', chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu'] });
const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
// look tries again where nothing could be recorded, which is no finding about the page.
async function look(path, tries = 3) {
  const { lhr } = await lighthouse(demo.url + path, { port: chrome.port, onlyCategories: ['performance', 'accessibility'], logLevel: 'silent' });
  if (!lhr.runtimeError) return lhr;
  if (tries > 1) return look(path, tries - 1);
  throw new Error(`${path}: ${lhr.runtimeError.message}`);
}
let low = 0;
for (const path of pages) {
  await html(path); // pages are made when they are first asked for
  const seen = { performance: [], accessibility: [] };
  for (let i = 0; i < runs; i++) { // one after another
    const lhr = await look(path);
    for (const k of Object.keys(seen)) seen[k].push(Math.round(lhr.categories[k].score * 100));
    const wrong = Object.values(lhr.audits).filter((a) => a.score !== null && a.score < 0.9 && ['binary', 'numeric'].includes(a.scoreDisplayMode));
    if (process.env.WHY && !i) console.log('   ', wrong.map((a) => `${a.id} ${a.displayValue ?? ''}`).join('; '));
  }
  const [fast, open] = [median(seen.performance), Math.min(...seen.accessibility)];
  if (Math.min(fast, open) < least) low++;
  console.log(`| ${path.replace(release, '/cong-bo/{id}')} | ${fast} | ${open} |`);
}
chrome.kill();
await demo.stop();
process.exit(low ? 1 : 0);
