import { act, fireEvent, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { failure, Lost, Refused, SignedOut } from "@/api/client";
import { show } from "../../tests/render";
import { Ago, Failure, Loading, Took, Wall } from "./page";

const alert = async (error: unknown) => {
  await show(() => <Failure error={error} />);
  return (await screen.findByRole("alert")).textContent;
};

describe("what went wrong", () => {
  it("is said in the server's sentence, with its hint", async () => {
    expect(
      await alert(
        new Refused({ code: "INVALID", reason: "X", message: "The name is empty.", hint: "Type one." }),
      ),
    ).toBe("The name is empty.Type one.");
  });
  it("says that the server is away", async () => {
    expect(await alert(new Lost("x"))).toContain("The server does not respond");
  });
  it("says that nobody is signed in", async () => {
    expect(await alert(failure([{ message: "x", extensions: { code: "SIGNED_OUT" } }]))).toContain(
      "You are signed out",
    );
    expect(failure([{ message: "x", extensions: { code: "SIGNED_OUT" } }])).toBeInstanceOf(SignedOut);
  });
  it("names the id of a fault of the server", async () => {
    const text = await alert(failure([{ message: "Something broke (id 7f3a)." }]));
    expect(text).toContain("Internal server error");
    expect(text).toContain("7f3a");
  });
  it("is tried again at a press", async () => {
    const retry = vi.fn();
    await show(() => <Failure error={new Lost("x")} retry={retry} />);
    fireEvent.click(await screen.findByRole("button", { name: "Try again" }));
    expect(retry).toHaveBeenCalledOnce();
  });
  it("stands in place of a page that is not for whoever asks", async () => {
    await show(() => (
      <Wall
        error={
          new Refused({ code: "FORBIDDEN", reason: "X", message: "For administrators.", hint: "Ask one." })
        }
      />
    ));
    expect((await screen.findByRole("heading", { level: 1 })).textContent).toBe("For administrators.");
    expect(screen.getByText("Ask one.")).toBeTruthy();
  });
});

describe("times", () => {
  it("are said as people do, with the exact one beside it", async () => {
    const at = new Date(Date.now() - 5 * 60_000).toISOString();
    await show(() => <Ago at={at} />);
    const time = await screen.findByText(/5 min/);
    expect(time.getAttribute("datetime")).toBe(at);
    expect(time.title).toContain(String(new Date(at).getFullYear()));
  });
  it("are a dash where there is none", async () => {
    await show(() => (
      <>
        <Ago at={null} />
        <Took from="2026-01-01T00:00:00Z" />
      </>
    ));
    expect(await screen.findAllByText("–")).toHaveLength(2);
  });
  it("say how long something took", async () => {
    await show(() => <Took from="2026-01-01T00:00:00Z" to="2026-01-01T01:02:03Z" />);
    expect(await screen.findByText("1h 2m")).toBeTruthy();
  });
  it("never go backwards for what begins in the future of this clock", async () => {
    const from = new Date(Date.now() + 60_000).toISOString();
    await show(() => <Took from={from} moving />);
    expect(await screen.findByText("0 s")).toBeTruthy();
  });
});

describe("what is on its way", () => {
  it("is named only when it takes a second", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const shown = show(() => <Loading what="Loading files…" />);
      await vi.advanceTimersByTimeAsync(10);
      await shown;
      await act(() => vi.advanceTimersByTimeAsync(900));
      expect(screen.queryByText("Loading files…")).toBeNull();
      await act(() => vi.advanceTimersByTimeAsync(200));
      expect(screen.getByText("Loading files…")).toBeTruthy();
    } finally {
      vi.useRealTimers();
    }
  });
});
