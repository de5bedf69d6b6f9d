import { expect, it } from "vitest";
import { createLogger } from "../../src/logging/log.ts";
import { withLogFields } from "../../src/logging/log-fields.ts";

function capture(format: "json" | "text" = "json") {
  const lines: string[] = [];
  const log = createLogger("trace", format, { write: (line) => lines.push(line) });
  return { log, lines, parsed: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

it("writes one JSON object a line", () => {
  const { log, lines, parsed } = capture();
  log.info({ url: "http://127.0.0.1" }, "listening");
  expect(lines[0]).toMatch(/^\{.*\}\n$/);
  expect(parsed()[0]).toMatchObject({ level: 30, msg: "listening", url: "http://127.0.0.1" });
});

it("names the task in every line that is written within it, after whatever it waits for, and in none beside it", async () => {
  const { log, parsed } = capture();
  const task = (taskUUID: string) =>
    withLogFields({ runUUID: "r", taskUUID, attempt: 2 }, async () => {
      await new Promise(setImmediate);
      log.child({ worker: "w" }).warn("slow");
    });
  await Promise.all([task("a"), task("b")]);
  log.info("idle");
  expect(
    parsed().map(({ taskUUID, runUUID, attempt, msg }) => ({ taskUUID, runUUID, attempt, msg })),
  ).toEqual([
    { taskUUID: "a", runUUID: "r", attempt: 2, msg: "slow" },
    { taskUUID: "b", runUUID: "r", attempt: 2, msg: "slow" },
    { taskUUID: undefined, runUUID: undefined, attempt: undefined, msg: "idle" },
  ]);
});

it("does not take what one line said into the next", () => {
  const { log, parsed } = capture();
  withLogFields({ taskUUID: "t" }, () => {
    log.info({ box: [1, 2] }, "first");
    log.info("second");
  });
  expect(parsed()[1]).not.toHaveProperty("box");
});

it("adds fields of what is within to those around it", () => {
  const { log, parsed } = capture();
  withLogFields({ runUUID: "r" }, () => withLogFields({ taskUUID: "t" }, () => log.info("both")));
  expect(parsed()[0]).toMatchObject({ runUUID: "r", taskUUID: "t" });
});

const SECRETS: readonly (readonly [string, unknown])[] = [
  ["a field", { password: "hunter2-secret" }],
  ["a header", { request: { headers: { authorization: "hunter2-secret" } } }],
  ["a key", { provider: { apiKey: "hunter2-secret" } }],
  ["an address in an error", new Error("connect postgres://me:hunter2-secret@db/all failed")],
  ["the cause of an error", new Error("no", { cause: new Error("redis://:hunter2-secret@queue:6379") })],
  ["a bearer token in a message", new Error("401 for Authorization: Bearer hunter2-secret")],
  ["a signed address", { url: "https://s3.example/b/k?X-Amz-Signature=hunter2-secret&x=1" }],
  ["a webhook's secret", { text: "whsec_hunter2-secret" }],
  ["a key of this installation", { text: "mlk_0123456789ab_hunter2-secret" }],
];

it.each(SECRETS)("does not write a secret in %s, in either format", (_where, logged) => {
  for (const format of ["json", "text"] as const) {
    const { log, lines } = capture(format);
    log.error(logged, "it went wrong");
    expect(lines.join("")).toContain("it went wrong");
    expect(lines.join("")).not.toContain("hunter2-secret");
  }
});

it("writes for people where that is asked for: time, level, message, fields, and the stack of an error below", () => {
  const { log, lines } = capture("text");
  log.warn({ code: "TIMED_OUT", seconds: 1.5 }, "attempt failed");
  log.error(new Error("no disk"));
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} WARN attempt failed code=TIMED_OUT seconds=1.5\n$/);
  expect(lines[1]).toMatch(/^\S+ ERROR no disk\n {4}Error: no disk\n {8}at /);
});

it("lets nothing that a file or a stranger is called begin a line, or steer the terminal, in either format", () => {
  const name = "a.png\n12:00:00.000 INFO all is well\u001b[2J\u0085\u2028";
  for (const format of ["json", "text"] as const) {
    const { log, lines } = capture(format);
    log.warn({ file: name, list: [name] }, `refused ${name}`);
    log.error(new Error(name));
    const text = lines.join("");
    expect(text.split("\n").filter((line) => line.startsWith("12:00:00.000"))).toEqual([]);
    expect(text).not.toContain("\u001b");
    expect(lines[0]?.split("\n")).toHaveLength(2);
  }
});
