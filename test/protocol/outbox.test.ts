import { describe, expect, it } from "vitest";
import { Outbox } from "../../src/protocol/outbox.ts";
import { RecordingLink } from "./protocol-fakes.ts";

const text = (length: number) => JSON.stringify("A".repeat(length - 2));

describe("an outbox", () => {
  it("cuts off a client that does not read, but not for a single text of any length", () => {
    const link = new RecordingLink();
    link.isReading = false;
    const outbox = new Outbox(link, 100);
    outbox.post(text(40));
    outbox.post(text(1_000));
    expect(link.closed).toBeNull();
    outbox.post(text(10));
    expect(link.closed).toEqual({ code: 1008, reason: "too many answers wait to be read" });
    link.take();
    link.take();
    expect(link.frames).toHaveLength(1);
  });

  it("has room again when texts have left", () => {
    const link = new RecordingLink();
    link.isReading = false;
    const outbox = new Outbox(link, 100);
    for (let round = 0; round < 10; round += 1) {
      outbox.post(text(40));
      outbox.post(text(40));
      link.take();
      link.take();
    }
    expect([link.frames.length, link.closed]).toEqual([20, null]);
  });

  it("that is closed sends what waits, then closes, and takes nothing more", () => {
    const link = new RecordingLink();
    link.isReading = false;
    const outbox = new Outbox(link, 1_000);
    outbox.post(text(10));
    outbox.post(text(11));
    outbox.close(3000, "bye");
    outbox.post(text(12));
    expect(link.closed).toBeNull();
    link.take();
    link.take();
    expect([link.frames.length, link.closed]).toEqual([2, { code: 3000, reason: "bye" }]);
  });
});
