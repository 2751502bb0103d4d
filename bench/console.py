"""How smooth the console is in a real Chromium: frames a second while a graph of 500 steps is panned, the
page of a fan-out of 1,000 items, and how soon the end of a log of a million lines is shown."""

import asyncio
import shutil
import time

from playwright.async_api import async_playwright

from tests.parts import Server, folder

FRAMES = """() => new Promise((done) => { const took = []; let last = performance.now(); const end = last + 2500;
  const tick = (now) => { took.push(now - last); last = now; now < end ? requestAnimationFrame(tick) : done(took); }; requestAnimationFrame(tick); })"""  # noqa: E501


def said(what: str, took: list[float]) -> None:
    took = sorted(took[5:])
    print(
        f"{what}: {1000 * len(took) / sum(took):.0f} frames a second, slowest in a hundred "
        f"{took[int(len(took) * 0.99) - 1]:.0f} ms (target: 60)",
        flush=True,
    )


async def pan(page, what: str) -> None:
    """Drag the canvas to and fro while frames are counted."""
    box = await page.locator(".react-flow__pane").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] - 40
    counting = page.evaluate(FRAMES)
    await page.mouse.move(x, y)
    await page.mouse.down()

    async def move():
        end = time.monotonic() + 2.4
        step = 0
        while time.monotonic() < end:
            step += 1
            await page.mouse.move(x + 200 * ((step % 40) / 20 - 1), y - (step % 30) * 4)

    took, _ = await asyncio.gather(counting, move())
    await page.mouse.up()
    said(what, took)


async def main() -> None:
    with folder() as home:
        server = Server(home)
        try:
            with server.script() as client:
                client.create_project("p")
                steps = [
                    {
                        "name": f"s{n}",
                        "template": "shell",
                        "args": {"script": "true"},
                        "needs": [f"s{n // 2}"] if n else [],
                    }
                    for n in range(500)
                ]
                client.save_pipeline("p", definition={"name": "big", "steps": steps})
                fan = client.save_pipeline(
                    "p",
                    definition={
                        "name": "fan",
                        "steps": [
                            {
                                "name": "a",
                                "template": "shell",
                                "args": {"script": "true"},
                                "for_each": list(range(1000)),
                            }
                        ],
                    },
                )
                ran = client.start_run(fan["pipeline"]["id"])["id"]
                script = "seq -f 'line %.0f of a log that is long enough to matter' 1000000; echo last"
                long = client.start_run(
                    client.save_pipeline(
                        "p",
                        definition={
                            "name": "log",
                            "steps": [{"name": "a", "template": "shell", "args": {"script": script}}],
                        },
                    )["pipeline"]["id"]
                )["id"]
                for run in (ran, long):
                    for _ in client.run_changed(run):
                        pass
            async with async_playwright() as driver:
                browser = await driver.chromium.launch(
                    executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-dev-shm-usage"]
                )
                context = await browser.new_context(
                    viewport={"width": 1440, "height": 900}, base_url=server.url
                )
                page = await context.new_page()
                await page.goto(server.link)
                await page.get_by_role("navigation", name="Places").wait_for()
                said("an empty page, for comparison", await page.evaluate(FRAMES))
                await page.goto("/projects/p/pipelines/big?tab=edit")
                await page.locator(".react-flow__node").first.wait_for()
                await page.wait_for_timeout(1500)
                await pan(page, "500 steps in the editor, whole, panned")
                for _ in range(6):
                    await page.get_by_role("button", name="Zoom In").click()
                await page.wait_for_timeout(500)
                await pan(page, "500 steps in the editor, near, panned")
                await page.goto(f"/runs/{ran}?step=a")
                await page.get_by_text("Failed items come first").wait_for()
                said("a fan-out of 1,000 items", await page.evaluate(FRAMES))
                await page.goto(f"/runs/{long}")
                await page.locator(".react-flow__node").first.wait_for()
                began = time.perf_counter()
                await page.locator(".react-flow__node").first.click()
                await page.get_by_text("last", exact=True).wait_for()
                print(
                    f"the end of a log of a million lines: {time.perf_counter() - began:.2f} s (target: 1)",
                    flush=True,
                )
                await browser.close()
        finally:
            server.stop()
