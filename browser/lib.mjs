// The harness of the browser tests: a real Chromium, signed-in pages in every variant, and the checks that every page must pass.
//
// Environment (`cargo xtask test --only browser` sets all of it):
//   COUNTERSIGN_URL       where `countersign demo` answers
//   COUNTERSIGN_LINKS     the file that `countersign demo --links-json` wrote: {"seller": url, …}, each link good for one use
//   COUNTERSIGN_SHOTS     the folder for screenshots (target/browser-shots)
//   COUNTERSIGN_CHROMIUM  the browser (/usr/bin/chromium)
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SHOTS = process.env.COUNTERSIGN_SHOTS ?? resolve(import.meta.dirname, "../target/browser-shots");

export const BASE = (process.env.COUNTERSIGN_URL ?? "").replace(/\/$/, "");
export const LANGUAGES = ["zh", "en"];
export const WIDTHS = [1280, 390];
export const SCHEMES = ["light", "dark"];

/** Starts Chromium with a fresh profile, and with `more` arguments; close it with `browser.close()`. */
export function launch(more = []) {
  return chromium.launch({
    executablePath: process.env.COUNTERSIGN_CHROMIUM ?? "/usr/bin/chromium",
    // Quiet towards the network: only the pages under test are asked for anything.
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"].concat([
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...more,
    ]),
  });
}

/** The roles that the demo offers a sign-in link for. */
export function roles() {
  return Object.keys(links());
}

function links() {
  const file = process.env.COUNTERSIGN_LINKS;
  if (!BASE || !file) {
    throw new Error("These tests need a running demo; `cargo xtask test --only browser` starts one.");
  }
  return JSON.parse(readFileSync(file, "utf8"));
}

/**
 * Signs in as a role. The link works once, so what the browser holds afterwards is kept beside the links
 * for other contexts and other test files: `{ state, home }`, a storage state and the page one arrives at.
 */
export async function signIn(browser, role) {
  const kept = `${process.env.COUNTERSIGN_LINKS}.${role}.state`;
  if (existsSync(kept)) {
    return JSON.parse(readFileSync(kept, "utf8"));
  }
  const link = links()[role];
  if (!link) {
    throw new Error(`the demo offers no link for ${role}, only for ${roles().join(", ")}`);
  }
  const context = await browser.newContext({ locale: "en-US" });
  const page = await context.newPage();
  await page.goto(new URL(link, BASE).href);
  // A GET never acts, so the link may lead to a page with one button.
  const button = page.locator("main form button:not([type=button])");
  if (page.url().includes(new URL(link, BASE).pathname) && (await button.count()) > 0) {
    await Promise.all([page.waitForURL((url) => url.href !== new URL(link, BASE).href), button.first().click()]);
  }
  const signedIn = { state: await context.storageState(), home: page.url() };
  await context.close();
  writeFileSync(kept, JSON.stringify(signedIn), { mode: 0o600 });
  return signedIn;
}

/**
 * A page of a browser context of its own in one language and colour scheme, signed in when `state` is given.
 * `page.faults` collects what went wrong while loading: see `watch`.
 */
export async function open(browser, { state, lang = "en", scheme = "light", width = 1280 } = {}) {
  const context = await browser.newContext({
    storageState: state,
    locale: lang === "zh" ? "zh-CN" : "en-US",
    timezoneId: lang === "zh" ? "Asia/Shanghai" : "America/New_York",
    colorScheme: scheme,
    viewport: size(width),
    hasTouch: width < 600,
  });
  const page = await context.newPage();
  await watch(page);
  return page;
}

/** Goes to an address and makes sure that the page speaks `lang`, by its own switch when the reader's choice is another. */
export async function go(page, url, lang) {
  const answer = await page.goto(new URL(url, BASE).href, { waitUntil: "load" });
  if (lang && !(await speaks(page, lang))) {
    const button = page.locator('form[action="/language"] button[name=lang]').first();
    if ((await button.count()) > 0) {
      await Promise.all([page.waitForNavigation({ waitUntil: "load" }), button.click()]);
    }
  }
  return answer;
}

