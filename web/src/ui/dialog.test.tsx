import { fireEvent, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { Refused } from "@/api/client";
import { show } from "../../tests/render";
import { Dialog } from "./dialog";

const dialog = (more: Partial<Parameters<typeof Dialog>[0]> = {}) => {
  const calls = { go: vi.fn(), close: vi.fn() };
  const made = show(() => (
    <Dialog title="New project" label="Create" busy={false} error={null} {...calls} {...more}>
      <input aria-label="Name" />
    </Dialog>
  ));
  return made.then(() => calls);
};

describe("a dialog", () => {
  it("goes on by its button and by Enter in a field", async () => {
    const { go } = await dialog();
    fireEvent.click(await screen.findByRole("button", { name: "Create" }));
    fireEvent.submit(screen.getByRole("textbox", { name: "Name" }).closest("form")!);
    expect(go).toHaveBeenCalledTimes(2);
  });
  it("says what is missing and does not go on meanwhile", async () => {
    const { go } = await dialog({ why: "Enter a name." });
    const button = await screen.findByRole<HTMLButtonElement>("button", { name: "Create" });
    expect(screen.getByRole("status").textContent).toBe("Enter a name.");
    expect(button.disabled).toBe(true);
    fireEvent.click(button);
    expect(go).not.toHaveBeenCalled();
  });
  it("cannot be sent twice", async () => {
    await dialog({ busy: true });
    const button = await screen.findByRole<HTMLButtonElement>("button", { name: "Create" });
    expect(button.disabled).toBe(true);
  });
  it("shows why it was refused", async () => {
    await dialog({
      error: new Refused({
        code: "CONFLICT",
        reason: "X",
        message: "The name is taken.",
        hint: "Choose another.",
      }),
    });
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("The name is taken.");
    expect(alert.textContent).toContain("Choose another.");
  });
  it("closes without going on", async () => {
    const { go, close } = await dialog();
    fireEvent.click(await screen.findByRole("button", { name: "Cancel" }));
    expect(close).toHaveBeenCalledOnce();
    expect(go).not.toHaveBeenCalled();
  });
});
