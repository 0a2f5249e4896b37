// What every journey needs: a demo server of its own, a real Chromium, and eyes on what a page must never do.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-default-apps', '--mute-audio',
];

// freePort returns a port of 127.0.0.1 that nobody listens on.
function freePort() {
  return new Promise((resolve, reject) => {
    const s = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = s.address();
      s.close(() => resolve(port));
    });
  });
}

// serve starts a demo of its own in a temporary folder and returns what it prints: url, wave, agencies, accounts.
export async function serve(responses = 3000) {
  const dir = await mkdtemp(join(tmpdir(), 'thuocdo-journey-'));
  const args = ['demo', '--json', '--dir', dir, '--responses', String(responses), '--addr', `127.0.0.1:${await freePort()}`];
  const child = spawn(process.env.THUOCDO, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  process.once('exit', () => child.kill('SIGKILL')); // whatever happens, nothing is left running
  const log = [];
  child.stderr.on('data', (b) => log.push(b));
  const line = await new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (b) => {
      text += b;
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
    child.once('exit', (code) => reject(new Error(`the demo ended with ${code}:\n${Buffer.concat(log)}`)));
  });
  const demo = JSON.parse(line);
  await until(async () => (await fetch(demo.url + '/readyz')).ok, 'the server is ready');
  return {
    ...demo,
    log: () => Buffer.concat(log).toString(),
    account: (role) => demo.accounts.find((a) => a.role === role),
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const code = await ended;
      await rm(dir, { recursive: true, force: true });
      assert.equal(code, 0, `the demo ended with ${code}:\n${Buffer.concat(log)}`);
    },
  };
}

// until waits for a condition, at most ten seconds.
export async function until(condition, what) {
  for (const end = Date.now() + 10_000; Date.now() < end; ) {
    if (await condition().catch(() => false)) return;
    await new Promise((r) => setTimeout(r, 50));
  }
  throw new Error(`timed out: ${what}`);
}

// responses counts the stored answers of the open wave, through the command line, beside the running server.
export async function responses(demo) {
  const { stdout } = await promisify(execFile)(process.env.THUOCDO,
    ['export', 'responses', '--wave', demo.wave, '--db', demo.db], { maxBuffer: 64 << 20 });
  return stdout.trim().split('\n').length - 1;
}

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM, args: flags });

// visit opens a page in a context of its own and watches it. Close the context through check, which fails on what the
// page did that no page may do: a request to another host, a violation of the content security policy, a script error.
export async function visit(browser, origin, options = {}) {
  const context = await browser.newContext({ locale: 'vi-VN', reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(15_000);
  const sins = [];
  context.on('request', (r) => {
    const u = new URL(r.url());
    if (u.origin !== origin && u.protocol !== 'data:' && u.protocol !== 'blob:') sins.push(`request to ${u.origin}`);
  });
  context.on('response', (r) => {
    if (r.status() >= 500) sins.push(`${r.status()} from ${r.url()}`);
  });
  context.on('weberror', (e) => sins.push(`script error: ${e.error()}`));
  context.on('console', (m) => {
    // Chromium reports every violation of the policy as an error; an answer of 4xx to a form is no sin.
    if (m.type() === 'error' && !/the server responded with a status of 4/.test(m.text())) sins.push(`console: ${m.text()}`);
  });
  const page = await context.newPage();
  return {
    page,
    context,
    async check() {
      await context.close();
      assert.deepEqual([...new Set(sins)], [], 'what no page may do');
    },
  };
}

// axe fails on every violation axe-core finds on the page, of whatever impact.
export async function axe(page, name) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  const found = violations.map((v) => `${v.impact} ${v.id}: ${v.help}\n    ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join('\n    ')}`);
  assert.deepEqual(found, [], `axe-core on ${name}`);
}

// noSidewaysScroll fails where something sticks out of the window to the right.
export async function noSidewaysScroll(page, name) {
  const [width, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(width <= window, `${name}: ${width} px of content in a window of ${window} px`);
}

// signIn signs a demo account in and ends on its first page.
export async function signIn(page, url, account) {
  await page.goto(url + '/dang-nhap');
  await page.locator('input[name=login]').fill(account.login);
  await page.locator('input[name=password]').fill(account.password);
  await go(page, page.locator('main form button'));
  assert.notEqual(new URL(page.url()).pathname, '/dang-nhap', 'signed in');
}

// answer ticks one choice in every question of the page: the given rating where it is a rating, else the first choice.
export async function answer(page, rating = 4, first = 'yes') {
  for (const group of await page.locator('main form fieldset').all()) {
    const radios = group.locator('input[type=radio]');
    if ((await radios.count()) === 0) continue;
    const values = await radios.evaluateAll((all) => all.map((r) => r.value));
    const wanted = values.includes(String(rating)) ? String(rating) : values.includes(first) ? first : values[0];
    await radios.nth(values.indexOf(wanted)).check({ force: true });
  }
}

// go presses something that leads to another page and returns the answer that page came with.
export async function go(page, what) {
  const [response] = await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), what.click()]);
  return response;
}

// complete answers every page from the one that is open and returns the receipt code.
export async function complete(page, rating = 4) {
  for (let step = 0; step < 40; step++) {
    if (page.url().includes('/bien-nhan/')) return receipt(page);
    await answer(page, rating);
    await go(page, page.locator('main form .actions .btn').first());
  }
  throw new Error('the form has no end');
}

// receipt reads the code on the receipt page.
export async function receipt(page) {
  const found = /[0-9A-Z]{4}(-[0-9A-Z]{4}){3}-[0-9A-Z]/.exec(await page.locator('main').innerText());
  assert.ok(found, 'a receipt code is shown');
  return found[0];
}
