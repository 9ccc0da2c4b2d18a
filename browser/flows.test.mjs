// What people do, from end to end: each flow in browser contexts of its own, on the running demo.
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { BASE, go, launch, noCspErrors, noHorizontalScroll, noUntranslated, open, shot, signIn } from "./lib.mjs";

const PHONE = { lang: "zh", width: 390 };
const PASSWORD = `willow ${randomBytes(6).toString("hex")} teapot`;
/** A handle that no earlier run of these tests has taken. */
const HANDLE = `tea.${randomBytes(4).toString("hex")}`;

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** Runs a flow with the pages it asks for; they are closed afterwards, and nothing may have gone wrong in any of them. */
function flow(name, work) {
  test(name, async (t) => {
    const pages = [];
    const as = async (role, how = {}) => {
      const { home, state } = role ? await signIn(browser, role) : { home: "/", state: undefined };
      const page = await open(browser, { state, ...how });
      page.setDefaultTimeout(15_000);
      pages.push(page);
      page.home = new URL(home, BASE).pathname;
      page.org = `/org/${page.home.split("/")[2]}`;
      if (role) await go(page, home, how.lang ?? "en");
      return page;
    };
    try {
      await work(as, t);
      for (const page of pages) assert.deepEqual(await noCspErrors(page), []);
    } catch (problem) {
      for (const [nth, page] of pages.entries()) await shot(page, `failed/${name}-${nth}`).catch(() => {});
      throw problem;
    } finally {
      for (const page of pages) await page.context().close();
    }
  });
}

/** Sends the form that this button belongs to, and waits for the page that comes. */
async function send(page, button) {
  await Promise.all([page.waitForNavigation({ waitUntil: "load" }), button.click()]);
}

/** Sends a form that asks before it is sent, and says yes. */
async function confirm(page, button) {
  await button.click();
  const dialog = page.locator("dialog#confirm[open]");
  assert.notEqual((await dialog.locator("#confirm-text").innerText()).trim(), "", "the dialog says what will happen");
  await send(page, dialog.locator("[value=yes]"));
}

/** Waits until live updates run, so that what is seen afterwards came by themselves; marks the page, so that a reload would show. */
async function follows(page) {
  await page.locator("[data-live-state=on]").waitFor();
  await page.evaluate(() => (window.sameDocument = true));
}

async function wasNotReloaded(page) {
  assert.equal(await page.evaluate(() => window.sameDocument), true, "the page was not reloaded");
}

const main = (page) => page.locator("main");
const said = async (locator) => (await locator.allInnerTexts()).join("\n");

/** The page is fit to be seen: it fits the window and every word is translated. */
async function isFit(page, name) {
  await shot(page, `flows/${name}`);
  assert.deepEqual([...(await noHorizontalScroll(page)), ...(await noUntranslated(page))], [], name);
}

flow("a creator registers an account with nothing but the keyboard", async (as) => {
  const creator = await as("creator", { lang: "en", width: 390 });
  await go(creator, `${creator.home}/accounts/new`, "en");
  await creator.locator("#f-handle").focus();
  const type = (text) => creator.keyboard.type(text);
  const tab = () => creator.keyboard.press("Tab");
  await type(HANDLE);
  await tab();
  await type("小梅茶话");
  await tab();
  await type("United K"); // a list is chosen from by the first letters
  await tab();
  await creator.locator("#f-birth").fill("1998-04-12"); // how a date is typed is the browser's own business
  await creator.locator("#f-birth").focus();
  while (!(await creator.evaluate(() => document.activeElement.id === "f-categories"))) await tab();
  await type("Food, 生活");
  await tab();
  await Promise.all([creator.waitForNavigation(), creator.keyboard.press("Enter")]);
  assert.match(await said(main(creator)), /小梅茶话/);
  await isFit(creator, "registered");
});

flow("a shop on the phone sees why an account cannot be invited, invites another, and both sides follow without reloading", async (as) => {
  const shop = await as("seller", PHONE);
  const creator = await as("creator", PHONE);
  await follows(creator);

  await go(shop, `${shop.home}/invite`);
  await shop.locator("[data-search]").pressSequentially("vera.vap", { delay: 20 });
  await send(shop, shop.locator("#found tr", { hasText: "vera.vapes" }).locator("a.btn"));
  const failing = shop.locator(".check-fail", { hasText: "违规" });
  assert.match(await said(failing.locator(".check-remedy")), /申诉/, "the failing rule names its remedy");
  await isFit(shop, "why-not");
  const button = shop.locator(".btn-blocked");
  assert.equal(await button.getAttribute("aria-disabled"), "true");
  // It is disabled for those who look, not for those who ask why; the keyboard asks.
  await button.focus();
  await shop.keyboard.press("Enter");
  assert.match(await said(shop.locator("#why-invite")), /违规/, "the button says which check fails");
  await shop.keyboard.press("Escape");

  await go(shop, `${shop.home}/invite`);
  await shop.locator("[data-search]").pressSequentially(HANDLE.slice(0, 10), { delay: 20 });
  await send(shop, shop.locator("#found tr", { hasText: HANDLE }).locator("a.btn"));
  assert.equal(await shop.locator(".check-fail").count(), 0, await said(shop.locator(".check-fail")));
  await shop.locator("#f-message").fill("想邀请您一起做春茶直播。");
  await send(shop, shop.locator('form[action$="/invite"][method=post] button.btn-primary'));
  await isFit(shop, "invited");
  await follows(shop);

  const arrived = creator.locator("#waiting section", { hasText: HANDLE });
  await arrived.waitFor();
  await wasNotReloaded(creator);
  await isFit(creator, "invitation-arrived");
  await send(creator, arrived.locator("a.btn-primary"));
  assert.match(await said(main(creator)), /想邀请您一起做春茶直播。/);
  await confirm(creator, creator.locator('form[action$="/accept"] button'));
  assert.match(await said(main(creator)), /已绑定/);
  await isFit(creator, "accepted");

  await shop.locator("#head", { hasText: "已绑定" }).waitFor();
  await wasNotReloaded(shop);

  // The link is minutes old, so its owner cannot leave yet, and is told until when.
  await go(creator, `${creator.home}/links?which=linked`);
  await send(creator, creator.locator("tr", { hasText: HANDLE }).locator("a").first());
  const leave = creator.locator("#leave .btn-blocked");
  assert.equal(await leave.getAttribute("aria-disabled"), "true");
  await leave.click({ force: true });
  assert.match(await said(creator.locator("#why-unlink")), /24\s*小时/);
  assert.ok(await creator.locator("#why-unlink time[datetime]").count(), "the earliest moment is named");
  await isFit(creator, "too-soon");
});

