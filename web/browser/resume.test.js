// Coming back: a form put aside and opened on another device counts once.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { answer, axe, complete, go, launch, lookClosely, receipt, serve, stored, visit } from './lib.js';

let demo, browser;
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true };
const next = (page) => page.locator('main form .actions .btn').first();
const form = (agency) => `${demo.url}/khao-sat/${demo.wave}/${agency}`;
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
// mistyped changes the last character of a code: the one that checks the others.
const mistyped = (code) => code.slice(0, -1) + alphabet[(alphabet.indexOf(code.at(-1)) + 1) % 32];

before(async () => {
  demo = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

// toTheEnd answers every page and stops before the form is sent.
async function toTheEnd(page, rating = 4) {
  for (let step = 0; step < 40 && (await page.locator('button[value=send]').count()) === 0; step++) {
    await answer(page, rating, 'no');
    await go(page, next(page));
  }
}

for (const javaScriptEnabled of [true, false]) {
  describe(`JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, () => {
    test('a form is put aside on a phone, finished on another device, and counts once on both', async () => {
      const before = (await stored(demo, '08')).length;
      const one = await visit(browser, demo.url, { ...phone, javaScriptEnabled });
      await one.page.goto(form('08'));
      await answer(one.page);
      await go(one.page, next(one.page));
      await answer(one.page, 2);
      await go(one.page, one.page.locator('button[value=save]'));
      const code = (await one.page.locator('.receipt').innerText()).trim();
      if (javaScriptEnabled) await lookClosely(one.page, 'a form put aside');

      const two = await visit(browser, demo.url, { viewport: { width: 1280, height: 800 }, javaScriptEnabled });
      await two.page.goto(demo.url + '/lam-tiep');
      for (const [typed, status] of [[mistyped(code), 422], ['', 422], [javaScriptEnabled ? '0000-0000-0000-0000-0' : 'ABCD', 422], ['0'.repeat(15) + '0', 404]]) {
        await two.page.locator('#ma').fill(typed);
        assert.equal((await go(two.page, two.page.locator('main form button'))).status(), status, typed);
        assert.equal(await two.page.locator('#ma').inputValue(), typed, 'what was typed is kept');
        assert.equal(await two.page.locator('.error-summary a').first().getAttribute('href'), '#ma');
      }
      if (javaScriptEnabled) await lookClosely(two.page, 'a code that leads nowhere');
      if (javaScriptEnabled) { // as the QR code has it: behind the #, where no server sees it
        await two.page.goto('about:blank');
        await two.page.goto(`${demo.url}/lam-tiep#${code}`);
        assert.equal(await two.page.locator('#ma').inputValue(), code);
        assert.ok(!two.page.url().includes(code), 'the code leaves the address');
      } else {
        await two.page.locator('#ma').fill(code.toLowerCase().replaceAll('-', ''));
      }
      await go(two.page, two.page.locator('main form button'));
      assert.ok(await two.page.locator('input[value="2"]:checked').count(), 'the page where it was left, with its answers');
      const sent = await complete(two.page);
      assert.equal((await stored(demo, '08')).length, before + 1);

      // The phone goes on too: back to the form, other answers, sent. It meets the receipt of what counted.
      await go(one.page, one.page.getByRole('button', { name: 'Trả lời tiếp ngay bây giờ' }));
      await toTheEnd(one.page, 5);
      await go(one.page, one.page.locator('button[value=send]'));
      assert.equal(await receipt(one.page), sent, 'the same receipt');
      await one.page.goto(demo.url + '/lam-tiep');
      await one.page.locator('#ma').fill(code);
      await go(one.page, one.page.locator('main form button'));
      assert.equal(await receipt(one.page), sent, 'the code says that the form was sent');
      if (javaScriptEnabled) await axe(one.page, 'a form that was sent meanwhile');
      assert.equal((await stored(demo, '08')).length, before + 1, 'it counts once');
      await one.check();
      await two.check();
    });
  });
}
