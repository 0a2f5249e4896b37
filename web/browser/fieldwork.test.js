// Whoever runs a wave watches it, reviews doubtful responses by keyboard alone, and takes a decision back.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { axe, go, launch, noSidewaysScroll, serve, signIn, visit } from './lib.js';

let demo, browser;

before(async () => {
  demo = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

const wave = () => `${demo.url}/quan-tri/dot-khao-sat/${demo.wave}`;

test('the pages of a wave under way are accessible, narrow and dark too', async () => {
  for (const options of [{ viewport: { width: 320, height: 740 }, colorScheme: 'dark' }, { viewport: { width: 1280, height: 900 } }]) {
    const { page, check } = await visit(browser, demo.url, options);
    await signIn(page, demo.url, demo.account('analyst'));
    await page.goto(wave() + '/kiem-phieu');
    const first = await page.locator('table.cases tbody th a').first().getAttribute('href');
    for (const path of [`${demo.url}/quan-tri/tien-do`, wave() + '/tien-do', wave() + '/kiem-phieu?lang=en', demo.url + first, wave() + '/kiem-phieu/hang-loat?dau-hieu=speeding', wave() + '/y-kien']) {
      await page.goto(path);
      await axe(page, path);
      await noSidewaysScroll(page, path);
    }
    await check();
  }
});

test('a response is reviewed by keyboard alone, and the decision undone', async () => {
  const { page, check } = await visit(browser, demo.url, { viewport: { width: 1280, height: 900 } });
  await signIn(page, demo.url, demo.account('analyst'));
  await page.goto(wave() + '/kiem-phieu');
  const valid = () => page.locator('.tile', { hasText: 'Phiếu hợp lệ' }).locator('dd').innerText();
  const before = await valid();
  await go(page, page.locator('table.cases tbody th a').first());
  assert.equal(await page.evaluate(() => document.activeElement.name), 'ket-luan', 'the first verdict has the focus');
  await page.keyboard.press('ArrowDown'); // valid
  await page.keyboard.press('ArrowDown'); // to be called back, or invalid where the first was chosen by the focus
  await page.locator('#kl-invalid').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  assert.match(page.url(), /kiem-phieu\//, 'the next response is open');
  await page.goto(wave() + '/kiem-phieu');
  assert.notEqual(await valid(), before, 'one response less is valid');
  await go(page, page.getByRole('button', { name: 'Hoàn tác' }).first());
  assert.equal(await valid(), before, 'it counts again');
  await check();
});
