import { expect, it } from "vitest";
import { Notification } from "../../../src/contracts/notification.ts";
import { notificationBody, sentenceOf } from "../../../src/runs/notify/notification-body.ts";

const BATCH = {
  batchUUID: "0191d3a8-3c1f-7c5a-9a39-0e8f5f0c1a2b",
  workflow: "face-detail",
  owner: "local",
};
const ENDED = Notification.parse({
  ...BATCH,
  type: "batch.ended",
  status: "ended",
  runs: { failed: 20, succeeded: 480 },
  cost: 1.2,
});

it.each([
  [ENDED, "A batch of face-detail has ended: 480 succeeded, 20 failed, for $1.20"],
  [{ ...ENDED, status: "cancelled", runs: {}, cost: 0 }, "A batch of face-detail was cancelled: no runs"],
  [
    { ...BATCH, type: "batch.failing", ended: 40, failed: 12, code: "TIMED_OUT" },
    "Of a batch of face-detail 12 of 40 runs failed so far, most with TIMED_OUT",
  ],
  [
    { ...BATCH, type: "budget.reached", held: 1, reason: "maxCost.day allows $5" },
    "1 task of a batch of face-detail waits for money: maxCost.day allows $5",
  ],
])("tells %o in a sentence", (notification, sentence) => {
  expect(sentenceOf(Notification.parse(notification))).toBe(sentence);
});

it("is JSON with all that is known, the sentence and a link, for programs", () => {
  expect(JSON.parse(notificationBody(ENDED, "json", "https://masks.example"))).toEqual({
    ...ENDED,
    text: sentenceOf(ENDED),
    url: `https://masks.example/batches/${BATCH.batchUUID}`,
  });
  expect(JSON.parse(notificationBody(ENDED, "json", undefined))).toMatchObject({ url: null });
});

it("is a message with a link for Slack, in which names cannot become markup", () => {
  const named = { ...ENDED, workflow: "<!channel> & co" };
  expect(JSON.parse(notificationBody(named, "slack", "https://masks.example"))).toEqual({
    text:
      "A batch of &lt;!channel&gt; &amp; co has ended: 480 succeeded, 20 failed, for $1.20 " +
      `<https://masks.example/batches/${BATCH.batchUUID}|Show>`,
  });
});