flow("an account leaves: the owner asks, the shop sees it at once and agrees, both histories show it", async (as) => {
  const shop = await as("seller");
  const creator = await as("creator", PHONE);
  await go(shop, `${shop.home}/links?which=linked`);
  await send(shop, shop.locator("tr", { hasText: "mei.brews" }).locator("a").first());
  await follows(shop);

  await go(creator, `${creator.home}/links?which=linked`);
  await send(creator, creator.locator("tr", { hasText: "mei.brews" }).locator("a").first());
  await creator.locator("#f-reason").fill("合作期已满，想休息一阵。");
  await confirm(creator, creator.locator("form#unlink button.btn-danger"));
  assert.match(await said(main(creator)), /合作期已满/);
  await isFit(creator, "leaving");
  await follows(creator);

  const approve = shop.locator('form[action$="/approve_unlink"] button');
  await approve.waitFor();
  await wasNotReloaded(shop);
  assert.match(await said(main(shop)), /合作期已满，想休息一阵。/);
  await confirm(shop, approve);
  assert.match(await said(main(shop)), /Unlinked|Ended/i);
  await isFit(shop, "left");

  await creator.locator('form[action$="/withdraw_unlink"]').waitFor({ state: "detached" });
  await wasNotReloaded(creator);
  await go(creator, `${creator.home}/history`);
  assert.match(await said(main(creator)), /mei\.brews/);
  await isFit(creator, "history");
});

flow("a second tab that has fallen behind is told so and keeps what was typed", async (as) => {
  const first = await as("seller");
  const second = await as("seller");
  await second.route("**/live", (route) => route.abort()); // a tab that slept: nobody told it anything
  for (const tab of [first, second]) {
    await go(tab, `${tab.home}/links?which=leaving`);
    await send(tab, tab.locator("tr", { hasText: "sam.steeps" }).locator("a").first());
  }
  await first.locator("#f-reason").fill("We have a live planned together; let us talk first.");
  await second.locator("#f-reason").fill("Please stay until the end of the month.");
  await confirm(first, first.locator("form#refuse button.btn-danger"));
  assert.equal(await first.locator("form#refuse").count(), 0);
  await confirm(second, second.locator("form#refuse button.btn-danger"));
  assert.match(await said(second.locator("body")), /changed since|no longer|already|not open/i);
  assert.match(await said(main(second)), /Please stay until the end of the month\./, "what was typed is still there");
  assert.match(await said(main(second)), /We have a live planned together; let us talk first\./, "and so is what happened meanwhile");
  await isFit(second, "stale");
  second.faults.length = 0; // the silenced stream
});

flow("a page whose first live connection failed follows all the same", async (as) => {
  const creator = await as("creator", PHONE);
  let refused = 0;
  await creator.route("**/live", (route) => {
    refused += 1;
    return refused > 2 ? route.continue() : route.fulfill({ status: 503, body: "busy" });
  });
  await creator.reload();
  await follows(creator);
  assert.equal(refused, 3, "it was tried until it stood, and not beside");
  creator.faults.length = 0; // the two refusals
});

// How creators' files come: decorated numbers, country names, emoji, text from right to left, bad rows among good ones.
const FILE = `\uFEFFUsername,Nickname,Country,Followers,Engagement,Category
${HANDLE}.a,Nora Finch 🍵,U.S.A,78.9m,16.60%,"['Food', 'Lifestyle']"
${HANDLE}.b,ليلى القصص,United Kingdom,"1,204,000",4.1%,Lifestyle
${HANDLE}.c,茶小铺,GB,12.5K,7%,Food
no handle here!,Ghost Writer,Atlantis,many,–,Food
${HANDLE}.d,Bold Claim,GB,900,lots,Food
${HANDLE}.a,Nora Again,US,5,1%,Food
`.replace(/\n/g, "\r\n");

flow("a file of creators is looked at row by row, and only its good rows are taken over", async (as) => {
  const operator = await as("operator");
  await go(operator, `${operator.home}/imports`);
  await operator.locator('input[name=kind][value="accounts"]').check();
  await operator.locator("#f-file").setInputFiles({ name: "creators 达人 🍵.csv", mimeType: "text/csv", buffer: Buffer.from(FILE) });
  await send(operator, operator.locator("form[data-upload] button.btn-primary"));
  const why = operator.locator(".import-why");
  await why.first().waitFor();
  assert.equal(await operator.locator("tr.import-bad").count(), 3, await said(operator.locator("table")));
  for (const list of await why.all()) assert.notEqual((await list.innerText()).trim(), "", "every bad row says why");
  assert.match(await said(operator.locator("table")), /ليلى القصص/);
  await isFit(operator, "import-preview");

  const asked = operator.waitForEvent("download");
  await operator.locator('a[href$="/errors"]').first().click();
  const file = await asked;
  const errors = readFileSync(await file.path(), "utf8");
  assert.match(errors, /Ghost Writer/);
  assert.doesNotMatch(errors, /茶小铺/, "the error file holds the bad rows only");

  await operator.locator('input[name=rows][value="good"]').check();
  await send(operator, operator.locator('button[value="commit"]'));
  await operator.locator("#import a.btn-primary").waitFor();
  await isFit(operator, "import-done");
  await go(operator, `${operator.home}/accounts?q=${HANDLE}`);
  const found = await said(main(operator));
  assert.match(found, /Nora Finch 🍵/);
  assert.match(found, /78\.9\s*M/i);
  assert.doesNotMatch(found, /Bold Claim|Ghost Writer|Nora Again/);
});

