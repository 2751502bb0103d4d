"""The log on the screen shows what a terminal would: of a progress bar its last state, however long its line
is."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

CASE = Path(__file__).parents[1] / "cases/30-tqdm-on-the-screen.yaml"
HEAD = (
    "name: {name}\nsteps:\n  - name: train\n    template: python\n    cache: false\n    args:\n      "
    "script: |\n"
)


def python(name: str, *lines: str) -> str:
    return HEAD.format(name=name) + "".join(f"        {line}\n" for line in ("import os, sys", *lines))


BAR = '"\\r%3d%%|%s| %d/20000" % (i // 200, "█" * (i // 500), i)'
CASES = {
    "the case": (CASE.read_text(), [f"100%|{'#' * 20}| 2000/2000", "done"]),
    "two megabytes, in characters of three bytes": (
        python("long", f"sys.stderr.write(''.join({BAR} for i in range(20001)))", 'print("\\ndone")'),
        [f"100%|{'█' * 40}| 20000/20000", "done"],
    ),
    "a bar that never ends its line": (
        python("open", "print('begin')", f"sys.stderr.write(''.join({BAR} for i in range(20001)))"),
        ["begin", f"100%|{'█' * 40}| 20000/20000"],
    ),
    "carriage returns at the end, and lines of Windows": (
        python(
            "trailing",
            "sys.stdout.write('one\\r\\n' + ''.join('%6d %s\\r' % (i, 'x' * 90) for i in "
            "range(2001)) + '\\r\\ndone\\r\\n')",
        ),
        ["one", f"  2000 {'x' * 90}", "done"],
    ),
    "a long line without any": (
        python("plain", "print('begin'); print('a' * 70_000 + 'b' * 70_000); print('done')"),
        ["begin", "a" * 20_000 + "…", "done"],
    ),
}


@pytest.mark.parametrize(("yaml", "lines"), CASES.values(), ids=CASES)
def test_30_the_last_state_of_a_bar_is_shown(page, server, yaml, lines):
    with server.script() as client:
        if client.project("cases") is None:
            client.create_project("cases")
        run = client.start_run(client.save_pipeline("cases", yaml=yaml)["pipeline"]["id"])
    page.goto(f"/runs/{run['id']}?step=train")
    expect(page.locator("header").get_by_text("Succeeded").first).to_be_visible()
    log = page.get_by_role("log")
    shown = log.locator("div > span:last-child")
    expect(shown.first).to_be_visible()
    expect(shown).to_have_text(lines, use_inner_text=False)
    page.reload()
    expect(shown).to_have_text(lines)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    raw = Path(download.value.path()).read_bytes()
    assert (raw.count(b"\r") >= 2000) == ("a" * 100 not in raw.decode()), (
        "the download has the bytes as they were written"
    )


def test_a_bar_is_followed_while_it_moves(page, server):
    """Live: its line began far above what is fetched, and each state replaces the one before."""
    with server.script() as client:
        client.create_project("live")
        gate = "while not os.path.exists('go'): time.sleep(0.05)"
        yaml = python(
            "live",
            "import time",
            "sys.stderr.write(''.join('\\r%s %d' % ('#' * 60, i) for i in range(3000))); sys.stderr.flush()",
            gate,
            "sys.stderr.write('\\r'); sys.stderr.flush(); print('ended', end='', flush=True)",
        )
        run = client.start_run(client.save_pipeline("live", yaml=yaml)["pipeline"]["id"])
    page.goto(f"/runs/{run['id']}?step=train")
    line = page.get_by_role("log").locator("div > span:last-child")
    expect(line).to_have_text([f"{'#' * 60} 2999"])
    page.reload()
    expect(line).to_have_text([f"{'#' * 60} 2999"])
    page.get_by_role("tab", name="Terminal").click()
    screen = page.get_by_role("group", name="Terminal")
    expect(screen).to_contain_text("$")
    page.keyboard.type("touch go\n")
    expect(page.locator("header").get_by_text("Succeeded").first).to_be_visible()
    page.get_by_role("tab", name="Log").click()
    expect(line).to_have_text(["ended"])
