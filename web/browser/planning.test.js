// A designer reads a questionnaire in, plans a wave with a text of consent and draws its sample; citizens pick from long lists.
import { after, before, test } from 'node:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { axe, go, launch, lookClosely, noSidewaysScroll, receipt, serve, signIn, visit } from './lib.js';

const both = (vi, en) => ({ vi, en });
const fields = ['land', 'civil'];
const code = (layout) => 'tim-' + layout.replace('_', '-');
const questionnaire = (layout) => ({
  code: code(layout), version: '1', layout, title: both('Phiếu có danh sách dài', 'Form with long lists'), intro: both('Phiếu này để thử.', 'This form is a trial.'),
  lists: {
    field: [{ code: 'land', text: both('Đất đai', 'Land') }, { code: 'civil', text: both('Hộ tịch', 'Civil status') }],
    procedures: Array.from({ length: 300 }, (_, k) => ({ code: `1.${String(k).padStart(3, '0')}`, attributes: { field: fields[k % 2] }, text: both(`Đăng ký ${k} về ${['đất đai', 'hộ tịch'][k % 2]}`, `Registration ${k}`) })),
  },
  pages: [
    { code: 'a', title: both('Thủ tục', 'Procedure'), blocks: [{ questions: [
      { code: 'field', type: 'single', list: 'field', required: true, text: both('Lĩnh vực nào?', 'Which field?') },
      { code: 'what', type: 'procedure', list: 'procedures', required: true, choice_filter: 'field = ${field}', text: both('Thủ tục nào?', 'Which procedure?'), hint: both('Tên hoặc mã.', 'Name or code.') },
      { code: 'more', type: 'text', text: both('Thêm về thủ tục ${named}', 'More about ${named}') },
      { code: 'named', type: 'calculate', calculation: "jr:choice-name(${what}, '${what}')" }] }] },
    { code: 'b', title: both('Về ông/bà', 'About you'), blocks: [{ questions: [
      { code: 'agree', type: 'yes_no', text: both('Đồng ý cho hỏi về dân tộc?', 'May we ask about ethnicity?'), hint: both('Để biết mọi nhóm được phục vụ như nhau.', 'To see whether all groups are served alike.') },
      { code: 'ethnic', type: 'text', sensitive: true, purpose: 'agree', text: both('Dân tộc', 'Ethnicity') }] }] },
  ],
});
const frame = 'agency,region,id\n' + Array.from({ length: 40 }, (_, k) => `01,${k % 2 ? 'b' : 'a'},${k}\n`).join('');

let demo, browser, dir;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'thuocdo-plan-'));
  for (const layout of ['steps', 'one_page']) await writeFile(join(dir, `${layout}.json`), JSON.stringify(questionnaire(layout)));
  await writeFile(join(dir, 'frame.csv'), frame);
  [demo, browser] = [await serve(), await launch()];
});
after(async () => {
  await browser?.close();
  await demo?.stop();
  await rm(dir, { recursive: true, force: true });
});

const wave = (layout) => `${demo.url}/quan-tri/dot-khao-sat/${code(layout)}`;
const day = (offset) => new Date(Date.now() + offset * 864e5).toISOString().slice(0, 16);

// plan reads a questionnaire in and plans a wave that asks it; with a mistake first.
async function plan(page, layout, period) {
  await page.goto(demo.url + '/quan-tri/phieu-hoi/nhap');
  await page.setInputFiles('#tep', join(dir, `${layout}.json`));
  await go(page, page.locator('button[value=nhap]'));
  await page.goto(demo.url + '/quan-tri/dot-khao-sat/them-moi');
  const typed = { ma: code(layout), ten: 'Đợt thử danh sách dài', 'ten-en': 'Trial of long lists', phieu: code(layout), 'phien-ban': '1', bo: 'sipas', ky: period, mo: day(-1), dong: day(-2), 'co-quan': '01' };
  for (const [id, words] of Object.entries(typed)) await page.locator(`[id="${id}"]`).fill(words);
  await page.locator('#chi-tieu').fill('01 - 100 - 50');
  await go(page, page.locator('button[value=luu]'));
  assert.match(await page.title(), /^Lỗi:/);
  assert.equal(await page.locator('#ten').inputValue(), typed.ten, 'nothing typed is lost');
  await axe(page, 'a wave with mistakes');
  await page.locator('#dong').fill(day(2));
  await page.locator('#chi-tieu').fill('');
  await go(page, page.locator('button[value=luu]'));
  assert.match(page.url(), /xong=luu/);
}

