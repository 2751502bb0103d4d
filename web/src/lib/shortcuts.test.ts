import { fireEvent } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { shortcut, watchFields } from "./shortcuts";

let stop: () => void;
const fires = (place: Element = document.body) => {
  let fired = false;
  const heard = (event: KeyboardEvent) => {
    fired = shortcut(event);
  };
  window.addEventListener("keydown", heard);
  fireEvent.keyDown(place, { key: "r" });
  window.removeEventListener("keydown", heard);
  return fired;
};
const find = (id: string) => document.getElementById(id)!;

beforeEach(() => {
  document.body.innerHTML =
    '<main><input id="name"><textarea id="text"></textarea><button id="button">b</button><p id="words">words</p></main>';
  stop = watchFields();
});
afterEach(() => stop());

describe("letters are shortcuts of the page", () => {
  it("unless they are typed into a field", () => {
    expect(fires()).toBe(true);
    expect(fires(find("name"))).toBe(false);
    expect(fires(find("button"))).toBe(true);
  });
  it.each<[string, () => void]>([
    ["taken away", () => find("name").remove()],
    [
      "switched off",
      () => {
        (find("name") as HTMLInputElement).disabled = true;
        find("name").blur();
      },
    ],
    ["left by itself", () => find("name").blur()],
  ])("unless the field before was %s", (_, lose) => {
    find("name").focus();
    lose();
    expect(fires()).toBe(false);
  });
  it.each<[string, () => void]>([
    ["the focus goes on to something else", () => find("button").focus()],
    [
      "somebody presses beside it",
      () => {
        find("name").blur();
        fireEvent.pointerDown(find("words"));
      },
    ],
    [
      "Escape says that one is done",
      () => {
        fireEvent.keyDown(find("name"), { key: "Escape" });
        find("name").blur();
      },
    ],
  ])("again when %s", (_, leave) => {
    find("name").focus();
    leave();
    expect(fires()).toBe(true);
  });
  it("unless a form has input that is not saved", () => {
    find("words").setAttribute("data-unsaved", "true");
    expect(fires()).toBe(false);
  });
});
