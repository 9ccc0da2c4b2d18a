// Every page that a role can reach, in both languages, on desk and phone, by day and by night.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BASE, crawl, form, inspect, launch, open, roles, signIn, variants } from "./lib.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** Looks at every page reachable from `home`, each as a test of its own. */
async function everyPage(t, name, home, state) {
  const scout = await open(browser, { state });
  const { reached, broken } = await crawl(scout, home);
  await scout.context().close();
  assert.deepEqual(broken, [], "every link leads somewhere");
  const pages = await variants(browser, state);
  for (const url of reached) {
    const shape = form(url);
    await t.test(`${name} ${shape}`, async () => {
      const problems = await inspect(pages, url, `${name}${shape === "/" ? "/home" : shape}`);
      if (problems.length) assert.fail(`${url}\n${problems.join("\n")}`);
    });
  }
  for (const { page } of pages) await page.context().close();
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
