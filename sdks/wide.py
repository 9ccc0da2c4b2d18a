"""Every call of the dialect as nobody planned it: each parameter left out, of another type, beyond its range, of somebody else;
each list in pages of every size. Used by business.py; what a call answers well is tried there.
"""

import json
import time
import urllib.error
import urllib.parse
import urllib.request

NOTHING = {kind: f"{kind}_{'0' * 31}7" for kind in ("org", "adv", "acc", "usr", "asg", "cmp", "adg", "ad", "idt")}
# What no parameter of any call may be, as JSON; a query carries it as text.
ODD = [{}, [], [{}], {"a": 1}, True, -1, 0, 1.5, 10**30, "", " ", "x" * 5000, "é\u0000\u202e", "'; DROP TABLE ads; --", "%00", None]

BC, ADV, ACC = ("bc_id", "bc"), ("advertiser_id", "advertiser"), ("asset_id", "account")
IDENTITY = {"advertiser_id": "advertiser", "identity_type": "=BC_AUTH_TT", "identity_id": "account", "identity_authorized_bc_id": "bc"}

# Path → what it needs (a name in the world, or `=` and a value), and what else it reads.
READS = {
    "/bc/get/": ({}, {"bc_id": "bc", "scene": "=SINGLE_ACCOUNT", "filtering": {"keyword": "a", "keyword_type": "MEMBER", "relation_type": "CHILD"}}),
    "/bc/member/get/": (dict([BC]), {"filtering": {"keyword": "a", "user_role": "STANDARD", "relation_status": "BOUND"}}),
    "/bc/asset/get/": (dict([BC, ("asset_type", "=ADVERTISER")]), {"filtering": {"keyword": "a", "user_id": "@member", "user_email": "@email"}}),
    "/bc/asset/admin/get/": (
        dict([BC, ("asset_type", "=TT_ACCOUNT")]),
        {"filtering": {"keyword": "a", "relation_type": "OWNER_INDIVIDUAL", "relation_status": "BOUND", "advertiser_show_status": "SHOW_ACCOUNT_STATUS_APPROVED"}},
    ),
    "/bc/asset/member/get/": (dict([BC, ACC, ("asset_type", "=TT_ACCOUNT")]), {"filtering": {"keyword": "a"}}),
    "/bc/asset/partner/get/": (dict([BC, ("asset_id", "advertiser"), ("asset_type", "=ADVERTISER")]), {"filtering": {"keyword": "a"}}),
    "/bc/asset/bind/quota/": (dict([BC, ACC, ("asset_type", "=TT_ACCOUNT")]), {}),
    "/bc/asset/account/authorization/": (dict([BC]), {}),
    "/bc/asset/advertiser/assigned/": (dict([BC, ACC]), {}),
    "/bc/partner/get/": (dict([BC]), {"filtering": {"name": "a"}}),
    "/bc/partner/asset/get/": (
        dict([BC, ("partner_id", "partner"), ("asset_type", "=ADVERTISER"), ("share_type", "=SHARED")]),
        {"filtering": {"keyword": "a"}},
    ),
    "/bc/asset_group/list/": (dict([BC]), {"filtering": {"keyword": "a"}}),
    "/bc/asset_group/get/": (dict([BC, ("asset_group_id", "group"), ("query_entity", "=ASSET")]), {"filtering": {"keyword": "a"}}),
    "/changelog/get/": (
        dict([BC]),
        {"filtering": {"activity_type": "ALL"}, "sort_field": "=operation_time", "sort_type": "=ASC", "start_date": "=2020-01-01", "end_date": "=2099-12-31", "lang": "=EN"},
    ),
    "/identity/get/": (dict([ADV]), {"identity_type": "=CUSTOMIZED_USER", "identity_authorized_bc_id": "bc", "filtering": {"keyword": "a"}}),
    "/identity/info/": (IDENTITY, {}),
    "/identity/video/get/": (IDENTITY, {"item_type": "=VIDEO", "keyword": "=a", "cursor": "=0", "count": "=3"}),
    "/identity/live/get/": (IDENTITY, {}),
    "/tt_video/list/": (dict([ADV]), {"item_types": '=["VIDEO"]', "keyword": "=a"}),
    "/campaign/get/": (dict([ADV]), {"filtering": {}}),
    "/adgroup/get/": (dict([ADV]), {"filtering": {}}),
    "/ad/get/": (dict([ADV]), {"filtering": {}}),
    "/advertiser/info/": ({"advertiser_ids": "@advertisers"}, {"fields": '=["name"]'}),
}

