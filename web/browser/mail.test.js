// Invitations by e-mail from the list to the answer: loaded, sent, followed, reminded, stopped.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { answer, axe, go, launch, lookClosely, noSidewaysScroll, receipt, serveWithMail, signIn, until, visit } from './lib.js';

let service, browser, page, desk;
const mailPage = () => `${service.url}/quan-tri/dot-khao-sat/${service.wave}/thu-dien-tu`;

before(async () => {
  service = await serveWithMail();
  browser = await launch();
  desk = await visit(browser, service.url, { viewport: { width: 1280, height: 900 } });
  page = desk.page;
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

const list = ['email;cơ quan;ngôn ngữ', ...Array.from({ length: 7 }, (_, i) => `nguoi-${i}@example.vn;12;${i % 2 ? 'en' : 'vi'}`), 'khong-co@example.vn;12;vi'].join('\n');
const csv = (text) => ({ name: 'danh-sach.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
const links = (letter) => ({ open: /http\S+\/moi\/[0-9A-Z]{11}(\?lang=en)?/.exec(letter.text)[0], stop: /<(http\S+\/ngung-thu\/[^>]+)>/.exec(letter.head)[1] });

test('a list becomes letters, a letter an answer, and nobody is asked twice who stops', async () => {
  await signIn(page, service.url, service.designer);
  await page.goto(mailPage().replace('thu-dien-tu', 'thu-moi'));
  await page.locator('input[value=both]').check({ force: true });
  await go(page, page.getByRole('button', { name: 'Lưu lựa chọn' }));
  await go(page, page.getByRole('link', { name: /Gửi thư mời qua thư điện tử/ }));
  await axe(page, 'mail without a list');

  // A list with mistakes: none is taken, each is named by its row and tied to the field.
  await page.setInputFiles('#tep', csv('email;cơ quan\nan@;12\nbinh@example.vn;zz'));
  assert.equal((await go(page, page.getByRole('button', { name: 'Thêm vào danh sách' }))).status(), 422);
  assert.deepEqual((await page.locator('.error-summary li').allInnerTexts()).map((t) => t.split(':')[0]), ['Dòng 2', 'Dòng 3']);
  assert.match(await page.locator('#tep').getAttribute('aria-describedby'), /tep-loi/);
  await axe(page, 'a list with mistakes');
  await page.setInputFiles('#tep', csv(list));
  await go(page, page.getByRole('button', { name: 'Thêm vào danh sách' }));
  const code = (await page.locator('.receipt').innerText()).trim();
  await axe(page, 'the code for sending');
  await page.goto(mailPage());
  assert.ok(!(await page.content()).includes(code), 'the code is shown once');

  await page.locator('#ma-gui').fill('ABCD-EFGH');
  assert.equal((await go(page, page.getByRole('button', { name: 'Bắt đầu gửi' }))).status(), 422);
  assert.equal(await page.locator('#ma-gui').getAttribute('aria-invalid'), 'true');
  await axe(page, 'a mistyped code for sending');
  await page.locator('#ma-gui').fill(code.toLowerCase());
  await go(page, page.getByRole('button', { name: 'Bắt đầu gửi' }));
  await until(async () => service.box.letters.length === 7, 'seven letters');
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto(mailPage() + (width === 320 ? '?lang=en' : ''));
    await page.locator('details').evaluateAll((all) => all.forEach((d) => (d.open = true)));
    await noSidewaysScroll(page, `mail at ${width} px`);
    await axe(page, `mail after sending at ${width} px`);
  }

  // One answers, without scripts, in the language of the letter; another one stops letters.
  const [one, two] = [service.box.letters.find((l) => /\?lang=en/.test(l.text)), service.box.letters.find((l) => !/\?lang=en/.test(l.text))];
  const citizen = await visit(browser, service.url, { viewport: { width: 360, height: 740 }, javaScriptEnabled: false });
  await citizen.page.goto(links(one).open);
  assert.equal(await citizen.page.locator('html').getAttribute('lang'), 'en');
  for (let step = 0; step < 40 && !citizen.page.url().includes('/bien-nhan/'); step++) {
    await answer(citizen.page, 4, 'no');
    await go(citizen.page, citizen.page.locator('main form .actions .btn').first());
  }
  await receipt(citizen.page);
  await citizen.check();
  const stopper = await visit(browser, service.url, { viewport: { width: 360, height: 740 } });
  for (const target of [links(two).stop, links(two).stop, links(one).stop]) assert.equal((await stopper.page.goto(target)).status(), 200, 'looking stops nothing');
  await stopper.page.goto(links(two).stop);
  await lookClosely(stopper.page, 'stop letters?');
  await go(stopper.page, stopper.page.getByRole('button', { name: 'Ngừng nhận thư' }));
  assert.match(await stopper.page.locator('h1').innerText(), /không nhận thư nào nữa/);
  await lookClosely(stopper.page, 'letters are stopped');
  assert.equal((await stopper.page.goto(links(two).stop + 'x')).status(), 404);
  await stopper.check();

  // The reminder: the same codes, to everybody who may be written to, whoever has answered.
  await page.goto(mailPage());
  await page.locator('#ma-gui').fill(code);
  await go(page, page.getByRole('button', { name: 'Bắt đầu gửi' }));
  await until(async () => service.box.letters.length === 13, 'six reminders');
  const again = service.box.letters.slice(7);
  assert.ok(!again.some((l) => l.to === two.to), 'not to who stopped letters');
  assert.equal(links(again.find((l) => l.to === one.to)).open, links(one).open, 'the same code');
  await page.goto(mailPage());
  const facts = await page.locator('dl.facts dd').allInnerTexts();
  assert.deepEqual(facts, ['6', '0', '1', '1'], 'listed, without a letter, no mailbox, stopped');
  for (const secret of ['nguoi-', 'khong-co', code, links(one).open.slice(-11), links(one).stop.slice(-43)]) {
    assert.ok(!service.log().includes(secret), `the log holds ${secret}`);
  }
  await desk.check();
});
