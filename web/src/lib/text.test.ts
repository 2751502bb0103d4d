// @vitest-environment node
import { describe, expect, it } from "vitest";
import { redrawn, spans } from "./ansi";
import { csv } from "./csv";
import { ago, browser, bytes, duration, number } from "./format";

describe("numbers for people", () => {
  it("says durations", () => {
    expect([0, 0.0331, 0.81, 12.2, 59.7, 107, 3725, 90_000].map(duration)).toEqual([
      "0 s",
      "33 ms",
      "0.8 s",
      "12 s",
      "60 s",
      "1m 47s",
      "1h 2m",
      "1d 1h",
    ]);
    expect(duration(null)).toBe("–");
  });
  it("says sizes in powers of 1024", () => {
    expect([0, 1023, 1536, 2.1 * 2 ** 30].map(bytes)).toEqual(["0 B", "1023 B", "1.5 KiB", "2.1 GiB"]);
  });
  it("keeps the digits that matter", () => {
    expect([0.94441, 1234, 1.5e-7, 0].map(number)).toEqual(["0.9444", "1,234", "1.500e-7", "0"]);
  });
  it("says how long ago", () => {
    expect(ago(0, 90_000)).toEqual([-1, "minute"]);
    expect(ago(0, 3 * 86_400_000)).toEqual([-3, "day"]);
  });
});

describe("terminal text", () => {
  it("takes colours and drops other sequences", () => {
    expect(spans("\u001b[1;31mbad\u001b[0m ok\u001b[2K")).toEqual([
      { text: "bad", bold: true, colour: "var(--bad)" },
      { text: " ok" },
    ]);
    expect(spans("\u001b[38;5;196mred")[0]!.colour).toBe("rgb(255,0,0)");
  });
  it("shows the last of what a progress bar wrote", () => {
    expect(spans(" 1%\r 50%\r100%\r")).toEqual([{ text: "100%" }]);
    expect(spans("\r 1%\r100%\r\r")).toEqual([{ text: "100%" }]);
    expect(spans("\r\r")).toEqual([{ text: "" }]);
    expect([" 1%\r100%", "100%\r", "\r\r", "\r1%", ""].map(redrawn)).toEqual([
      true,
      false,
      false,
      true,
      false,
    ]);
  });
});

describe("separated values", () => {
  it("understands quotes and ends of lines", () => {
    expect(csv('a,b\r\n"x, ""y""","1\n2"\n3,', ",", 10)).toEqual([
      ["a", "b"],
      ['x, "y"', "1\n2"],
      ["3", ""],
    ]);
    expect(csv("a\nb\nc", ",", 2)).toEqual([["a"], ["b"]]);
  });
});

it("names a browser by its own name, not by those it also mentions", () => {
  expect(
    browser(
      "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0",
    ),
  ).toBe("Edge · Windows");
  expect(
    browser(
      "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36",
    ),
  ).toBe("Chrome · Android");
  expect(
    browser(
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1 Version/17.5 Mobile/15E148 Safari/604.1",
    ),
  ).toBe("Safari · iPhone");
  expect(browser("curl/8.1")).toBe("curl/8.1");
  expect(browser("")).toBe("");
});
