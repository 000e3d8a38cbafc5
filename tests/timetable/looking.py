"""What somebody at the desk does with a change of a whole class: look at it, then do what was shown."""

from bs4 import BeautifulSoup


def look(client, address, data):
    """Post ``data`` and return the page that shows what would happen."""
    response = client.post(address, data)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def shown(page):
    """The hidden answers of the page's second form, as a browser posts them."""
    fields = {}
    for field in page.select("main form input[type=hidden]"):
        fields.setdefault(field["name"], []).append(field.get("value", ""))
    return fields


def look_and_do(client, address, data):
    """Post ``data``, then what the page asks for; return the answer."""
    fields = shown(look(client, address, data))
    assert fields.get("seen"), "it was refused"
    return client.post(address, fields, follow=True)
