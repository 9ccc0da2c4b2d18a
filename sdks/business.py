"""TikTok's own Python SDK against the running demo: the host is replaced, nothing else.

business.py URL LINKS NODE_FOLDER: signs in by the demo's links, registers an app, agrees to it, and calls every method of the
SDK's BCApi, IdentityApi and AuthenticationApi; then the text of the page "Connect an SDK" itself, and the SDK for Node.js.
Prints a line for every call and fails when one answers otherwise than is written here.
"""

import html
import inspect
import json
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request

from business_api_client import ApiClient, Configuration
from business_api_client.api.ad_api import AdApi
from business_api_client.api.adgroup_api import AdgroupApi
from business_api_client.api.account_management_api import AccountManagementApi
from business_api_client.api.authentication_api import AuthenticationApi
from business_api_client.api.bc_api import BCApi
from business_api_client.api.campaign_creation_api import CampaignCreationApi
from business_api_client.api.identity_api import IdentityApi
from business_api_client.tiktok_business.tiktok_exceptions import TiktokSDKError
from business_api_client.models import FilteringBcAssetAdminGet, FilteringBcMemberGet, MemberInviteBody
from console import Person, people
from wide import Wide

BASE, LINKS, NODE = sys.argv[1:4]
links = people(BASE, LINKS)
configuration = Configuration()
configuration.host = BASE
client = ApiClient(configuration)
bc_api, identity_api, auth_api = BCApi(client), IdentityApi(client), AuthenticationApi(client)
called, wrong = {}, []


def call(method, *args, expect=0, **kwargs):
    """Calls one method of the SDK; a refusal is the SDK's own error, with the code in its text."""
    name = f"{type(method.__self__).__name__}.{method.__name__}"
    try:
        data, code, said = method(*args, **kwargs)["data"], 0, "OK"
    except TiktokSDKError as error:
        data, code, said = None, int(re.match(r"Error Code: (\d+)", str(error)).group(1)), str(error).split("message: ", 1)[1]
    called.setdefault(name, []).append(code)
    fits = code == expect
    print(f"  {'ok  ' if fits else 'BAD '} {code:5} {name:44} {said[:90]}")
    if not fits:
        wrong.append(f"{name}: expected {expect}, got {code}: {said}")
    return data or {}


