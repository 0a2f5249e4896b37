// What every journey needs: a demo server of its own, a real Chromium, and eyes on what a page must never do.
import { execFile, spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
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

// command runs the program and returns what it writes.
export async function command(...args) {
  const { stdout } = await promisify(execFile)(process.env.THUOCDO, args, { maxBuffer: 64 << 20 });
  return stdout;
}

// serve starts a demo of its own on a copy of the one that run has made, and returns what it prints: url, wave, agencies,
// accounts. serveAfter does something to its database before.
export const serve = (...more) => serveAfter(async () => {}, ...more);
export async function serveAfter(prepare, ...more) {
  const dir = await mkdtemp(join(tmpdir(), 'thuocdo-journey-'));
  if (process.env.DEMO_COPY) await cp(process.env.DEMO_COPY, dir, { recursive: true });
  await prepare(join(dir, 'thuocdo-demo.db'));
  const args = ['demo', '--json', '--dir', dir, '--responses', '3000', '--addr', `127.0.0.1:${await freePort()}`, ...more];
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

// mailbox is a mail server in this process: it takes every letter, and knows no one whose name begins with "khong-co".
export async function mailbox() {
  const letters = [];
  const server = createServer((socket) => {
    let text = '', data = null, to = '';
    const say = (line) => socket.write(line + '\r\n');
    say('220 mailbox');
    socket.on('error', () => {});
    socket.on('data', (b) => {
      text += b;
      for (let end; (end = text.indexOf('\r\n')) >= 0; ) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        if (data !== null && line === '.') {
          letters.push({ to, text: Buffer.from(data.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, h) => String.fromCharCode(parseInt(h, 16))), 'latin1').toString(), head: data.split('\r\n\r\n')[0] });
          data = null;
          say('250 taken');
        } else if (data !== null) data += line + '\r\n';
        else if (/^EHLO/i.test(line)) say('250 8BITMIME');
        else if (/^RCPT/i.test(line)) {
          to = /<(.*)>/.exec(line)[1];
          say(to.startsWith('khong-co') ? '550 5.1.1 nobody' : '250 ok');
        } else if (/^DATA/i.test(line)) {
          data = '';
          say('354 go on');
        } else say(/^QUIT/i.test(line) ? '221 bye' : '250 ok');
      }
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { letters, port: server.address().port, close: () => server.close() };
}

// serveWithMail runs the service itself, with a mailbox, on a copy of the demo.
export async function serveWithMail() {
  const dir = await mkdtemp(join(tmpdir(), 'thuocdo-journey-'));
  await cp(process.env.DEMO_COPY, dir, { recursive: true });
  const box = await mailbox();
  const addr = `127.0.0.1:${await freePort()}`;
  const db = join(dir, 'thuocdo-demo.db');
  const child = spawn(process.env.THUOCDO, ['serve', '--db', db, '--addr', addr, '--base-url', `http://${addr}`, '--smtp', `127.0.0.1:${box.port}`, '--smtp-tls', 'none',
    '--mail-from', 'Sở Nội vụ (minh họa) <khaosat@example.vn>', '--mail-rate', '60000'], { stdio: ['ignore', 'ignore', 'pipe'] });
  process.once('exit', () => child.kill('SIGKILL'));
  const log = [];
  child.stderr.on('data', (b) => log.push(b));
  await until(async () => (await fetch(`http://${addr}/readyz`)).ok, 'the server is ready');
  return {
    url: `http://${addr}`, wave: 'sipas-2026', db, box,
    designer: { login: 'thiet-ke', password: 'thuocdo-thiet-ke' }, // as the demo prints it
    log: () => Buffer.concat(log).toString(),
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const code = await ended;
      box.close();
      await rm(dir, { recursive: true, force: true });
      assert.equal(code, 0, `the service ended with ${code}:\n${Buffer.concat(log)}`);
    },
  };
}

// until waits for a condition, at most a minute.
export async function until(condition, what) {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    if (await condition().catch(() => false)) return;
    await new Promise((r) => setTimeout(r, 50));
  }
  throw new Error(`timed out: ${what}`);
}

// stored returns the answers of the open wave about one agency as they lie in the store, a Map of column → text each.
export async function stored(demo, agency) {
  const stdout = await command('export', 'responses', '--wave', demo.wave, '--db', demo.db);
  const [head, ...rows] = stdout.trim().replace(/^\uFEFF/, '').split(/\r?\n/).map((l) => l.split(/[,;]/));
  return rows.map((r) => new Map(r.map((x, i) => [head[i], x]))).filter((r) => r.get('agency') === agency);
}

// responses counts the stored answers of the open wave, through the command line, beside the running server.
export async function responses(demo) {
  const stdout = await command('export', 'responses', '--wave', demo.wave, '--db', demo.db);
  return stdout.trim().split('\n').length - 1;
}

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM, args: flags });

