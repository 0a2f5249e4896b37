// The citizen: answers the form on a phone, with and without JavaScript, by touch and by keyboard.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { answer, axe, complete, go, launch, receipt, responses, serve, visit } from './lib.js';

let demo, browser, form;

before(async () => {
  demo = await serve();
  browser = await launch();
  form = `${demo.url}/khao-sat/${demo.wave}/01`;
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

const phone = { viewport: { width: 360, height: 740 }, hasTouch: true };
const next = (page) => page.locator('main form .actions .btn').first();

const submit = (page) => go(page, next(page));

for (const javaScriptEnabled of [true, false]) {
  describe(`JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, () => {
    test('a citizen finds the form, answers it and looks the receipt up', async () => {
      const before = await responses(demo);
      const { page, check } = await visit(browser, demo.url, { ...phone, javaScriptEnabled });
      await page.goto(demo.url);
      await go(page, page.getByRole('link', { name: 'Bắt đầu trả lời' }).first());
      await go(page, page.getByRole('link', { name: /Hà Nội/ }).first());
      assert.equal(page.url(), form);
      const code = await complete(page);
      assert.equal(await responses(demo), before + 1, 'one answer more is stored');

      await page.goto(demo.url + '/bien-nhan');
      await page.locator('main form input[type=text], main form input:not([type])').first().fill(code.toLowerCase().replaceAll('-', ' '));
      await go(page, page.locator('main form button').first());
      assert.match(await page.locator('main').innerText(), /đã được tính/);
      const unknown = await page.goto(demo.url + '/bien-nhan/0000-0000-0000-0000-0');
      assert.equal(unknown.status(), 404);
      await check();
    });

    test('mistakes are listed, linked and beside the field, and nothing typed is lost', async () => {
      const { page, check } = await visit(browser, demo.url, { ...phone, javaScriptEnabled });
      await page.goto(form);
      await page.locator('input[name="a.q8_2"][value=yes]').check({ force: true });
      const response = await submit(page);
      assert.equal(response.status(), 422);
      assert.match(await page.title(), /^Lỗi:/);
      const links = page.locator('main [role=alert] a, main .error-summary a');
      assert.equal(await links.count(), 6, 'six of seven questions are unanswered');
      for (const href of await links.evaluateAll((all) => all.map((a) => a.getAttribute('href')))) {
        assert.equal(await page.locator(`[id="${href.slice(1)}"]`).count(), 1, `${href} leads to a field`);
      }
      assert.ok(await page.locator('input[name="a.q8_2"][value=yes]').isChecked(), 'the answer given is kept');
      assert.equal(await page.locator('fieldset:has(.error-text)').count(), 6);
      if (javaScriptEnabled) await axe(page, 'a page with mistakes');
      await answer(page);
      assert.equal((await submit(page)).status(), 200);
      await check();
    });

    test('going back keeps the answers, by the button of the page and by that of the browser', async () => {
      const before = await responses(demo);
      const { page, check } = await visit(browser, demo.url, { ...phone, javaScriptEnabled });
      await page.goto(form);
      await answer(page);
      await submit(page);
      await answer(page, 2);
      await submit(page);
      await go(page, page.getByRole('button', { name: 'Quay lại' }));
      assert.ok(await page.locator('input[name="a.q9_1"][value="2"]').isChecked(), 'the page before has its answers');
      await submit(page);
      await page.goBack();
      await page.waitForLoadState('load');
      await complete(page, 5);
      assert.equal(await responses(demo), before + 1, 'the form counts once');
      await check();
    });

    test('a form sent twice counts once and has one receipt', async () => {
      const before = await responses(demo);
      const { page, check } = await visit(browser, demo.url, { ...phone, javaScriptEnabled });
      await page.goto(form);
      while (!/Gửi phiếu/.test(await next(page).innerText())) {
        await answer(page, 3, 'no');
        await submit(page);
      }
      // What the button sends, sent again by a program: a lost response and a retry.
      const fields = await page.locator('#phieu').evaluate((f) => [...new FormData(f)]);
      const button = await next(page).evaluate((b) => [b.name, b.value]);
      await next(page).dblclick({ noWaitAfter: true });
      await page.waitForURL(/bien-nhan/);
      const code = await receipt(page);
      const retry = await page.request.post(form, { form: Object.fromEntries([...fields, button]), headers: { origin: demo.url } });
      assert.match(retry.url(), new RegExp(code), 'the retry leads to the same receipt');
      await page.goBack();
      await page.waitForLoadState('load');
      if (await page.locator('#phieu').count()) {
        await submit(page);
        assert.equal(await receipt(page), code);
      }
      assert.equal(await responses(demo), before + 1);
      await check();
    });
  });
}

test('the whole form can be answered by keyboard alone', async () => {
  const before = await responses(demo);
  const { page, check } = await visit(browser, demo.url, { viewport: { width: 1280, height: 800 } });
  await page.goto(form);
  for (let step = 0; step < 40 && !page.url().includes('/bien-nhan/'); step++) {
    await byKeyboard(page);
  }
  await receipt(page);
  assert.equal(await responses(demo), before + 1);
  await check();
});

// byKeyboard walks one page with Tab, ticks with Space, and presses the first button with Enter. What has the focus must
// show it.
async function byKeyboard(page) {
  const address = await page.evaluate(() => performance.timeOrigin);
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      const seen = [e, e.closest('label')].filter(Boolean).some((x) => {
        const s = getComputedStyle(x);
        return (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none';
      });
      return { tag: e.tagName, type: e.type, name: e.name, value: e.value, inForm: !!e.closest('#phieu'), seen, checked: e.checked };
    });
    if (!at.inForm) continue;
    assert.ok(at.seen, `the focus shows on ${at.tag} ${at.name}`);
    if (at.type === 'radio' && !at.checked) await page.keyboard.press('Space');
    if (at.tag === 'BUTTON') {
      await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
      assert.notEqual(await page.evaluate(() => performance.timeOrigin), address);
      return;
    }
  }
  throw new Error('no button within 80 presses of Tab');
}