# Those in pages: what holds the rows, the most rows of a page, what tells one from another.
PAGED = {
    "/bc/get/": ("list", 50, "bc_info"),
    "/bc/member/get/": ("list", 1000, "user_email"),
    "/bc/asset/get/": ("list", 50, "asset_id"),
    "/bc/asset/admin/get/": ("list", 50, "asset_id"),
    "/bc/asset/member/get/": ("list", 20, "user_id"),
    "/bc/asset/partner/get/": ("list", 50, "bc_id"),
    "/bc/asset/advertiser/assigned/": ("list", 50, "advertiser_id"),
    "/bc/partner/get/": ("list", 50, "bc_id"),
    "/bc/partner/asset/get/": ("list", 50, "asset_id"),
    "/bc/asset_group/list/": ("asset_groups", 1000, "asset_group_id"),
    "/changelog/get/": ("changelog_list", 50, None),
    "/identity/get/": ("identity_list", 100, "identity_id"),
    "/tt_video/list/": ("list", 50, "item_info"),
    "/campaign/get/": ("list", 1000, "campaign_id"),
    "/adgroup/get/": ("list", 1000, "adgroup_id"),
    "/ad/get/": ("list", 1000, "ad_id"),
}

# What changes something: bodies of which each lacks, or bends, one parameter, so that nothing comes of any.
WRITES = {
    "/bc/create/": ["bc_name", "timezone"],
    "/bc/member/invite/": ["bc_id", "emails"],
    "/bc/member/update/": ["bc_id", "user_id"],
    "/bc/member/delete/": ["bc_id"],
    "/bc/asset/assign/": ["bc_id", "user_id", "asset_type", "asset_id"],
    "/bc/asset/unassign/": ["bc_id", "user_id", "asset_type", "asset_id"],
    "/bc/asset/admin/delete/": ["bc_id", "asset_type", "asset_ids"],
    "/bc/asset/advertiser/assign/": ["bc_id", "asset_id", "advertiser_id"],
    "/bc/asset/advertiser/unassign/": ["bc_id", "asset_id", "advertiser_id"],
    "/bc/advertiser/create/": ["bc_id", "advertiser_info"],
    "/bc/partner/add/": ["bc_id", "partner_id"],
    "/bc/partner/delete/": ["bc_id", "partner_id"],
    "/bc/partner/asset/delete/": ["bc_id", "partner_id", "asset_type", "asset_ids"],
    "/bc/asset_group/create/": ["bc_id", "asset_group_name", "assets", "members"],
    "/bc/asset_group/update/": ["bc_id", "asset_group_id", "update_entity"],
    "/bc/asset_group/delete/": ["bc_id", "asset_group_ids"],
    "/identity/create/": ["advertiser_id", "display_name"],
    "/identity/delete/": ["advertiser_id", "identity_id"],
    "/tt_video/authorize/": ["advertiser_id", "auth_code"],
    "/tt_video/unbind/": ["advertiser_id", "item_id"],
    "/business/post/authorize/": ["business_id", "item_id"],
    "/business/post/authorize/setting/": ["business_id", "item_id", "is_ad_promotable"],
    "/business/post/authorize/delete/": ["business_id", "item_id"],
    "/campaign/create/": ["advertiser_id", "campaign_name", "objective_type"],
    "/adgroup/create/": ["advertiser_id", "campaign_id", "adgroup_name"],
    "/ad/create/": ["advertiser_id", "adgroup_id", "creatives"],
    "/ad/status/update/": ["advertiser_id", "ad_ids", "operation_status"],
}
CLIENT_FAULTS = range(40000, 50000)


