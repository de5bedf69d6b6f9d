import { totalmem } from "node:os";
import type { Config } from "../../config/config.ts";
import type { Logger } from "../../logging/log.ts";
import { createLoad, type Load } from "../../protocol/load.ts";
import type { Performer } from "../../protocol/perform-task.ts";
import { createSessions, SESSION_SETTINGS, type Sessions } from "../../protocol/sessions.ts";
import type { TaskService } from "../../protocol/task-service.ts";
import type { AccessPolicy } from "../access.ts";
import type { Callers } from "../callers.ts";
import { largestBody } from "../read-body.ts";
import { createSendingTurns, type SendingTurns, type TurnPatience } from "../sending-turns.ts";
import { createGate } from "./gate.ts";

/** What HTTP and WebSocket share. */
export interface Wire extends Performer {
  readonly config: Config;
  readonly access: AccessPolicy;
  readonly log: Logger;
  readonly load: Load;
  readonly sessions: Sessions;
  /** Bytes of the largest request. */
  readonly mostBytes: number;
  /** Large requests are read so many at a time: those of known clients, and those of whoever has yet to say a key. */
  readonly turns: { readonly known: SendingTurns; readonly unknown: SendingTurns };
  /** Aborts when the server closes. */
  readonly closing: AbortSignal;
}

export interface WireParts extends Pick<Wire, "config" | "access" | "log" | "closing" | "tasks"> {
  readonly tasks: TaskService;
  readonly callers: Callers;
  readonly turnPatience?: TurnPatience | undefined;
}

/** What clients of the service are used to, whatever size of a picture is configured. */
const LEAST_REQUEST_BYTES = 64 * 1024 * 1024;
const MOST_LOAD_BYTES = 1024 ** 3;
const TURNS = { known: 8, unknown: 2 };

export function createWire({ callers, turnPatience, ...parts }: WireParts): Wire {
  return {
    ...parts,
    gate: createGate(callers),
    onFailure: (err) => parts.log.error({ err }, "a task of /v1 failed in a way that nobody foresaw"),
    load: createLoad(Math.min(MOST_LOAD_BYTES, totalmem() / 4)),
    sessions: createSessions(SESSION_SETTINGS),
    mostBytes: Math.max(LEAST_REQUEST_BYTES, largestBody(parts.config.limits)),
    turns: {
      known: createSendingTurns(TURNS.known, turnPatience),
      unknown: createSendingTurns(TURNS.unknown, turnPatience),
    },
  };
}