flow("the page is moved through by keyboard, changes its language and its colours, and keeps both", async (as) => {
  const page = await as("seller");
  await go(page, `${page.home}/links`);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => location.hash), "#main");

  await page.keyboard.press("Control+k");
  await page.locator("dialog#palette[open]").waitFor();
  await page.keyboard.type("webhook");
  await Promise.all([page.waitForURL(/webhooks/), page.keyboard.press("Enter")]);
  await go(page, `${page.home}/invite`);
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("/");
  assert.ok(await page.evaluate(() => document.activeElement.matches("[data-search]")), "/ goes to the search field");
  await page.keyboard.type("zoe");
  await page.locator("#found tr", { hasText: "zoe.bakes" }).waitFor();

  await send(page, page.locator('form[action="/language"] button'));
  assert.equal(await page.evaluate(() => document.documentElement.lang), "zh-CN");
  assert.match(page.url(), /q=zoe/, "the language changes on the same page");
  await page.locator("[data-theme-toggle]").click();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.bsTheme), "dark");
  await page.reload();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.bsTheme), "dark");
  assert.equal(await page.evaluate(() => document.documentElement.lang), "zh-CN");
});

/** Forms with something wrong in them: who, where, what is typed, which field complains. */
const WRONG = [
  ["creator", ({ home }) => `${home}/accounts/new`, { "#f-handle": "两个 字!", "#f-nickname": "Mei" }, "#f-region"],
  ["creator", ({ home }) => `${home}/accounts/claim`, { "#f-handle": "nobody.here", "#f-code": "wrong", "#f-birth": "1990-01-01" }, null],
  ["seller", ({ org }) => `${org}/webhooks`, { "#f-url": "ftp://nowhere.example/x" }, "#f-url"],
  ["seller", ({ org }) => `${org}/tickets/new`, { "#f-text": "   " }, "#f-text"],
  ["seller", ({ org }) => `${org}/tokens`, { "#f-name": "   " }, "#f-name"],
  ["seller", ({ org }) => `${org}/settings`, { "#f-name": "X\u200b" }, "#f-name"],
  ["seller", ({ org }) => `${org}/team`, { "#f-email": "not-an-address" }, "#f-email"],
  ["seller", () => "/me/profile", { "#f-name": "  " }, "#f-name"],
  ["seller", () => "/me/security", { "#f-password": "not it", "#f-new_password": "short" }, "#f-new_password"],
  [null, () => "/sign_up", { "#f-name": "Ann", "#f-email": "ann@@", "#f-password": "short" }, "#f-email"],
  [null, () => "/sign_in", { "#f-email": "nobody@demo.example", "#f-password": "wrong" }, null],
];

flow("what is wrong is said beside its field, in both languages, and what was typed stays", async (as, t) => {
  for (const lang of ["zh", "en"]) {
    const pages = new Map();
    for (const [role, where, typed, field] of WRONG) {
      if (!pages.has(role)) pages.set(role, await as(role, { lang, width: lang === "zh" ? 390 : 1280 }));
      const page = pages.get(role);
      const path = where(page);
      await t.test(`${path.replace(/org_\w+/g, ":id")} in ${lang}`, async () => {
        await go(page, path, lang);
        const form = page.locator("main form[method=post]").filter({ has: page.locator(Object.keys(typed)[0]) });
        await form.evaluate((form) => (form.noValidate = true)); // the house itself has to answer
        for (const [id, text] of Object.entries(typed)) await page.locator(id).fill(text);
        await send(page, form.locator("button:not([type=button])").last());
        assert.doesNotMatch(await said(page.locator("h1")), /went wrong|出错/);
        const complaint = field ? page.locator(`${field}-error`) : page.locator("[role=alert], .check-fail").first();
        const words = (await complaint.innerText()).trim();
        assert.match(words, lang === "zh" ? /[\u4e00-\u9fff]/ : /^[^\u4e00-\u9fff]+$/, words);
        if (field) assert.equal(await page.locator(field).getAttribute("aria-invalid"), "true");
        for (const [id, text] of Object.entries(typed)) {
          if ((await page.locator(id).getAttribute("type")) === "password") continue;
          assert.equal((await page.locator(id).inputValue()).trim(), text.trim(), `${id} keeps what was typed`);
        }
        await isFit(page, `wrong${path.replace(/org_\w+/g, "")}-${lang}`);
      });
    }
  }
});

