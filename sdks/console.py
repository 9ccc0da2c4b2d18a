"""A person in the console: signs in by a link of the demo, sends its forms, agrees to an app."""

import http.cookiejar
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from html import unescape


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are looked at, not followed: one leads to the app's own address."""

    def redirect_request(self, *_):
        return None


class Person:
    def __init__(self, base, link):
        self.base = base
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), _Stay)
        self.form(link, {})

    def send(self, path, data=None, headers=None):
        url = path if path.startswith("http") else self.base + path
        request = urllib.request.Request(url, data=data, headers=headers or {})
        try:
            with self.opener.open(request) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.headers, answer.read().decode()

    def page(self, path):
        status, _, body = self.send(path)
        assert status == 200, (path, status, body[:500])
        return body

    def form(self, path, fields, of=None):
        """Sends a form with the token of the page that holds it."""
        page = self.page(of or path)
        token = re.search(r'name="csrf" value="([^"]+)"', page).group(1)
        pairs = [("csrf", token)] + [(name, one) for name, value in fields.items() for one in (value if isinstance(value, list) else [value])]
        status, headers, body = self.send(path, urllib.parse.urlencode(pairs).encode())
        assert status in (200, 303), (path, status, body[:2000])
        return headers.get("Location"), body

    def agree(self, app):
        """Sees who asks for what and agrees to all of it; answers the code that the app gets."""
        place = f"/portal/auth?app_id={app}&state=a%20state"
        page = self.page(place)
        hidden = {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(seal|redirect_uri|state)" value="([^"]*)"', page)}
        ticked = {name: re.findall(rf'name="{name}" value="([^"]+)"', page) for name in ("scopes", "orgs")}
        location, _ = self.form("/portal/auth", {**hidden, **ticked, "app_id": app, "answer": "yes"}, of=place)
        told = urllib.parse.parse_qs(urllib.parse.urlsplit(location).query)
        assert told["state"] == ["a state"], location
        return told["auth_code"][0]

    def home(self, kind):
        """The person's organisation of this kind."""
        _, headers, body = self.send("/")
        return re.search(r"org_[0-9a-f]{32}", (headers.get("Location") or "") + body).group(0)


def people(base, links):
    return {role: link for role, link in json.load(open(links, encoding="utf-8")).items()}
