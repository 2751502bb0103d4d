import { expect, it } from "vitest";
import { tabOf } from "./tab";

it.each([
  [undefined, "log"],
  ["events", "events"],
  ["nothing", "log"],
  ["constructor", "log"],
])("a page opens at %s: %s", (wanted, tab) => expect(tabOf(wanted, ["log", "events"], "log")).toBe(tab));
