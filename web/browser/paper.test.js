// Forms on paper: printed, typed in by two people by keyboard alone, compared, settled.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { axe, go, launch, noSidewaysScroll, serve, signIn, stored, visit } from './lib.js';

let demo, browser;
const desk = { viewport: { width: 1280, height: 900 } };

before(async () => {
  demo = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

// type fills a form in by keyboard: the first box of every question, another one where the test says so. Where a number chooses,
// the cursor moves on by itself; elsewhere Enter does.
async function type(page, other = {}) {
  const presses = [];
  for (let i = 0; i < 200; i++) {
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      return { name: e.name, tag: e.tagName, one: e.dataset.one, options: !!e.getAttribute('inputmode') };
    });
    if (at.tag === 'BUTTON') return presses;
    const code = at.name.replace(/^a\./, '');
    const key = other[code] ?? (at.one ? '1' : '');
    if (key) await page.keyboard.type(key);
    const moved = await page.evaluate((name) => document.activeElement.name !== name, at.name);
    if (!moved) await page.keyboard.press('Enter');
    presses.push(at.name);
  }
  throw new Error('the form has no end');
}

const save = (page) => Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);

test('a batch is printed, typed in twice, compared and counted', async () => {
  const before = (await stored(demo, '04')).length;
  const one = await visit(browser, demo.url, desk);
  await signIn(one.page, demo.url, demo.account('enumerator'));
  await one.page.goto(demo.url + '/quan-tri/phieu-giay');
  await one.page.locator('#co-quan').fill('nowhere');
  await one.page.locator('#so-phieu').fill('0');
  assert.equal((await go(one.page, one.page.getByRole('button', { name: 'Tạo lô phiếu' }))).status(), 422);
  assert.deepEqual(await one.page.locator('.error-summary a').evaluateAll((all) => all.map((a) => a.getAttribute('href'))), ['#co-quan', '#so-phieu']);
  await axe(one.page, 'a batch with mistakes');
  await one.page.locator('#co-quan').fill('04');
  await one.page.locator('#so-phieu').fill('3');
  await go(one.page, one.page.getByRole('button', { name: 'Tạo lô phiếu' }));
  const batch = one.page.url().split('?')[0];
  const code = batch.split('/').at(-1);
  await axe(one.page, 'a batch');

  // What is printed: one form a sheet of paper or more, number and version at its head, no part of the site around it.
  await one.page.goto(batch + '/in');
  await axe(one.page, 'print');
  assert.equal(await one.page.locator('table.sheet').count(), 3);
  await one.page.emulateMedia({ media: 'print' });
  for (const hidden of ['.site-header', '.site-footer', '.screen-only']) assert.equal(await one.page.locator(hidden).first().isVisible(), false, `${hidden} on paper`);
  assert.match(await one.page.locator('.sheet-head').first().innerText(), new RegExp(`${code}-0001`));
  const size = await one.page.locator('.sheet .box').first().boundingBox();
  assert.ok(size.width >= 14 && size.height >= 14, 'boxes are large enough to mark');
  const pdf = await one.page.pdf({ format: 'A4' });
  const pages = [...pdf.toString('latin1').matchAll(/\/Type\s*\/Page\b(?!s)/g)].length;
  assert.ok(pages >= 3 && pages <= 30, `${pages} pages for three forms`);
  await one.page.emulateMedia({ media: 'screen' });

  // The first person types two forms in, with the hands on the keyboard.
  await one.page.goto(batch + '/nhap');
  await axe(one.page, 'typing in');
  assert.equal(await one.page.evaluate(() => document.activeElement.name), 'so', 'the cursor is where typing begins');
  const order = await one.page.locator('.cell, .cell-long').evaluateAll((all) => all.map((e) => e.name));
  assert.deepEqual(await type(one.page), order, 'one cell after the other');
  await save(one.page);
  assert.match(await one.page.locator('[role=status]').first().innerText(), new RegExp(`${code}-0001: đã lưu lần nhập thứ nhất`));
  assert.equal(await one.page.locator('#so').inputValue(), '2', 'the next form is up');
  await type(one.page);
  await save(one.page);
  await one.page.locator('#so').fill('1');
  await type(one.page);
  await save(one.page);
  assert.match(await one.page.locator('.error-summary').innerText(), /lần hai phải do người khác nhập/);
  await axe(one.page, 'a form typed twice by one person');

  // Mistakes are beside their cells, and nothing typed is lost.
  await one.page.locator('#so').fill('99');
  await one.page.locator(`[name="${order[1]}"]`).fill('1');
  await one.page.locator('button[value=save]').focus();
  await save(one.page);
  assert.equal(await one.page.locator('#so').getAttribute('aria-invalid'), 'true');
  await one.page.locator('#so').fill('3');
  await one.page.locator(`[name="${order[1]}"]`).fill('77');
  await one.page.locator('button[value=save]').focus();
  await save(one.page);
  const cell = one.page.locator(`[name="${order[1]}"]`);
  assert.equal(await cell.inputValue(), '77');
  const described = (await cell.getAttribute('aria-describedby')).split(' ');
  assert.ok(await one.page.locator(`[id="${described.at(-1)}"].error-text`).count(), 'the mistake is linked to its cell');
  await axe(one.page, 'cells with mistakes');
  await one.check();

  // Another person types the same forms: one alike, one with another mark.
  const two = await visit(browser, demo.url, desk);
  await signIn(two.page, demo.url, demo.account('designer'));
  await two.page.goto(batch + '/nhap');
  await type(two.page);
  await save(two.page);
  assert.match(await two.page.locator('[role=status]').first().innerText(), /0001: đã được tính/);
  assert.equal((await stored(demo, '04')).length, before + 1);
  const differs = order.find((n) => /q9_/.test(n)).replace('a.', '');
  await type(two.page, { [differs]: '2' });
  await save(two.page);
  assert.match(await two.page.locator('[role=status]').first().innerText(), /0002: hai lần nhập khác nhau/);
  assert.equal((await stored(demo, '04')).length, before + 1, 'a form that differs does not count');

  // The list of discrepancies shows that one cell with both entries.
  await two.page.goto(batch);
  await axe(two.page, 'a batch with a discrepancy');
  await go(two.page, two.page.getByRole('link', { name: `${code}-0002` }));
  assert.equal(await two.page.locator('.cell, .cell-long').count(), 1);
  assert.match(await two.page.locator('.entry-two').innerText(), /Lần một:\s1\s· Lần hai:\s2/);
  await axe(two.page, 'a discrepancy');
  await two.page.locator('.cell').fill('2');
  await go(two.page, two.page.getByRole('button', { name: 'Gửi phiếu' }));
  assert.equal((await stored(demo, '04')).length, before + 2);
  await two.page.goto(batch + '/nhap?xong=2');
  await two.page.locator('#ly-do').selectOption('blank');
  await go(two.page, two.page.getByRole('button', { name: 'Ghi là không hợp lệ' }));
  await two.page.goto(demo.url + '/quan-tri/phieu-giay');
  const cells = await two.page.locator('tbody tr', { hasText: code }).locator('td').allInnerTexts();
  assert.deepEqual(cells.slice(1), ['3', '3', '2', '1', '0'], 'issued, returned, valid, invalid, waiting');
  for (const path of [batch, batch + '/nhap', demo.url + '/quan-tri/phieu-giay?lang=en']) {
    await two.page.goto(path);
    await two.page.setViewportSize({ width: 320, height: 740 });
    await noSidewaysScroll(two.page, path);
    await axe(two.page, path);
  }
  assert.equal((await stored(demo, '04')).filter((r) => r.get('mode') === 'paper' && r.get('counter') === code).length, 2);
  await two.check();
});
