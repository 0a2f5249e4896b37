// A questionnaire is written from nothing by keyboard alone and published; citizens answer one with every type of question.
import { after, before, test } from 'node:test';
import { readFile } from 'node:fs/promises';
import assert from 'node:assert/strict';
import { axe, go, launch, noSidewaysScroll, receipt, serve, signIn, visit } from './lib.js';

let demo, browser;

before(async () => {
  demo = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

const forms = '/quan-tri/phieu-hoi';

// tabTo presses the tab key until an element has the focus.
async function tabTo(page, selector, key = 'Tab') {
  for (let i = 0; i < 150; i++) {
    if (await page.evaluate((s) => document.activeElement.matches(s), selector)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${selector} is out of reach of the keyboard`);
}

// press reaches a button by keyboard and presses it; the page it leads to is open afterwards.
async function press(page, selector, key) {
  await tabTo(page, selector, key);
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.keyboard.press('Enter')]);
}

const act = (value) => `button[name=lam][value="${value}"]`;
const focused = (page) => page.evaluate(() => `${document.activeElement.name}=${document.activeElement.value}`);

// write reaches a field by keyboard and types into it.
async function write(page, id, words) {
  await tabTo(page, `[id="${id}"]`);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(words);
}

// choose reaches the list of types by keyboard and goes down to one.
async function choose(page, type, key) {
  await tabTo(page, '#kieu-moi', key);
  await page.keyboard.press('Home');
  for (let i = 0; i < 12 && (await page.locator('#kieu-moi').inputValue()) !== type; i++) await page.keyboard.press('ArrowDown');
}

test('a questionnaire is written by keyboard alone, tried and published', async () => {
  const { page, check } = await visit(browser, demo.url, { viewport: { width: 1280, height: 900 } });
  await signIn(page, demo.url, demo.account('administrator'));
  await page.goto(demo.url + forms);
  await write(page, 'ten', 'Phiếu bằng bàn phím');
  await write(page, 'ma', 'ban-phim');
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  assert.equal(await focused(page), 'ma=ban-phim', 'the first field has the focus');
  await write(page, 'e-mo-dau-vi', 'Vài câu hỏi ngắn.');
  await press(page, act('mo 1'), 'Shift+Tab');
  await write(page, 'e-ten-vi', 'Trang một');
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]); // saves, whatever button stands first
  assert.equal(new URL(page.url()).searchParams.get('lang'), null, 'Enter saves and changes nothing else');
  assert.match(await page.locator('.saved').innerText(), /Đã lưu/);
  await choose(page, 'yes_no');
  await press(page, act('them-cau'));
  assert.equal(await focused(page), 'loi-vi=', 'the wording of the new question');
  await page.keyboard.type('Đã đến cơ quan chưa?');
  await choose(page, 'rating', 'Shift+Tab');
  await press(page, act('them-cau'));
  await page.keyboard.type('Thấy thế nào?');
  await press(page, act('len'), 'Shift+Tab');
  assert.equal(await focused(page), 'lam=xuong', 'the focus goes with the question; at the top only down is left');
  await press(page, act('xuong'));
  assert.equal(await focused(page), 'lam=len');
  await press(page, act('xoa'));
  await press(page, act('hoan-tac'), 'Shift+Tab');
  assert.equal(await page.locator('.outline .depth-2').count(), 2, 'the deleted question is back');
  await axe(page, 'the editor');
  await press(page, `.bar a[href*="cong-bo"]`);
  assert.equal(await page.locator('main form button').count(), 1, await page.locator('main').innerText());
  await press(page, 'main form button');
  assert.equal(new URL(page.url()).pathname, forms + '/ban-phim/1');
  assert.match(await page.locator('[role=status]').innerText(), /Đã công bố/);
  await check();
});

test('the preview follows what is typed, and two tabs do not write over each other', async () => {
  const { page, context, check } = await visit(browser, demo.url, { viewport: { width: 1280, height: 900 } });
  await signIn(page, demo.url, demo.account('administrator'));
  await page.goto(`${demo.url}${forms}/sipas/2026`);
  await go(page, page.locator('form.begin button'));
  const editor = page.url().split('?')[0] + '?cho=1.1.1';
  await page.goto(editor);
  const other = await context.newPage();
  await other.goto(editor);
  await page.locator('#e-loi-vi').fill('Câu của tab một?');
  await page.locator('#ban-xem', { hasText: 'Câu của tab một?' }).waitFor();
  assert.equal(await page.locator('#e-loi-vi').inputValue(), 'Câu của tab một?', 'what is typed stays');
  await go(page, page.locator('.bar ' + act('luu')));
  await other.locator('#e-loi-vi').fill('Câu của tab hai?');
  const response = await go(other, other.locator('.bar ' + act('luu')));
  assert.equal(response.status(), 409);
  assert.equal(await other.locator('#e-loi-vi').inputValue(), 'Câu của tab hai?', 'what was typed is kept');
  assert.match(await other.locator('.clash').innerText(), /Câu của tab một/);
  await axe(other, 'a conflict');
  await go(other, other.locator('.bar ' + act('luu')));
  assert.match(await other.locator('.saved').innerText(), /Đã lưu/);
  await check();
});

test('the pages of questionnaires are accessible: both languages, narrow, large letters, dark, without JavaScript', async () => {
  const first = await visit(browser, demo.url);
  await signIn(first.page, demo.url, demo.account('administrator'));
  await first.page.goto(`${demo.url}${forms}/sipas/2026`);
  await go(first.page, first.page.locator('form.begin button'));
  const sketch = new URL(first.page.url()).pathname;
  await first.page.goto(`${demo.url}${sketch}?cho=2.1.1`);
  await go(first.page, first.page.locator(act('xoa'))); // a scale and an index miss it
  await first.page.locator('#e-rang-buoc').evaluate((x) => { x.closest('details').open = true; });
  await first.page.locator('#e-rang-buoc').fill('. > ${khong_co}');
  await go(first.page, first.page.locator('.bar ' + act('luu')));
  await first.check();
  const paths = [forms, `${sketch}?cho=2.1.1`, `${sketch}?cho=thang-do`, `${sketch}?cho=ds-satisfaction`, `${sketch}/xem`, `${sketch}/cong-bo`];
  for (const options of [
    { viewport: { width: 320, height: 700 }, colorScheme: 'dark', size: '200%' },
    { viewport: { width: 360, height: 740 }, lang: 'en' },
    { viewport: { width: 1280, height: 900 }, forcedColors: 'active' },
  ]) {
    const { page, check } = await visit(browser, demo.url, options);
    await signIn(page, demo.url, demo.account('administrator'));
    for (const path of paths) {
      await page.goto(demo.url + path + (options.lang ? `${path.includes('?') ? '&' : '?'}lang=${options.lang}` : ''));
      await page.evaluate((s) => { document.documentElement.style.fontSize = s; }, options.size ?? '100%');
      await page.locator('details').evaluateAll((all) => all.forEach((d) => (d.open = true)));
      await noSidewaysScroll(page, `${path} ${JSON.stringify(options)}`);
      await axe(page, `${path} ${JSON.stringify(options)}`);
    }
    await check();
  }
});

// The example of the documentation has every type of question, a filter, a constraint, random order and piped texts.
async function publishExample(page) {
  const text = await readFile(new URL('../../docs/questionnaire.md', import.meta.url), 'utf8');
  await page.goto(demo.url + forms + '/nhap');
  const file = { name: 'example.json', mimeType: 'application/json', buffer: Buffer.from(/```json\n([\s\S]*?)```/.exec(text)[1]) };
  await page.locator('#tep').setInputFiles(file);
  await go(page, page.locator(act('nhap')));
  assert.match(await page.locator('[role=status]').innerText(), /Đã công bố/);
  await page.goto(demo.url + '/quan-tri/dot-khao-sat/them-moi');
  const day = (n) => new Date(Date.now() + n * 864e5).toISOString().slice(0, 16);
  const fields = { ma: 'moi-kieu', ten: 'Mọi kiểu câu hỏi', phieu: 'one-stop-example', 'phien-ban': '1', bo: 'sipas', ky: '2031', mo: day(-2), dong: day(9), 'co-quan': '01 48' };
  for (const [id, value] of Object.entries(fields)) await page.locator('#' + id).fill(value);
  await go(page, page.locator(act('luu')).first());
  assert.match(page.url(), /moi-kieu\?xong=luu/);
}

test('every type of question is answered, with JavaScript and without', async () => {
  const maker = await visit(browser, demo.url);
  await signIn(maker.page, demo.url, demo.account('administrator'));
  await publishExample(maker.page);
  await maker.check();
  for (const javaScriptEnabled of [true, false]) {
    const { page, check } = await visit(browser, demo.url, { viewport: { width: 360, height: 740 }, hasTouch: true, javaScriptEnabled });
    await page.goto(demo.url + '/khao-sat/moi-kieu/01');
    const field = (code) => page.locator(`[name="a.${code}"]`);
    const next = () => go(page, page.locator('main form .actions .btn').first());
    if (javaScriptEnabled) await axe(page, 'every type of question');
    await noSidewaysScroll(page, 'every type of question');
    await field('office').selectOption({ label: 'Hà Nội' });
    await field('procedure').selectOption('birth');
    const date = async (d, m, y) => { for (const [k, v] of [d, m, y].entries()) await field('visit').nth(k).fill(v); };
    await date('1', '1', '2999');
    await page.locator('[name="a.used"][value=online]').check({ force: true });
    if (!javaScriptEnabled) await next(); // the filtered choices come with the next answer of the server
    else await page.locator('[name="a.where"][value=b]').waitFor({ state: 'attached' });
    assert.equal(await page.locator('label:not([hidden]) > [name="a.where"][value=a]').count(), 0, 'the filter offers one place only');
    await page.locator('[name="a.where"][value=b]').check({ force: true });
    assert.equal((await next()).status(), 422, 'a day to come is refused');
    assert.match(await page.locator('.error-summary').innerText(), /Ngày nộp hồ sơ/);
    assert.match(await page.locator('main').innerText(), /Ngày nộp không thể sau hôm nay/);
    assert.equal(await field('visit').nth(2).inputValue(), '2999', 'what was typed is kept');
    await date('30', '5', '2026');
    if ((await next()).status() === 200 && !(await page.locator('[name="a.satisfied"]').count())) {
      assert.match(await page.locator('main').innerText(), /Cổng dịch vụ công/, 'the note names the place that was chosen');
      await next();
    }
    await page.locator('[name="a.satisfied"][value="2"]').check({ force: true });
    await page.locator('[name="a.again"][value=yes]').check({ force: true });
    await field('age').fill('17');
    assert.equal((await next()).status(), 422, 'too young');
    await field('age').fill('42');
    await page.keyboard.press('Tab');
    if (!(await field('opinion').isVisible())) await next();
    await field('opinion').fill('Chờ hơi lâu');
    await next();
    for (const words of ['30/05/2026', 'Đăng ký khai sinh', 'Hà Nội', 'Chờ hơi lâu']) {
      assert.ok((await page.locator('main').textContent()).includes(words), `${words} is in the review`);
    }
    await next();
    assert.ok(await receipt(page));
    await check();
  }
});

test('the Enter key in a field goes on, and does not change the language', async () => {
  const { page, check } = await visit(browser, demo.url);
  await page.goto(demo.url + '/khao-sat/moi-kieu/48?lang=en');
  await page.locator('[name="a.visit"]').first().fill('40');
  await Promise.all([page.waitForNavigation(), page.locator('[name="a.visit"]').first().press('Enter')]);
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  assert.equal(await page.locator('.error-summary').count(), 1, 'the page was sent on');
  await check();
});
