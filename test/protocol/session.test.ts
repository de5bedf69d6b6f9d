import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Outbox } from "../../src/protocol/outbox.ts";
import { Session } from "../../src/protocol/session.ts";
import { createSessions, SESSION_SETTINGS } from "../../src/protocol/sessions.ts";
import { OTHER_OWNER, OWNER, RecordingLink } from "./protocol-fakes.ts";

const LARGE = 1_000_000;
const letter = (number: number) => JSON.stringify({ data: [{ number }] });
const numbersOf = (link: RecordingLink) => link.frames.map(({ data }) => Number(data?.[0]?.["number"]));
const connect = (session: Session, isReading = true) => {
  const link = new RecordingLink();
  link.isReading = isReading;
  const outbox = new Outbox(link, LARGE);
  session.attach(outbox);
  return { link, outbox };
};

describe("a session", () => {
  it("sends what it is given, and keeps it until the client is known to have it", () => {
    const session = new Session(OWNER, LARGE, () => undefined);
    const { link, outbox } = connect(session);
    session.post(letter(1));
    session.post(letter(2));
    expect([numbersOf(link), link.probes]).toEqual([[1, 2], ["1"]]);
    session.acknowledge(outbox, "1");
    expect(link.probes).toEqual(["1", "2"]);
    expect(session.characters).toBe(letter(2).length);
    session.acknowledge(outbox, "2");
    expect(session.characters).toBe(0);
  });

  it("believes no acknowledgement of what was not sent, of another connection, or of no number", () => {
    const session = new Session(OWNER, LARGE, () => undefined);
    const { outbox, link } = connect(session, false);
    session.post(letter(1));
    const stranger = new Outbox(new RecordingLink(), LARGE);
    for (const text of ["1", "99", "", "x", "-1", "1.5", "Infinity"]) session.acknowledge(outbox, text);
    link.take();
    session.acknowledge(stranger, "1");
    expect(session.characters).toBe(letter(1).length);
  });

  it("loses nothing and keeps the order, even where a lost connection had swallowed all that was not acknowledged", () => {
    const step = fc.constantFrom("post", "take", "acknowledge", "leave", "return", "takeOver");
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const session = new Session(OWNER, LARGE, () => undefined);
        let posted = 0;
        let acknowledged = 0;
        let at: ReturnType<typeof connect> | null = null;
        const doings = {
          post() {
            posted += 1;
            session.post(letter(posted));
          },
          take: () => at?.link.take(),
          acknowledge() {
            const probe = at?.link.probes.at(-1) ?? "";
            if (at !== null) session.acknowledge(at.outbox, probe);
            acknowledged = Math.max(acknowledged, Number(probe));
          },
          leave() {
            if (at !== null) session.detach(at.outbox);
            at = null;
          },
          return() {
            at ??= connect(session, false);
          },
          takeOver() {
            at = connect(session, false);
          },
        };
        for (const now of steps) doings[now]();
        const rest = Array.from({ length: posted - acknowledged }, (_, index) => acknowledged + index + 1);
        expect(numbersOf(connect(session).link)).toEqual(rest);
      }),
      { numRuns: 300 },
    );
  });

  it("never sends again what was acknowledged", () => {
    const session = new Session(OWNER, LARGE, () => undefined);
    const first = connect(session);
    for (const number of [1, 2, 3]) session.post(letter(number));
    session.acknowledge(first.outbox, "1");
    session.detach(first.outbox);
    expect(numbersOf(connect(session).link)).toEqual([2, 3]);
  });

  it("closes the connection that it is taken from, and no answer goes there any more", () => {
    const session = new Session(OWNER, LARGE, () => undefined);
    const old = connect(session);
    const now = connect(session);
    session.post(letter(1));
    expect([old.link.closed?.code, numbersOf(old.link), numbersOf(now.link)]).toEqual([4001, [], [1]]);
  });

  it("gives up the oldest answers when it has to keep too much, and at least keeps the last", () => {
    const session = new Session(OWNER, 100, () => undefined);
    for (let number = 1; number <= 50; number += 1) session.post(letter(number));
    const { link } = connect(session);
    expect(numbersOf(link).at(-1)).toBe(50);
    expect(numbersOf(link).length).toBe(Math.floor(100 / letter(50).length));
    session.post(JSON.stringify({ data: [{ number: 51, text: "A".repeat(500) }] }));
    expect(numbersOf(link).at(-1)).toBe(51);
  });
});

describe("the sessions", () => {
  afterEach(() => vi.useRealTimers());
  const settings = { ...SESSION_SETTINGS, mostCharactersAway: 250 };

  it("wait 120 s for their clients, and then abort what nobody waits for", () => {
    vi.useFakeTimers();
    const sessions = createSessions(settings);
    const session = sessions.open(OWNER);
    const { outbox } = connect(session);
    const task = session.begin();
    sessions.leave(session, outbox);
    vi.advanceTimersByTime(119_999);
    expect(sessions.open(OWNER, session.uuid.toUpperCase())).toBe(session);
    sessions.leave(session, connect(session).outbox);
    vi.advanceTimersByTime(119_999);
    expect(task?.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(task?.signal.aborted).toBe(true);
    expect(sessions.open(OWNER, session.uuid)).not.toBe(session);
  });

  it("of one owner are unknown to another, and an unknown one is a new one", () => {
    const sessions = createSessions(settings);
    const session = sessions.open(OWNER, "no such session");
    expect(session.uuid).toMatch(/^[0-9a-f-]{36}$/);
    expect(sessions.open(OTHER_OWNER, session.uuid)).not.toBe(session);
    expect(sessions.open(OWNER, "no such session", session.uuid)).toBe(session);
    sessions.close();
  });

  it("that have been left longest are given up when all that are away keep too much", () => {
    const sessions = createSessions(settings);
    const [first, second, third] = [1, 2, 3].map((number) => {
      const session = sessions.open(OWNER);
      const { outbox } = connect(session, false);
      session.post(JSON.stringify({ data: [{ number, text: "A".repeat(60) }] }));
      sessions.leave(session, outbox);
      return session;
    });
    expect(sessions.open(OWNER, first?.uuid)).not.toBe(first);
    expect(sessions.open(OWNER, second?.uuid)).toBe(second);
    for (let number = 0; number < 10; number += 1) third?.post(letter(number));
    expect(sessions.open(OWNER, third?.uuid)).not.toBe(third);
    sessions.close();
  });
});
