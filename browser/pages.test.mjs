// Every page that a role can reach: on a phone by day in Chinese, on a desk by night in English; the ten main ones in
// every combination of language, width and scheme.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BASE, crawl, form, inspect, launch, open, roles, signIn, variants } from "./lib.mjs";

/** Where people spend their days, by who looks. */
const MAIN = {
  nobody: ["/sign_in"],
  seller: ["/shop/:id", "/shop/:id/links", "/shop/:id/links/:id", "/shop/:id/invite", "/shop/:id/invite?account&q"],
  creator: ["/creator/:id", "/creator/:id/invitations/:id"],
  operator: ["/operator/:id", "/operator/:id/accounts"],
  centre_admin: ["/centre/:id", "/centre/:id/ad_accounts", "/centre/:id/ad_accounts/:id", "/centre/:id/partners/:id", "/centre/:id/changes"],
};
/** Pages that no link leads to, most of them behind a search; under the role's home. */
const UNLINKED = { nobody: ["api"], seller: ["/invite?q=vera", "/diagnose?q=kit"], operator: ["/accounts?q=mei"] };
/** Roles that see another role's pages with fewer buttons: of theirs, the home page and what the other one does not reach. */
const SISTERS = { staff: "seller", us_seller: "seller", support: "operator", centre_member: "centre_admin" };

const seen = { nobody: new Set() };
let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** Looks at every page reachable from `home`, each as a test of its own. */
async function everyPage(t, name, home, state) {
  const scout = await open(browser, { state });
  const { reached, broken } = await crawl(scout, [home, ...(UNLINKED[name] ?? []).map((path) => home + path)]);
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
