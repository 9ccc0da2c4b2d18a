// Every page that a role can reach: on a phone by day in Chinese, on a desk by night in English; the main ones in every
// combination of language, width and scheme. A page of the router that nobody can reach is found as well.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { BASE, crawl, form, go, inspect, launch, open, roles, signIn, unseen, variants } from "./lib.mjs";

/** Where people spend their days, by who looks. */
const MAIN = {
  nobody: ["/sign_in"],
  seller: ["/org/:id/why?account&question&role", "/shop/:id", "/shop/:id/links", "/shop/:id/links/:id", "/shop/:id/invite", "/shop/:id/invite?account&q"],
  creator: ["/creator/:id", "/creator/:id/invitations/:id", "/creator/:id/access", "/creator/:id/scan", "/creator/:id/requests/:id"],
  operator: ["/operator/:id", "/operator/:id/accounts", "/operator/:id/decisions"],
  centre_admin: ["/centre/:id", "/centre/:id/ad_accounts", "/centre/:id/ad_accounts/:id", "/centre/:id/partners/:id", "/centre/:id/changes", "/centre/:id/accounts/:id", "/centre/:id/requests/:id", "/centre/:id/ads", "/centre/:id/ads/:id", "/portal/auth?app_id&state", "/org/:id/apps/:id/connect"],
};
/** Pages that no link leads to, most of them behind a search; `{home}` and `{org}` are the role's. */
const UNLINKED = {
  nobody: ["/api", "/verify/of-a-mail"],
  seller: [
    "{home}/invite?q=vera",
    "{home}/diagnose?q=kit",
    ...["invite", "link", "unlink", "sell"].map((question) => `{org}/why?question=${question}`),
    "{org}/why?question=invite&q=mei",
    "{org}/why?question=invite&account=vera.vapes&role=marketing",
    ...["unlink", "sell"].map((question) => `{org}/why?question=${question}&account=willow.official`),
    "/me/found",
    "/me/confirm?next=/",
  ],
  operator: ["{home}/accounts?q=mei"],
};
/** A code by which the centre of the demo asks for an account, just made: the demo's own ones run out after ten minutes. */
async function askedForAccess() {
  const { home, state } = await signIn(browser, "centre_admin");
  const admin = await open(browser, { state });
  await go(admin, `/centre/${new URL(home).pathname.split("/")[2]}/requests`, "en");
  await admin.getByRole("button", { name: "Make the QR code" }).click();
  const link = (await admin.locator("main .copy code").first().innerText()).trim();
  await admin.context().close();
  return link;
}

/** What is done first, so that a page has something to show. */
const PREPARED = {
  centre_admin: askedForAccess,
  async creator(page) {
    await go(page, await askedForAccess(), "en");
    await page.locator("main form.act button").click();
    await page.waitForURL(/\/requests\//);
  },
  async us_seller(page, org) {
    await go(page, `/org/${org}/webhooks`, "en");
    await page.locator("#f-url").fill("https://hooks.nowhere.invalid/countersign"); // a name that no server ever has
    await page.locator("#f-everything").check();
    await page.locator('form[action$="/webhooks"] button.btn-primary').click();
    await page.locator('form[action$="/test"] button').click();
    await page.locator("#deliveries tbody a").first().waitFor();
  },
};
/** Asks a session that is no longer fresh for a confirmation first: whether the crawl sees it depends on when it comes. */
const SOMETIMES = ["/org/{org}/webhooks/{endpoint}/secret"];
/** Pages of the router that no crawl can look at, and why. */
const ELSEWHERE = {
  "a one-time secret opens it, which is mailed": ["/join/{secret}", "/reset/{secret}"],
  "a one-time secret opens it: signing in and setting up happen before there is a crawl": ["/enter/{secret}", "/set_up/{secret}"],
  "stands between password and code: a flow looks at it": ["/sign_in/code"],
  "leads on to the page that it is about": [
    "/",
    "/centre/{org}/ad_accounts/{ad_account}/{act}",
    "/centre/{org}/groups/{group}/{act}",
    "/centre/{org}/partners/{partnership}/{act}",
    "/shop/{org}/links/{link}/approve_unlink",
    "/shop/{org}/links/{link}/refuse_unlink",
    "/shop/{org}/links/{link}/withdraw",
  ],
  "draws the page of codes again, which is looked at, after its form was refused": ["/centre/{org}/ads/codes/forget"],
  "a file or a stream, no page": [
    "/centre/{org}/changes.csv",
    "/centre/{org}/requests/{request}/code.png",
    "/centre/{org}/requests/{request}/code.svg",
    "/operator/{org}/imports/template",
    "/operator/{org}/imports/{import}/errors",
    "/operator/{org}/log/checkpoints",
    "/org/{org}/live",
    "/shop/{org}/links.csv",
  ],
};
/** Roles that see another role's pages with fewer buttons: of theirs, the home page and what the other one does not reach. */
const SISTERS = { staff: "seller", us_seller: "seller", support: "operator", centre_member: "centre_admin" };

const seen = { nobody: new Set() };
let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** Looks at every page reachable from `home`, each as a test of its own. */
async function everyPage(t, name, home, state) {
  const scout = await open(browser, { state });
  const org = home.split("/").find((part) => part.startsWith("org_"));
  await PREPARED[name]?.(scout, org);
  const place = (path) => path.replace("{home}", new URL(home).pathname).replace("{org}", `/org/${org}`);
  const { reached, broken } = await crawl(scout, [home, ...(UNLINKED[name] ?? []).map(place)]);
  await scout.context().close();
  assert.deepEqual(broken, [], "every link leads somewhere");
  seen[name] = new Set(reached.map(form));
  const isNew = (url) => url === reached[0] || ![seen[SISTERS[name]], seen.nobody].some((shapes) => shapes !== seen[name] && shapes?.has(form(url)));
  const pages = await variants(browser, state);
  for (const url of reached.filter(isNew)) {
    const shape = form(url);
    const all = MAIN[name]?.includes(shape) ?? false;
    await t.test(`${name} ${shape}`, async () => {
      const problems = await inspect(pages, url, `${name}${shape === "/" ? "/home" : shape}`, { all });
      if (problems.length) assert.fail(`${url}\n${problems.join("\n")}`);
    });
  }
  for (const { page } of pages) await page.context().close();
  for (const shape of MAIN[name] ?? []) assert.ok(seen[name].has(shape), `${name} cannot reach ${shape}`);
}

test("pages before signing in", (t) => everyPage(t, "nobody", BASE + "/", undefined));

test("every role's pages", async (t) => {
  for (const role of roles()) {
    await t.test(role, async (t) => {
      const { home, state } = await signIn(browser, role);
      await everyPage(t, role, home, state);
    });
  }
});

test("no page of the router is left out", () => {
  const permissions = readFileSync(new URL("../golden/permissions.txt", import.meta.url), "utf8").split("\n");
  const pages = permissions.filter((line) => line.startsWith("GET ")).map((line) => line.split(" ")[1]);
  const routes = pages.filter((route) => !/^\/(api\/v1|open_api)\//.test(route));
  const named = Object.values(ELSEWHERE).flat();
  const missing = unseen(routes, Object.values(seen).flatMap((shapes) => [...shapes]));
  assert.deepEqual(missing.filter((route) => !named.includes(route) && !SOMETIMES.includes(route)), [], "the crawl looks at each of the other pages");
  assert.deepEqual(named.filter((route) => !missing.includes(route)), [], "what is said to be looked at elsewhere is not looked at here, and exists");
});
