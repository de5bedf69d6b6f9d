import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Connection } from "../../src/protocol/connection.ts";
import { createLoad } from "../../src/protocol/load.ts";
import { createSessions, SESSION_SETTINGS, type Sessions } from "../../src/protocol/sessions.ts";
import { createEchoService } from "./echo-service.ts";
import { createGate, OTHER_OWNER, OWNER, RecordingLink, settled } from "./protocol-fakes.ts";

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const masking = (model: string, taskUUID: string = randomUUID()) => ({
  taskType: "imageMasking",
  taskUUID,
  model,
  inputImage: randomUUID(),
});
const twice = () => ({
  taskType: "imageInference",
  taskUUID: randomUUID(),
  model: "apart",
  positivePrompt: "a face",
  seedImage: randomUUID(),
  maskImage: randomUUID(),
  width: 128,
  height: 128,
  numberResults: 2,
});
const picturesOf = ({ frames }: RecordingLink) =>
  frames.flatMap(({ data }) => data?.flatMap(({ imageUUID }) => imageUUID ?? []) ?? []);
const key = (apiKey: unknown, connectionSessionUUID?: unknown) => ({
  apiKey,
  taskType: "authentication",
  connectionSessionUUID,
});
const PING = { taskType: "ping", ping: true };
const PONG = { data: [{ taskType: "ping", pong: true }] };

function openConnection({
  sessions = createSessions(SESSION_SETTINGS) as Sessions,
  tasks = createEchoService(),
  gate = createGate(),
  load = createLoad(1_000_000),
  strict = false,
} = {}) {
  const link = new RecordingLink();
  const failures: unknown[] = [];
  const connection = new Connection(link, {
    sessions,
    tasks,
    gate,
    load,
    address: "127.0.0.1",
    onFailure: (error) => failures.push(error),
    task: { baseUrl: "http://localhost:1", dryRun: false, strict },
  });
  const send = async (...elements: unknown[]) => {
    connection.receive(encode(elements), true);
    await settled();
  };
  return { link, connection, send, sessions, tasks, gate, failures, load };
}

async function openKnown(options: Parameters<typeof openConnection>[0] = {}) {
  const opened = openConnection(options);
  await opened.send(key("good"));
  const [frame] = opened.link.frames.splice(0);
  return { ...opened, sessionUUID: String(frame?.data?.[0]?.["connectionSessionUUID"]) };
}

it("an upload that is sent again while it is under way is answered once over its session", async () => {
  const { link, send, tasks, gate } = await openKnown();
  const image = "A".repeat(20);
  const upload = { taskType: "imageUpload", taskUUID: randomUUID(), image, model: "hold" };
  await send(upload, { ...upload });
  expect(gate.underWay()).toBe(1);
  tasks.letGo(upload.taskUUID);
  await settled();
  expect(link.frames.flatMap(({ data }) => data?.map(({ taskUUID }) => taskUUID))).toEqual([upload.taskUUID]);
});