def raw(path, token, query=None, body=None, expect=0):
    """A call that the SDK has no method for, as the page shows it: the token in its header, objects as JSON."""
    url = f"{BASE}/open_api/v1.3{path}?{urllib.parse.urlencode(query or {})}"
    sent = json.dumps(body).encode() if body else None
    request = urllib.request.Request(url, data=sent, headers={"Access-Token": token, "Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        said = json.load(answer)
    fits = said["code"] == expect
    print(f"  {'ok  ' if fits else 'BAD '} {said['code']:5} {path:44} {said['message'][:90]}")
    if not fits:
        wrong.append(f"{path}: expected {expect}: {said}")
    return said["data"]


# An app, as its developer registers it in the console.
admin = Person(BASE, links["centre_admin"])
centre = admin.home("centre")
scopes = re.findall(r'name="scopes" value="(\d+)"', admin.page(f"/org/{centre}/apps"))
draft = {"name": "SDK test", "redirects": "http://127.0.0.1:3000/callback", "scopes": scopes}
_, page = admin.form(f"/org/{centre}/apps", draft)
app = re.search(r"app_[0-9a-f]{32}", page).group(0)
secret = re.search(r'class="secret-value"><code>([0-9a-f]{64})', page).group(1)
operator = Person(BASE, links["operator"])
platform = operator.home("operator")
operator.form(f"/operator/{platform}/apps/{app}/tier", {"tier": "ultimate"}, of=f"/operator/{platform}/apps")

print("OAuth")
own = {"app_id": app, "secret": secret}
code = admin.agree(app)
call(auth_api.oauth2_access_token, body={**own, "secret": "x", "auth_code": code}, expect=40101)
given = call(auth_api.oauth2_access_token, body={**own, "auth_code": code})
token = given["access_token"]
call(auth_api.oauth2_access_token, body={**own, "auth_code": code}, expect=40110)
call(auth_api.oauth2_advertiser_get, app, secret, token)
call(bc_api.bc_get, "0" * 64, expect=40105)
call(bc_api.bc_get, "", expect=40104)

print("Centre, members, ad accounts")
call(bc_api.bc_get, token, filtering={"keyword": "North light"}, page_size=50)
call(bc_api.bc_get, token, page=0, expect=40002)
bc = call(bc_api.bc_get, token)["list"][0]["bc_info"]["bc_id"]
new = call(bc_api.bc_advertiser_create, token, body={"bc_id": bc, "advertiser_info": {"name": "SDK account", "currency": "GBP", "timezone": "Europe/London"}})
advertiser = new["advertiser_id"]
call(AccountManagementApi(client).advertiser_info, [advertiser], token)
call(bc_api.bc_member_invite, token, body={"bc_id": bc, "emails": ["sdk@example.com"], "asset_ids": [], "user_role": "STANDARD"})
call(bc_api.bc_member_invite, token, body={"bc_id": bc, "emails": ["sdk@example.com"], "asset_ids": []}, expect=40050)
call(bc_api.bc_member_get, bc, token, filtering={"relation_status": "PENDING"})
call(bc_api.bc_member_delete, token, body={"bc_id": bc, "user_email": "sdk@example.com"})
with_assets = {"bc_id": bc, "emails": ["sdk2@example.com", "sdk3@example.com"], "asset_type": "ADVERTISER", "asset_ids": [advertiser], "advertiser_role": "OPERATOR"}
call(bc_api.bc_member_invite, token, body={**with_assets, "asset_ids": ["adv_" + "0" * 32]}, expect=40007)
call(bc_api.bc_member_invite, token, body=MemberInviteBody(**with_assets))
for email in with_assets["emails"]:
    call(bc_api.bc_member_delete, token, body={"bc_id": bc, "user_email": email})
members = call(bc_api.bc_member_get, bc, token)["list"]
call(bc_api.bc_member_get, bc, token, filtering=FilteringBcMemberGet(user_role="ADMIN", relation_status="BOUND"), page=1, page_size=1)
call(bc_api.bc_member_get, bc, token, child_bc_id=bc, expect=40008)
member = next(one["user_id"] for one in members if one["user_role"] == "STANDARD")
call(bc_api.bc_member_update, token, body={"bc_id": bc, "user_id": member, "user_role": "STANDARD"})
call(bc_api.bc_member_get, "org_" + "0" * 32, token, expect=40001)
call(bc_api.bc_member_get, "7001", token, expect=40001)

print("Assets")
for kind in ("ADVERTISER", "TT_ACCOUNT", "CATALOG", "PIXEL"):
    call(bc_api.bc_asset_get, bc, kind, token, filtering={"keyword": ""})
    call(bc_api.bc_asset_admin_get, bc, kind, token)
call(bc_api.bc_asset_get, bc, "NONE", token, expect=40002)
accounts = call(bc_api.bc_asset_admin_get, bc, "TT_ACCOUNT", token)["list"]
call(bc_api.bc_asset_admin_get, bc, "TT_ACCOUNT", token, filtering=FilteringBcAssetAdminGet(relation_type="OWNER_INDIVIDUAL"), page=2, page_size=1)
assign = {"bc_id": bc, "user_id": member, "asset_type": "ADVERTISER", "asset_id": advertiser}
call(bc_api.bc_asset_assign, token, body=assign, expect=40002)
call(bc_api.bc_asset_assign, token, body={**assign, "advertiser_role": "OPERATOR"})
call(bc_api.bc_asset_get, bc, "ADVERTISER", token, filtering={"user_id": member})
call(bc_api.bc_asset_member_get, bc, "ADVERTISER", advertiser, token)
call(bc_api.bc_asset_partner_get, bc, "ADVERTISER", advertiser, token)
call(bc_api.bc_asset_unassign, token, body=assign)
call(bc_api.bc_asset_assign, token, body={**assign, "asset_id": "adv_" + "0" * 32, "advertiser_role": "OPERATOR"}, expect=40007)
account = accounts[0]["asset_id"]
call(bc_api.bc_asset_member_get, bc, "TT_ACCOUNT", account, token)

print("Asset groups")
group = {"bc_id": bc, "asset_group_name": "SDK group", "assets": [{"asset_id": advertiser}]}
roles = [{"member_id": member, "asset_roles": {"ADVERTISER": "ADVERTISER_ROLE_ANALYST"}}]
made = call(bc_api.bc_asset_group_create, token, body={**group, "members": roles})["asset_group_id"]
call(bc_api.bc_asset_group_list, bc, token, filtering={"keyword": "SDK"})
for entity in ("ASSET", "MEMBER"):
    call(bc_api.bc_asset_group_get, bc, made, entity, token)
call(bc_api.bc_asset_group_update, token, body={"bc_id": bc, "asset_group_id": made, "update_entity": "NAME", "asset_group_name": "SDK renamed"})
call(bc_api.bc_asset_group_update, token, body={"bc_id": bc, "asset_group_id": made, "update_entity": "MEMBER", "action": "DELETE", "members": roles})
call(bc_api.bc_asset_group_delete, token, body={"bc_id": bc, "asset_group_ids": [made]})

print("Partners")
partners = call(bc_api.bc_partner_get, bc, token)["list"]
call(bc_api.bc_partner_add, token, body={"bc_id": bc, "partner_id": "org_" + "0" * 32, "asset_type": "ADVERTISER", "asset_ids": []}, expect=40007)
bound = next(one["bc_id"] for one in partners if one["relation_status"] == "BOUND")
call(bc_api.bc_partner_add, token, body={"bc_id": bc, "partner_id": bound, "asset_type": "ADVERTISER", "asset_ids": [advertiser], "advertiser_role": "ANALYST"})
for direction in ("SHARING", "SHARED"):
    call(bc_api.bc_partner_asset_get, bc, bound, "ADVERTISER", direction, token)
call(bc_api.bc_partner_asset_delete, token, body={"bc_id": bc, "partner_id": bound, "asset_type": "ADVERTISER", "asset_ids": [advertiser]})
call(bc_api.bc_partner_delete, token, body={"bc_id": bc, "partner_id": "org_" + "0" * 32}, expect=40007)

print("Identities and ads")
named = call(identity_api.identity_create, token, body={"advertiser_id": advertiser, "display_name": "SDK name"})["identity_id"]
call(identity_api.identity_get, advertiser, token)
call(identity_api.identity_get, advertiser, token, identity_type="BC_AUTH_TT", identity_authorized_bc_id=bc)
call(identity_api.identity_get, advertiser, token, identity_type="BC_AUTH_TT", expect=40002)
call(identity_api.identity_video_info, token, advertiser, "BC_AUTH_TT", account, "1", identity_authorized_bc_id=bc, expect=40007)
campaign = call(CampaignCreationApi(client).campaign_create, token, body={"advertiser_id": advertiser, "campaign_name": "SDK", "objective_type": "TRAFFIC"})
adgroup = call(AdgroupApi(client).adgroup_create, token, body={"advertiser_id": advertiser, "campaign_id": campaign["campaign_id"], "adgroup_name": "SDK"})
creative = {"ad_name": "SDK", "ad_format": "SINGLE_VIDEO", "identity_type": "BC_AUTH_TT", "identity_id": account, "identity_authorized_bc_id": bc, "tiktok_item_id": "1"}
call(AdApi(client).ad_create, token, body={"advertiser_id": advertiser, "adgroup_id": adgroup["adgroup_id"], "creatives": [creative]}, expect=40001)
call(AdApi(client).ad_get, advertiser, token)

# A Spark ad: the account's owner lets ads show a post, the account is the person's to use, and it is pulled.
creator = Person(BASE, links["creator"])
studio = creator.home("creator")
their_own = call(auth_api.oauth2_access_token, body={**own, "auth_code": creator.agree(app)})["access_token"]
posts = {}
for one in accounts:
    status, _, body = creator.send(f"/api/v1/creators/{studio}/accounts/{one['asset_id']}/posts")
    if status == 200 and "POST" in one["tt_account_roles"]:
        posts[one["asset_id"]] = [post["id"] for post in json.loads(body)["items"] if post["visibility"] == "public" and not post["codes"]]
held, (post, *_) = next((account, ids) for account, ids in posts.items() if ids)
made = raw("/business/post/authorize/", their_own, body={"business_id": held, "item_id": post, "authorization_days": 7})
raw("/business/post/authorize/setting/", their_own, body={"business_id": held, "item_id": post, "is_ad_promotable": True})
state = raw("/business/post/authorize/status/", their_own, {"business_id": held, "item_id": post})
own_user = next(one["user_id"] for one in members if one["user_role"] == "ADMIN")
call(bc_api.bc_asset_assign, token, body={**assign, "user_id": own_user, "advertiser_role": "ADMIN"}, expect=40012)
call(bc_api.bc_asset_assign, token, body={"bc_id": bc, "user_id": own_user, "asset_type": "TT_ACCOUNT", "asset_id": held, "tt_account_roles": ["POST"]})
of = {"advertiser_id": advertiser, "identity_type": "BC_AUTH_TT", "identity_id": held, "identity_authorized_bc_id": bc}
listed = raw("/identity/video/get/", token, of)["video_list"]
if post not in [one["item_id"] for one in listed]:
    wrong.append(f"{post} is not among {listed}")
call(identity_api.identity_video_info, token, advertiser, "BC_AUTH_TT", held, post, identity_authorized_bc_id=bc)
ready = {**creative, "identity_id": held, "tiktok_item_id": post}
ad = call(AdApi(client).ad_create, token, body={"advertiser_id": advertiser, "adgroup_id": adgroup["adgroup_id"], "creatives": [ready]})
for status in ("DISABLE", "ENABLE"):
    call(AdApi(client).ad_status_update, token, body={"advertiser_id": advertiser, "ad_ids": ad["ad_ids"], "operation_status": status})
# The account is withheld from the ad account: the ad there pauses and no other can be made, until it is restored.
pair, served = {"bc_id": bc, "asset_id": held, "advertiser_id": advertiser}, {"bc_id": bc, "asset_id": held, "page_size": 50}
before = raw("/bc/asset/advertiser/assigned/", token, served)
raw("/bc/asset/advertiser/assign/", token, body=pair)
raw("/bc/asset/advertiser/unassign/", token, body=pair)
raw("/bc/asset/advertiser/unassign/", token, body=pair, expect=40012)
after = raw("/bc/asset/advertiser/assigned/", token, served)
gone = {one["advertiser_id"] for one in before["list"]} - {one["advertiser_id"] for one in after["list"]}
if gone != {advertiser} or after["page_info"]["total_number"] != before["page_info"]["total_number"] - 1:
    wrong.append(f"withheld from {advertiser}, and gone are {gone}")
paused = call(AdApi(client).ad_get, advertiser, token, filtering={"ad_ids": ad["ad_ids"]})["list"][0]
if (paused["operation_status"], paused["reasons"]) != ("DISABLE", ["centers.spark.withheld"]):
    wrong.append(f"the ad rests on what was withheld: {paused}")
call(AdApi(client).ad_create, token, body={"advertiser_id": advertiser, "adgroup_id": adgroup["adgroup_id"], "creatives": [ready]}, expect=40001)
call(AdApi(client).ad_status_update, token, body={"advertiser_id": advertiser, "ad_ids": ad["ad_ids"], "operation_status": "ENABLE"}, expect=40001)
raw("/bc/asset/advertiser/assign/", token, body=pair)
call(AdApi(client).ad_status_update, token, body={"advertiser_id": advertiser, "ad_ids": ad["ad_ids"], "operation_status": "ENABLE"})
raw("/tt_video/info/", token, {"advertiser_id": advertiser, "auth_code": made["auth_code"]})
raw("/tt_video/authorize/", token, body={"advertiser_id": advertiser, "auth_code": made["auth_code"]})
raw("/tt_video/list/", token, {"advertiser_id": advertiser})
raw("/changelog/get/", token, {"bc_id": bc})
raw("/identity/info/", token, of)

print("As nobody planned it")
call(bc_api.bc_asset_assign, token, body={"bc_id": bc, "user_id": own_user, "asset_type": "TT_ACCOUNT", "asset_id": held, "tt_account_roles": ["POST"]})
named = next(one for one in members if one["user_id"] == member)
world = {"bc": bc, "advertiser": advertiser, "account": held, "member": member, "email": named["user_email"], "partner": bound, "advertisers": json.dumps([advertiser])}
world["group"] = call(bc_api.bc_asset_group_create, token, body={**group, "members": roles})["asset_group_id"]
Wide(BASE, token, world, wrong).all()
call(bc_api.bc_asset_admin_delete, token, body={"bc_id": bc, "asset_type": "ADVERTISER", "asset_ids": [advertiser]})

print("What is not offered here says so")
parameters = {"bc_id": bc, "access_token": token, "advertiser_id": advertiser, "pixel_code": "x", "invoice_type": "RECON", "store_id": "x", "store_authorized_bc_id": bc}
for api in (bc_api, identity_api, auth_api):
    for name, method in inspect.getmembers(api, inspect.ismethod):
        if name.startswith("_") or name.endswith("_with_http_info") or f"{type(api).__name__}.{name}" in called or name == "bc_image_upload":
            continue
        call(method, *[parameters[one] for one in inspect.signature(method).parameters if one != "kwargs"], expect=40008)

print("A standard member")
theirs = Person(BASE, links["centre_member"])
their_token = call(auth_api.oauth2_access_token, body={**own, "auth_code": theirs.agree(app)})["access_token"]
call(bc_api.bc_asset_get, bc, "TT_ACCOUNT", their_token)
call(bc_api.bc_asset_admin_get, bc, "TT_ACCOUNT", their_token, expect=40001)
call(bc_api.bc_member_invite, their_token, body={"bc_id": bc, "emails": ["x@example.com"], "asset_ids": []}, expect=40001)

print("The page's own text")
page = admin.page(f"/org/{centre}/apps/{app}/connect")
for name, run, kept in (("python", [sys.executable], "connect.py"), ("node", ["node"], "connect.mjs")):
    text = html.unescape(re.search(rf'<pre[^>]* id="{name}"[^>]*><code>(.*?)</code>', page, re.S).group(1))
    path = os.path.join(NODE, kept)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    environment = {**os.environ, "APP_SECRET": secret, "AUTH_CODE": admin.agree(app)}
    ran = subprocess.run([*run, kept], cwd=NODE, env=environment, capture_output=True, text=True, timeout=60)
    fits = ran.returncode == 0 and bc in ran.stdout
    print(f"  {'ok  ' if fits else 'BAD '} {kept}: {ran.stdout.strip()[:100]}")
    if not fits:
        wrong.append(f"{kept}: {ran.stdout}{ran.stderr}")

print("Node.js")
environment = {**os.environ, "BASE": BASE, "APP": app, "APP_SECRET": secret, "AUTH_CODE": admin.agree(app)}
with open(os.path.join(os.path.dirname(__file__), "business.mjs"), encoding="utf-8") as source, open(os.path.join(NODE, "business.mjs"), "w", encoding="utf-8") as copy:
    copy.write(source.read())
ran = subprocess.run(["node", "business.mjs"], cwd=NODE, env=environment, capture_output=True, text=True, timeout=120)
print(ran.stdout.rstrip())
if ran.returncode != 0:
    wrong.append(f"business.mjs: {ran.stderr[-2000:]}")

print(f"{sum(map(len, called.values()))} calls of {len(called)} methods in Python")
if wrong:
    sys.exit("\n".join(["These answered otherwise than they should:", *wrong]))
