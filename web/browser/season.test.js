// One agency goes through a season of assessment: its officer, an appraiser by keyboard alone, the council; what the officer does is
// done without scripts on a phone as well.
import { after, before, test } from 'node:test';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import assert from 'node:assert/strict';
import { axe, command, go, launch, noSidewaysScroll, serveAfter, signIn, visit } from './lib.js';

const framework = 'par-index-province';
const period = '2027';
const open = { ky: ['1.1.1', '1.1.2', '1.1.3', '1.2'], 'ky-khong-js': ['1.1.1', '1.1.2'] }; // leaves that are left to the browser
const wide = { viewport: { width: 1280, height: 900 } };
const phone = { viewport: { width: 360, height: 740 }, colorScheme: 'dark', noScripts: true };

let demo, browser, dir, leaves, pdf;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'thuocdo-season-'));
  leaves = leavesOf(JSON.parse(await readFile(new URL(`../../data/reference/frameworks/${framework}.json`, import.meta.url), 'utf8')).tree);
  [demo, browser] = await Promise.all([serveAfter(prepare), launch()]);
  const page = await browser.newPage();
  await page.setContent('<h1>Kế hoạch cải cách hành chính</h1>');
  pdf = await page.pdf();
  await page.close();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
  await rm(dir, { recursive: true, force: true });
});

const leavesOf = (nodes) => nodes.flatMap((n) => (n.children ? leavesOf(n.children) : [n]));
const season = (code) => `${demo.url}/quan-tri/danh-gia/${code}`;
const sheet = (code) => `${season(code)}/phieu/01`;

// surveys are what surveys and other indexes give: no part of a season.
const surveys = () => leaves.filter((n) => ['survey', 'index'].includes(n.source)).map((n, i) => [n.code, 60 + i]);

// prepare plans a season for one agency, with claims like those of another agency but for some leaves.
async function prepare(db) {
  const file = async (name, text) => {
    await writeFile(join(dir, name), text);
    return join(dir, name);
  };
  const at = (days) => new Date(Date.now() + days * 864e5).toISOString();
  const [head, ...rows] = (await command('season', 'export', 'par-minh-hoa', '--as', 'claims', '--db', db)).trim().split('\r\n');
  for (const [code, left] of Object.entries(open)) {
    await command('season', 'new', '--db', db, await file('season.json', JSON.stringify({
      code, title: { vi: `Đánh giá thử: ${code}`, en: `Trial: ${code}` }, framework, period, agencies: ['01'], rounds: 1,
      deadlines: { submit: at(10), appraise: at(20), explain: at(30), decide: at(40) }, council: { members: ['An', 'Bình', 'Chi'], quorum: 2 },
    })));
    await command('season', 'open', code, '--db', db);
    const claims = rows.filter((r) => r.startsWith('48,') && !left.includes(r.split(',')[1])).map((r) => r.replace('48', '01'));
    await command('season', 'import', code, '--as', 'claims', '--db', db, await file('claims.csv', [head, ...claims].join('\n')));
  }
  const values = surveys().map(([leaf, value]) => `01,${leaf},${value}`);
  await command('import', 'scores', '--framework', framework, '--period', period, '--db', db, await file('surveys.csv', ['agency,leaf,value', ...values].join('\n')));
}

// see looks at a page: at what it is made of once, whoever comes by.
const seen = new Set();
const see = async (page, name) => {
  if (!seen.has(name)) await axe(page, name);
  seen.add(name);
  await noSidewaysScroll(page, name);
};
const button = (page, name) => page.getByRole('button', { name, exact: true });
const link = (page, name) => page.getByRole('link', { name });
const notice = (page) => page.locator('.notice-good').innerText();
const state = (page, words) => page.locator('#trang-thai-luu', { hasText: words }).waitFor();
const saved = (page) => state(page, 'Đã lưu lúc');
const key = (page, k) => Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.keyboard.press(k)]);
const heading = (page) => page.locator('h1').innerText();
const number = (page) => page.locator('.leaf-fields input');

// officer signs the officer of the agency in.
async function officer(options) {
  const who = await visit(browser, demo.url, options);
  await signIn(who.page, demo.url, demo.account('officer'));
  return who;
}

// download follows a link to a file and returns what is in it.
async function download(page, name) {
  const [file] = await Promise.all([page.waitForEvent('download'), link(page, name).first().click()]);
  return readFile(await file.path());
}

