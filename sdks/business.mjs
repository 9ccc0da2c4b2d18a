// TikTok's own SDK for Node.js against the running demo: the host is replaced, nothing else.
import { AccountManagementApi, ApiClient, AuthenticationApi, BCApi, IdentityApi } from "tiktok-business-api-sdk-official";

const { BASE, APP, APP_SECRET, AUTH_CODE } = process.env;
const client = ApiClient.instance;
client.basePath = BASE;
const [auth, bcApi, identity] = [new AuthenticationApi(client), new BCApi(client), new IdentityApi(client)];
const wrong = [];

// One call; a refusal is the SDK's own error, with the code in its text.
async function call(api, name, args, expect = 0) {
  const { data, error } = await new Promise((done) => api[name](...args, (error, data) => done({ error, data })));
  const code = error ? Number(/code:\s*(\d+)/.exec(String(error.message ?? error))?.[1] ?? -1) : 0;
  const fits = code === expect;
  console.log(`  ${fits ? "ok  " : "BAD "} ${String(code).padStart(5)} ${api.constructor.name}.${name}`);
  if (!fits) wrong.push(`${name}: expected ${expect}, got ${code}: ${error?.message}`);
  return data?.data ?? {};
}

// A call that the SDK has no method for, as the page shows it.
async function raw(path, token, query, body) {
  const headers = { "Access-Token": token, "Content-Type": "application/json" };
  const address = `${BASE}/open_api/v1.3${path}?${new URLSearchParams(query ?? {})}`;
  const said = await (await fetch(address, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) })).json();
  console.log(`  ${said.code === 0 ? "ok  " : "BAD "} ${String(said.code).padStart(5)} ${path}`);
  if (said.code !== 0) wrong.push(`${path}: ${JSON.stringify(said)}`);
  return said.data ?? {};
}

const body = { app_id: APP, secret: APP_SECRET, auth_code: AUTH_CODE };
const token = (await call(auth, "oauth2AccessToken", [{ body }])).access_token;
await call(auth, "oauth2AccessToken", [{ body }], 40110);
await call(auth, "oauth2AdvertiserGet", [APP, APP_SECRET, token]);
const bc = (await call(bcApi, "bcGet", [token, { filtering: { keyword: "North" } }])).list[0].bc_info.bc_id;
await call(bcApi, "bcGet", ["0".repeat(64), {}], 40105);
const info = { name: "Node account", currency: "GBP", timezone: "Europe/London" };
const advertiser = (await call(bcApi, "bcAdvertiserCreate", [token, { body: { bc_id: bc, advertiser_info: info } }])).advertiser_id;
await call(new AccountManagementApi(client), "advertiserInfo", [[advertiser], token, {}]);
await call(bcApi, "bcMemberInvite", [token, { body: { bc_id: bc, emails: ["node@example.com"], asset_ids: [] } }]);
await call(bcApi, "bcMemberInvite", [token, { body: { bc_id: bc, emails: ["node@example.com"], asset_ids: [] } }], 40050);
await call(bcApi, "bcMemberDelete", [token, { body: { bc_id: bc, user_email: "node@example.com" } }]);
const members = (await call(bcApi, "bcMemberGet", [bc, token, { filtering: { user_role: "STANDARD" } }])).list;
const user_id = members.find((one) => one.user_id).user_id;
const asset = { bc_id: bc, user_id, asset_type: "ADVERTISER", asset_id: advertiser };
await call(bcApi, "bcAssetAssign", [token, { body: { ...asset, advertiser_role: "ANALYST" } }]);
await call(bcApi, "bcAssetGet", [bc, "ADVERTISER", token, { filtering: { user_id } }]);
await call(bcApi, "bcAssetUnassign", [token, { body: asset }]);
await call(bcApi, "bcAssetAssign", [token, { body: { ...asset, bc_id: "org_" + "0".repeat(32), advertiser_role: "ANALYST" } }], 40001);
await call(bcApi, "bcPartnerGet", [bc, token, {}]);
await call(bcApi, "bcAssetGroupList", [bc, token, {}]);
await call(identity, "identityCreate", [token, { body: { advertiser_id: advertiser, display_name: "Node name" } }]);
await call(identity, "identityGet", [advertiser, token, {}]);
const asset_id = (await call(bcApi, "bcAssetAdminGet", [bc, "TT_ACCOUNT", token, {}])).list[0].asset_id;
const served = async () => (await raw("/bc/asset/advertiser/assigned/", token, { bc_id: bc, asset_id })).page_info.total_number;
const counts = [await served()];
for (const verb of ["unassign", "assign"]) {
  await raw(`/bc/asset/advertiser/${verb}/`, token, null, { bc_id: bc, asset_id, advertiser_id: advertiser });
  counts.push(await served());
}
if (String(counts) !== String([counts[0], counts[0] - 1, counts[0]])) wrong.push(`ad accounts that the account serves: ${counts}`);
await call(bcApi, "bcAssetAdminDelete", [token, { body: { bc_id: bc, asset_type: "ADVERTISER", asset_ids: [advertiser] } }]);
await call(bcApi, "bcBalanceGet", [bc, token, {}], 40008);
if (wrong.length > 0) {
  console.error(wrong.join("\n"));
  process.exitCode = 1;
}