class Wide:
    def __init__(self, base, token, world, wrong):
        self.base, self.token, self.world, self.wrong, self.asked = base, token, world, wrong, 0

    def ask(self, path, query=None, body=None):
        """One call; whatever it is sent, its answer is an envelope. Whoever calls too often waits and calls again."""
        self.asked += 1
        for _ in range(12):
            said = self.once(path, query, body)
            # Whoever tries codes waits for minutes; that limit is not the app's.
            if said["code"] != 40100 or (body or {}).get("auth_code"):
                return said
            time.sleep(0.2)
        return said

    def once(self, path, query, body):
        text = {name: value if isinstance(value, str) else json.dumps(value) for name, value in (query or {}).items()}
        url = f"{self.base}/open_api/v1.3{path}?{urllib.parse.urlencode(text, errors='surrogatepass')}"
        headers = {"Access-Token": self.token, "Content-Type": "application/json"}
        request = urllib.request.Request(url, data=None if body is None else json.dumps(body).encode(), headers=headers)
        try:
            with urllib.request.urlopen(request) as answer:
                said = json.load(answer)
        except urllib.error.HTTPError as answer:
            self.wrong.append(f"{path} {query or body}: HTTP {answer.code}: {answer.read()[:200]}")
            return {"code": -1, "message": "", "data": {}}
        if set(said) != {"code", "message", "request_id", "data"} or not said["message"] or (said["code"] and said["data"]):
            self.wrong.append(f"{path} {query or body}: no envelope: {str(said)[:300]}")
        return said

    def check(self, fits, path, sent, said):
        if not fits:
            self.wrong.append(f"{path} {json.dumps(sent)[:300]}: {said['code']} {said['message'][:200]}")

    def valued(self, needs):
        world = lambda value: value[1:] if value.startswith("=") else self.world[value[1:] if value.startswith("@") else value]
        inner = lambda value: {name: world(one) if one.startswith("@") else one for name, one in value.items()}
        return {name: inner(value) if isinstance(value, dict) else world(value) for name, value in needs.items()}

    def reads(self):
        for path, (needs, more) in READS.items():
            needs, more = self.valued(needs), self.valued(more)
            whole = self.ask(path, needs)
            self.check(whole["code"] == 0, path, needs, whole)
            for name in needs:
                less = {key: value for key, value in needs.items() if key != name}
                said = self.ask(path, less)
                self.check(said["code"] == 40002 and name in said["message"], path, less, said)
            for name, value in more.items():
                parts = [value] if not isinstance(value, dict) else [{key: one} for key, one in value.items()] + [value, {}, {"unknown": 1}]
                for part in parts:
                    said = self.ask(path, {**needs, name: part})
                    # An address and an id of the same person are one of many ways to name them, not two filters.
                    self.check(said["code"] == 0 or name in ("start_date", "end_date"), path, {**needs, name: part}, said)
            for name in [*needs, *more, "page", "page_size"]:
                for odd in ODD:
                    said = self.ask(path, {**needs, name: odd})
                    self.check(said["code"] == 0 or said["code"] in CLIENT_FAULTS, path, {**needs, name: odd}, said)
            for name, kind in {"bc_id": "org", "advertiser_id": "adv", "asset_id": "acc", "identity_id": "acc", "partner_id": "org", "asset_group_id": "asg"}.items():
                if name in needs:
                    said = self.ask(path, {**needs, name: NOTHING[kind]})
                    self.check(said["code"] in (40001, 40007), path, {**needs, name: NOTHING[kind]}, said)
            if isinstance(more.get("filtering"), dict):
                for odd in ("x", "[1]", '{"keyword": {}}', '{"keyword": [1]}', '{"name": {}}'):
                    said = self.ask(path, {**needs, "filtering": odd})
                    self.check(said["code"] in (0, 40002), path, {**needs, "filtering": odd}, said)
                said = self.ask(path, {**needs, "filtering": "x"})
                self.check(said["code"] == 40002 and "filtering" in said["message"], path, {"filtering": "x"}, said)

    def pages(self):
        for path, (rows, most, key) in PAGED.items():
            needs = self.valued(READS[path][0])
            every = self.ask(path, {**needs, "page_size": most})["data"]
            total = every["page_info"]["total_number"]
            self.check(len(every[rows]) == min(total, most), path, {"page_size": most}, {"code": 0, "message": f"{len(every[rows])} of {total}"})
            for size in (1, 2, 3, 7, most - 1, most):
                found, page = [], 1
                while len(found) < min(total, 60):
                    data = self.ask(path, {**needs, "page": page, "page_size": size})["data"]
                    info = {"page": page, "page_size": size, "total_number": total, "total_page": -(-total // size)}
                    self.check(data["page_info"] == info and 0 < len(data[rows]) <= size, path, {"page": page, "page_size": size}, {"code": 0, "message": str(data["page_info"])})
                    if not data[rows]:
                        break
                    found, page = found + data[rows], page + 1
                self.check(found[: len(every[rows])] == every[rows][: len(found)], path, {"page_size": size}, {"code": 0, "message": "pages do not add up to the list"})
            if key is not None:
                keys = [json.dumps(row[key]) for row in every[rows]]
                self.check(len(set(keys)) == len(keys) or path in ("/identity/get/", "/tt_video/list/"), path, {}, {"code": 0, "message": "a row stands twice"})
            beyond = self.ask(path, {**needs, "page": total + 2, "page_size": 1})
            self.check(beyond["code"] == 0 and beyond["data"][rows] == [], path, {"page": total + 2}, beyond)
            for name, odd in [("page", 0), ("page", -1), ("page", "x"), ("page", 1.5), ("page_size", 0), ("page_size", most + 1), ("page_size", "x"), ("page_size", -5)]:
                said = self.ask(path, {**needs, name: odd})
                self.check(said["code"] == 40002 and name in said["message"], path, {name: odd}, said)

    def writes(self):
        full = {
            **{name: self.world[value] for name, value in (("bc_id", "bc"), ("advertiser_id", "advertiser"), ("asset_id", "advertiser"), ("user_id", "member"))},
            "business_id": NOTHING["acc"], "partner_id": NOTHING["org"], "asset_type": "ADVERTISER", "asset_ids": [NOTHING["adv"]],
            "emails": ["odd@example.com"], "asset_group_name": "odd", "asset_group_id": NOTHING["asg"], "asset_group_ids": [NOTHING["asg"]],
            "update_entity": "NAME", "assets": [{"asset_id": NOTHING["adv"]}], "members": [{"member_id": NOTHING["usr"]}],
            "advertiser_info": {"name": "odd", "currency": "GBP", "timezone": "UTC"}, "display_name": "odd", "identity_id": NOTHING["idt"],
            "auth_code": "#" + "0" * 32, "item_id": "0", "is_ad_promotable": True, "campaign_name": "odd", "objective_type": "TRAFFIC",
            "campaign_id": NOTHING["cmp"], "adgroup_name": "odd", "adgroup_id": NOTHING["adg"], "ad_ids": [NOTHING["ad"]], "operation_status": "DISABLE",
            "creatives": [{"ad_name": "odd", "identity_type": "BC_AUTH_TT", "identity_id": NOTHING["acc"], "identity_authorized_bc_id": self.world["bc"], "tiktok_item_id": "0"}],
            "bc_name": "odd", "timezone": "Europe/London",
        }
        for path, needs in WRITES.items():
            whole = {name: full[name] for name in needs}
            for name in needs:
                less = {key: value for key, value in whole.items() if key != name}
                said = self.ask(path, body=less)
                self.check(said["code"] == 40002 and name in said["message"], path, less, said)
                for odd in ODD:
                    # A name may be many things; whatever else is odd is refused, and nothing comes of it.
                    if name in ("bc_name", "asset_group_name", "display_name", "campaign_name", "adgroup_name") and isinstance(odd, (str, int, float)):
                        continue
                    if name in ("is_ad_promotable",) and isinstance(odd, bool):
                        continue
                    said = self.ask(path, body={**whole, name: odd})
                    self.check(said["code"] in CLIENT_FAULTS, path, {**whole, name: odd}, said)
        for text in (b"[", b"[1]", b"null", b'"x"', b"\xff", b"{\"bc_id\":"):
            request = urllib.request.Request(f"{self.base}/open_api/v1.3/bc/asset/assign/", data=text, headers={"Access-Token": self.token, "Content-Type": "application/json"})
            with urllib.request.urlopen(request) as answer:
                said = json.load(answer)
            self.check(said["code"] == 40000, "/bc/asset/assign/", text.decode(errors="replace"), said)

    def all(self):
        for part in (self.reads, self.pages, self.writes):
            before = self.asked
            part()
            print(f"  {self.asked - before:5} {part.__name__}")
