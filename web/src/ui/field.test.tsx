import { fireEvent, screen, waitFor } from "@testing-library/react";
import { useState } from "react";
import { describe, expect, it } from "vitest";
import { show } from "../../tests/render";
import { type Argument, Field } from "./field";

/** A form with one field; returns what its value became. */
async function form(argument: Omit<Argument, "name">, value?: unknown, names: string[] = []) {
  const seen: unknown[] = [];
  await show(() => {
    const [now, setNow] = useState(value);
    const set = (next: unknown) => {
      seen.push(next);
      setNow(next);
    };
    return <Field argument={{ name: "x", ...argument }} value={now} set={set} names={names} />;
  });
  return seen;
}
const type = (element: HTMLElement, value: string) => fireEvent.change(element, { target: { value } });

describe("a field of an argument", () => {
  it("gives whole numbers, and nothing when it is empty", async () => {
    const seen = await form({ type: "int" });
    const field = await screen.findByLabelText(/^x/);
    type(field, "12");
    type(field, "");
    expect(seen).toEqual([12, undefined]);
  });
  it("keeps the fraction of a number where one is allowed", async () => {
    const seen = await form({ type: "float" });
    type(await screen.findByLabelText(/^x/), "0.25");
    expect(seen).toEqual([0.25]);
  });
  it("has a slider where the range is short", async () => {
    await form({ type: "int", range: [1, 8] }, 3);
    const slider = await waitFor(() => document.querySelector("[role=slider]")!);
    expect([slider.getAttribute("aria-valuemin"), slider.getAttribute("aria-valuemax")]).toEqual(["1", "8"]);
    expect(slider.getAttribute("aria-valuenow")).toBe("3");
  });
  it("switches", async () => {
    const seen = await form({ type: "bool", default: true });
    const box = await screen.findByRole<HTMLInputElement>("switch", { name: "x" });
    expect(box.checked).toBe(true);
    fireEvent.click(box);
    expect(seen).toEqual([false]);
  });
  it("gives a choice in its own type", async () => {
    const seen = await form({ type: "enum", choice: [16, 32] });
    fireEvent.click(await screen.findByRole("combobox", { name: /^x/ }));
    fireEvent.click(await screen.findByRole("option", { name: "32", hidden: true }));
    expect(seen).toEqual([32]);
  });
  it("is required when it has no default", async () => {
    await form({ type: "str" });
    expect((await screen.findByRole<HTMLInputElement>("textbox")).required).toBe(true);
  });
  it("is not required when it has one, and shows it", async () => {
    await form({ type: "str", default: "adam" });
    const field = await screen.findByRole<HTMLInputElement>("textbox");
    expect([field.required, field.value]).toEqual([false, "adam"]);
  });
  it("says while text is not JSON, and gives the value when it is", async () => {
    const seen = await form({ type: "json" });
    const field = await screen.findByRole("textbox");
    type(field, '{"a": ');
    expect(screen.getByText("Invalid JSON.")).toBeTruthy();
    type(field, '{"a": 1}');
    expect(screen.queryByText("Invalid JSON.")).toBeNull();
    expect(seen.at(-1)).toEqual({ a: 1 });
  });
  it("adds and removes items of a list", async () => {
    const seen = await form({ type: "list", item_type: "str" }, ["a", "b"]);
    fireEvent.click(await screen.findByRole("button", { name: "Remove item 1" }));
    expect(seen.at(-1)).toEqual(["b"]);
    fireEvent.click(screen.getByRole("button", { name: "Add item" }));
    expect(seen.at(-1)).toHaveLength(2);
  });
  it("never shows a secret that is kept", async () => {
    const seen = await form({ type: "secret" }, { sealed: "abc" });
    const field = await screen.findByLabelText<HTMLInputElement>(/^x/);
    expect([field.type, field.value]).toEqual(["password", ""]);
    expect(field.placeholder).toBe("Unchanged. Type to replace it.");
    type(field, "new");
    expect(seen).toEqual(["new"]);
  });
  it("takes a value from the run, and gives one of its own again", async () => {
    const seen = await form({ type: "int", default: 3 }, "{{ params.n }}", ["params.n"]);
    expect((await screen.findByLabelText<HTMLInputElement>(/^x/)).value).toBe("{{ params.n }}");
    fireEvent.click(screen.getByRole("button", { name: "Enter a value" }));
    expect(seen).toEqual([3]);
  });
});
