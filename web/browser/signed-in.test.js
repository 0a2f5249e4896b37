// The analyst sees every answer at once, the public does not; the officer gets the agency's figures and nobody else's.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { complete, go, launch, serve, signIn, visit } from './lib.js';

let demo, browser;

before(async () => {
  demo = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

const ranking = (where) => `${demo.url}${where}/xep-hang/sipas/2026`;

// row reads an agency's line of a ranking: its score and how many answers are behind it.
async function row(page, name) {
  const cells = page.locator('table.ranking tbody tr', { has: page.getByRole('link', { name, exact: true }) }).locator('td');
  const all = (await cells.allInnerTexts()).map((t) => t.trim());
  return { rank: all[0], score: all[1], answers: all[4], all };
}

test('the analyst\'s ranking changes after one form, the public one does not', async () => {
  const analyst = await visit(browser, demo.url, { viewport: { width: 1280, height: 900 } });
  await signIn(analyst.page, demo.url, demo.account('analyst'));
  await analyst.page.goto(ranking('/quan-tri'));
  const before = await row(analyst.page, 'Hà Nội');
  const visitor = await visit(browser, demo.url);
  await visitor.page.goto(ranking(''));
  const shown = await visitor.page.locator('main').innerText();

  const citizen = await visit(browser, demo.url, { viewport: { width: 360, height: 740 } });
  await citizen.page.goto(`${demo.url}/khao-sat/${demo.wave}/01`);
  await complete(citizen.page, 1);
  await citizen.check();

  await analyst.page.reload();
  const now = await row(analyst.page, 'Hà Nội');
  const count = (r) => Number(r.answers.replaceAll('.', ''));
  assert.equal(count(now), count(before) + 1, 'one answer more');
  assert.notEqual(now.score, before.score, 'another score');
  assert.ok(Number(now.score.replace(',', '.')) < Number(before.score.replace(',', '.')), 'a form of ones lowers it');
  await visitor.page.reload();
  assert.equal(await visitor.page.locator('main').innerText(), shown, 'the public page is as it was');

  // It moves by five answers to every question that it shows, and waits for more than that: forty answers later it has moved.
  for (let i = 0; i < 39; i++) {
    const response = await fetch(`${demo.url}/api/v1/waves/${demo.wave}/responses`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': `journey-${process.pid}-${i}-0123456789` },
      body: JSON.stringify({ agency: '01', mode: 'api', answers: ones }),
    });
    assert.equal(response.status, 201, await response.text());
  }
  await new Promise((r) => setTimeout(r, 1200)); // public copies hold for a second
  await visitor.page.reload();
  assert.notEqual(await visitor.page.locator('main').innerText(), shown, 'after forty answers the public page has moved');
  await visitor.check();
  await analyst.check();
});

// ones answers no to every experience and 1 to every rating that is then asked.
const ones = {};
for (let i = 1; i <= 7; i++) ones[`q8_${i}`] = 'no';
for (let i = 1; i <= 23; i++) if (![6, 7, 16, 17].includes(i)) ones[`q9_${i}`] = '1';

test('the ranking sorts and filters by links, with JavaScript off', async () => {
  const { page, check } = await visit(browser, demo.url, { javaScriptEnabled: false });
  await page.goto(ranking(''));
  assert.equal(await page.locator('table.ranking tbody tr').count(), 34);
  const scores = async () => (await page.locator('table.ranking td.score').allInnerTexts()).map((t) => Number(t.replace(',', '.')));
  const down = await scores();
  assert.deepEqual(down, [...down].sort((a, b) => b - a), 'best first');
  await go(page, page.getByRole('link', { name: 'Cơ quan', exact: true }));
  const names = (await page.locator('table.ranking th[scope=row]').allInnerTexts()).map((t) => t.trim());
  assert.deepEqual(names, [...names].sort(new Intl.Collator('vi').compare), 'by name in Vietnamese order');
  await go(page, page.getByRole('link', { name: 'Phường', exact: true }));
  assert.equal(await page.locator('table.ranking tbody tr').count(), 8, 'eight illustrative wards');
  // The chart shows the numbers of the table.
  await page.goto(ranking(''));
  const drawn = (await page.locator('svg.chart text.value').allTextContents()).map((t) => Number(t.replace(',', '.')));
  assert.deepEqual(drawn.filter((x) => !Number.isNaN(x)).slice(0, 34).sort(), (await scores()).sort());
  await check();
});

test('an agency page shows areas, items, trend and the comparison with its group', async () => {
  const { page, check } = await visit(browser, demo.url);
  await page.goto(ranking(''));
  await go(page, page.locator('table.ranking').getByRole('link', { name: 'Hà Nội', exact: true }));
  assert.equal(page.url().split('?')[0], demo.url + '/co-quan/01');
  const text = await page.locator('main').innerText();
  for (const words of ['Hà Nội', '2024', '2025', '2026']) assert.ok(text.includes(words), words);
  assert.ok((await page.locator('main svg').count()) > 0, 'there is a chart');
  assert.ok((await page.locator('main table').count()) > 0, 'there is a table');
  await check();
});

test('a wrong password is refused, sign-out ends the session, private pages stay private', async () => {
  const { page, check } = await visit(browser, demo.url);
  const analyst = demo.account('analyst');
  await page.goto(demo.url + '/quan-tri');
  assert.match(page.url(), /dang-nhap/, 'a stranger is sent to sign in');
  await page.locator('input[name=login]').fill(analyst.login);
  await page.locator('input[name=password]').fill('wrong password, surely');
  await go(page, page.locator('main form button'));
  assert.match(await page.title(), /^Lỗi:/);
  assert.equal(await page.locator('input[name=login]').inputValue(), analyst.login, 'the login is kept');
  assert.equal(await page.locator('input[name=password]').inputValue(), '', 'the password is not');
  await signIn(page, demo.url, analyst);
  await go(page, page.getByRole('button', { name: /Đăng xuất/ }).first());
  await page.goto(ranking('/quan-tri'));
  assert.match(page.url(), /dang-nhap/);
  await check();
});

test('an officer downloads the own agency in every format and no other agency in any', async () => {
  const { page, context, check } = await visit(browser, demo.url);
  const officer = demo.account('officer');
  for (const file of ['csv', 'xlsx', 'json']) {
    const response = await page.request.get(`${demo.url}/quan-tri/co-quan/01/tai-ve.${file}`, { maxRedirects: 0 });
    assert.ok([302, 303, 401].includes(response.status()), `a stranger gets ${response.status()} for ${file}`);
  }
  await signIn(page, demo.url, officer);
  await page.goto(`${demo.url}/quan-tri/co-quan/${officer.agency}`);
  for (const [name, looks] of [['CSV', csv], ['XLSX', xlsx], ['JSON', json]]) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).first().click()]);
    looks(await bytes(await download.createReadStream()), download.suggestedFilename());
  }
  for (const path of ['/quan-tri/co-quan/04', '/quan-tri/co-quan/04/tai-ve.csv', '/quan-tri/co-quan/04/tai-ve.xlsx', '/quan-tri/co-quan/04/tai-ve.json', '/quan-tri/xep-hang/sipas/2026', '/quan-tri/xep-hang/sipas/2026/tai-ve.csv']) {
    const response = await context.request.get(demo.url + path, { maxRedirects: 0 });
    assert.equal(response.status(), 403, path);
    assert.doesNotMatch(await response.text(), /Cao Bằng/, path);
  }
  await check();
});

async function bytes(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

function csv(b, name) {
  assert.match(name, /^co-quan-01.*\.csv$/);
  assert.deepEqual([...b.subarray(0, 3)], [0xef, 0xbb, 0xbf], 'a byte order mark for Excel');
  const lines = b.toString().trim().split('\r\n');
  assert.ok(lines.length > 100, `${lines.length} lines`);
  assert.ok(lines.some((l) => l.includes('Trách nhiệm giải trình')), 'Vietnamese letters survive');
}

function xlsx(b, name) {
  assert.match(name, /\.xlsx$/);
  assert.equal(b.subarray(0, 2).toString(), 'PK');
}

function json(b, name) {
  assert.match(name, /\.json$/);
  const { rows, method } = JSON.parse(b);
  assert.ok(rows.length > 100 && method.length > 0);
  assert.ok(rows.some((r) => r.framework === 'sipas' && r.period === '2026' && r.points > 20 && r.points < 100));
}
