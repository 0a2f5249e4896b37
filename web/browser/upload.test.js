// An officer sends a document: how far it is is shown, a lost connection and a refused file keep what was typed, and what is said of it
// is changed afterwards.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { axe, launch, lookClosely, serve, signIn, visit } from './lib.js';

let demo, browser;

before(async () => {
  demo = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

// pdf is a small document of one empty page.
function pdf() {
  const objects = ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>', '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>'];
  let text = '%PDF-1.4\n';
  const at = objects.map((o, i) => {
    const here = text.length;
    text += `${i + 1} 0 obj\n${o}\nendobj\n`;
    return here;
  });
  const xref = text.length;
  text += `xref\n0 4\n0000000000 65535 f \n${at.map((n) => `${String(n).padStart(10, '0')} 00000 n \n`).join('')}trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`;
  return Buffer.from(text);
}

test('a file that does not arrive loses nothing, and one that does is there', async () => {
  const { page, context, check } = await visit(browser, demo.url, { viewport: { width: 360, height: 740 } });
  await signIn(page, demo.url, demo.account('officer'));
  await page.goto(`${demo.url}/quan-tri/danh-gia`);
  await page.locator('main a[href*="/phieu/01"]').first().click();
  const library = new URL(page.url()).pathname + '/tai-lieu';
  await page.goto(demo.url + library);
  const number = page.locator('#so'), file = page.locator('#tep'), send = page.locator('form[data-upload] button').last();
  const status = page.locator('[data-progress]');
  await number.fill('12/BC-UBND');
  await file.setInputFiles({ name: 'khong-phai.pdf', mimeType: 'application/pdf', buffer: Buffer.from('MZ nothing of the kind') });
  await send.click();
  await status.filter({ hasText: 'không nhận' }).waitFor();
  assert.equal(await number.inputValue(), '12/BC-UBND', 'after a file that is refused');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'tep', 'the field to mend has the focus');

  await file.setInputFiles({ name: 'bao-cao.pdf', mimeType: 'application/pdf', buffer: pdf() });
  const broken = (route) => (route.request().method() === 'POST' ? route.abort('connectionreset') : route.continue());
  await context.route(`**${library}`, broken);
  await send.click();
  await status.filter({ hasText: 'mất kết nối' }).waitFor();
  assert.equal(await number.inputValue(), '12/BC-UBND', 'after the connection was lost');
  await lookClosely(page, 'the page with a file that did not arrive');
  await context.unroute(`**${library}`, broken);

  await send.click();
  await page.waitForURL(/xong=them/);
  await page.getByRole('link', { name: 'bao-cao.pdf' }).waitFor();
  await lookClosely(page, 'the documents of the agency');
  await page.getByRole('link', { name: /^Sửa/ }).click();
  await axe(page, 'what is said of a document');
  await page.locator('#so').fill('21/BC-UBND');
  await page.getByRole('button', { name: 'Lưu' }).click();
  await page.waitForURL(/xong=sua/);
  assert.match(await page.locator('main').innerText(), /21\/BC-UBND/);
  await check().catch((e) => assert.deepEqual(e.actual.filter((sin) => !sin.includes('ERR_CONNECTION_RESET')), [], 'but for the break that we made'));
});
