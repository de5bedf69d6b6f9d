import { expect, it } from "vitest";
import { MaskloomError } from "../../../../src/errors.ts";
import { zoomsNatively } from "../../../../src/inpainting/providers/runware/runware-request.ts";

it.each(["taskUUID", "numberResults", "deliveryMethod", "includeCost", "outputFormat", "outputType"])(
  "native cannot say %s, by which a request is known, answered or paid for",
  (name) => {
    const ask = () => zoomsNatively({ settings: { native: { acceleration: "high", [name]: 4 } } });
    expect(ask).toThrow(MaskloomError);
    expect(ask).toThrow(/expected native without .*numberResults/);
  },
);

it("native may hold any other field", () => {
  expect(zoomsNatively({ settings: { native: { acceleration: "high" } } })).toBe(true);
});
