// @vitest-environment node
import { expect, it } from "vitest";
import words from "@/locales/refusals.json";
import { forms, translated } from "./refusals";

const known = forms(words);

it("says the server's sentences in Chinese, the inner ones too", () => {
  expect(translated("outputs.json: it is not JSON from line 2, column 5 on", known)).toBe(
    "outputs.json：从第 2 行第 5 列起不是 JSON",
  );
  expect(translated("outputs.json: it is not valid YAML (and 2 more)", known)).toBe(
    "outputs.json：不是有效的 YAML（另有 2 处）",
  );
  expect(translated("a value is expected here, not and", known)).toBe("此处应为值，而不是 and");
});

it("leaves a value as it is, and what it does not know", () => {
  expect(translated("Zoë {0} is not known; write params", known)).toBe("不认识 Zoë {0}；请写 params");
  expect(translated("Something else entirely", known)).toBe("Something else entirely");
});