for (const noScripts of [false, true]) {
  test(`a wave is planned, its sample drawn and its consent worded ${noScripts ? 'without' : 'with'} scripts`, async () => {
    const layout = noScripts ? 'one_page' : 'steps';
    const { page, check } = await visit(browser, demo.url, { noScripts, viewport: { width: 1280, height: 900 }, colorScheme: noScripts ? 'dark' : 'light' });
    await signIn(page, demo.url, demo.account('designer'));
    await plan(page, layout, noScripts ? '2041' : '2040');
    const [there, look] = noScripts ? ['?lang=en', axe] : ['', lookClosely]; // closely once
    await page.goto(wave(layout) + there);
    await look(page, 'the page of a wave');
    await page.goto(wave(layout));
    const stale = await page.context().newPage();
    await stale.goto(wave(layout));
    await page.locator('[id="dong-y.vi.agree"]').fill('Chỉ để so sánh giữa các nhóm.');
    await page.locator('[id="dong-y.en.agree"]').fill('To compare groups only.');
    await go(page, page.locator('button[value=luu]'));
    await stale.locator('#ten').fill('Tên của trang cũ');
    await go(stale, stale.locator('button[value=luu]'));
    assert.match(await stale.locator('.error-summary').innerText(), /đã được sửa ở nơi khác/);
    await axe(stale, 'a wave that was changed meanwhile');
    await stale.close();

    await page.goto(`${wave(layout)}/chon-mau${there}`);
    await look(page, 'sampling');
    await page.goto(`${wave(layout)}/chon-mau`);
    await go(page, page.locator('button[value=chon]'));
    await axe(page, 'sampling without a list');
    await page.setInputFiles('#tep', join(dir, 'frame.csv'));
    for (const [id, words] of Object.entries({ tang: 'region', 'giai-doan': 'id:srs:8', 'it-nhat': '2', hat: '7', 'cot-co-quan': 'agency' })) await page.locator(`[id="${id}"]`).fill(words);
    await go(page, page.locator('button[value=chon]'));
    await page.locator('#mau-rut').waitFor();
    await look(page, 'a draw');
    await page.goto(wave(layout) + '/tien-do');
    await axe(page, 'fieldwork');
    await noSidewaysScroll(page, 'fieldwork');
    await check();
  });
}

for (const noScripts of [false, true]) {
  test(`a choice of a long list is found ${noScripts ? 'without' : 'with'} its script, by keyboard`, async () => {
    for (const [layout, lang] of [['steps', ''], ['one_page', '?lang=en']]) {
      const { page, check } = await visit(browser, demo.url, { noScripts, viewport: { width: 360, height: 740 }, colorScheme: lang ? 'dark' : 'light' });
      await page.goto(`${demo.url}/khao-sat/${code(layout)}/01${lang}`);
      await page.locator('[name="a.field"][value=civil]').check({ force: true });
      await page.locator('[name="a.more"]').fill('giữ lại');
      const field = page.locator('[name="q.what"]');
      if (!await field.isVisible()) await go(page, page.locator('main form .actions .btn').first()); // it appears on the server alone
      await field.focus();
      await page.keyboard.type('DANG ky 7');
      const found = page.locator('[data-find=what] .choice');
      if (noScripts) await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]); // where it is searched first
      await found.nth(5).waitFor();
      assert.match(await page.locator('[data-find=what] [role=status]').innerText(), lang ? /found|choices fit/ : /Tìm thấy|Có nhiều hơn/);
      assert.ok((await found.allInnerTexts()).every((words) => !/đất đai/.test(words)), 'the filter holds');
      assert.equal(await page.locator('[name="a.more"]').inputValue(), 'giữ lại');
      await (noScripts ? axe : lookClosely)(page, 'a picker with matches');
      await field.focus();
      await page.keyboard.press('ArrowDown');
      if (noScripts) await page.locator('[data-find=what] input[type=radio]').first().focus();
      await page.keyboard.press('Space');
      const chosen = await page.locator('[name="a.what"]:checked').getAttribute('value');
      assert.equal(chosen, '1.007', 'the best match comes first');
      if (!noScripts) assert.match(await page.locator('label[for=c-more]').innerText(), lang ? /More about Registration 7/ : /Thêm về thủ tục Đăng ký 7 về hộ tịch/, 'its wording is piped at once');
      if (!noScripts) { // what is chosen stays while one looks on
        await field.fill('');
        await field.pressSequentially('1.00');
        await page.waitForFunction(() => document.querySelectorAll('[data-find=what] .choice').length === 5);
        assert.equal(await page.locator('[name="a.what"]:checked').getAttribute('value'), '1.007');
      }
      for (let step = 0; step < 6 && !page.url().includes('/bien-nhan/'); step++) await go(page, page.locator('main form .actions .btn').first());
      assert.ok(await receipt(page));
      await check();
    }
  });
}
