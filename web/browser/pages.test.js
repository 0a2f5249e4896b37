// Every page there is, found by following links: axe-core, both languages, light and dark, narrow and wide; and what the
// first visit weighs.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { axe, launch, noSidewaysScroll, readable, serve, signIn, visit } from './lib.js';

let demo, browser;

before(async () => {
  demo = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

// Frameworks whose pages are made as those of the two that are looked at: of a survey, and of scores.
const likeOthers = /^(anti-corruption|binhduong-district-2017|one-stop|papi|qd766)$/;

// kindOf names the kind of page behind an address: pages that differ only in agency or period are of one kind, and one
// of each is looked at. The order and the method of a ranking change numbers, not what a page is made of. Addresses that
// download a file are no page.
const sameKind = ['lang', 'sap-xep', 'thu-tu', 'cach-tinh', 'trang', 'ky'];
function kindOf(url) {
  if (/^\/api\/|\/tai-ve\.[^/]+$|\.(csv|xlsx|json|svg|atom)$|\/(json|xlsform|tep)$/.test(url.pathname)) return '';
  const path = url.pathname.replace(/^(\/quan-tri\/phieu-hoi)\/[^/]+\/[^/]+/, '$1/{form}/{version}').split('/').map((part) => {
    if (/^(\d\d|t63-[a-z-]+|\d\d-minh-hoa-\d\d)$/.test(part)) return '{agency}';
    if (/^20\d\d$/.test(part)) return '{period}';
    if (/^[0-9a-f]{32}$/.test(part)) return '{response}';
    if (/^\d+(\.\d+)+$/.test(part)) return '{leaf}';
    if (/^[0-9a-f]{64}$/.test(part)) return '{file}';
    if (likeOthers.test(part)) return '{framework}';
    return part.replace(/-20\d\d$/, '-{period}');
  }).join('/');
  // Frames and agencies side by side are made alike for every index and group.
  const alike = /^\/(nhung|so-sanh-co-quan)\//.test(path);
  const kind = alike ? path.replace(/\/(sipas|par-index-province)(?=\/|$)/, '/{framework}') : path;
  return [kind, ...[...url.searchParams.keys()].filter((k) => !sameKind.includes(k) && !(alike && k === 'nhom')).sort()].join('?');
}

// crawl opens one address of every kind of page under an address that can be reached by links from the start, looks at it,
// and returns them.
async function crawl(page, start, under, see) {
  const found = new Map();
  const queue = [new URL(start)];
  while (queue.length) {
    const url = queue.shift();
    const kind = kindOf(url);
    if (!kind || found.has(kind)) continue;
    found.set(kind, url.pathname + url.search);
    const response = await page.goto(url.href);
    assert.ok(response.ok(), `${url.pathname}: status ${response.status()}`);
    const links = await page.locator('a[href]:not([download])').evaluateAll((all) => all.map((a) => a.href));
    queue.push(...links.map((l) => new URL(l)).filter((u) => u.href.startsWith(demo.url + under) && !u.searchParams.has('lang')).map((u) => ((u.hash = ''), u)));
    await see(url.pathname + url.search);
  }
  return [...found.values()];
}

// look takes the page that is open at path in Vietnamese and light, and again in dark, public ones in English too, narrow and wide, and
// notes what is wrong with it. In the dark axe-core looks at the colours alone: what else it knows is in the templates, the same in
// both languages, whose words the catalogue's own tests compare.
async function look(page, path, state, wrong) {
  const check = (what) => what.catch((e) => wrong.push(e.message));
  for (const lang of state === 'public' ? ['vi', 'en'] : ['vi']) {
    const name = `${path} (${state}, ${lang})`;
    if (lang === 'en') await page.goto(inEnglish(path));
    const [spoken, title, headings] = await page.evaluate(() => {
      document.querySelectorAll('details').forEach((d) => { d.open = true; }); // what is folded is seen too
      return [document.documentElement.lang, document.title, document.querySelectorAll('h1').length];
    });
    if (spoken !== lang) wrong.push(`${name} is in another language`);
    if (!/\S/.test(title)) wrong.push(`${name} has no title`);
    if (headings !== 1) wrong.push(`${name} has not one main heading`);
    await page.emulateMedia({ colorScheme: lang === 'vi' ? 'light' : 'dark' });
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await check(noSidewaysScroll(page, `${name} at ${width} px`));
    }
    await check(axe(page, name, lang === 'en' ? { runOnly: ['color-contrast'] } : {}));
  }
  if (state === 'public') return;
  await page.emulateMedia({ colorScheme: 'dark' });
  await check(axe(page, `${path} (${state}, dark)`, { runOnly: ['color-contrast'] }));
}

const inEnglish = (path) => {
  const url = new URL(path, demo.url);
  url.searchParams.set('lang', 'en');
  return url.href;
};

test('every public page passes axe-core and fits 320 px', async () => {
  const { page, check } = await visit(browser, demo.url);
  const wrong = [];
  const paths = await crawl(page, demo.url + '/', '/', (path) => look(page, path, 'public', wrong));
  for (const start of ['/xep-hang/sipas/', '/xep-hang/par-index-province/', '/co-quan/', '/phuong-phap/', '/khao-sat/', '/dang-nhap']) {
    assert.ok(paths.some((p) => p.startsWith(start)), `${start}… is among the pages found:\n${paths.join('\n')}`);
  }
  assert.ok(paths.length >= 10, `pages found: ${paths}`);
  console.log(`public pages looked at, each in two languages:\n  ${paths.join('\n  ')}`);
  for (const path of ['/khong-co', '/khao-sat/khong-co', `/khao-sat/${demo.wave}/99`, '/khao-sat/sipas-2025/01', '/bien-nhan/0000-0000-0000-0000-0']) {
    const response = await page.goto(demo.url + path);
    assert.ok([404, 410].includes(response.status()), `${path}: ${response.status()}`);
    assert.ok((await page.locator('main a[href]').count()) > 0, `${path} has a way on`);
    await look(page, path, 'public', wrong);
  }
  assert.deepEqual(wrong, []);
  await check();
});

// Appraisers and administrators see the analyst's pages; only what they meet first is looked at.
for (const [role, everything] of [['analyst', true], ['officer', true], ['appraiser', false], ['administrator', false]]) {
  test(`what a signed-in ${role} can reach passes axe-core and fits 320 px`, async () => {
    const { page, check } = await visit(browser, demo.url);
    await signIn(page, demo.url, demo.account(role));
    const start = page.url();
    const wrong = [];
    const see = (path) => look(page, path, role, wrong);
    if (everything) await crawl(page, start, '/quan-tri', see);
    else await see(new URL(start).pathname);
    if (role === 'administrator') { // nobody else of these may see who did what
      await page.goto(`${demo.url}/quan-tri/nhat-ky?kiem=1`);
      await see('/quan-tri/nhat-ky?kiem=1');
    }
    assert.ok(start.startsWith(demo.url + '/quan-tri'), 'there are pages of its own');
    assert.deepEqual(wrong, []);
    await check();
  });
}

test('the eyes of these journeys see what they look for', async () => {
  const { page, check } = await visit(browser, demo.url);
  await page.goto(demo.url);
  await page.evaluate(() => {
    document.documentElement.removeAttribute('lang');
    const wide = document.createElement('div');
    wide.style.width = '3000px';
    wide.textContent = 'x';
    wide.style.cssText += 'color: #999; background: #888;';
    document.body.append(wide);
    fetch('http://127.0.0.2:9/').catch(() => {});
  });
  await assert.rejects(axe(page, 'a page without language'), /html-has-lang/);
  await assert.rejects(readable(page, 'a grey page'), /1\.\d\d/);
  await assert.rejects(noSidewaysScroll(page, 'a wide page'), /3000|content in a window/);
  await assert.rejects(check(), /no page may do/);
});

test('the first visit to the form costs at most 30 KB in at most 4 requests, compressed, with at most 20 KB of script', async () => {
  const { page, context, check } = await visit(browser, demo.url, { viewport: { width: 360, height: 740 } });
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  const seen = new Map();
  cdp.on('Network.responseReceived', (e) => seen.set(e.requestId, { url: e.response.url, type: e.type, encoding: e.response.headers['content-encoding'] ?? e.response.headers['Content-Encoding'] }));
  cdp.on('Network.loadingFinished', (e) => Object.assign(seen.get(e.requestId) ?? {}, { bytes: e.encodedDataLength }));
  await page.goto(`${demo.url}/khao-sat/${demo.wave}/01`, { waitUntil: 'networkidle' });
  const all = [...seen.values()].filter((r) => r.url.startsWith('http'));
  const total = all.reduce((sum, r) => sum + r.bytes, 0);
  console.log(`first visit to the form: ${all.length} requests, ${total} bytes with headers:`, all.map((r) => `${r.type} ${r.bytes}`).join(', '));
  assert.ok(all.length <= 4, `${all.length} requests`);
  assert.ok(total <= 30 * 1024, `${total} bytes`);
  for (const r of all) {
    if (['Document', 'Stylesheet', 'Script'].includes(r.type)) assert.match(r.encoding ?? '', /gzip|br|zstd/, r.url);
    if (r.type === 'Script') assert.ok((await (await page.request.get(r.url)).body()).length <= 20 * 1024, 'script');
  }
  await check();
});

test('a page says in its headers what it may load', async () => {
  for (const path of ['/', `/khao-sat/${demo.wave}/01`, '/dang-nhap', '/khong-co']) {
    const { headers } = await fetch(demo.url + path);
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/, path);
    assert.doesNotMatch(headers.get('content-security-policy'), /unsafe-inline|unsafe-eval/, path);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
    assert.ok(headers.get('referrer-policy'), path);
  }
});
