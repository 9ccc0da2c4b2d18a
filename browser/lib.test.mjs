// The checks of the harness find what they are for: a small server shows pages with planted faults.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import * as lib from "./lib.mjs";

const HEAD = '<!doctype html><html lang="en"><title>A page</title><meta name="viewport" content="width=device-width">';
const PAGES = {
  "/good": `${HEAD}<main><h1>Good</h1><p>All is well; <code>linking.unlink {at}</code> is code.</p></main>`,
  "/script": `${HEAD}<main><h1>Script</h1><button onclick="alert(1)">Go</button><script>window.x = 1</script></main>`,
  "/missing": `${HEAD}<main><h1>Missing</h1><img alt="A gap" src="/nowhere.png"></main>`,
  "/away": `${HEAD}<main><h1>Away</h1><img alt="From elsewhere" src="http://localhost:9/x.png"></main>`,
  "/wide": `${HEAD}<main><h1>Wide</h1><pre class="long">${"wide ".repeat(200)}</pre></main>`,
  "/raw": `${HEAD}<main><h1>linking.invite.title</h1></main>`,
  "/id": `${HEAD}<main><h1>An account</h1><p>of org_0199f3c17a2b7c3d8e4f001122334455; <code>org_0199f3c17a2b7c3d8e4f001122334455</code> is to be copied.</p></main>`,
  "/braces": `${HEAD}<main><h1>Fine</h1><p title="until {allowed_at}">x</p></main>`,
  "/silent": `${HEAD}<main><h1>Silent</h1><input type="text"></main>`,
};

let browser;
let server;
let base;
before(async () => {
  server = createServer((request, response) => {
    const page = PAGES[request.url];
    response.writeHead(page ? 200 : 404, { "content-type": "text/html", "content-security-policy": "script-src 'self'" });
    response.end(page ?? "");
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  base = `http://127.0.0.1:${server.address().port}`;
  browser = await lib.launch();
});
after(async () => {
  await browser?.close();
  server.closeAllConnections();
  server.close();
});

/** Everything that the checks say about one page. */
async function problems(path, scheme = "light") {
  const page = await lib.open(browser, { width: 390 });
  await page.goto(base + path);
  await page.waitForTimeout(100); // console messages come after the load event
  const all = [lib.axe, lib.noCspErrors, lib.noHorizontalScroll, lib.noUntranslated, (page) => lib.wears(page, scheme)];
  const lists = [];
  for (const check of all) lists.push(await check(page));
  await page.context().close();
  return lists.flat().join("\n");
}

test("a good page passes every check", async () => assert.equal(await problems("/good"), ""));
test("inline script is found", async () => assert.match(await problems("/script"), /script-src/));
test("a missing part is found", async () => assert.match(await problems("/missing"), /404 for .*nowhere/));
test("a request to elsewhere is found", async () => assert.match(await problems("/away"), /left the house: http:\/\/localhost:9/));
test("sideways scrolling is found, with its cause", async () => assert.match(await problems("/wide"), /sideways.*pre\.long/));
test("a raw key is found", async () => assert.match(await problems("/raw"), /not translated: "linking\.invite\.title"/));
test("an id in the place of a name is found", async () => assert.match(await problems("/id"), /not translated: "of org_0199/));
test("a placeholder in a title is found", async () => assert.match(await problems("/braces"), /not translated: "until \{allowed_at\}"/));
test("a field without a label is found", async () => assert.match(await problems("/silent"), /axe critical label/));
test("a light page in the dark is found", async () => assert.match(await problems("/good", "dark"), /lightness is 1\.00 in the dark/));

test("addresses of one form count once", () => {
  assert.equal(lib.form("/accounts/0199f3c1-7a2b-7c3d-8e4f-001122334455/edit?b=1&a=2"), "/accounts/:id/edit?a&b");
  assert.equal(lib.form("/accounts/acc_0199f3c17a2b7c3d"), lib.form("/accounts/12"));
  assert.equal(lib.form("/linking/invitations"), "/linking/invitations");
});

test("a page of the router that nobody looked at is named", () => {
  const routes = ["/ads/{ad}", "/ads/new", "/shop/{org}", "/sign_in"];
  assert.deepEqual(lib.unseen(routes, ["/ads/new", "/shop/:id?which", "/sign_in"]), ["/ads/{ad}"]);
  assert.deepEqual(lib.unseen(routes, ["/ads/:id", "/shop/:id/links"]), ["/ads/new", "/shop/{org}", "/sign_in"]);
});
