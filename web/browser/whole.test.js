// A form on one page: with its script parts come and go at once; without it the server asks what the answers call for.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { join } from 'node:path';
import { axe, go, launch, lookClosely, receipt, visit } from './lib.js';

const both = (vi, en) => ({ vi, en });
const levels = ['Rất không hài lòng', 'Không hài lòng', 'Bình thường', 'Hài lòng', 'Rất hài lòng'].map((vi, k) => ({ code: String(k + 1), text: both(vi, `Level ${k + 1}`) }));
const rated = (n, more = {}) => ({ code: `q${n}`, type: 'rating', list: 'level', required: true, text: both(`Ông/bà hài lòng đến mức nào về nội dung thứ ${n}?`, `How satisfied are you with item ${n}?`), ...more });
const questionnaire = {
  code: 'short', version: '1', layout: 'one_page', title: both('Phiếu ngắn', 'Short form'), intro: both('Phiếu này để thử.', 'This form is a trial.'), lists: { level: levels },
  pages: [
    { code: 'a', title: both('Nơi tiếp nhận', 'Reception'), blocks: [{ questions: [rated(1), rated(2), { code: 'again', type: 'yes_no', required: true, text: both('Ông/bà có phải đi lại nhiều lần không?', 'Did you have to come again?') }] }] },
    { code: 'b', title: both('Những lần đi lại', 'Coming again'), relevant: "${again} = 'yes'", blocks: [{ questions: [{ code: 'times', type: 'number', required: true, min: 2, max: 50, text: both('Mấy lần?', 'How often?') }] }] },
    { code: 'c', title: both('Ý kiến', 'Opinion'), blocks: [{ questions: [{ code: 'words', type: 'text', text: both('Ý kiến khác', 'Anything else') }] }] },
  ],
  scales: [{ code: 'S', level: 'factor', title: both('Hài lòng', 'Satisfaction'), items: ['q1', 'q2'] }],
};
const wave = {
  code: 'ngan', title: both('Đợt thử phiếu ngắn', 'Short trial'), questionnaire: 'short', version: '1', framework: 'sipas', period: String(new Date().getFullYear()),
  opens: new Date(Date.now() - 864e5).toISOString(), closes: new Date(Date.now() + 864e5).toISOString(), agencies: ['01'],
};

let dir, server, url, browser;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'thuocdo-whole-'));
  const db = join(dir, 'a.db'), run = (...args) => promisify(execFile)(process.env.THUOCDO, [...args, '--db', db]);
  await writeFile(join(dir, 'q.json'), JSON.stringify(questionnaire));
  await writeFile(join(dir, 'w.json'), JSON.stringify(wave));
  await run('migrate');
  await run('import', 'questionnaire', join(dir, 'q.json'));
  await run('import', 'wave', join(dir, 'w.json'));
  server = spawn(process.env.THUOCDO, ['serve', '--db', db, '--addr', '127.0.0.1:0'], { stdio: ['ignore', 'ignore', 'pipe'] });
  process.once('exit', () => server.kill('SIGKILL'));
  url = await new Promise((resolve) => server.stderr.on('data', (b) => {
    const m = /listening on (http:\S+)/.exec(b);
    if (m) resolve(m[1]);
  }));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.kill('SIGTERM');
  await rm(dir, { recursive: true, force: true });
});

const phone = { viewport: { width: 360, height: 740 }, hasTouch: true };
const pick = (page, code, value) => page.locator(`input[name="a.${code}"][value="${value}"]`).check({ force: true });
const send = (page) => go(page, page.locator('button[value=send]'));

for (const noScripts of [false, true]) {
  test(`a form on one page is answered and counted ${noScripts ? 'without' : 'with'} its script`, async () => {
    const { page, check } = await visit(browser, url, { ...phone, noScripts, colorScheme: noScripts ? 'dark' : 'light' });
    await page.goto(`${url}/khao-sat/ngan/01`);
    await lookClosely(page, 'the form on one page');
    const times = page.locator('[name="a.times"]');
    await pick(page, 'q1', 4);
    await pick(page, 'again', 'yes');
    assert.equal(await times.isVisible(), !noScripts, 'a part appears at once with the script alone');
    await page.locator('[name="a.words"]').fill('Cảm ơn <b>');
    await send(page);
    if (noScripts) { // it was not asked yet: shown, beside what is missing
      assert.ok(await times.isVisible());
    }
    assert.match(await page.title(), /^Lỗi:/);
    await axe(page, 'the form on one page with mistakes');
    assert.equal(await page.locator('[name="a.words"]').inputValue(), 'Cảm ơn <b>');
    await page.locator('.error-summary a').first().click();
    await pick(page, 'q2', 5);
    await times.fill('3');
    await send(page);
    assert.ok(await receipt(page), 'a receipt');
    const address = page.url();
    await page.goBack();
    await page.goto(address); // a reload of the receipt sends nothing
    assert.ok(await receipt(page));
    await check();
  });
}
