"""Draw the PNG icons and the picture of shared links from img/icon.svg: ``python site/lifelong/icons.py``.

Run by hand when the mark changes; the pictures are kept in git. Needs what the browser tests need.
"""

from pathlib import Path

from playwright.sync_api import sync_playwright

IMG = Path(__file__).parent / "static/lifelong/img"
#: name: (width, height, side of the mark). A maskable icon keeps its mark inside the middle 80 %, whatever shape is cut.
PICTURES = {
    "icon-192.png": (192, 192, 192),
    "icon-512.png": (512, 512, 512),
    "icon-maskable-512.png": (512, 512, 350),
    "icon-apple-180.png": (180, 180, 150),
}
SHARE = """<body style="margin:0;width:1200px;height:630px;background:#f8f6f1;display:flex;flex-direction:column;
align-items:center;justify-content:center;font-family:'Noto Serif CJK SC',serif;color:#1f2a2d">
<div style="width:250px;height:250px">{mark}</div>
<div style="font-size:84px;font-weight:700;margin-top:6px">家门口的学校</div>
<div style="font:40px 'Noto Sans CJK SC',sans-serif;margin-top:12px">想学什么？在哪儿附近？什么时候？</div></body>"""


def main():
    mark = (IMG / "icon.svg").read_text()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, (width, height, side) in PICTURES.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            edge = (width - side) // 2
            page.set_content(
                f'<body style="margin:0;background:#f8f6f1"><div style="margin:{edge}px;width:{side}px">{mark}</div></body>'
            )
            page.screenshot(path=IMG / name)
        page = browser.new_page(viewport={"width": 1200, "height": 630})
        page.set_content(SHARE.format(mark=mark))
        page.screenshot(path=IMG / "share.png")
        browser.close()


if __name__ == "__main__":
    main()
