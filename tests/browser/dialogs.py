"""Every dialog of the console: where it is opened, by which presses; and whether anything in it spills over
its edge."""

from playwright.sync_api import Page, expect

LONG = "a-value-that-is-as-long-as-what-people-paste-" * 4
OUTSIDE = """(dialog) => {
  const box = dialog.getBoundingClientRect();
  const found = box.left < 0 || box.right > innerWidth ? [`the dialog reaches from ${box.left} to ${box.right} of ${innerWidth}`] : [];
  const contained = (each) => {
    for (let up = each.parentElement; up && up !== dialog; up = up.parentElement) if (getComputedStyle(up).overflowX !== "visible") return true;
    return false;
  };
  for (const each of dialog.querySelectorAll("*")) {
    const { width, height, left, right } = each.getBoundingClientRect();
    if (width > 1 && height > 1 && (right > box.right + 1 || left < box.left - 1) && !contained(each)) found.push(each.outerHTML.slice(0, 160));
  }
  return found;
}"""  # noqa: E501


def all_of(world: dict) -> dict[str, tuple[str, ...]]:
    """Name of a dialog: the address of its page, then the names of the buttons and entries that open it."""
    one = "/projects/show/pipelines/" + world["pipeline"]
    notebook, image, model, service = (
        f"/{name}s/{world[name]}" for name in ("notebook", "image", "model", "service")
    )
    search = f"/searches/{world['search']}"
    return {
        "project": ("/projects", "New project"),
        "pipeline": ("/projects/show/pipelines?new=1",),
        "start": (f"{one}?tab=runs&start=1",),
        "copy-pipeline": (one, "More actions", "Copy…"),
        "delete-pipeline": (one, "More actions", "Delete…"),
        "schedule": (f"{one}?tab=schedules", "New schedule"),
        "any-schedule": ("/schedules?new=1",),
        "template": ("/templates", "New template"),
        "notebook": ("/notebooks?new=1",),
        "copy-notebook": (notebook, "More actions", "Copy…"),
        "delete-notebook": (notebook, "More actions", "Delete…"),
        "image": ("/images?new=1",),
        "image-version": (image, "New version"),
        "delete-image": (image, "More actions", "Delete…"),
        "starts": ("/images", "Presets"),
        "search": ("/searches?new=1",),
        "more-trials": (search, "Add trials…"),
        "use-the-best": (search, "Use best trial", "Run with these parameters…"),
        "delete-search": (search, "More actions", "Delete…"),
        "delete-run": (f"/runs/{world['runs'][-1]}", "More actions", "Delete…"),
        "model": ("/models?new=1",),
        "promote": (model, "Promote…"),
        "card": (model, "More actions", "Edit model card…"),
        "delete-version": (model, "More actions", "Delete version…"),
        "delete-model": (model, "More actions", "Delete…"),
        "service": ("/services?new=1",),
        "deploy": (service, "Deploy…"),
        "traffic": (service, "Split traffic…"),
        "key": (f"{service}?tab=settings", "New API key"),
        "secret": ("/projects/show", "Add secret"),
        "registry": ("/projects/show", "Add registry"),
        "channel": ("/projects/show", "Add channel"),
        "invitation": ("/projects/show", "Invite by link…"),
        "person": ("/people", "Invite user"),
        "group": ("/people", "New group"),
        "quota": ("/people", "Set quota"),
        "token": ("/tokens", "New token"),
    }


def outside(page: Page, widths: tuple[int, ...] = (1440, 800, 390)) -> list[str]:
    """What of the dialog that is open is outside of it, at each width."""
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[aria-busy=true]")).to_have_count(0)
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width}: {each}" for each in dialog.evaluate(OUTSIDE)]
    return found


def fill(page: Page) -> None:
    """Long values in every field that takes text, and every part unfolded."""
    dialog = page.get_by_role("dialog")
    dialog.evaluate("(dialog) => dialog.querySelectorAll('details').forEach((each) => { each.open = true; })")
    fields = (
        "input[type=text]:not([role=combobox]):not([inputmode]):not([readonly]):not(:disabled), "
        "textarea:not(:disabled)"
    )
    for each in dialog.locator(fields).element_handles():
        if each.is_visible() and each.is_enabled():
            each.fill(LONG)