// attach adds a PDF behind the claim of a leaf; first one that is none, which a script tells of on the page that is open.
async function attach(page, scripts) {
  await go(page, link(page, 'Tải tệp của tài liệu lên'));
  await see(page, 'the documents of a leaf');
  await page.locator('#so').fill('12/KH-UBND');
  const file = (buffer) => ({ name: 'ke-hoach.pdf', mimeType: 'application/pdf', buffer });
  await page.setInputFiles('#tep', file(Buffer.from('không phải PDF')));
  if (scripts) {
    await button(page, 'Thêm tài liệu').click();
    await page.locator('[data-progress][role=alert]', { hasText: 'Loại tệp này không nhận' }).waitFor();
  } else assert.equal((await go(page, button(page, 'Thêm tài liệu'))).status(), 422);
  assert.equal(await page.locator('#so').inputValue(), '12/KH-UBND', 'what was typed stays');
  await see(page, 'a file that is no PDF');
  await page.setInputFiles('#tep', file(pdf));
  await go(page, button(page, 'Thêm tài liệu'));
  assert.match(await notice(page), /Đã thêm tài liệu/);
  assert.equal(await page.locator('.document').count(), 1, 'the number that was claimed has its file now');
  assert.deepEqual(await download(page, 'ke-hoach.pdf'), pdf);
  await go(page, link(page, 'Về mục 1.1.1'));
  assert.equal(await page.locator('[name="tl.0.so"]').inputValue(), '12/KH-UBND');
}

