import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readLines } from "../../../dashboard/src/api/read-lines.ts";

describe("an answer that comes line by line", () => {
  it("has the same lines however it is cut, in the middle of a letter too", async () => {
    const lines = fc.array(fc.string({ minLength: 1, unit: "grapheme" }).map((text) => JSON.stringify(text)));
    await fc.assert(
      fc.asyncProperty(
        lines,
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        async (written, size, isClosed) => {
          const bytes = new TextEncoder().encode(written.join("\n") + (isClosed ? "\n" : ""));
          const stream = new ReadableStream<Uint8Array>({
            start(controller) {
              for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
              controller.close();
            },
          });
          const read: string[] = [];
          for await (const line of readLines(stream)) read.push(line);
          expect(read).toEqual(written);
        },
      ),
    );
  });

  it("is ended by who stops reading", async () => {
    let isCancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode("1\n2\n")),
      cancel() {
        isCancelled = true;
      },
    });
    for await (const line of readLines(stream)) if (line === "2") break;
    expect(isCancelled).toBe(true);
  });
});
