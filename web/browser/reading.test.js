// What a citizen's pages say to a screen reader, to a magnifier, and in the colours of the reader's own system.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { answer, fits, go, kindOfStep, launch, lookClosely, receipt, serve, visit } from './lib.js';

let demo, browser, form;

before(async () => {
  demo = await serve();
  browser = await launch();
  form = `${demo.url}/khao-sat/${demo.wave}/12`;
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

const next = (page) => page.locator('main form .actions .btn').first();

// spoken returns what a screen reader finds on the page, in the order it reads it: role, name, description, and the name of
// the group around it.
async function spoken(cdp) {
  const { nodes } = await cdp.send('Accessibility.getFullAXTree');
  const byId = new Map(nodes.map((n) => [n.nodeId, n]));
  const list = [];
  const walk = (n, group) => {
    const role = n.role?.value;
    const name = (n.name?.value ?? '').replace(/\s+/g, ' ').trim();
    if (!n.ignored && role && !['StaticText', 'InlineTextBox', 'LineBreak', 'none', 'generic', 'RootWebArea'].includes(role)) {
      const property = (key) => n.properties?.find((p) => p.name === key)?.value.value;
      list.push({ role, name, description: n.description?.value ?? '', group, level: property('level'), invalid: property('invalid'), checked: property('checked')?.value ?? property('checked') });
    }
    const inside = role === 'group' && !n.ignored ? name : group;
    for (const id of n.childIds ?? []) if (byId.has(id)) walk(byId.get(id), inside);
  };
  walk(nodes[0], '');
  return list;
}

const at = (list, role, from = 0) => list.findIndex((x, i) => i >= from && x.role === role);

// makesSense fails where what is read out on a page of the form has no sensible order, or something has no name.
function makesSense(list, title, name) {
  const main = list.slice(at(list, 'main'));
  const [bar, heading, radio, button] = ['progressbar', 'heading', 'radio', 'button'].map((r) => at(main, r));
  assert.ok(bar > 0 && main[bar].name, `${name}: progress is read out and has a name`);
  const first = main.findIndex((x) => x.role === 'heading' && x.level === 1);
  assert.equal(main.filter((x) => x.role === 'heading' && x.level === 1).length, 1, `${name}: one main heading`);
  assert.ok(bar < first, `${name}: where one is comes before what is asked`);
  assert.ok(title.includes(main[first].name), `${name}: the title of the window names the page: ${main[first].name}`);
  assert.ok(heading >= 0);
  if (radio < 0) return;
  assert.ok(first < radio && radio < main.findLastIndex((x) => x.role === 'button'), `${name}: heading, questions, buttons`);
  assert.ok(button > main.findLastIndex((x) => x.role === 'radio'), `${name}: no button between the questions`);
  for (const x of main.filter((x) => ['radio', 'checkbox'].includes(x.role))) {
    assert.ok(x.name, `${name}: a choice without a name`);
    assert.ok(x.group.length > 5, `${name}: “${x.name}” belongs to a question`);
  }
  const groups = main.filter((x) => x.role === 'radio').map((x) => x.group);
  assert.ok(groups.every((g, i) => i === 0 || g === groups[i - 1] || !groups.slice(0, i).includes(g)), `${name}: the choices of a question follow one another`);
  for (const x of main.filter((x) => ['button', 'link', 'textbox', 'combobox'].includes(x.role))) assert.ok(x.name, `${name}: a ${x.role} without a name`);
}

test('every step of the form reads well, fits 320 px and text twice as large, and passes axe-core in every colour', async () => {
  for (const [lang, colorScheme, noScripts] of [['vi', 'light', false], ['en', 'dark', true]]) {
    const { page, context, check } = await visit(browser, demo.url, { viewport: { width: 360, height: 740 }, hasTouch: true, colorScheme, noScripts });
    const cdp = await context.newCDPSession(page);
    await page.goto(`${form}?lang=${lang}`);
    const seen = new Set();
    for (let step = 0; step < 40; step++) {
      const name = `${await page.title()} (${lang}, ${colorScheme})`;
      const kind = await kindOfStep(page);
      await (seen.has(kind) ? fits : lookClosely)(page, name);
      seen.add(kind);
      if (page.url().includes('/bien-nhan/')) break;
      makesSense(await spoken(cdp), await page.title(), name);
      const small = await page.locator('label.choice, main .btn, .language-button').evaluateAll((all) =>
        all.filter((e) => e.offsetParent && e.getBoundingClientRect().height < 44).map((e) => e.innerText));
      assert.deepEqual(small, [], `${name}: targets under 44 px`);
      await answer(page);
      await go(page, next(page));
    }
    assert.ok(seen.size >= 6, `kinds of steps: ${[...seen].join('\n')}`);
    await receipt(page);
    assert.equal(await page.locator('html').getAttribute('lang'), lang, 'the language lasts to the receipt');
    await check();
  }
});

test('mistakes are read first, lead to their question, and are read with it', async () => {
  const { page, context, check } = await visit(browser, demo.url, { viewport: { width: 360, height: 740 } });
  const cdp = await context.newCDPSession(page);
  await page.goto(form);
  await page.locator('input[name="a.q8_2"][value=yes]').check({ force: true });
  await go(page, next(page));
  const list = await spoken(cdp);
  makesSense(list, await page.title(), 'mistakes');
  const alert = at(list, 'alert');
  assert.ok(alert > 0 && alert < list.findIndex((x) => x.role === 'heading' && x.level === 1), 'the summary comes before the page');
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'alert', 'and has the focus');
  const links = list.slice(alert).filter((x) => x.role === 'link').slice(0, 6);
  const groups = list.filter((x) => x.role === 'group' && x.description);
  assert.equal(groups.length, 6, 'six questions are read with what is wrong');
  for (const [i, g] of groups.entries()) {
    assert.ok(links[i].name.startsWith(g.name.slice(0, 30)), `link ${i + 1} names its question`);
    assert.match(g.description, /chọn|trả lời/i, `what is wrong with “${g.name}”`);
  }
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const target = await page.evaluate(() => ({ hash: location.hash.slice(1), id: document.activeElement.id, group: document.activeElement.closest('fieldset')?.innerText ?? '' }));
  assert.ok(target.hash, 'the link leads to the question');
  assert.equal(await page.evaluate(() => document.activeElement.name), 'a.q8_1', 'the focus is on its first choice');
  await page.keyboard.press('Space');
  assert.ok(await page.locator('input[name="a.q8_1"]').first().isChecked());
  await check();
});

test('in forced colours what is chosen and what has the focus can be told', async () => {
  const { page, check } = await visit(browser, demo.url, { viewport: { width: 360, height: 740 }, forcedColors: 'active' });
  await page.goto(form);
  await answer(page);
  await go(page, next(page));
  // Colours and shadows of ours are gone there: the browser's own radio buttons are shown instead.
  const radio = page.locator('input[type=radio]').nth(3);
  const shown = await radio.evaluate((e) => ({ opacity: getComputedStyle(e).opacity, size: e.getBoundingClientRect().width, own: getComputedStyle(e).appearance }));
  assert.ok(shown.opacity === '1' && shown.size >= 20 && shown.own !== 'none', JSON.stringify(shown));
  await radio.check();
  await page.locator('input[type=radio]').nth(3).focus();
  await page.keyboard.press('ArrowLeft');
  const seen = await page.evaluate(() => [document.activeElement.closest('label'), document.activeElement.closest('label').querySelector('.mark')].some((e) => getComputedStyle(e).outlineStyle !== 'none'));
  assert.ok(seen, 'the focus has an outline, which forced colours keep');
  await check();
});

describe('the other pages of a citizen', () => {
  for (const noScripts of [false, true]) {
    test(noScripts ? 'without scripts' : 'with scripts', async () => {
      const { page, check } = await visit(browser, demo.url, { viewport: { width: 360, height: 740 }, noScripts });
      const wave = `/khao-sat/${demo.wave}`;
      const wrong = [];
      for (const path of ['/', wave, `${wave}?q=ha+noi`, '/bien-nhan', '/bien-nhan?ma=abc', '/bien-nhan/0000-0000-0000-0000-0', '/lam-tiep', '/moi', '/moi/ABCDEFGHJKM', '/kiosk', '/khong-co', `${wave}/99`, '/khao-sat/sipas-2025/01']) {
        for (const lang of noScripts ? ['en'] : ['vi', 'en']) {
          const url = new URL(path, demo.url);
          url.searchParams.set('lang', lang);
          await page.goto(url.href);
          assert.equal(await page.locator('h1').count(), 1, `${path} has one main heading`);
          await lookClosely(page, `${path} (${lang}${noScripts ? ', without scripts' : ''})`).catch((e) => wrong.push(e.message));
        }
      }
      assert.deepEqual(wrong, []);
      await check();
    });
  }
});

test('wide tables are printed on sheets wider than high, and nothing is cut', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${demo.url}/xep-hang/sipas/2025`);
  const sheets = async () => [...(await page.pdf({ preferCSSPageSize: true, format: 'A4' })).toString('latin1').matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)];
  const wide = await sheets();
  assert.ok(wide.length > 0 && wide.every(([, w, h]) => Number(w) > Number(h)), `sheets: ${wide.map((m) => m[0])}`);
  // In the room between the margins of A4 across (297 mm less 24) the table ends where the sheet does.
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize({ width: Math.floor(((297 - 24) / 25.4) * 96), height: 700 });
  const [right, room] = await page.evaluate(() => [document.querySelector('table.ranking').getBoundingClientRect().right, document.documentElement.clientWidth]);
  assert.ok(right <= room, `the table reaches to ${right} of ${room}`);
  await page.emulateMedia({ media: null });
  await page.goto(`${demo.url}/co-quan/01`);
  assert.ok((await sheets()).every(([, w, h]) => Number(w) < Number(h)), 'other pages stay as high as ever');
  await context.close();
});