// visit opens a page in a context of its own and watches it. Close the context through check, which fails on what the
// page did that no page may do: a request to another host, a violation of the content security policy, a script error.
export async function visit(browser, origin, { noScripts = false, ...options } = {}) {
  const context = await browser.newContext({ locale: 'vi-VN', reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(60_000);
  if (noScripts) await context.route(/\/static\/[^/]*\.js$/, (route) => route.fulfill({ body: '', contentType: 'text/javascript' }));
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

// axe fails on every violation axe-core finds on the page, of whatever impact. It needs scripts to run: to look at what people
// without them see, visit with noScripts, where the browser could run scripts and gets none.
export async function axe(page, name, options = {}) {
  await page.evaluate('globalThis.axe || 0').then((there) => there || page.evaluate(axeSource));
  const { violations } = await page.evaluate((o) => globalThis.axe.run(document, { resultTypes: ['violations'], preload: false, elementRef: false, ...o }), options);
  const found = violations.map((v) => `${v.impact} ${v.id}: ${v.help}\n    ${v.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 160)} ${n.any[0]?.message ?? ''}`).join('\n    ')}`);
  assert.deepEqual(found, [], `axe-core on ${name}`);
}

// lookClosely opens nothing: it looks at the page that is open at 320 px, with text twice as large, and in forced colours.
export async function lookClosely(page, name) {
  await fits(page, name);
  await axe(page, name);
  await page.emulateMedia({ forcedColors: 'active' });
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))); // drawn so
  await readable(page, `${name} in forced colours`);
  await page.emulateMedia({ forcedColors: 'none' });
}

// kindOfStep names what a step of a form is made of: steps that differ in their words alone are of one kind.
export const kindOfStep = (page) => page.locator('main').evaluate((main) => [...new Set([...main.querySelectorAll('.question, .error-summary, .review, .receipt, .card')].map((q) =>
  [q.tagName, q.className, q.querySelector('.choices')?.className, q.querySelectorAll('.choice').length, q.querySelector('input, select, textarea')?.type].join(' ')))].sort().join('; '));

// fits fails where something sticks out of a window of 320 px, with text of its usual size or twice as large.
export async function fits(page, name) {
  const size = page.viewportSize();
  for (const [width, text] of [[320, '100%'], [320, '200%']]) {
    await page.setViewportSize({ width, height: 640 });
    await page.evaluate((s) => { document.documentElement.style.fontSize = s; }, text);
    await noSidewaysScroll(page, `${name} at ${width} px, text at ${text}`);
  }
  await page.evaluate(() => { document.documentElement.style.fontSize = ''; });
  await page.setViewportSize(size);
}

// readable fails on text of less than 4.5 : 1 against what is behind it, by the colours the browser uses. (In forced colours
// axe-core reads the page's own ones.)
export async function readable(page, name) {
  const faint = await page.evaluate(() => {
    const rgba = (s) => s.match(/[\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = (e) => {
      for (; e; e = e.parentElement) {
        const c = rgba(getComputedStyle(e).backgroundColor);
        if (c.length < 4 || c[3] > 0.9) return c;
      }
      return paper;
    };
    const canvas = document.createElement('i');
    canvas.style.backgroundColor = 'Canvas';
    document.body.append(canvas);
    const paper = rgba(getComputedStyle(canvas).backgroundColor);
    canvas.remove();
    return [...document.querySelectorAll('body *')].filter((e) => e.offsetParent && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())).map((e) => {
      const [x, y] = [light(rgba(getComputedStyle(e).color)), light(behind(e))].sort((p, q) => q - p);
      return [(x + 0.05) / (y + 0.05), e.outerHTML.slice(0, 100)];
    }).filter(([ratio]) => ratio < 4.5).map(([ratio, html]) => `${ratio.toFixed(2)} ${html}`);
  });
  assert.deepEqual(faint.slice(0, 5), [], `${name}: text that is hard to read`);
}

// noSidewaysScroll fails where something sticks out of the window to the right.
export async function noSidewaysScroll(page, name) {
  const [width, window, out] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const out = scrollWidth <= clientWidth ? [] : [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > clientWidth + 0.5);
    return [scrollWidth, clientWidth, out.slice(-2).map((e) => e.outerHTML.slice(0, 120))];
  });
  assert.ok(width <= window, `${name}: ${width} px of content in a window of ${window} px: ${out.join(' ')}`);
}

// signIn signs a demo account in and ends on its first page.
export async function signIn(page, url, account) {
  await page.goto(url + '/dang-nhap');
  await page.locator('input[name=login]').fill(account.login);
  await page.locator('input[name=password]').fill(account.password);
  await go(page, page.locator('main form button'));
  assert.notEqual(new URL(page.url()).pathname, '/dang-nhap', 'signed in');
}

// answer ticks one choice in every question of the page that shows: the given rating where it is a rating, else the first
// choice. It clicks in the page itself, all in one go: what a click does is the browser's, with and without JavaScript.
export function answer(page, rating = 4, first = 'yes') {
  return page.locator('main form fieldset').evaluateAll((groups, [rating, first]) => {
    for (const group of groups) {
      const radios = group.closest('[hidden]') ? [] : [...group.querySelectorAll('input[type=radio]')];
      const wanted = radios.find((r) => r.value === rating) ?? radios.find((r) => r.value === first) ?? radios[0];
      if (wanted && !wanted.checked) wanted.click();
    }
  }, [String(rating), first]);
}

// go presses something that leads to another page and returns the answer that page came with.
export async function go(page, what) {
  const [response] = await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), what.click()]);
  return response;
}

// complete answers every page from the one that is open and returns the receipt code; "no" where experiences are asked for, so
// that fewer pages follow.
export async function complete(page, rating = 4) {
  for (let step = 0; step < 40; step++) {
    if (page.url().includes('/bien-nhan/')) return receipt(page);
    await answer(page, rating, 'no');
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