// bulk fills a leaf in by the spreadsheet of the sheet; first in one with a changed code.
async function bulk(page, code, leaf, cells) {
  await page.goto(sheet(code));
  const table = (await download(page, 'Tải phiếu (CSV)')).toString();
  const edited = table.replace(new RegExp(`^01,${leaf.replaceAll('.', '\\.')},.*$`, 'm'), `01,${leaf},,,${cells}`);
  assert.notEqual(edited, table, 'the leaf is in the file');
  const send = async (text) => {
    await page.setInputFiles('#tep', { name: 'phieu.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
    return go(page, button(page, 'Xem thay đổi'));
  };
  await go(page, link(page, 'Nạp tệp đã điền'));
  assert.equal((await send(edited.replace(`01,${leaf},`, `01,${leaf}9,`))).status(), 422);
  assert.match(await page.locator('.error-summary').innerText(), /Dòng \d+, cột leaf/);
  await see(page, 'a spreadsheet with a mistake');
  await send(edited);
  assert.match(await page.locator('main').innerText(), /Tệp thay đổi 1 mục/);
  await see(page, 'the preview of a spreadsheet');
  await go(page, button(page, 'Ghi tất cả'));
  assert.match(await notice(page), /Đã ghi các thay đổi/);
}

// submit hands the sheet over; not without the name of the head.
async function submit(page) {
  assert.equal((await go(page, button(page, 'Nộp phiếu'))).status(), 422);
  await see(page, 'a sheet without the name of the head');
  await page.locator('#thu-truong').fill('Trần Văn A');
  await go(page, button(page, 'Nộp phiếu'));
  assert.match(await notice(page), /Đã nộp phiếu/);
  assert.match(await page.locator('main').innerText(), /Trần Văn A/);
  await see(page, 'a submitted sheet');
}

test('an officer fills a sheet in, loses nothing, and submits it', async () => {
  const { page, context, check } = await officer(wide);
  const leaf = (code) => `${sheet('ky')}/${code}`;
  await go(page, link(page, /^Kỳ đánh giá/));
  await see(page, 'the list of seasons');
  await go(page, page.locator(`a[href="${new URL(sheet('ky')).pathname}"]`));
  await see(page, 'the desk of an officer');
  await go(page, link(page, /^Còn thiếu/));
  assert.equal(await page.locator('details tbody tr').count(), 4);

  // what is typed is saved, and comes back where the page goes before
  await go(page, page.locator('details').getByRole('link', { name: /^1\.1\.1\. / }));
  await see(page, 'a leaf');
  await page.locator('[name="tl.0.so"]').fill('12/KH-UBND');
  await page.locator('input[value=on_time]').check();
  await saved(page);
  assert.match(await page.locator('#diem-tinh').innerText(), /0,5/);
  await page.locator('#giai-trinh').fill('Viết dở');
  await page.reload();
  assert.equal(await page.locator('#giai-trinh').inputValue(), 'Viết dở', 'typed and not stored');
  await saved(page);
  assert.match(await (await page.request.get(leaf('1.1.1'))).text(), /Viết dở/, 'stored by itself');
  await attach(page, true);

  // signed out meanwhile: saving goes on once somebody has signed in again
  const signInElsewhere = async () => {
    const again = await context.newPage();
    await signIn(again, demo.url, demo.account('officer'));
    await again.close();
  };
  await page.goto(leaf('1.1.2'));
  await context.clearCookies();
  await page.locator('[name="tl.0.so"]').fill('12/KH-UBND');
  await page.locator('input[value=yes]').check();
  await state(page, 'phiên đăng nhập đã kết thúc');
  await see(page, 'a leaf of somebody who is signed out');
  assert.equal(await link(page, 'Đăng nhập ở thẻ mới').getAttribute('target'), '_blank');
  await signInElsewhere();
  await saved(page);

  // and what was sent meanwhile comes back
  await context.clearCookies();
  await page.locator('#giai-trinh').fill('Gửi khi đã hết phiên');
  assert.equal((await go(page, button(page, 'Lưu'))).status(), 401);
  await see(page, 'what somebody typed who is signed out');
  await signInElsewhere();
  assert.equal((await go(page, button(page, 'Gửi lại nội dung'))).status(), 403);
  assert.equal(await page.locator('#giai-trinh').inputValue(), 'Gửi khi đã hết phiên');
  await see(page, 'what was typed before signing in again');
  await go(page, button(page, 'Lưu và sang mục sau'));
  assert.match(await notice(page), /Đã lưu mục trước/);
  await page.goto(leaf('1.1.2'));
  assert.equal(await page.locator('#giai-trinh').inputValue(), 'Gửi khi đã hết phiên');
  assert.ok(await page.locator('input[value=yes]').isChecked());
  assert.equal(await page.evaluate(() => sessionStorage.length), 0, 'what is stored is not kept');

  // two tabs: what one of them stores the other does not write over
  await page.goto(leaf('1.1.3'));
  const tab = await context.newPage();
  await tab.goto(leaf('1.1.3'));
  await number(page).fill('95');
  await page.locator('[name="tl.0.so"]').fill('7/BC-UBND');
  await saved(page);
  await number(tab).fill('80,5');
  await state(tab, 'vừa sửa mục này');
  await tab.reload();
  assert.equal(await number(tab).inputValue(), '80,5');
  await state(tab, 'vừa sửa mục này');
  assert.equal((await go(tab, button(tab, 'Lưu'))).status(), 409);
  const versions = (await tab.locator(".clash").allInnerTexts()).join("\n");
  for (const words of ["80,5", "95", "7/BC-UBND"]) assert.ok(versions.includes(words), `${words} is in:\n${versions}`);
  await see(tab, 'two versions of a leaf');
  await tab.goto(leaf('1.1.3')); // nothing chosen: both are still there
  assert.equal(await number(tab).inputValue(), '80,5');
  await state(tab, 'vừa sửa mục này');
  await go(tab, button(tab, 'Lưu'));
  await tab.locator('[id="chon.dau-vao-toi"]').check();
  await tab.locator('[id="chon.tai-lieu-ho"]').check();
  await go(tab, button(tab, 'Lưu'));
  assert.equal(await number(tab).inputValue(), '80,5');
  assert.equal(await tab.locator('[name="tl.0.so"]').inputValue(), '7/BC-UBND');
  await tab.close();

  await bulk(page, 'ky', '1.2', ',1,,,,15/BC-UBND|2027-01-05|UBND,,');
  await submit(page);
  await check();
});

// tabTo presses the tab key until an element has the focus.
async function tabTo(page, what) {
  for (let i = 0; i < 300; i++) {
    if (await what.evaluate((e) => e === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${what} is out of reach of the keyboard`);
}

// press reaches something by keyboard and presses it.
async function press(page, what) {
  await tabTo(page, what);
  await key(page, 'Enter');
}

// enterStatistics enters what agencies do not claim, by the form of each leaf.
async function enterStatistics(page, but) {
  const list = leaves.filter((n) => ['statistic', 'dossier'].includes(n.source) && n.code !== but);
  for (const { code, rule } of list) {
    const at = `${season('ky')}/tham-dinh/${code}`;
    const form = Object.fromEntries([...(await (await page.request.get(at)).text()).matchAll(/name="(token|01\.(?!khong-ap-dung)[^"]+)"(?: value="([^"]*)")?/g)].map(([, name, value]) => [name, value || (['deduct', 'count_times'].includes(rule.type) ? '1' : '90')]));
    const response = await page.request.post(at, { maxRedirects: 0, headers: { 'Sec-Fetch-Site': 'same-origin' }, form: { ...form, 'ly-do': 'Niên giám thống kê' } });
    assert.equal(response.status(), 303, code);
  }
  return list.length;
}

test('an appraiser accepts, adjusts, asks and ends the appraisal by keyboard, while the officer answers on a phone without scripts', async () => {
  const { page, check } = await visit(browser, demo.url, wide);
  await signIn(page, demo.url, demo.account('appraiser'));
  await press(page, link(page, /^Kỳ đánh giá/));
  await press(page, page.locator('a[href$="/ky/tham-dinh"]'));
  await see(page, 'the queue of an appraiser');
  await key(page, 'j');
  assert.match(await heading(page), /^1\.1\.1 /);
  await see(page, 'a leaf before its appraiser');
  await key(page, 'a');
  assert.match(await heading(page), /^1\.1\.2 /, 'accepted, and on to the next');

  await page.keyboard.press('d');
  await page.keyboard.press('ArrowDown');
  await key(page, 'Control+Enter');
  assert.match(await page.locator('.error-summary').innerText(), /cần có lý do/);
  await see(page, 'an adjustment without a reason');
  await page.keyboard.press('l');
  await page.keyboard.type('không thấy thời hạn');
  await page.keyboard.press('Escape');
  await key(page, 's');
  assert.match(await heading(page), /^1\.1\.3 /);
  await page.keyboard.press('h');
  await page.keyboard.type('Số liệu của quý nào?');
  await key(page, 'Control+Enter');
  assert.match(await heading(page), /^1\.2 /);
  await key(page, 'k');
  assert.match(await heading(page), /^1\.1\.3 /);
  await key(page, 'j');
  await key(page, 'q');
  assert.match(await heading(page), /^Thẩm định/);

  const other = await officer(phone);
  await other.page.goto(`${sheet('ky')}?loc=hoi`);
  await see(other.page, 'what is asked');
  await go(other.page, other.page.locator('details').getByRole('link', { name: /^1\.1\.3\. / }));
  await see(other.page, 'a leaf with a question');
  await other.page.locator('form:has([name=cau-hoi]) textarea').fill('Quý IV');
  await go(other.page, button(other.page, 'Gửi trả lời'));
  assert.match(await notice(other.page), /Đã trả lời/);
  await other.check();

  await page.goto(`${season('ky')}/tham-dinh?loc=answered`);
  await key(page, 'j');
  assert.match(await page.locator('.questions').innerText(), /Quý IV/);
  await key(page, 'a');
  await page.goto(`${season('ky')}/tham-dinh/3.2.1/01`);
  await page.keyboard.press('d');
  await page.keyboard.type('1');
  await page.keyboard.press('Escape');
  await page.keyboard.press('l');
  await page.keyboard.type('Niên giám thống kê');
  await key(page, 'Control+Enter');
  assert.ok(await enterStatistics(page, '3.2.1') > 20);

  await page.goto(`${season('ky')}/tham-dinh`);
  await tabTo(page, page.locator('#tat-ca'));
  await page.keyboard.press('Space');
  await key(page, 's');
  await see(page, 'what a batch accepts');
  await press(page, button(page, /^Chấp nhận \d+ mục$/));
  assert.match(await notice(page), /Đã chấp nhận \d+ mục/);
  for (const more of ['chenh-lech', 'doi-chieu']) {
    await page.goto(`${season('ky')}/tham-dinh/${more}`);
    await see(page, more);
  }
  await page.goto(`${season('ky')}/tham-dinh`);
  await press(page, button(page, 'Kết thúc thẩm định'));
  assert.match(await page.locator('#theo-co-quan + p + .table-box').innerText(), /Giải trình, kiến nghị/);
  await check();
});

test('the officer appeals, the council decides, and the index is that of the exported scores', async () => {
  const agency = await officer(phone);
  await agency.page.goto(`${sheet('ky')}?loc=khac-diem`);
  await see(agency.page, 'what was adjusted');
  await go(agency.page, agency.page.locator('details').getByRole('link', { name: /^1\.1\.2\. / }));
  assert.match(await agency.page.locator('main').innerText(), /không thấy thời hạn/);
  await agency.page.locator('#loai-kn').check();
  assert.equal((await go(agency.page, button(agency.page, 'Ghi ý kiến'))).status(), 422);
  await agency.page.locator('form:has(#loai-kn) textarea').fill('Thời hạn ở phụ lục 2');
  await go(agency.page, button(agency.page, 'Ghi ý kiến'));
  await see(agency.page, 'an appeal');
  await agency.page.goto(sheet('ky'));
  await go(agency.page, button(agency.page, 'Đã giải trình xong'));
  assert.match(await notice(agency.page), /chuyển phiếu sang bước sau/);
  await agency.check();

  const { page, check } = await visit(browser, demo.url, wide);
  await signIn(page, demo.url, demo.account('administrator'));
  await page.goto(season('ky'));
  await go(page, link(page, 'Hội đồng thẩm định'));
  await see(page, 'the council');
  await go(page, link(page, /^1\.1\.2 /));
  await see(page, 'a vote');
  await page.locator('[id="phieu-0-for"]').check();
  await page.locator('#ly-do').fill('Phụ lục 2 có thời hạn');
  assert.equal((await go(page, button(page, 'Ghi biểu quyết'))).status(), 422, 'no quorum');
  await see(page, 'a vote without quorum');
  await page.locator('[id="phieu-1-for"]').check();
  await page.locator('[id="phieu-2-against"]').check();
  await go(page, button(page, 'Ghi biểu quyết'));
  assert.match(await page.locator('main tbody').first().innerText(), /2 tán thành, 1 không/);
  for (const [name, magic] of [['Biên bản (PDF)', '%PDF-'], ['Biên bản (DOCX)', 'PK']]) {
    const minutes = await download(page, name);
    assert.equal(minutes.subarray(0, magic.length).toString(), magic);
  }
  await go(page, button(page, 'Chốt phiếu đã chọn'));
  await page.goto(season('ky'));
  await see(page, 'the overview of a season');
  const close = page.locator('form', { has: page.locator('#chac-dong') });
  assert.equal((await go(page, close.locator('button'))).status(), 422);
  await see(page, 'closing without being sure');
  await page.locator('#chac-dong').check();
  await go(page, close.locator('button'));
  assert.match(await notice(page), /đã kết thúc/);

  const scores = join(dir, 'scores.csv');
  await writeFile(scores, await command('season', 'export', 'ky', '--db', demo.db) + surveys().map(([leaf, value]) => `01,${leaf},,,${value},,,\n`).join(''));
  const [head, row] = (await command('index', '--framework', framework, '--period', period, '--scores', scores, '--kind', 'province')).replace(/^\uFEFF/, '').split(/\r?\n/).map((l) => l.split(','));
  const total = Number(row[head.indexOf('total')]);
  await page.goto(`${demo.url}/quan-tri/xep-hang/${framework}/${period}`);
  const shown = Number((await page.locator('table.ranking td.score').first().innerText()).replace(',', '.'));
  assert.ok(total > 50 && Math.abs(shown - total) < 0.0051, `${shown} on the page, ${total} by the command`);
  await check();
});

test('an officer fills a sheet in and submits it on a phone without scripts', async () => {
  const { page, context, check } = await officer(phone);
  const leaf = `${sheet('ky-khong-js')}/1.1.1`;
  await page.goto(leaf);
  const tab = await context.newPage();
  await tab.goto(leaf);
  await page.locator('input[value=late]').check();
  await page.locator('#giai-trinh').fill('Chậm mười ngày');
  await go(page, button(page, 'Lưu'));
  assert.match(await notice(page), /Đã lưu/);
  await tab.locator('input[value=on_time]').check();
  assert.equal((await go(tab, button(tab, 'Lưu'))).status(), 409);
  await see(tab, 'two versions of a leaf');
  await tab.locator('[id="chon.dau-vao-toi"]').check();
  await tab.locator('[id="chon.giai-trinh-ho"]').check();
  await go(tab, button(tab, 'Lưu'));
  assert.ok(await tab.locator('input[value=on_time]').isChecked());
  assert.equal(await tab.locator('#giai-trinh').inputValue(), 'Chậm mười ngày');
  await tab.close();
  await page.goto(leaf);
  await attach(page, false);
  await bulk(page, 'ky-khong-js', '1.1.2', ',,yes,,,15/BC-UBND,,');
  await submit(page);
  await check();
});
