// @vitest-environment node
import { expect, it } from "vitest";
import { translated } from "./problems";

const catalogue = {
  TAKEN: { text: "名称 {name} 已存在。", hint: "请在 {where} 中另选名称。" },
  NOT_SAVED: { text: "流水线无法保存：{problem}" },
  MANY: { text: "不支持：{problems}；可用 {A: 2}" },
};
const taken = { reason: "TAKEN", message: "Name a is taken.", params: { name: "a", where: "p" } };

it("translates a message and its hint by reason", () => {
  expect(translated({ ...taken, hint: "Choose another name." }, catalogue)).toMatchObject({
    message: "名称 a 已存在。",
    hint: "请在 p 中另选名称。",
  });
});

it("translates messages inside a message", () => {
  const outer = { reason: "NOT_SAVED", message: "…", params: { problem: taken } };
  expect(translated(outer, catalogue).message).toBe("流水线无法保存：名称 a 已存在。");
  const list = { reason: "MANY", message: "…", params: { problems: [taken, "x"] } };
  expect(translated(list, catalogue).message).toBe("不支持：名称 a 已存在。、x；可用 {A: 2}");
});

it("leaves a message that the catalogue does not have", () => {
  const unknown = { reason: "OTHER", message: "Something else", params: {} };
  expect(translated(unknown, catalogue)).toBe(unknown);
});
