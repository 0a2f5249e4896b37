// The device at a counter: set up by a code, used by one stranger after another, left by a PIN.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { answer, axe, fits, go, kindOfStep, launch, lookClosely, receipt, serve, signIn, stored, visit } from './lib.js';

let demo, browser, start;
const tablet = { viewport: { width: 1024, height: 768 }, hasTouch: true };

before(async () => {
  demo = await serve();
  browser = await launch();
  start = `${demo.url}/kiosk/${demo.wave}/01`;
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

// setUp has an officer set a kiosk up, and types its code on a device of its own.
async function setUp(options = {}) {
  const office = await visit(browser, demo.url);
  await signIn(office.page, demo.url, demo.account('officer'));
  await office.page.goto(demo.url + '/quan-tri/kiosk');
  await office.page.locator('#quay').fill('quay-7');
  await office.page.locator('#pin').fill('2468');
  await go(office.page, office.page.getByRole('button', { name: 'Lấy mã cho máy khác' }));
  const code = (await office.page.locator('.receipt').innerText()).trim();
  await axe(office.page, 'the set-up code');
  await office.check();
  const device = await visit(browser, demo.url, { ...tablet, ...options });
  await device.page.goto(demo.url + '/kiosk');
  const typed = code.toLowerCase();
  await device.page.locator('#ma').fill(typed.slice(0, -1) + (typed.endsWith('x') ? 'y' : 'x'));
  assert.equal((await go(device.page, device.page.locator('main form button'))).status(), 422, 'a wrong check character');
  assert.match(await device.page.title(), /^Lỗi:/);
  if (options.javaScriptEnabled !== false) await axe(device.page, 'a set-up code that is mistyped');
  await device.page.locator('#ma').fill(typed);
  await go(device.page, device.page.locator('main form button'));
  assert.equal(device.page.url(), start);
  return device;
}

// staysInside fails where a link of the page leads away from the kiosk, or something to press is small.
async function staysInside(page, name) {
  const away = await page.locator('a[href]').evaluateAll((all) => all.map((a) => a.getAttribute('href')).filter((h) => !h.startsWith('/kiosk/') && !h.startsWith('#')));
  assert.deepEqual(away, [], `${name}: links that lead away`);
  const small = await page.locator('.btn, label.choice, .input').evaluateAll((all) =>
    all.filter((e) => e.offsetParent && e.getBoundingClientRect().height < 63).map((e) => e.innerText || e.name));
  assert.deepEqual(small, [], `${name}: targets under 64 px`);
}

const next = (page) => page.locator('main form .actions .btn').first();
const ticked = (page) => page.locator('input[type=radio]:checked').count();

async function fill(page, closely = false) {
  await go(page, page.locator('.kiosk-languages .btn').first());
  const seen = new Set();
  for (let step = 0; step < 40 && !page.url().endsWith('/cam-on'); step++) {
    await staysInside(page, await page.title());
    if (closely) {
      const kind = await kindOfStep(page);
      await (seen.has(kind) ? fits : lookClosely)(page, `kiosk: ${await page.title()}`);
      seen.add(kind);
    }
    await answer(page, 5);
    await go(page, next(page));
  }
  return receipt(page);
}

for (const javaScriptEnabled of [true, false]) {
  describe(`JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, () => {
    test('one person answers, and the next one sees nothing of it', async () => {
      const count = async () => (await stored(demo, '01')).filter((r) => r.get('mode') === 'kiosk' && r.get('counter') === 'quay-7').length;
      const before = await count();
      const { page, context, check } = await setUp({ javaScriptEnabled });
      await staysInside(page, 'start');
      const code = await fill(page, javaScriptEnabled);
      assert.match(await page.content(), /http-equiv="refresh" content="60;url=\/kiosk\//, 'without scripts it goes back by itself');
      if (javaScriptEnabled) await lookClosely(page, 'thanks');
      await page.reload();
      assert.ok(!(await page.locator('main').innerText()).includes(code), 'the receipt is shown once');
      await page.goto(start);
      for (let back = 0; back < 6; back++) {
        await page.goBack({ waitUntil: 'load' }).catch(() => {});
        assert.equal(await ticked(page), 0, `nothing ticked after ${back + 1} × back`);
        assert.ok(!(await page.locator('body').innerText()).includes(code));
        if (await page.locator('#phieu').count()) { // the browser asked for the page anew: what is sent from it leads to the start
          await go(page, next(page));
          assert.equal(page.url(), start);
        }
      }
      assert.equal(await count(), before + 1, 'one more from this counter');
      assert.deepEqual((await context.cookies()).filter((k) => /phien/.test(k.name)), [], 'nobody is signed in on the device');
      await check();
    });
  });
}

test('nobody there: it asks, counts down and starts anew; a touch goes on', async () => {
  const { page, check } = await setUp();
  await page.clock.install();
  await page.goto(start);
  await go(page, page.locator('.kiosk-languages .btn').first());
  await answer(page);
  const box = page.getByRole('dialog', { name: 'Ông/bà còn đang trả lời không?' });
  await page.clock.runFor(59_000);
  assert.equal(await box.isVisible(), false, 'not before a minute');
  await page.mouse.click(5, 5); // a touch begins the minute anew
  await page.clock.runFor(59_000);
  assert.equal(await box.isVisible(), false, 'the touch counts');
  await page.clock.runFor(2_000);
  assert.ok(await box.isVisible());
  assert.equal(await page.evaluate(() => document.activeElement.closest('dialog')?.id), 'con-ai', 'the dialog has the focus');
  await axe(page, 'the question whether anybody is there');
  const small = await box.getByRole('button').evaluate((b) => b.getBoundingClientRect().height);
  assert.ok(small >= 63);
  await page.clock.runFor(5_000);
  assert.match(await box.getByRole('timer').innerText(), /^1\d$/);
  await page.keyboard.press('Enter');
  assert.equal(await box.isVisible(), false, 'still here');
  assert.ok((await ticked(page)) > 0, 'and nothing is lost');
  await page.clock.runFor(61_000);
  assert.ok(await box.isVisible(), 'it asks again');
  await Promise.all([page.waitForURL(start), page.clock.runFor(22_000)]);
  await page.goBack({ waitUntil: 'load' }).catch(() => {});
  assert.equal(await ticked(page), 0, 'what the last person ticked is gone');
  await check();
});

test('where scripts do not run the page says when it starts anew', async () => {
  const { page, check } = await setUp({ javaScriptEnabled: false });
  await go(page, page.locator('.kiosk-languages .btn').nth(1));
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  assert.match(await page.locator('.kiosk-note').innerText(), /300/);
  assert.match(await page.content(), /http-equiv="refresh" content="300;url=\/kiosk\//);
  await check();
});

test('it runs in full screen from the home screen, and only its PIN leaves it', async () => {
  const { page, context, check } = await setUp();
  const manifest = await page.evaluate(async () => (await fetch(document.querySelector('link[rel=manifest]').href)).json());
  assert.deepEqual([manifest.display, manifest.start_url, manifest.scope], ['fullscreen', '/kiosk', '/kiosk']);
  const cdp = await context.newCDPSession(page);
  const { errors } = await cdp.send('Page.getAppManifest');
  assert.deepEqual(errors, [], 'Chromium takes the manifest');
  await page.goto(demo.url + manifest.start_url);
  assert.equal(page.url(), start, 'the home screen leads to the start');
  await lookClosely(page, 'start');
  await page.goto(start + '?lang=en');
  await axe(page, 'start in English');
  await page.goto(start);
  await go(page, page.getByRole('link', { name: 'Dành cho nhân viên' }));
  await staysInside(page, 'leave');
  await page.locator('#pin').fill('1111');
  assert.equal((await go(page, page.locator('main form button'))).status(), 422);
  assert.equal(await page.locator('.error-summary a').getAttribute('href'), '#pin');
  assert.equal(await page.locator('#pin').inputValue(), '', 'a wrong PIN is not shown again');
  await lookClosely(page, 'a wrong PIN');
  await page.locator('#pin').fill('2468');
  await go(page, page.locator('main form button'));
  assert.equal(page.url(), demo.url + '/');
  await page.goto(start);
  assert.equal(page.url(), demo.url + '/kiosk', 'the device is no kiosk any more');
  await check();
});