flow("a token works until it is revoked", async (as) => {
  const page = await as("seller");
  await go(page, `${page.org}/tokens`);
  await page.locator("#f-name").fill(`Stock sync ${HANDLE}`);
  await page.locator("#scope-read").check();
  await send(page, page.locator('form[action$="/tokens"] button.btn-primary'));
  const token = await page.locator(".secret-value code").innerText();
  await isFit(page, "token");
  const ask = () => fetch(`${BASE}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal((await ask()).status, 200);
  await go(page, `${page.org}/tokens`);
  assert.ok(!(await page.content()).includes(token), "the token is shown once");
  await confirm(page, page.locator("tr", { hasText: HANDLE }).locator('form[action$="/revoke"] button'));
  const refused = await ask();
  assert.equal(refused.status, 401);
  assert.match(refused.headers.get("content-type"), /problem\+json/);
});

flow("a webhook is added and tried, and its log says how that went", async (as) => {
  const page = await as("seller");
  const add = async (url) => {
    await page.locator("#f-url").fill(url);
    await page.locator("#f-everything").check();
    await send(page, page.locator('form[action$="/webhooks"] button.btn-primary'));
  };
  await go(page, `${page.org}/webhooks`);
  await add("http://127.0.0.1:9/hook");
  assert.match(await said(main(page).locator(".check-fail")), /TLS[\s\S]*not on the public network/, "both reasons");
  assert.equal(await page.locator("#f-url").inputValue(), "http://127.0.0.1:9/hook", "what was typed stays");
  assert.ok(await page.locator("#f-everything").isChecked(), "and what was ticked");
  await isFit(page, "webhook-refused");
  await add("https://hooks.nowhere.invalid/countersign"); // a name that no server ever has
  await isFit(page, "webhook-added");
  await send(page, page.locator('form[action$="/test"] button'));
  const first = page.locator("#deliveries tbody a").first();
  await first.waitFor();
  await send(page, first);
  await page.locator("#attempts section").first().waitFor(); // it comes by itself once the try is over
  await isFit(page, "delivery");
  await go(page, `${page.org}/webhooks`);
  await send(page, page.locator("#endpoints tbody a").first());
  await confirm(page, page.locator('form[action$="/remove"] button'));
  assert.equal(await page.locator("#endpoints tbody tr").count(), 0);
});

flow("a stuck binding becomes a ticket, support answers, puts it right and closes it", async (as) => {
  const shop = await as("seller", PHONE);
  const support = await as("support");
  await go(shop, `${shop.home}/diagnose?q=kit.unboxed`);
  await send(shop, shop.locator("#results tr", { hasText: "kit.unboxed" }).locator("a.btn"));
  assert.match(await said(shop.locator("#causes")), /法国/);
  await isFit(shop, "diagnosis");
  await shop.locator("#ticket textarea").fill("达人一直无法接受邀请，麻烦核实。");
  await send(shop, shop.locator("#ticket button.btn-primary"));
  await isFit(shop, "ticket");
  await follows(shop);

  await go(support, `${support.home}/tickets`);
  const ticket = new URL(shop.url()).pathname.split("/").at(-1);
  await send(support, support.locator(`tr a[href$="${ticket}"]`).first());
  assert.match(await said(main(support)), /达人一直无法接受邀请/);
  await isFit(support, "desk");
  const answer = support.locator('form[action$="/answer"]');
  await answer.locator("textarea").fill("We are looking at the account's registration.");
  await send(support, answer.locator("button.btn-primary"));
  await shop.locator("#thread", { hasText: "We are looking at" }).waitFor();
  await wasNotReloaded(shop);

  const fix = support.locator('form[action$="/fix"]').filter({ has: support.locator('input[value="move_region"]') });
  await fix.locator("select").selectOption("GB");
  await fix.locator('[name="text"]').fill("The documents show an address in Leeds.");
  await confirm(support, fix.locator("button.btn").last());
  await isFit(support, "fixed");
  const close = support.locator('form[action$="/close"]');
  await close.locator("textarea").fill("Moved back to the United Kingdom; the owner can accept now.");
  await send(support, close.locator("button.btn").last());
  await shop.locator("#thread", { hasText: "Moved back" }).waitFor();
  await wasNotReloaded(shop);
  await isFit(shop, "ticket-closed");
});

flow("the rule book reads in both languages, with its sources", async (as) => {
  const operator = await as("operator");
  await go(operator, `${operator.home}/policy`, "en");
  assert.match(await said(main(operator)), /24 h(ours)?[\s\S]*G2/);
  await isFit(operator, "policy-en");
  await go(operator, `${operator.home}/policy`, "zh");
  assert.match(await said(main(operator)), /24\s*小时[\s\S]*G2/);
  await isFit(operator, "policy-zh");
});

flow("the event log is verified from its page", async (as) => {
  const operator = await as("operator");
  await go(operator, `${operator.home}/log`, "en");
  await send(operator, operator.locator('form[action$="/verify"] button'));
  await operator.locator("#verified .tone-ok").waitFor();
  await isFit(operator, "verified");
});

/** The six digits that an authenticator shows (RFC 6238), for a key as it is spelled on the page. */
function totp(spelled, steps = 0) {
  const letters = spelled.replace(/\s/g, "");
  const bits = [...letters].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const tag = createHmac("sha1", key).update(counter).digest();
  return String((tag.readUInt32BE(tag.at(-1) & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** Types an address and a password into the sign-in page. */
async function enter(page, email, password) {
  await go(page, "/sign_in", "en");
  await page.locator("#f-email").fill(email);
  await page.locator("#f-password").fill(password);
  await send(page, page.locator("main form button.btn-primary"));
}

async function signUp(page, email) {
  await go(page, "/sign_up", "en");
  await page.locator("#f-name").fill("Robin Vale");
  await page.locator("#f-email").fill(email);
  await page.locator("#f-password").fill(PASSWORD);
  await send(page, page.locator("main form button.btn-primary"));
}

flow("a person signs up, adds a second factor, uses a recovery code once, and ends a session elsewhere", async (as) => {
  const email = `robin.${HANDLE}@demo.example`;
  const here = await as(null);
  await signUp(here, email);
  await enter(here, email, PASSWORD);
  await go(here, "/me/security", "en");
  await send(here, here.locator('form[action$="/totp"] button'));
  const key = await here.locator(".copy code").innerText();
  await isFit(here, "totp");
  await here.locator("#f-code").fill("000000");
  await send(here, here.locator("main form button.btn-primary"));
  assert.notEqual(await here.locator("#f-code").count(), 0, "a wrong code is asked for again");
  assert.equal(await here.locator(".copy code").innerText(), key, "with the same key");
  await here.locator("#f-code").fill(totp(key));
  await send(here, here.locator("main form button.btn-primary"));
  const [code] = await here.locator(".codes code").allInnerTexts();
  await isFit(here, "recovery-codes");

  const there = await as(null);
  await enter(there, email, PASSWORD);
  await there.locator("#f-code").fill(code);
  await send(there, there.locator("main form button.btn-primary"));
  await go(there, "/me/security", "en");
  assert.equal(new URL(there.url()).pathname, "/me/security", "the recovery code signs in");

  const third = await as(null);
  await enter(third, email, PASSWORD);
  await third.locator("#f-code").fill(code);
  await send(third, third.locator("main form button.btn-primary"));
  assert.match(await said(third.locator("[role=alert]")), /not right/, "once");
  await third.locator("#f-code").fill(totp(key, 1)); // the present step was used up at the enrolment
  await send(third, third.locator("main form button.btn-primary"));
  await go(third, "/me/security", "en");
  assert.equal(new URL(third.url()).pathname, "/me/security", "the authenticator signs in");

  await go(here, "/me/security", "en");
  const others = here.locator('form[action$="/end"] button');
  assert.equal(await others.count(), 2);
  await send(here, others.first());
  await send(here, others.first());
  assert.equal(await others.count(), 0);
  await isFit(here, "sessions");
  for (const page of [there, third]) {
    await page.goto(`${BASE}/me/security`);
    assert.match(page.url(), /sign_in/, "an ended session is over");
  }
});

flow("who tries too often is told until when to wait", async (as) => {
  const page = await as(null, PHONE);
  const email = `nobody.${HANDLE}@demo.example`;
  for (let tries = 0; tries < 12; tries += 1) await enter(page, email, `guess ${tries}`);
  await go(page, "/sign_in", "zh");
  await page.locator("#f-email").fill(email);
  await page.locator("#f-password").fill("guess");
  await send(page, page.locator("main form button.btn-primary"));
  assert.match(await said(page.locator("body")), /过于频繁|次数过多|请.*后再试/);
  assert.ok(await page.locator("time[datetime], [data-deadline]").count(), "the moment is named");
  await isFit(page, "locked-out");
});

/** A camera that sees the picture in this file: Chromium takes a film, so the picture is written as one of a few frames. */
async function cameraThatSees(picture) {
  const page = await open(browser);
  // Drawn by the browser itself, small in the middle of a grey room, as a phone would see it.
  const frame = await page.evaluate(async (data) => {
    const [width, height] = [640, 480];
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#777";
    pen.fillRect(0, 0, width, height);
    const image = await createImageBitmap(await (await fetch(data)).blob());
    pen.translate(width / 2, height / 2);
    pen.rotate(0.1);
    pen.drawImage(image, -180, -180, 360, 360);
    const { data: rgba } = pen.getImageData(0, 0, width, height);
    return [...rgba].filter((_, at) => at % 4 === 0);
  }, `data:image/png;base64,${picture.toString("base64")}`);
  await page.context().close();
  const [width, height] = [640, 480];
  const planes = Buffer.concat([Buffer.from(frame), Buffer.alloc((width * height) / 2, 128)]);
  const film = join(tmpdir(), `countersign-${randomBytes(6).toString("hex")}.y4m`);
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420mpeg2\n`);
  writeFileSync(film, Buffer.concat([head, ...Array.from({ length: 10 }, () => Buffer.concat([Buffer.from("FRAME\n"), planes]))]));
  return film;
}

flow("an admin shows a QR code, the owner scans it with the phone's camera and authorises, and both screens follow", async (as) => {
  const admin = await as("centre_admin", { lang: "en", width: 1280 });
  const centre = `/centre/${admin.org.split("/")[2]}`;
  await go(admin, `${centre}/requests`, "en");
  // One scope is not asked for: a code says exactly what it is for.
  await admin.locator("#f-scope-live").uncheck();
  await send(admin, admin.getByRole("button", { name: "Make the QR code" }));
  const short = (await admin.locator("output.matching").innerText()).trim();
  assert.match(short, /^\d{6}$/);
  await isFit(admin, "grant-code");
  const saved = await admin.request.get(new URL(`${new URL(admin.url()).pathname}/code.png?download=1`, BASE).href);
  assert.match(saved.headers()["content-disposition"], /^attachment; filename="access-request\.png"$/);
  const film = await cameraThatSees(await saved.body());
  await follows(admin);

  // A browser of its own: its camera is the film. The owner has a password, because granting asks for it.
  const phone = await launch(["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", `--use-file-for-fake-video-capture=${film}`]);
  try {
    const owner = await open(phone, { lang: "zh", width: 390 });
    owner.setDefaultTimeout(20_000);
    const name = `cam.${randomBytes(4).toString("hex")}`;
    await signUp(owner, `${name}@demo.example`);
    await enter(owner, `${name}@demo.example`, PASSWORD);
    const creator = await ownAccount(owner, name);
    await go(owner, `${creator}/scan`, "zh");
    await isFit(owner, "grant-scan");
    await Promise.all([owner.waitForURL(/\/requests\//), owner.locator("[data-scan-start]").click()]);
    // The centre's screen says so by itself, and both show the same short code.
    await admin.getByText("scanned the code and is deciding").waitFor();
    await wasNotReloaded(admin);
    assert.match(await said(main(owner)), /Northlight Agency/);
    assert.equal((await owner.locator("output.matching").innerText()).trim(), short);
    assert.equal(await owner.locator("#f-scope-live").count(), 0, "what was not asked for cannot be granted");
    await isFit(owner, "grant-answer");
    await owner.locator("#f-scope-messages").uncheck();
    await owner.locator("#f-matching_code").check();
    await send(owner, owner.locator("form#authorise button.btn-primary"));
    assert.match(await said(main(owner)), /Northlight Agency[\s\S]*现有帖子/);
    await isFit(owner, "grant-access");
    await admin.getByText("authorised the centre").first().waitFor();
    await wasNotReloaded(admin);
    await go(admin, `${centre}/accounts?q=${name}`, "en");
    assert.match(await said(main(admin)), new RegExp(`@${name}[\\s\\S]*Existing posts`));

    // One tap ends it, after a question.
    await confirm(owner, owner.locator('#list form[action$="/end"] button'));
    assert.doesNotMatch(await said(owner.locator("#list")), /Northlight/);
    await go(admin, `${centre}/accounts?q=${name}`, "en");
    assert.doesNotMatch(await said(main(admin)), new RegExp(`@${name}`));
    assert.deepEqual(await noCspErrors(owner), []);
  } finally {
    await phone.close();
    rmSync(film, { force: true });
  }
});

/** Makes whoever is signed in a creator with one account; where their console begins. */
async function ownAccount(page, handle) {
  await go(page, "/me/found", "en");
  await page.locator("input[name=kind][value=creator]").check();
  await page.locator("#f-name").fill("Robin's studio");
  await page.locator("#f-region").selectOption("GB");
  await send(page, page.locator("main form button.btn-primary"));
  const home = new URL(page.url()).pathname.split("/");
  const org = home.find((part) => part.startsWith("org_"));
  await go(page, `/creator/${org}/accounts/new`, "en");
  await page.locator("#f-handle").fill(handle);
  await page.locator("#f-nickname").fill("Robin on camera");
  await page.locator("#f-region").selectOption("GB");
  await page.locator("#f-birth").fill("1998-04-12");
  await send(page, page.locator("main form button.btn-primary"));
  return `/creator/${org}`;
}

flow("a person without a camera pastes a link, and each code that is none has its own answer", async (as) => {
  const admin = await as("centre_admin", { lang: "en" });
  const centre = `/centre/${admin.org.split("/")[2]}`;
  await go(admin, `${centre}/requests`, "en");
  await send(admin, admin.getByRole("button", { name: "Make the QR code" }));
  const link = (await admin.locator("main .copy code").first().innerText()).trim();
  const owner = await as("creator", PHONE);
  const scan = `${owner.home.split("/").slice(0, 3).join("/")}/scan`;
  const present = async (text) => {
    await go(owner, scan, "zh");
    await owner.locator("#f-code").fill(text);
    await send(owner, owner.locator("form#present button"));
    return said(main(owner));
  };
  assert.match(await present(link.replace(/.$/, (last) => (last === "0" ? "1" : "0"))), /不是本平台生成的/);
  assert.match(await present(link.replace("/grant/1.", "/grant/2.")), /版本不符/);
  await isFit(owner, "grant-refused");
  // Opening the link only shows where it leads: looking agrees to nothing.
  await go(owner, link, "zh");
  await isFit(owner, "grant-landing");
  await send(owner, owner.locator("main form.act button"));
  assert.match(owner.url(), /\/requests\/rqt_/);
  await admin.bringToFront();
  // What was scanned meanwhile is another state: a page that has not heard of it yet would be told so.
  await admin.reload();
  await confirm(admin, admin.getByRole("button", { name: "Withdraw", exact: true }));
  assert.match(await present(link), /已于 .* 撤回/);
});

flow("a centre opens an ad account, gives many their roles after looking, and a member sees just that", async (as) => {
  const admin = await as("centre_admin", { lang: "en" });
  const centre = `/centre/${admin.org.split("/")[2]}`;
  const name = `Flow ${Date.now()}`;
  await go(admin, `${centre}/ad_accounts/new`, "en");
  await admin.locator("#f-name").fill(name);
  await admin.locator("#f-zone").fill("Mars/Base");
  await send(admin, admin.getByRole("button", { name: "New ad account" }));
  // What was typed is still there, and the message stands by its field.
  assert.equal(await admin.locator("#f-name").inputValue(), name);
  assert.match(await said(admin.locator("#f-zone-error")), /Mars\/Base is no time zone/);
  await admin.locator("#f-zone").fill("Europe/London");
  await send(admin, admin.getByRole("button", { name: "New ad account" }));
  assert.match(admin.url(), /\/ad_accounts\/adv_|\/ad_accounts\/[a-z]+_[0-9a-f]{32}/);
  await isFit(admin, "centre-ad-account");

  const member = await as("centre_member", PHONE);
  await go(member, `${centre}/ad_accounts`, "zh");
  assert.ok(!(await said(main(member))).includes(name), "what is not assigned is not seen");

  await go(admin, `${centre}/ad_accounts/roles`, "en");
  for (const label of [/^Jun Ito/, new RegExp(name)]) await admin.getByLabel(label).check();
  await admin.locator("#f-role").selectOption("operator");
  await send(admin, admin.getByRole("button", { name: "See the outcome" }));
  assert.match(await said(admin.locator("#outcome")), /Will be given/);
  await isFit(admin, "centre-roles-preview");
  await go(member, `${centre}/ad_accounts`, "zh");
  assert.ok(!(await said(main(member))).includes(name), "looking gives nothing");
  await send(admin, admin.getByRole("button", { name: "Give 1 roles" }));
  assert.match(await said(main(admin)), /1 roles were given/);
  await go(member, `${centre}/ad_accounts`, "zh");
  await member.getByRole("link", { name }).click();
  await member.waitForURL(/\/ad_accounts\/[a-z]+_/);
  assert.match(await said(main(member)), /操作员/);
  assert.equal(await member.getByRole("button", { name: "授予角色" }).count(), 0, "an operator gives no roles");
  await isFit(member, "centre-ad-account-member");

  await go(admin, `${centre}/changes`, "en");
  assert.match(await said(main(admin)), new RegExp(`Jun Ito.* is Operator on ${name}`));
  const file = await admin.request.get(new URL(`${centre}/changes.csv?activity=user`, BASE).href);
  assert.match(file.headers()["content-disposition"], /changes\.csv/);
  assert.match(await file.text(), new RegExp(`is Operator on ${name}`));
});

/** Publishes posts on the account through REST, with a token of the owner's own; answers the account's page about one of them. */
async function publish(owner, creator, titles) {
  const org = creator.split("/").at(-1);
  await go(owner, `${creator}/accounts`, "en");
  const account = (await owner.locator("main a[href*='/accounts/acc_']").first().getAttribute("href")).split("/").at(-1);
  await go(owner, `/org/${org}/tokens`, "en");
  await owner.locator("#f-name").fill("Publishing");
  await owner.locator("[id='scope-accounts.record']").check();
  await send(owner, owner.locator('form[action$="/tokens"] button.btn-primary'));
  const token = await owner.locator(".secret-value code").innerText();
  const first = BigInt(Date.now()) * 1_000_000n;
  const posts = titles.map((title, at) => ({ id: String(first + BigInt(at)), at: new Date(Date.now() - 86_400_000).toISOString(), title }));
  const answer = await fetch(`${BASE}/api/v1/orgs/${org}/accounts/${account}/posts`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "idempotency-key": randomBytes(8).toString("hex") },
    body: JSON.stringify({ posts }),
  });
  assert.ok(answer.ok, await answer.text());
  return (at) => `${creator}/posts/${account}/${posts[at].id}`;
}

/** The owner opens the link of a code that the admin has just made, and authorises existing posts. */
async function grantPosts(admin, centre, owner) {
  await go(admin, `${centre}/requests`, "en");
  for (const other of ["live", "messages"]) await admin.locator(`#f-scope-${other}`).uncheck();
  await send(admin, admin.getByRole("button", { name: "Make the QR code" }));
  const link = (await admin.locator("main .copy code").first().innerText()).trim();
  await go(owner, link, "zh");
  await send(owner, owner.locator("main form.act button"));
  await owner.locator("#f-matching_code").check();
  await send(owner, owner.locator("form#authorise button.btn-primary"));
  assert.match(await said(main(owner)), /Northlight Agency[\s\S]*现有帖子/);
}

/** The admin assigns an account to two members after looking at what would become of each. */
async function assignToTwo(admin, centre, handle) {
  await go(admin, `${centre}/assign`, "en");
  await admin.getByLabel(new RegExp(`@${handle}`)).check();
  for (const member of [/^Jun Ito/, /^Lara Quinn/]) await admin.getByLabel(member).check();
  await admin.locator("#f-scope-posts").check();
  await admin.locator("#f-scope-live").check();
  await send(admin, admin.getByRole("button", { name: "Preview" }));
  const outcomes = admin.locator("#outcomes");
  assert.match(await said(outcomes), /0 of 2 can be done/, "live was not granted, so nobody can be given it");
  await isFit(admin, "assign-refused");
  await admin.locator("#f-scope-live").uncheck();
  await send(admin, admin.getByRole("button", { name: "Preview" }));
  assert.match(await said(outcomes), /2 of 2 can be done/);
  await isFit(admin, "assign-preview");
  await send(admin, admin.getByRole("button", { name: "Apply 2" }));
  assert.match(await said(main(admin)), /Each member has what was chosen/);
}

flow("a Spark ad runs by the owner's grant, stops with its reason when the grant ends, and is resumed by a person", async (as) => {
  const admin = await as("centre_admin", { lang: "en" });
  const member = await as("centre_member", { lang: "en" });
  const owner = await as(null, PHONE);
  const centre = `/centre/${admin.org.split("/")[2]}`;
  const handle = `ads.${randomBytes(4).toString("hex")}`;
  await signUp(owner, `${handle}@demo.example`);
  await enter(owner, `${handle}@demo.example`, PASSWORD);
  const creator = await ownAccount(owner, handle);
  const post = await publish(owner, creator, ["秋天的第一壶白茶", "雨天也要喝茶"]);
  await go(owner, post(0), "zh");
  await send(owner, owner.locator('form[action$="/switch"] button'));
  assert.match(await said(main(owner)), /已打开/);
  await grantPosts(admin, centre, owner);

  // Granted is not assigned: the member does not see the account yet.
  await go(member, `${centre}/ads`, "en");
  const autumn = await member.locator("select[name=ad_account] option", { hasText: "Autumn" }).getAttribute("value");
  await go(member, `${centre}/ads?ad_account=${autumn}`, "en");
  await send(member, member.locator('main a[href*="ad_group="]', { hasText: "New Spark ad" }).first());
  const choice = new URL(member.url());
  assert.doesNotMatch(await said(main(member)), new RegExp(handle));
  await assignToTwo(admin, centre, handle);
  await go(member, choice.pathname + choice.search, "en");
  await isFit(member, "spark-account");
  await send(member, member.locator("tr", { hasText: handle }).getByRole("link", { name: /post/i }));
  assert.match(await said(member.locator("tr", { hasText: "雨天也要喝茶" })), /switch/i, "the other post says why not");
  await isFit(member, "spark-post");
  await send(member, member.locator("tr", { hasText: "秋天的第一壶白茶" }).locator("a.btn"));
  await member.locator("#f-name").fill("First white tea");
  await isFit(member, "spark-check");
  await send(member, member.getByRole("button", { name: "Make the ad" }));
  assert.match(await said(member.locator("#head")), /running/i);
  await follows(member);

  await go(owner, `${creator}/access`, "zh");
  await confirm(owner, owner.locator('#list form[action$="/end"] button'));
  await member.locator("#head", { hasText: /paused/i }).waitFor();
  await wasNotReloaded(member);
  assert.match(await said(member.locator("#ad")), /has not granted the centre/, "the ad says why it stopped");
  await member.locator("#ad .btn-blocked").focus();
  await member.keyboard.press("Enter");
  assert.match(await said(member.locator("#why-resume")), /grant/, "and so does the button");
  await member.keyboard.press("Escape");
  await isFit(member, "spark-stopped");
  await go(owner, `${creator}/ads`, "zh");
  assert.match(await said(main(owner)), /First white tea[\s\S]*已暂停/);
  await go(admin, `${centre}/changes`, "en");
  assert.match(await said(main(admin)), /Ad First white tea was paused: The account's owner has not granted/);

  await grantPosts(admin, centre, owner);
  await assignToTwo(admin, centre, handle);
  await go(member, new URL(member.url()).pathname, "en");
  assert.match(await said(member.locator("#head")), /paused/i, "it does not run again by itself");
  await send(member, member.locator('form[action$="/resume"] button'));
  assert.match(await said(member.locator("#head")), /running/i);
  await isFit(member, "spark-resumed");

  // The centre keeps the account out of this ad account: it is told how many ads pause, and the member's does at once.
  await follows(member);
  await go(admin, `${centre}/accounts?q=${handle}`, "en");
  await send(admin, admin.locator("tr", { hasText: handle }).getByRole("link", { name: "View" }));
  const place = admin.locator("#ad-accounts tr", { hasText: "Autumn" });
  const button = place.getByRole("button", { name: "Withhold" });
  assert.match(await place.locator("form").getAttribute("data-confirm"), /will be paused: 1\./);
  await confirm(admin, button);
  assert.match(await said(place), /Withheld/);
  await isFit(admin, "account-withheld");
  await member.locator("#head", { hasText: /paused/i }).waitFor();
  await wasNotReloaded(member);
  assert.match(await said(member.locator("#ad")), /withholds the account from this ad account/);
  await go(member, new URL(admin.url()).pathname, "zh");
  assert.match(await said(member.locator("#ad-accounts tr", { hasText: "Autumn" })), /已禁用/);
  assert.equal(await member.locator("#ad-accounts button").count(), 0, "a standard member withholds nothing");
  await send(admin, place.getByRole("button", { name: "Restore" }));
  assert.match(await said(place), /Usable/);
});

flow("an owner makes a code for one post and extends it; a member applies it and the code is in use", async (as) => {
  const member = await as("centre_member", { lang: "en" });
  const owner = await as(null, PHONE);
  const centre = `/centre/${member.org.split("/")[2]}`;
  const handle = `code.${randomBytes(4).toString("hex")}`;
  await signUp(owner, `${handle}@demo.example`);
  await enter(owner, `${handle}@demo.example`, PASSWORD);
  const creator = await ownAccount(owner, handle);
  const post = await publish(owner, creator, ["壶里的四季"]);
  await go(owner, post(0), "zh");
  await owner.locator("#f-days").selectOption("30");
  await send(owner, owner.getByRole("button", { name: "生成授权码" }));
  const code = (await owner.locator(".secret-value code").innerText()).trim();
  await isFit(owner, "post-code");
  const ends = async () => Date.parse(await owner.locator("#codes time[datetime]").first().getAttribute("datetime"));
  const before = await ends();
  await owner.locator('form[action$="/extend"] select').selectOption("60");
  await send(owner, owner.locator('form[action$="/extend"] button'));
  assert.equal(Math.round((await ends() - before) / 86_400_000), 60, "so many days longer");
  assert.ok(!(await owner.content()).includes(code), "the code is shown once");

  await go(member, `${centre}/ads/codes`, "en");
  await member.locator("#f-code").fill("#nothing-of-this-kind");
  await send(member, member.getByRole("button", { name: "Apply", exact: true }));
  assert.equal(await member.locator("#f-code").inputValue(), "#nothing-of-this-kind", "what was typed stays");
  await isFit(member, "post-code-refused");
  await member.locator("#f-code").fill(code);
  await send(member, member.getByRole("button", { name: "Apply", exact: true }));
  assert.match(await said(member.locator("#codes")), /壶里的四季/);
  await isFit(member, "post-code-applied");
  await owner.reload();
  assert.match(await said(owner.locator("#codes")), /Northlight Agency|Autumn/, "the owner sees who applied it");
  await isFit(owner, "post-code-used");
});

flow("a shop asks why an account can't be invited, found by its name, and sees where the chain stops", async (as) => {
  const shop = await as("seller", PHONE);
  await go(shop, `${shop.org}/why`, "zh");
  await shop.locator("[data-search]").pressSequentially("vera.vap", { delay: 20 });
  await send(shop, shop.locator("#found tr", { hasText: "vera.vapes" }).locator("a.btn"));
  assert.match(await said(main(shop)), /不允许/);
  assert.match(await said(shop.locator(".check-fail")), /违规/);
  assert.match(await shop.locator("main svg[role=img]").textContent(), /✗ 账号[\s\S]*@vera\.vapes/, "the picture shows where it stops");
  await isFit(shop, "why-invite");
  // Asked about accounts that are linked, only those are offered.
  await send(shop, shop.locator("nav.tabs a", { hasText: "解绑" }).first());
  const offered = await said(shop.locator("#found"));
  assert.match(offered, /willow\.official/);
  assert.doesNotMatch(offered, /vera/);
  await send(shop, shop.locator("#found tr", { hasText: "willow.official" }).locator("a.btn"));
  assert.match(await shop.locator("main svg[role=img]").textContent(), /@willow\.official[\s\S]*已绑定|已绑定[\s\S]*@willow\.official/);
  await isFit(shop, "why-unlink");
});

flow("a centre answers another that wants to be its partner", async (as) => {
  const admin = await as("centre_admin", PHONE);
  const centre = `/centre/${admin.org.split("/")[2]}`;
  await go(admin, `${centre}/partners`, "zh");
  await admin.getByRole("link", { name: "Kestrel Performance" }).click();
  await admin.waitForURL(/\/partners\/[a-z]+_/);
  await isFit(admin, "centre-partner-asked");
  await send(admin, admin.getByRole("button", { name: "接受", exact: true }));
  assert.match(await said(main(admin)), /合作中/);
  await isFit(admin, "centre-partner");
});
