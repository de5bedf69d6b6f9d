import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { MaskloomError } from "../../../src/errors.ts";
import {
  delayAfter,
  sendPatiently,
  UPLOAD_PATIENCE,
  WEBHOOK_PATIENCE,
} from "../../../src/runs/api/send-result.ts";
import { webhookMessage, webhookSecret } from "../../../src/runs/api/webhook.ts";

const never = new AbortController().signal;
const message = { method: "PUT", headers: {}, body: "", signal: never } as const;
const quick = { ...UPLOAD_PATIENCE, firstMs: 1, mostMs: 2 };

describe("what is sent to a client's own machine", () => {
  it("waits 250 ms, then twice as long each time up to 8 s, half of it by chance", () => {
    const longest = Array.from({ length: 8 }, (_, at) => delayAfter(at + 1, WEBHOOK_PATIENCE, 1));
    expect(longest).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempts, random) => {
          const most = delayAfter(attempts, WEBHOOK_PATIENCE, 1);
          const delay = delayAfter(attempts, WEBHOOK_PATIENCE, random);
          expect(delay).toBeGreaterThanOrEqual(most / 2);
          expect(delay).toBeLessThanOrEqual(most);
        },
      ),
    );
  });

  it("is tried as often as patience allows, and once where it may not be sent at all", async () => {
    let sent = 0;
    const answering = (answer: () => Promise<{ status: number }>) => ({
      send: () => {
        sent += 1;
        return answer();
      },
      download: () => Promise.reject(new Error("nothing is fetched")),
      close: () => Promise.resolve(),
    });
    const busy = await sendPatiently(
      answering(async () => ({ status: 503 })),
      "http://x.example",
      message,
      quick,
    );
    expect({ sent, busy }).toMatchObject({ sent: quick.attempts, busy: { kind: "refused", isFinal: false } });
    sent = 0;
    const refused = () => Promise.reject(new MaskloomError("TARGET_REFUSED", "not there"));
    const forbidden = await sendPatiently(answering(refused), "http://x.example", message, quick);
    expect({ sent, forbidden }).toMatchObject({ sent: 1, forbidden: { kind: "refused", isFinal: true } });
  });

  it("is signed so that the time and every byte of it count", () => {
    const secret = webhookSecret("a secret of some length");
    const now = new Date();
    const signed = webhookMessage({ item: { a: 1 } }, "flat", { secret, id: "msg_1", now });
    const receiver = new Webhook(Buffer.from(secret).toString("base64"));
    const check = (body: string, headers: Record<string, string> = {}) =>
      receiver.verify(body, { ...signed.headers, ...headers });
    expect(check(signed.body)).toEqual({ a: 1 });
    expect(() => check('{"a":2}')).toThrow();
    expect(() => check(signed.body, { "webhook-id": "msg_2" })).toThrow();
    const before = String(Number(signed.headers["webhook-timestamp"]) - 1);
    expect(() => check(signed.body, { "webhook-timestamp": before })).toThrow();
  });
});
