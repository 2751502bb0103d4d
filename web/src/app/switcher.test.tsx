import { fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { recent } from "@/api/project";
import { choose } from "@/api/scope";
import { answer, show } from "../../tests/render";
import { Switcher } from "./switcher";

const projects = (...names: string[]) => ({
  FindProjects: {
    projects: {
      nodes: names.map((name) => ({ id: name, name })),
      pageInfo: { hasNextPage: false, endCursor: null },
    },
  },
});

async function open(address = "/models") {
  choose(null);
  const asked = answer(projects("ocean", "wine"));
  const router = await show(() => <Switcher />, address);
  fireEvent.click(await screen.findByRole("button", { name: "Project: All projects" }));
  await screen.findByRole("option", { name: "wine", hidden: true });
  return { asked, router };
}

describe("the switcher of projects", () => {
  it("asks for projects only when it is opened", async () => {
    choose(null);
    const asked = answer(projects("wine"));
    await show(() => <Switcher />);
    fireEvent.click(await screen.findByRole("button", { name: "Project: All projects" }));
    await screen.findByRole("option", { name: "wine", hidden: true });
    expect(asked.FindProjects).toEqual([{ search: "" }]);
  });
  it("leads to the list of the chosen project and remembers it", async () => {
    const { router } = await open();
    fireEvent.click(screen.getByRole("option", { name: "wine", hidden: true }));
    await waitFor(() => expect(router.state.location.href).toBe("/models?project=wine"));
    expect(screen.getByRole("button", { name: "Project: wine" })).toBeTruthy();
    expect(recent()).toEqual(["wine"]);
  });
  it("leads from a page to the list of its kind", async () => {
    const { router } = await open("/runs/1");
    fireEvent.click(screen.getByRole("option", { name: "ocean", hidden: true }));
    await waitFor(() => expect(router.state.location.href).toBe("/runs?project=ocean"));
  });
  it("shows what is like the typed text at once", async () => {
    await open();
    fireEvent.change(screen.getByLabelText("Find a project"), { target: { value: "WI" } });
    expect(screen.queryByRole("option", { name: "ocean", hidden: true })).toBeNull();
    expect(screen.getByRole("option", { name: "wine", hidden: true })).toBeTruthy();
  });
});