describe("the authentication of a connection", () => {
  it("is answered alone in its frame, first, without a taskUUID and with a session", async () => {
    const { link, send } = openConnection();
    await send(key("good"));
    expect(link.frames).toEqual([
      {
        data: [
          { taskType: "authentication", connectionSessionUUID: expect.stringMatching(/^[0-9a-f-]{36}$/) },
        ],
      },
    ]);
  });

  it.each(["wrong", "", 5, null, undefined, "flood"])(
    "fails for the key %j with what every SDK recognises, and closes",
    async (wrong) => {
      const { link, send } = openConnection();
      await send(key(wrong));
      expect(link.frames).toEqual([
        {
          errors: [
            {
              code: "invalidApiKey",
              message: expect.any(String),
              parameter: "apiKey",
              type: "string",
              taskType: "authentication",
            },
          ],
          error: { code: "invalidApiKey", message: expect.any(String) },
        },
      ]);
      expect(link.closed?.code).toBe(3000);
    },
  );

  it("fails for what is no text also where any key would do, as on a server that asks for none", async () => {
    const gate = createGate();
    const authenticate = () => gate.authenticate("good", "");
    for (const wrong of [5, true, {}, ["good"]]) {
      const { link, send } = openConnection({ gate: { ...gate, authenticate } });
      await send(key(wrong), masking("echo"));
      expect(link.frames.flatMap(({ errors }) => errors?.map(({ code }) => code))).toEqual(
        Array(2).fill("invalidApiKey"),
      );
      expect(link.closed?.code).toBe(3000);
    }
  });

  it("holds the tasks and pings that come before it is decided, in the same frame or later, and keeps their order", async () => {
    const { link, connection } = openConnection();
    const [first, second] = [masking("echo"), masking("echo")];
    connection.receive(encode([key("good"), first]), true);
    connection.receive(encode([PING]), true);
    connection.receive(encode(second), true);
    expect(link.frames).toEqual([]);
    await settled();
    const [authentication, ...others] = link.frames;
    expect(authentication?.data?.[0]).toHaveProperty("connectionSessionUUID");
    expect(others).toContainEqual(PONG);
    expect(others.map(({ data }) => data?.[0]?.["taskUUID"])).toEqual(
      expect.arrayContaining([first.taskUUID, second.taskUUID]),
    );
  });

  it("that fails answers each task that was held with an error of its own, and nothing after it", async () => {
    const { link, connection, tasks } = openConnection();
    const held = masking("echo");
    connection.receive(encode([key("wrong"), held, PING]), true);
    await settled();
    connection.receive(encode([key("good"), masking("echo")]), true);
    await settled();
    expect(link.frames).toHaveLength(2);
    expect(link.frames[1]).toMatchObject({
      errors: [{ code: "invalidApiKey", taskUUID: held.taskUUID, taskType: "imageMasking" }],
    });
    expect(tasks.contexts.size).toBe(0);
  });

  it("that cannot be looked up is no wrong key: the client may come back", async () => {
    const { link, send, failures } = openConnection();
    await send(key("outage"));
    expect(link.frames).toMatchObject([
      { errors: [{ code: "serviceUnavailable", taskType: "authentication" }] },
    ]);
    expect([link.closed?.code, failures]).toEqual([1013, []]);
  });

  it("is asked for by name where a task comes without it; pings need none", async () => {
    const { link, send } = openConnection();
    const task = masking("echo");
    await send(PING);
    await send(task);
    expect(link.frames).toEqual([
      PONG,
      {
        errors: [
          {
            code: "missingApiKey",
            message: expect.stringContaining("first"),
            taskType: "imageMasking",
            taskUUID: task.taskUUID,
          },
        ],
      },
    ]);
  });

  it("may be repeated: with the same key the session stays, with another owner's it does not", async () => {
    const { link, send, sessionUUID, tasks } = await openKnown();
    await send(key("good", randomUUID()), masking("echo"));
    await send(key("other"), masking("echo"));
    const [again, first, other, second] = link.frames.map(({ data }) => data?.[0] ?? {});
    expect(again?.["connectionSessionUUID"]).toBe(sessionUUID);
    expect(other?.["connectionSessionUUID"]).not.toBe(sessionUUID);
    expect([first?.["owner"], second?.["owner"]]).toEqual([OWNER, OTHER_OWNER]);
    expect(tasks.contexts.size).toBe(2);
  });

  it("ends when the key is revoked", async () => {
    const { link, gate } = await openKnown();
    gate.revoke();
    expect(link.closed).toEqual({ code: 3000, reason: "the API key was revoked" });
  });
});

