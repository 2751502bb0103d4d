// @vitest-environment node
import { expect, it } from "vitest";
import words from "@/locales/refusals.json";
import { forms, translated } from "./refusals";

const known = forms(words);

it("says the server's sentences in Chinese, the inner ones too", () => {
  expect(translated("step train: argument seed must be at most 5", known)).toBe(
    "步骤 train：参数 seed 必须至多为 5",
  );
  expect(translated("The pipeline cannot be saved: step a needs itself (and 2 more)", known)).toBe(
    "流水线无法保存：步骤 a 需要它自己（另有 2 处）",
  );
  expect(translated("step a: there is no template nothing", known)).toBe("步骤 a：没有模板 nothing");
});

it("leaves a value as it is, and what it does not know", () => {
  expect(translated("step train: argument Zoë {0} must be at most 5", known)).toBe(
    "步骤 train：参数 Zoë {0} 必须至多为 5",
  );
  expect(translated("Something else entirely", known)).toBe("Something else entirely");
});
