import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WireImage } from "../../../src/contracts/wire/image-reference.ts";
import { UUID } from "./wire-requests.ts";

const read = (text: unknown) => WireImage.safeParse(text).data;

describe("a picture in a request", () => {
  it.each([
    ["a UUID, also in capitals", UUID.toUpperCase(), { kind: "uuid", uuid: UUID }],
    ["a public URL", "https://example.com/a.jpg?b=c", { kind: "url", url: "https://example.com/a.jpg?b=c" }],
    ["a data URI", "data:image/png;base64,iVBORw0K", { kind: "base64", data: "iVBORw0K" }],
    ["a data URI with parameters", "DATA:image/png;a=b;BASE64,iVBO", { kind: "base64", data: "iVBO" }],
    ["bare base64", "iVBORw0KGgoAAAANSUhEUg==", { kind: "base64", data: "iVBORw0KGgoAAAANSUhEUg==" }],
    ["base64 for URLs", "_9j_4AAQSkZJRgABAQEA", { kind: "base64", data: "_9j_4AAQSkZJRgABAQEA" }],
    ["one with space around it", ` ${UUID}\n`, { kind: "uuid", uuid: UUID }],
  ])("is told by its beginning: %s", (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each([
    ["nothing", ""],
    ["a file's name", "portrait.jpg"],
    ["a path", "/tmp/a/long/enough/path.png"],
    ["a URL of another kind", "file:///etc/passwd"],
    ["a URL that is none", "https://"],
    ["a data URI without base64", "data:image/svg+xml,<svg/>"],
    ["a data URI without data", "data:image/png;base64,"],
    ["a mistyped UUID", `${UUID}0!`],
    ["a number", 5],
    ["a list", [UUID]],
  ])("is not %s", (_, text) => {
    expect(read(text)).toBeUndefined();
  });

  it("is found in any base64 of a picture's size", () => {
    const bytes = fc.uint8Array({ minLength: 12, maxLength: 3_000 });
    fc.assert(
      fc.property(bytes, (content) => {
        const data = Buffer.from(content).toString("base64");
        expect(read(data)).toEqual({ kind: "base64", data });
        expect(read(`data:image/webp;base64,${data}`)).toEqual({ kind: "base64", data });
      }),
    );
  });

  it("is told in no time however large it is", () => {
    const data = "A".repeat(64 * 2 ** 20);
    expect(read(data)).toMatchObject({ kind: "base64" });
  });
});
