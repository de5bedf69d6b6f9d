import { describe, expect, it } from "vitest";
import { openLiveConnection } from "../../../dashboard/src/live/live-connection.ts";
import { anEvent, FakeClock, FakeSocket, HEARTBEAT_MS, SERVER_TIME } from "./fake-socket.ts";

function connect() {
  const clock = new FakeClock();
  const sockets: FakeSocket[] = [];
  const seen: string[] = [];
  const states: string[] = [];
  const times: string[] = [];
  const time = { now: 0 };
  let opened = 0;
  let refused = 0;
  const connection = openLiveConnection({
    openSocket(after) {
      const socket = new FakeSocket(after);
      sockets.push(socket);
      return socket;
    },
    onEvent: ({ cursor }) => seen.push(cursor),
    onTime: (serverMs) => times.push(new Date(serverMs).toISOString()),
    onWorkers: () => seen.push("workers"),
    onInstallation: () => seen.push("installation"),
    onOpen: () => {
      opened += 1;
    },
    onState: (state) => states.push(state),
    onRefused: () => {
      refused += 1;
    },
    schedule: clock.schedule,
    now: () => time.now,
    random: () => 1,
  });
  const last = () => {
    const socket = sockets.at(-1);
    if (socket === undefined) throw new Error("no socket was opened");
    return socket;
  };
  return {
    connection,
    clock,
    time,
    sockets,
    seen,
    states,
    times,
    last,
    opened: () => opened,
    refused: () => refused,
  };
}

describe("the live connection", () => {
  it("begins with what happens from now on", () => {
    const { last, states, opened } = connect();
    expect(last().after).toBeNull();
    last().greet("5.1");
    expect([states, opened()]).toEqual([["online"], 1]);
  });

  it("resumes after the last event, or after the greeting where none came", () => {
    const { clock, last, seen, states } = connect();
    last().greet("5.1");
    last().lose();
    clock.next();
    expect(last().after).toBe("5.1");
    last().greet("5.1");
    last().send(anEvent("5.2"));
    last().send(anEvent("6.1"));
    last().lose();
    clock.next();
    expect(last().after).toBe("6.1");
    expect(seen).toEqual(["5.2", "6.1"]);
    expect(states).toEqual(["online", "offline", "online", "offline"]);
  });

  it("is told no more of what happened while it was away for long: all is loaded anew", () => {
    const { clock, last, opened, time } = connect();
    last().greet("5.1");
    time.now = 4 * 60_000;
    last().lose();
    clock.next();
    expect(last().after).toBe("5.1");
    last().lose(); // it was not there yet
    time.now = 6 * 60_000;
    clock.next();
    expect(last().after).toBeNull();
    last().greet("90.1");
    expect(opened()).toBe(2);
    last().lose();
    clock.next();
    expect(last().after).toBe("90.1");
  });

  it("hears with each greeting what the server's clock says", () => {
    const { last, times } = connect();
    last().greet("5.1");
    expect(times).toEqual([SERVER_TIME]);
  });

  it("hears of workers and of the installation without moving on in the log", () => {
    const { clock, last, seen } = connect();
    last().greet("5.1");
    for (const type of ["workers", "installation"]) last().onmessage?.({ data: JSON.stringify({ type }) });
    last().lose();
    clock.next();
    expect(seen).toEqual(["workers", "installation"]);
    expect(last().after).toBe("5.1");
  });

  it("waits longer each time the server is still away, up to a limit, and not long again once it was there", () => {
    const { clock, last } = connect();
    const delays = Array.from({ length: 8 }, () => {
      last().lose();
      return clock.next();
    });
    expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    last().greet("1.1");
    last().lose();
    expect(clock.next()).toBe(500);
  });

  it("does not take a server that says nothing for one", () => {
    const { clock, sockets, states } = connect();
    clock.next();
    expect(states).toEqual(["offline"]);
    clock.next();
    expect(sockets).toHaveLength(2);
  });

  it("is given up where the server is silent for longer than its heartbeats allow, and goes on after the last event", () => {
    const { clock, last, sockets, states } = connect();
    last().greet("5.1");
    last().send(anEvent("5.2"));
    last().beat();
    expect(clock.planned).toHaveLength(1);
    const silent = last();
    silent.isDead = true; // nobody tells that it is closed
    expect(clock.next()).toBe(2.5 * HEARTBEAT_MS);
    expect(states).toEqual(["online", "offline"]);
    expect([clock.next(), last().after]).toEqual([500, "5.2"]);
    silent.lose(); // told at last
    silent.send(anEvent("5.3"));
    expect([sockets.length, states.length]).toEqual([2, 2]);
    last().greet("5.2");
    expect(states.at(-1)).toBe("online");
  });

  it("is made anew at once where it should have been heard of when somebody looks again, and kept otherwise", () => {
    const { connection, last, sockets, time } = connect();
    last().greet("5.1");
    time.now = HEARTBEAT_MS;
    connection.retryNow();
    expect(sockets).toHaveLength(1);
    time.now = 2 * HEARTBEAT_MS;
    last().isDead = true;
    connection.retryNow();
    expect([sockets.length, last().after]).toEqual([2, "5.1"]);
    connection.retryNow(); // it is being greeted
    expect(sockets).toHaveLength(2);
  });

  it("tries at once when it is told to, and only once", () => {
    const { connection, sockets, last, clock } = connect();
    connection.retryNow();
    expect(sockets).toHaveLength(1);
    last().lose();
    connection.retryNow();
    connection.retryNow();
    expect(sockets).toHaveLength(2);
    expect(clock.planned).toHaveLength(1);
  });

  it("asks who it is where it was not let in or its key was revoked, and not where it was only cut", () => {
    const { clock, last, refused } = connect();
    last().greet("1.1");
    last().lose();
    expect(refused()).toBe(0);
    clock.next();
    last().lose();
    expect(refused()).toBe(1);
    clock.next();
    last().greet("1.1");
    last().lose(3000);
    expect(refused()).toBe(2);
  });

  it("gives up where its key was revoked, and is silent once it is closed", () => {
    const revoked = connect();
    revoked.last().greet("1.1");
    revoked.last().lose(3000);
    expect(revoked.states).toEqual(["online", "unauthorized"]);
    expect(revoked.clock.planned).toEqual([]);
    const closed = connect();
    closed.last().greet("1.1");
    closed.connection.close();
    expect(closed.states).toEqual(["online"]);
    expect(closed.clock.planned).toEqual([]);
  });
});
