// The door: an invitation counts once, and where much comes from one network people work or wait, and are never shut out.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { answer, axe, go, launch, lookClosely, receipt, serve, signIn, stored, visit } from './lib.js';

let demo, browser;
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true };
const next = (page) => page.locator('main form .actions .btn').first();
const form = (agency) => `${demo.url}/khao-sat/${demo.wave}/${agency}`;
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
// mistyped changes the last character of a code: the one that checks the others.
const mistyped = (code) => code.slice(0, -1) + alphabet[(alphabet.indexOf(code.at(-1)) + 1) % 32];

before(async () => {
  demo = await serve('--trusted-proxies', '127.0.0.1/32');
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

// toTheEnd answers every page and stops before the form is sent.
async function toTheEnd(page, rating = 4) {
  for (let step = 0; step < 40 && (await page.locator('button[value=send]').count()) === 0; step++) {
    await answer(page, rating, 'no'); // fewer pages are asked
    await go(page, next(page));
  }
}

// invitations have a designer open the wave to invitations and make some for an agency; it returns their codes.
async function invitations(agency, count) {
  const { page, check } = await visit(browser, demo.url, { viewport: { width: 1280, height: 900 } });
  await signIn(page, demo.url, demo.account('designer'));
  const address = `${demo.url}/quan-tri/dot-khao-sat/${demo.wave}/thu-moi`;
  await page.goto(address);
  await page.locator('input[value=both]').check({ force: true });
  await go(page, page.getByRole('button', { name: 'Lưu lựa chọn' }));
  await page.locator('#co-quan').selectOption(agency);
  await page.locator('#so-thu').fill('nhiều');
  assert.equal((await go(page, page.getByRole('button', { name: 'Phát và tải về' }))).status(), 422);
  const target = await page.locator('.error-summary a').first().getAttribute('href');
  assert.equal(target, '#so-thu', 'the mistake leads to its field');
  assert.equal(await page.locator(target).getAttribute('aria-invalid'), 'true');
  await axe(page, 'an order of invitations with a mistake');
  await page.locator('#so-thu').fill(String(count));
  await page.locator('select[name=dang]').selectOption('csv');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Phát và tải về' }).click()]);
  const parts = [];
  for await (const part of await download.createReadStream()) parts.push(part);
  await check();
  return [...Buffer.concat(parts).toString().matchAll(/\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}\b/g)].map((m) => m[0]);
}

test('an invitation opens the form once; mistyped, spent and in two tabs it says what is wrong', async () => {
  const codes = await invitations('24', 5);
  assert.equal(new Set(codes).size, 5);
  const before = (await stored(demo, '24')).length;
  const { page, context, check } = await visit(browser, demo.url, phone);
  await page.goto(demo.url + '/moi');
  await lookClosely(page, 'where codes are typed in');
  for (const [typed, status, words] of [[mistyped(codes[0]), 422, 'gõ chưa đúng'], ['0000-0000-000', 404, 'Không có thư mời nào']]) {
    await page.locator('#ma').fill(typed);
    assert.equal((await go(page, page.locator('main form button'))).status(), status);
    assert.match(await page.locator('.error-summary').innerText(), new RegExp(words));
    assert.equal(await page.locator('#ma').inputValue(), typed);
    assert.equal(await page.locator('#ma').getAttribute('aria-invalid'), 'true');
  }
  await lookClosely(page, 'an invitation that does not exist');

  // Two tabs with one code: both may fill in, one counts.
  const tab = await context.newPage();
  await page.locator('#ma').fill(codes[0].toLowerCase().replaceAll('-', ' '));
  await go(page, page.locator('main form button'));
  await tab.goto(`${demo.url}/moi/${codes[0].replaceAll('-', '')}`); // as the QR code has it
  await toTheEnd(page, 4);
  await toTheEnd(tab, 2);
  await go(page, page.locator('button[value=send]'));
  await receipt(page);
  const late = await go(tab, tab.locator('button[value=send]'));
  assert.equal(late.status(), 409);
  assert.match(await tab.locator('.error-summary').innerText(), /đã được dùng/);
  await axe(tab, 'a second tab of a used invitation');
  assert.equal((await stored(demo, '24')).length, before + 1, 'one of both counts');
  // The back button and sending again: the same receipt, nothing more is stored.
  await page.goBack({ waitUntil: 'load' });
  if (await page.locator('button[value=send]').count()) {
    await go(page, page.locator('button[value=send]'));
    await receipt(page);
  }
  assert.equal((await page.goto(`${demo.url}/moi/${codes[0].replaceAll('-', '')}`)).status(), 409, 'spent');
  await lookClosely(page, 'a spent invitation');
  await page.goto(demo.url + '/moi?lang=en');
  await axe(page, 'where codes are typed in, in English');
  assert.equal((await stored(demo, '24')).length, before + 1);
  const without = await visit(browser, demo.url, { ...phone, javaScriptEnabled: false });
  await without.page.goto(`${demo.url}/moi/${codes[1].replaceAll('-', '')}`);
  await toTheEnd(without.page);
  await go(without.page, without.page.locator('button[value=send]'));
  await receipt(without.page);
  assert.equal((await stored(demo, '24')).length, before + 2, 'without scripts too');
  await without.check();
  await check();
});

test('where much comes from one network scripts do a piece of work, and people without wait as long as it says', async () => {
  const network = '198.51.100.7';
  const headers = { 'X-Forwarded-For': network };
  // Enough of one network, each its own form: through the page, answered by program.
  for (let i = 0; i < 24; i++) {
    const response = await fetch(form('22'), { method: 'POST', headers: { ...headers, origin: demo.url, 'Content-Type': 'application/x-www-form-urlencoded' }, redirect: 'manual', body: await finished(headers) });
    assert.ok([303, 429].includes(response.status), `${response.status}`);
  }
  const before = (await stored(demo, '22')).length;
  const on = await visit(browser, demo.url, { ...phone, extraHTTPHeaders: headers });
  await on.page.goto(form('22'));
  await toTheEnd(on.page, 4);
  assert.match(await on.page.locator('#phieu').getAttribute('data-proof'), /"challenge"/);
  await axe(on.page, 'the last step');
  await go(on.page, on.page.locator('button[value=send]'));
  await on.page.waitForURL(/bien-nhan/, { timeout: 60_000 });
  await receipt(on.page);
  assert.equal((await stored(demo, '22')).length, before + 1, 'work done: in at once');
  await on.check();

  const off = await visit(browser, demo.url, { ...phone, javaScriptEnabled: false, extraHTTPHeaders: headers });
  await off.page.goto(form('22'));
  await toTheEnd(off.page, 4);
  const held = await go(off.page, off.page.locator('button[value=send]'));
  assert.equal(held.status(), 429);
  const wait = Number(held.headers()['retry-after']);
  assert.ok(wait >= 1 && wait <= 60, `a stated wait: ${wait} s`);
  assert.match(await off.page.locator('.error-summary').innerText(), new RegExp(`${wait} giây`));
  assert.equal(await off.page.locator('.answers dd').count() > 10, true, 'the page still has everything');
  await new Promise((r) => setTimeout(r, 1000 * wait + 500));
  await go(off.page, off.page.locator('button[value=send]'));
  await receipt(off.page);
  assert.equal((await stored(demo, '22')).length, before + 2, 'slower, but in');
  await off.check();
});

// finished returns the fields of a form that is filled in to the end, by program and without a browser.
async function finished(headers) {
  let fields = new URLSearchParams();
  for (let step = 0; step < 40; step++) {
    const response = step === 0 ? await fetch(form('22'), { headers })
      : await fetch(form('22'), { method: 'POST', headers: { ...headers, origin: demo.url, 'Content-Type': 'application/x-www-form-urlencoded' }, body: fields });
    const html = await response.text();
    fields = new URLSearchParams();
    for (const [, name, value] of html.matchAll(/<input type="hidden" name="(s|p|live)" value="([^"]*)"/g)) fields.set(name, value);
    if (/value="send"/.test(html)) {
      fields.set('go', 'send');
      return fields;
    }
    for (const [, name, value] of html.matchAll(/<input type="radio" id="[^"]*" name="([^"]*)" value="([^"]*)"/g)) if (!fields.has(name) || value === 'no') fields.set(name, value);
    fields.set('go', 'next');
  }
  throw new Error('the form has no end');
}
