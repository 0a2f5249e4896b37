// A passkey of an authenticator that Chromium makes up: registered, it signs in alone and proves who one is before a guarded act.
import { after, before, test } from 'node:test';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import assert from 'node:assert/strict';
import { axe, go, launch, noSidewaysScroll, serve, signIn, visit } from './lib.js';

let demo, browser, url;
before(async () => {
  [demo, browser] = await Promise.all([serve(), launch()]);
  url = demo.url.replace('127.0.0.1', 'localhost'); // browsers have no passkeys for addresses of numbers
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

// authenticator gives a page an authenticator whose holder is verified.
async function authenticator(context, page) {
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } });
  return {
    keys: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    verified: (yes) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: yes }),
  };
}

// age makes every proof of who somebody is an hour old.
const age = () => promisify(execFile)('python3', ['-c', 'import sqlite3, sys\nwith sqlite3.connect(sys.argv[1], timeout=30) as c: c.execute("UPDATE signed_in SET proven = proven - 3600000000")', demo.db]);

const button = (page, name) => page.getByRole('button', { name });
const own = () => url + '/quan-tri/toi';

async function see(page, name) {
  await axe(page, name);
  await noSidewaysScroll(page, name);
}

test('a passkey is registered, signs in, proves who one is, and is removed', async () => {
  const { page, context, check } = await visit(browser, url, { viewport: { width: 360, height: 740 } });
  await signIn(page, url, demo.account('administrator'));
  const device = await authenticator(context, page);
  await page.goto(own());
  await go(page, page.getByRole('link', { name: 'Thêm khóa truy cập' }));
  await see(page, 'adding a passkey');
  await page.locator('#ten').fill('Máy thử');
  await device.verified(false);
  await button(page, 'Tạo khóa').click();
  await page.locator('form [role=status]', { hasText: /\S/ }).waitFor();
  await see(page, 'a passkey that was not made');
  await device.verified(true);
  await go(page, button(page, 'Tạo khóa'));
  assert.equal(await page.locator('.recovery-codes li').count(), 10);
  await see(page, 'recovery codes');
  assert.equal((await device.keys()).length, 1);
  await page.goto(own());
  assert.match(await page.locator('#hai-buoc + p ~ .table-box').innerText(), /Máy thử/);
  await see(page, 'the own account');

  // alone instead of login and password
  await go(page, button(page, 'Đăng xuất'));
  await go(page, page.getByRole('link', { name: /khóa truy cập/i }));
  await see(page, 'signing in with a passkey');
  await go(page, button(page, 'Dùng khóa truy cập'));
  assert.equal(new URL(page.url()).pathname, '/quan-tri');
  await page.goto(own());
  assert.match(await page.locator('#phien ~ .table-box').innerText(), /Khóa truy cập/);

  // before a guarded act, when the last proof is long ago
  await age();
  await go(page, button(page, 'Tạo bộ mã mới'));
  await see(page, 'being asked who one is');
  await go(page, button(page, 'Dùng khóa truy cập'));
  assert.equal(await page.locator('.recovery-codes li').count(), 10, 'what was asked for is done');
  assert.equal((await device.keys())[0].signCount > 1, true);

  await page.goto(own());
  await go(page, button(page, /^Bỏ khóa Máy thử$/));
  assert.equal(await page.locator('main').getByText('Máy thử').count(), 0);
  await go(page, button(page, 'Đăng xuất'));
  await page.goto(url + '/dang-nhap/khoa');
  assert.equal((await go(page, button(page, 'Dùng khóa truy cập'))).status(), 422, 'it opens nothing any more');
  await check();
});