describe("a frame of a connection", () => {
  it("of several tasks is answered with one frame for each, data or errors", async () => {
    const { link, send } = await openKnown();
    const tasks = ["three", "fail", "mixed", "echo"].map((model) => masking(model));
    await send(PING, ...tasks, { taskType: "imageMasking", taskUUID: "no-uuid" }, 7);
    const shapes = link.frames.map(({ data, errors }) => [data?.length ?? 0, errors?.length ?? 0]);
    expect(new Set(shapes.map(String))).toEqual(new Set(["1,0", "0,1"]));
    expect(link.frames).toContainEqual(PONG);
    const answers = (taskUUID: unknown) =>
      link.frames.filter(({ data, errors }) => (data ?? errors)?.[0]?.["taskUUID"] === taskUUID).length;
    expect([...tasks.map(({ taskUUID }) => answers(taskUUID)), answers("no-uuid")]).toEqual([3, 1, 2, 1, 1]);
    expect(link.frames).toHaveLength(1 + 7 + 2);
  });

  it("names the task as the client spelt it", async () => {
    const { link, send } = await openKnown();
    const taskUUID = randomUUID().toUpperCase();
    await send(masking("echo", taskUUID), masking("fail", taskUUID));
    expect(link.frames.map(({ data, errors }) => (data ?? errors)?.[0]?.["taskUUID"])).toEqual([
      taskUUID,
      taskUUID,
    ]);
  });

  it("that asks for the response of a task gets all of it in one frame", async () => {
    const { link, send } = await openKnown();
    await send({ taskType: "getResponse", taskUUID: randomUUID(), model: "three" });
    await send({ taskType: "getResponse", taskUUID: randomUUID(), model: "mixed" });
    expect(link.frames.map(({ data, errors }) => [data?.length, errors?.length])).toEqual([
      [3, undefined],
      [1, 1],
    ]);
  });

  it("whose task fails unforeseen, or without a word, is answered with one error that tells nothing of it", async () => {
    const { link, send, failures, gate } = await openKnown();
    await send(masking("reject"));
    await send(masking("silent"));
    expect(link.frames).toMatchObject([
      { errors: [{ code: "internalServerError", taskUUID: expect.any(String) }] },
      { errors: [{ code: "internalServerError", taskUUID: expect.any(String) }] },
    ]);
    expect(JSON.stringify(link.frames)).not.toContain("password");
    expect([failures.length, gate.underWay()]).toEqual([2, 0]);
  });

  it("whose task says something after it was over is answered with what came before", async () => {
    const { link, send } = await openKnown();
    await send(masking("late"));
    await new Promise((resolve) => setTimeout(resolve, 1)); // after the task's own, which was due before
    expect(link.frames).toHaveLength(1);
  });

  it("is refused in time where the key may no more, and where it may not at all", async () => {
    const busy = openConnection();
    await busy.send(key("busy"), masking("echo"));
    expect(busy.link.frames[1]).toMatchObject({
      errors: [{ code: "rateLimitExceeded", context: { retryAfterSeconds: 42 } }],
    });
    const viewer = openConnection();
    await viewer.send(key("viewer"), masking("echo"), { taskType: "getResponse", taskUUID: randomUUID() });
    expect(viewer.link.frames.slice(1)).toMatchObject([{ errors: [{ code: "forbidden" }] }, { data: [{}] }]);
  });

  it("has its unknown fields ignored, or refused where the server is strict", async () => {
    const lenient = await openKnown();
    await lenient.send({ ...masking("echo"), colour: "red" });
    expect(lenient.link.frames).toMatchObject([{ data: [{}] }]);
    const strict = await openKnown({ strict: true });
    await strict.send({ ...masking("echo"), colour: "red" });
    expect(strict.link.frames).toMatchObject([
      { errors: [{ code: "unknownParameter", parameter: "colour" }] },
    ]);
  });

  it("of binary or of bytes that are no UTF-8 is answered, and ends the connection", async () => {
    const binary = await openKnown();
    binary.connection.receive(encode([PING]), false);
    expect([binary.link.frames.length, binary.link.closed?.code]).toEqual([1, 1003]);
    const broken = await openKnown();
    broken.connection.receive(Uint8Array.of(0x5b, 0xff, 0x5d), true);
    expect(broken.link.frames).toMatchObject([{ errors: [{ code: "invalidUTF8" }] }]);
    expect(broken.link.closed?.code).toBe(1007);
  });

  it("of anything is answered with one error for each of its elements, known or not", async () => {
    const element = fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.record(
        {
          taskType: fc.constantFrom(
            "imageMasking",
            "imageInference",
            "imageUpload",
            "getTaskDetails",
            "x",
            3,
            null,
          ),
          taskUUID: fc.oneof(fc.string(), fc.jsonValue({ maxDepth: 1 })),
          inputs: fc.jsonValue({ maxDepth: 2 }),
          model: fc.jsonValue({ maxDepth: 1 }),
          numberResults: fc.jsonValue({ maxDepth: 1 }),
          __proto__: fc.jsonValue({ maxDepth: 1 }),
        },
        { requiredKeys: [] },
      ),
    );
    const known = await openKnown();
    const unknown = openConnection();
    await fc.assert(
      fc.asyncProperty(fc.array(element, { minLength: 1, maxLength: 8 }), async (elements) => {
        for (const { send, link } of [known, unknown]) {
          await send(...elements);
          const frames = link.frames.splice(0);
          expect(frames.map(({ data, errors }) => [data, errors?.length])).toEqual(
            elements.map(() => [undefined, 1]),
          );
          expect(link.closed).toBeNull();
        }
      }),
      { numRuns: 200 },
    );
    await known.send(PING);
    expect(known.link.frames).toEqual([PONG]);
  });

  it("of any bytes harms nobody: one answer, and the connection is whole or closed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (bytes, isText) => {
        const { connection, link } = openConnection();
        connection.receive(bytes, isText);
        await settled();
        expect(link.frames.length + (link.closed === null ? 0 : 1)).toBeGreaterThan(0);
        if (link.closed === null) {
          connection.receive(encode([PING]), true);
          expect(link.frames.at(-1)).toEqual(PONG);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("what a connection may cost", () => {
  it("is bounded: what goes beyond it is refused by name, and let in again when there is room", async () => {
    const { link, send, tasks, load } = await openKnown({ load: createLoad(3_000) });
    const held = { ...masking("hold"), pad: "A".repeat(2_000) };
    await send(held);
    const refused = { ...masking("echo"), pad: "A".repeat(2_000) };
    await send(refused);
    expect(link.frames).toMatchObject([
      { errors: [{ code: "rateLimitExceeded", taskUUID: refused.taskUUID, taskType: "imageMasking" }] },
    ]);
    tasks.letGo(held.taskUUID);
    await settled();
    await send(refused);
    expect(link.frames.map(({ data }) => data?.[0]?.["taskUUID"])).toEqual([
      undefined,
      held.taskUUID,
      refused.taskUUID,
    ]);
    expect(load.take(3_000)).not.toBeNull();
  });

  it("is nothing after it is gone, whatever it had begun or had waiting", async () => {
    const { connection, send, load, sessions } = await openKnown({ load: createLoad(3_000) });
    await send(masking("hold"));
    connection.receive(encode([key("good"), masking("echo"), masking("hold")]), true);
    connection.disconnect();
    await settled();
    sessions.close();
    await settled();
    expect(load.take(3_000)).not.toBeNull();
  });

  it("is at most what waits to be read, which is handed over one by one", async () => {
    const { link, send } = await openKnown();
    link.isReading = false;
    const batch = Array.from({ length: 300 }, () => PING);
    await send(...batch);
    expect(link.closed).toBeNull();
    expect(link.frames).toEqual([]);
    for (let taken = 0; taken < 300; taken += 1) link.take();
    expect(link.frames).toHaveLength(300);
  });

  it("is a thousand tasks under way at most", async () => {
    const { link, send } = await openKnown({ load: createLoad(100_000_000) });
    await send(...Array.from({ length: 1_000 }, () => masking("hold")));
    expect(link.frames).toEqual([]);
    await send(masking("hold"));
    expect(link.frames).toMatchObject([{ errors: [{ code: "rateLimitExceeded" }] }]);
  });
});

describe("a session over connections", () => {
  it("gets the results of what was begun before, once, and of nothing that it has seen", async () => {
    const first = await openKnown();
    const [seen, missed, late] = [masking("echo"), masking("hold"), masking("hold")];
    await first.send(seen, missed, late);
    first.connection.pong(first.link.probes.at(-1) ?? "");
    first.connection.disconnect();
    first.tasks.letGo(missed.taskUUID);
    await settled();
    const second = openConnection({ sessions: first.sessions, tasks: first.tasks });
    await second.send(key("good", first.sessionUUID));
    first.tasks.letGo(late.taskUUID);
    await settled();
    expect(second.link.frames.map(({ data }) => data?.[0])).toMatchObject([
      { connectionSessionUUID: first.sessionUUID },
      { taskUUID: missed.taskUUID },
      { taskUUID: late.taskUUID },
    ]);
  });

  it("gets each result once where a task is sent again while it is under way", async () => {
    const { link, send, tasks } = await openKnown();
    const task = twice();
    await send(task);
    await send({ ...task });
    expect(picturesOf(link)).toEqual(["picture 1"]);
    tasks.letGo(task.taskUUID);
    await settled();
    expect(picturesOf(link)).toEqual(["picture 1", "picture 2"]);
    /* Now that the client has all of them, asking again is asking for all of them. */
    await send(task);
    tasks.letGo(task.taskUUID);
    await settled();
    expect(picturesOf(link)).toHaveLength(4);
  });

  it("does not take another request under the UUID of one under way for the same", async () => {
    const { link, send } = await openKnown();
    const task = twice();
    await send(task);
    await send({ ...task, model: "fail" });
    expect(link.frames).toMatchObject([{ data: [{}] }, { errors: [{ code: "providerError" }] }]);
  });

  it.each([["is under way"], ["has ended"]])(
    "gets each result once where a client comes back and sends a task again that %s",
    async (when) => {
      const first = await openKnown();
      const task = twice();
      await first.send(task);
      first.connection.disconnect();
      const { tasks, sessions } = first;
      if (when === "has ended") {
        tasks.letGo(task.taskUUID);
        await settled();
      }
      const second = openConnection({ sessions, tasks });
      await second.send(key("good", first.sessionUUID), task);
      tasks.letGo(task.taskUUID);
      await settled();
      expect(picturesOf(second.link)).toEqual(["picture 1", "picture 2"]);
    },
  );

  it.each([["not-a-session"], [randomUUID()], [5], [null]])(
    "that nobody knows (%j) is a new one and no error",
    async (uuid) => {
      const { link, send } = openConnection();
      await send(key("good", uuid));
      expect(link.frames).toMatchObject([{ data: [{ connectionSessionUUID: expect.any(String) }] }]);
      expect(link.frames[0]?.data?.[0]?.["connectionSessionUUID"]).not.toBe(uuid);
    },
  );

  it("of another owner is a new one, too", async () => {
    const first = await openKnown();
    const task = masking("hold");
    await first.send(task);
    const thief = openConnection({ sessions: first.sessions, tasks: first.tasks });
    await thief.send(key("other", first.sessionUUID));
    first.connection.disconnect();
    first.tasks.letGo(task.taskUUID);
    await settled();
    expect(thief.link.frames).toHaveLength(1);
    expect(thief.link.frames[0]?.data?.[0]?.["connectionSessionUUID"]).not.toBe(first.sessionUUID);
  });

  it("owes answers for as long as tasks are under way", async () => {
    const { connection, send, tasks } = await openKnown();
    expect(connection.isBusy).toBe(false);
    const task = masking("hold");
    await send(task);
    expect(connection.isBusy).toBe(true);
    tasks.letGo(task.taskUUID);
    await settled();
    expect(connection.isBusy).toBe(false);
  });
});