/** Whether `<html lang>` is this language. */
export function speaks(page, lang) {
  return page.evaluate((lang) => document.documentElement.lang.startsWith(lang), lang);
}

/** The viewport of this width: a desk or a phone. */
export function size(width) {
  return { width, height: width < 600 ? 844 : 900 };
}

/** Notes in `page.faults`: violations of the security policy, script errors, missing parts, and requests that leave the house. */
export async function watch(page) {
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(`script error: ${error.message}`));
  page.on("console", (message) => {
    const text = message.text();
    if (message.type() === "error" && /content security policy|^policy:/i.test(text)) page.faults.push(text);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    const isAway = () => url.origin !== new URL(request.frame().url()).origin;
    if (url.protocol.startsWith("http") && !request.isNavigationRequest() && isAway()) {
      page.faults.push(`a request left the house: ${url}`);
    }
  });
  page.on("response", (response) => {
    if (response.status() >= 400 && response.request().resourceType() !== "document") {
      page.faults.push(`${response.status()} for ${response.url()}`);
    }
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy: ${event.violatedDirective} refused ${event.blockedURI} (${event.sourceFile}:${event.lineNumber})`);
    });
  });
}

// The checks. Each answers a list of problems in words, empty when all is well.

/** What axe-core calls serious or critical. */
export async function axe(page) {
  await page.evaluate(AXE); // over the debugging protocol, which the page's security policy does not stop
  const violations = await page.evaluate(async () => {
    const options = { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
    const report = await window.axe.run(document, options);
    return report.violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, where: nodes.map((node) => node.target.join(" ")) }));
  });
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return grave.map(({ id, impact, help, where }) => `axe ${impact} ${id}: ${help} at ${some(where)}`);
}

/** What `watch` has noted since the last time. */
export async function noCspErrors(page) {
  return page.faults.splice(0);
}

/** The page fits into the window's width; names what sticks out. */
export async function noHorizontalScroll(page) {
  const wide = await page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    const name = (element) => element.tagName.toLowerCase() + [...element.classList].map((part) => `.${part}`).join("");
    const right = (element) => {
      const box = element.getBoundingClientRect();
      const spills = getComputedStyle(element).overflowX === "visible";
      return spills ? Math.max(box.right, box.left + element.scrollWidth) : box.right;
    };
    const sticksOut = [...document.querySelectorAll("body *")].filter((element) => right(element) > room + 1);
    // The innermost ones are the cause; what holds them only follows.
    const causes = sticksOut.filter((element) => !sticksOut.some((other) => other !== element && element.contains(other)));
    return [`${document.documentElement.scrollWidth} px in ${room} px`, ...causes.map(name)];
  });
  return wide.length ? [`the page scrolls sideways: ${some(wide)}`] : [];
}

/** No `{placeholder}`, no raw key like `linking.invite.title`, no id, no `undefined` where a person reads; code is left out. */
export async function noUntranslated(page) {
  const raw = await page.evaluate(() => {
    const isRaw = /\{[a-z_][a-z0-9_]*\}|\b(?:web|access|accounts|apps|centers|decisions|linking|operations|support|notify|server|wire)(?:\.[a-z][a-z0-9_]*)+\b(?![@/])|\b[a-z]{2,4}_[0-9a-f]{32}\b|\bundefined\b|\bNaN\b|\[object /;
    const found = [];
    const note = (text) => text && isRaw.test(text) && found.push(text.trim().slice(0, 80));
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.currentNode; node; node = walker.nextNode()) {
      const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
      if (element.closest("code, pre, kbd, samp, script, style, template, textarea, [data-copy], [data-raw]")) continue;
      if (node.nodeType === Node.TEXT_NODE) note(element.closest("title") || element.checkVisibility() ? node.data : "");
      else for (const name of ["title", "placeholder", "alt", "aria-label"]) note(element.getAttribute(name));
    }
    return found;
  });
  return raw.length ? [`not translated: ${some(raw.map((text) => JSON.stringify(text)))}`] : [];
}

/** The background is light by day and dark by night. */
export async function wears(page, scheme) {
  const light = await page.evaluate(() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const paint = (element) => {
      canvas.fillStyle = getComputedStyle(element).backgroundColor;
      canvas.fillRect(0, 0, 1, 1);
    };
    canvas.fillStyle = "white";
    canvas.fillRect(0, 0, 1, 1);
    [document.documentElement, document.body].forEach(paint);
    const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
    return (red + green + blue) / 3 / 255;
  });
  const fits = scheme === "dark" ? light < 0.4 : light > 0.6;
  return fits ? [] : [`the background's lightness is ${light.toFixed(2)} in the ${scheme} scheme`];
}

/** Keeps a picture of the whole page: `target/browser-shots/NAME.png`. */
export async function shot(page, name) {
  const path = join(SHOTS, `${name.replace(/[^\w./-]+/g, "_")}.png`);
  mkdirSync(join(path, ".."), { recursive: true });
  await page.screenshot({ path, fullPage: true, animations: "disabled" });
}

/** The variants every page is looked at in: a phone by day in Chinese, a desk by night in English; both fit any width. */
const SAMPLE = { "zh light": [390], "en dark": [1280] };

/**
 * Every check on one address, with a picture of each variant. Answers the problems, each with its variants.
 * `pages` is what `variants` made; they are looked at side by side, since each is a process of its own.
 * With `all`, both languages, widths and schemes are tried in every combination; without it, the sample.
 */
export async function inspect(pages, url, name, { all = true } = {}) {
  const chosen = pages.map((variant) => ({ ...variant, widths: all ? WIDTHS : SAMPLE[`${variant.lang} ${variant.scheme}`] }));
  const lists = await Promise.all(chosen.filter(({ widths }) => widths).map((variant) => inspectVariant(variant, url, name)));
  const variantsOf = new Map();
  for (const { problem, variant } of lists.flat()) variantsOf.set(problem, [...(variantsOf.get(problem) ?? []), variant]);
  return [...variantsOf].map(([problem, variants]) => `${problem}  [${variants.join("; ")}]`);
}

async function inspectVariant({ page, lang, scheme, widths }, url, name) {
  const problems = [];
  const note = (list, width = "any width") => problems.push(...list.map((problem) => ({ problem, variant: `${lang} ${scheme} ${width}` })));
  await page.setViewportSize(size(widths[0]));
  const answer = await go(page, url, lang);
  if (!answer.ok()) note([`answered ${answer.status()}`]);
  if (!(await speaks(page, lang))) note(["speaks another language"]);
  note(await noUntranslated(page));
  note(await wears(page, scheme));
  for (const width of widths) {
    await page.setViewportSize(size(width));
    note(await noHorizontalScroll(page), width);
    note(await axe(page), width);
    await shot(page, `${name}-${lang}-${scheme}-${width}`);
  }
  for (const width of WIDTHS.filter((width) => !widths.includes(width))) {
    await page.setViewportSize(size(width));
    note(await noHorizontalScroll(page), width);
  }
  note(await noCspErrors(page));
  return problems;
}

/** One page per language and scheme, for `inspect`. */
export function variants(browser, state) {
  const pairs = LANGUAGES.flatMap((lang) => SCHEMES.map((scheme) => ({ lang, scheme })));
  return Promise.all(pairs.map(async (pair) => ({ ...pair, page: await open(browser, { state, ...pair }) })));
}

/**
 * The pages that can be reached from these addresses, one per form of address: `/accounts/1` and `/accounts/2` are one page. Followed
 * are links of the same origin, addresses to be copied, and forms that ask with GET, as they stand. Only ever asks with GET, and
 * never for downloads. A site with more than `limit` forms of pages is a fault: what lies beyond would not be looked at.
 */
export async function crawl(page, from, limit = 120) {
  const queue = from.map((url) => new URL(url, BASE).href);
  const forms = new Map(queue.map((url) => [form(url), url]));
  const reached = [];
  const broken = [];
  while (queue.length) {
    if (reached.length >= limit) {
      broken.push(`more than ${limit} pages, and ${queue.length} to come`);
      break;
    }
    const url = queue.shift();
    const answer = await page.context().request.get(url, { timeout: 15_000, maxRedirects: 0 });
    const kind = answer.headers()["content-type"] ?? "";
    if (answer.status() >= 400) broken.push(`${answer.status()} for ${url}`);
    const onward = answer.headers()["location"];
    if (!onward && (!answer.ok() || !kind.startsWith("text/html"))) continue;
    if (!onward) reached.push(url);
    for (const link of onward ? [new URL(onward, url).href] : await linksIn(page, await answer.text(), url)) {
      if (new URL(link).origin === new URL(BASE).origin && !forms.has(form(link))) {
        forms.set(form(link), link);
        queue.push(link);
      }
    }
  }
  return { reached, broken };
}

/** The pages that a page's source leads to; the browser's own parser reads it, without loading anything. */
function linksIn(page, source, url) {
  const read = ([source, url]) => {
    const document = new DOMParser().parseFromString(source, "text/html");
    const isPage = (link) => !/sign_out|\.(csv|xlsx|json|txt|zip)$/.test(link.pathname);
    const links = [...document.querySelectorAll("a[href]:not([download])")].map((link) => link.getAttribute("href"));
    const copied = [...document.querySelectorAll(".copy code")].map((code) => code.textContent).filter((text) => /^https?:\/\/\S+$/.test(text));
    // A form is sent as it stands; one that still wants something typed leads nowhere yet.
    const isOptional = (field) => document.querySelector(`label[for="${field.id}"] .field-optional`);
    const isReady = (form) => ![...form.querySelectorAll("input:not([type=hidden])")].some((field) => field.value === "" && !isOptional(field));
    const asked = [...document.querySelectorAll("form.form[method=get]")].filter(isReady).map((form) => {
      const target = new URL(form.getAttribute("action"), url);
      for (const [name, value] of new FormData(form)) target.searchParams.append(name, value);
      return target.href;
    });
    return [...links, ...copied, ...asked].map((link) => new URL(link, url)).filter(isPage).map((link) => link.href.split("#")[0]);
  };
  return page.evaluate(read, [source, url]);
}

/**
 * Of the router's pages (`golden/permissions.txt`), those that none of these forms of address belongs to. A form belongs to the
 * most exact page: `/ads/new` is not the page of an ad that is called new.
 */
export function unseen(routes, forms) {
  const pages = routes.map((route) => ({ route, parts: route.split("/") }));
  const isOpen = (part) => part.startsWith("{");
  const looked = new Set();
  for (const shape of forms) {
    const parts = shape.split("?")[0].split("/");
    const fits = pages.filter((page) => page.parts.length === parts.length && page.parts.every((part, at) => isOpen(part) || part === parts[at]));
    const exact = ({ parts }) => parts.filter((part) => !isOpen(part)).length;
    fits.sort((one, other) => exact(other) - exact(one));
    if (fits[0]) looked.add(fits[0].route);
  }
  return routes.filter((route) => !looked.has(route));
}

/** How far and how much of a list is shown: the same page, whatever they say. */
const PAGING = ["after", "before", "limit", "size"];

/** The form of an address: ids become `:id`, and of the query only the names count, without those of paging. */
export function form(url) {
  const { pathname, searchParams } = new URL(url, BASE || "http://127.0.0.1");
  const isId = (part) => /^\d+$/.test(part) || /^[a-z]{0,6}[-_]?[0-9a-f-]{12,}$/i.test(part) || (part.length >= 12 && /\d/.test(part) && !part.includes("."));
  const path = pathname.split("/").map((part) => (isId(part) ? ":id" : part));
  const names = [...new Set(searchParams.keys())].filter((name) => !PAGING.includes(name)).sort();
  return path.join("/") + (names.length ? `?${names.join("&")}` : "");
}

/** The first few of a list, and how many more there are. */
function some(list, few = 5) {
  return list.slice(0, few).join(", ") + (list.length > few ? ` and ${list.length - few} more` : "");
}
