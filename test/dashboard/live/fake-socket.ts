import type { LiveContext, LiveSocket } from "../../../dashboard/src/live/live-connection.ts";
import type { Event } from "../../../src/contracts/run.ts";

export const HEARTBEAT_MS = 1_000;
export const SERVER_TIME = "2026-01-01T12:00:00.000Z";

/** A server and a clock in the test's hands. */
export class FakeSocket implements LiveSocket {
  onmessage: LiveSocket["onmessage"] = null;
  onclose: LiveSocket["onclose"] = null;
  readonly after: string | null;

  constructor(after: string | null) {
    this.after = after;
  }

  greet(cursor: string): void {
    const hello = { type: "hello", cursor, heartbeatMs: HEARTBEAT_MS, now: SERVER_TIME };
    this.onmessage?.({ data: JSON.stringify(hello) });
  }

  beat(): void {
    this.onmessage?.({ data: JSON.stringify({ type: "heartbeat" }) });
  }

  send(event: Event): void {
    this.onmessage?.({ data: JSON.stringify({ type: "event", event }) });
  }

  /** Whether its network is gone: what is closed then says nothing. */
  isDead = false;

  close(): void {
    if (!this.isDead) this.lose(1000);
  }

  lose(code = 1006): void {
    this.onclose?.({ code });
  }
}

/** Tasks in the order in which they were planned; none runs by itself. */
export class FakeClock {
  readonly planned: { task: () => void; delayMs: number }[] = [];

  readonly schedule: LiveContext["schedule"] = (task, delayMs) => {
    const entry = { task, delayMs };
    this.planned.push(entry);
    return () => {
      const at = this.planned.indexOf(entry);
      if (at >= 0) this.planned.splice(at, 1);
    };
  };

  /** Runs what is planned next, and says how long it would have taken. */
  next(): number {
    const entry = this.planned.shift();
    if (entry === undefined) throw new Error("nothing is planned");
    entry.task();
    return entry.delayMs;
  }
}

export function anEvent(cursor: string, event: Partial<Event> = {}): Event {
  return {
    cursor,
    at: "2026-01-01T00:00:00.000Z",
    type: "run.created",
    batchUUID: null,
    runUUID: null,
    taskUUID: null,
    data: {},
    ...event,
  };
}
