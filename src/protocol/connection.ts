import type { Caller } from "../contracts/caller.ts";
import type { WireError } from "../contracts/wire/wire-error.ts";
import { MaskloomError } from "../errors.ts";
import {
  authenticated,
  authenticationError,
  authenticationErrorFrame,
  belongingTo,
  dataFrame,
  describeFailure,
  errorFrame,
  PONG,
} from "./answers.ts";
import type { Load } from "./load.ts";
import { CLOSE, type Link, Outbox } from "./outbox.ts";
import { type Performer, performTask } from "./perform-task.ts";
import { type RequestElement, readElement, type TaskElement } from "./read-element.ts";
import { readRequest } from "./read-request.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";
import type { TaskAnswer, TaskContext } from "./task-service.ts";

export interface ConnectionContext extends Performer {
  readonly sessions: Sessions;
  readonly load: Load;
  /** Of the client. */
  readonly address: string;
  readonly task: Omit<TaskContext, "signal">;
}

/** Elements that wait for an authentication to be decided. */
const MOST_WAITING = 10_000;
/** Characters of answers that wait to be read, unless it is a single one. */
const MOST_UNREAD = 256 * 1024 * 1024;

interface Waiting {
  readonly element: RequestElement;
  /** Gives back what the element's share of the request takes. */
  readonly release: () => void;
}

interface Entered {
  readonly caller: Caller;
  readonly session: Session;
  readonly stopWatching: () => void;
}

/** One WebSocket connection without the socket: frames in; frames, probes and a close out, through its link. */
export class Connection {
  readonly #context: ConnectionContext;
  readonly #outbox: Outbox;
  #waiting: Waiting[] = [];
  #isAuthenticating = false;
  #isClosed = false;
  #entered: Entered | null = null;

  constructor(link: Link, context: ConnectionContext) {
    this.#context = context;
    this.#outbox = new Outbox(link, MOST_UNREAD);
  }

  /** Whether it has shown a key, be it one that is still being looked at. */
  get isKnown(): boolean {
    return this.#entered !== null || this.#isAuthenticating;
  }

  /** Whose key it has shown, once that is known. */
  get owner(): string | null {
    return this.#entered?.caller.owner ?? null;
  }

  /** Whether answers are owed: such a connection is not idle. */
  get isBusy(): boolean {
    return this.#isAuthenticating || (this.#entered?.session.isBusy ?? false);
  }

  receive(bytes: Uint8Array, isText: boolean): void {
    if (this.#isClosed) return;
    if (!isText)
      return void this.#refuse(
        "invalidFrame",
        "Expected a text frame, received a binary one.",
        CLOSE.unsupportedData,
      );
    const read = readRequest(bytes);
    if ("error" in read) {
      const { code, message } = read.error;
      if (code === "invalidUTF8") return void this.#refuse(code, message, CLOSE.invalidData);
      this.#waiting.push({ element: { kind: "fault", error: read.error }, release: () => undefined });
    } else {
      const share = Math.ceil(bytes.length / read.elements.length);
      for (const element of read.elements) this.#waiting.push(this.#weigh(element, share));
    }
    if (this.#waiting.length > MOST_WAITING)
      return void this.#end(CLOSE.policy, "too many tasks before the key is known");
    this.#proceed();
  }

  /** The answer to a probe. */
  pong(text: string): void {
    this.#entered?.session.acknowledge(this.#outbox, text);
  }

  /** The socket is gone. What is under way stays with the session. */
  disconnect(): void {
    this.#end(CLOSE.goingAway, "");
  }

  #weigh(value: unknown, bytes: number): Waiting {
    const element = readElement(value, this.#context.task.strict);
    const release = this.#context.load.take(bytes);
    if (release !== null) return { element, release };
    const fault = element.kind === "task" ? faultOf(element, OVERLOADED) : element;
    return { element: fault, release: () => undefined };
  }

  /** In the order of arrival; nothing goes past an authentication that is not decided. */
  #proceed(): void {
    while (!this.#isAuthenticating && !this.#isClosed) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#handle(next);
    }
  }

  #handle({ element, release }: Waiting): void {
    if (element.kind === "task") return void this.#perform(element).finally(release);
    release();
    if (element.kind === "ping") this.#outbox.post(dataFrame(PONG));
    else if (element.kind === "fault") this.#answer(errorFrame(element.error));
    else void this.#authenticate(element.apiKey, element.sessionUUID);
  }

  async #authenticate(apiKey: string | null, sessionUUID: string | undefined): Promise<void> {
    this.#isAuthenticating = true;
    try {
      const { gate, address } = this.#context;
      const caller = apiKey === null ? null : await gate.authenticate(apiKey, address);
      if (this.#isClosed) return;
      if (caller === null) this.#turnAway("Invalid API key.");
      else this.#enter(caller, sessionUUID);
    } catch (error) {
      this.#failAuthentication(error);
    } finally {
      this.#isAuthenticating = false;
    }
    this.#proceed();
  }

  #enter(caller: Caller, sessionUUID: string | undefined): void {
    const { sessions, gate } = this.#context;
    const before = this.#entered?.session;
    this.#entered?.stopWatching();
    /* Authenticating again keeps the session, unless the key is another owner's. */
    const session = sessions.open(caller.owner, sessionUUID, before?.uuid);
    if (before !== undefined && before !== session) sessions.leave(before, this.#outbox);
    const onRevoked = () => this.#end(CLOSE.unauthorized, "the API key was revoked");
    this.#entered = { caller, session, stopWatching: gate.watch(caller, onRevoked) };
    this.#outbox.post(dataFrame(authenticated(session.uuid)));
    session.attach(this.#outbox);
  }

  /** The tasks that were held are told, too: each client waits for an answer to its own. */
  #turnAway(message: string): void {
    this.#leave();
    const error = authenticationError("invalidApiKey", message);
    this.#outbox.post(authenticationErrorFrame(error));
    for (const { element, release } of this.#waiting.splice(0)) {
      release();
      const { code } = error;
      if (element.kind === "task") this.#outbox.post(errorFrame(faultOf(element, { code, message }).error));
    }
    this.#isClosed = true;
    this.#outbox.close(CLOSE.unauthorized, "the key is not valid");
  }

  #failAuthentication(error: unknown): void {
    if (this.#isClosed) return;
    /* The classic SDK gives up on this code alone; on any other it would come back every second. */
    if (error instanceof MaskloomError && error.code === "RATE_LIMITED")
      return void this.#turnAway(error.message);
    if (!(error instanceof MaskloomError) || error.code === "INTERNAL") this.#context.onFailure(error);
    const message = "The key cannot be looked up now; try again in a moment.";
    this.#outbox.post(authenticationErrorFrame(authenticationError("serviceUnavailable", message)));
    this.#end(CLOSE.tryAgainLater, message, true);
  }

  async #perform(element: TaskElement): Promise<void> {
    if (this.#entered === null) {
      const message = "Authenticate first: the first frame is expected to be an authentication task.";
      return void this.#outbox.post(errorFrame(faultOf(element, { code: "missingApiKey", message }).error));
    }
    const { caller, session } = this.#entered;
    const answering = session.answering.begin(element);
    if (answering === null) return;
    const turn = session.begin();
    if (turn === null) {
      answering.end();
      return void session.post(errorFrame(faultOf(element, OVERLOADED).error));
    }
    const context = { ...this.#context.task, signal: turn.signal };
    const isOneFrame = element.task.taskType === "getResponse";
    const together: TaskAnswer[] = [];
    const deliver = (answer: TaskAnswer) => {
      if (isOneFrame) together.push(answer);
      else if ("item" in answer) session.post(dataFrame(answer.item), resultOf(answer.item));
      else session.post(errorFrame(answer.error));
      answering.onAnswer();
    };
    const end = () => {
      answering.end();
      turn.end();
    };
    await performTask(this.#context, caller, element, context, deliver).finally(end);
    if (together.length > 0) session.post(frameOfAll(together));
  }

  #answer(frame: string): void {
    if (this.#entered === null) this.#outbox.post(frame);
    else this.#entered.session.post(frame);
  }

  #refuse(code: string, message: string, closeCode: number): void {
    this.#outbox.post(errorFrame({ code, message }));
    this.#end(closeCode, message, true);
  }

  /** @param afterAnswers whether what waits to be sent still is */
  #end(code: number, reason: string, afterAnswers = false): void {
    if (this.#isClosed && afterAnswers) return;
    this.#isClosed = true;
    for (const { release } of this.#waiting.splice(0)) release();
    this.#leave();
    if (afterAnswers) this.#outbox.close(code, reason);
    else this.#outbox.stop(code, reason);
  }

  #leave(): void {
    if (this.#entered === null) return;
    this.#entered.stopWatching();
    this.#context.sessions.leave(this.#entered.session, this.#outbox);
    this.#entered = null;
  }
}

const OVERLOADED: WireError = {
  code: "rateLimitExceeded",
  message: "Too much is under way for this server; wait for answers before sending more.",
};

function faultOf(
  element: TaskElement,
  error: WireError,
): { readonly kind: "fault"; readonly error: WireError } {
  const answer = belongingTo(element, { error });
  return { kind: "fault", error: "error" in answer ? answer.error : describeFailure(answer) };
}

/** Each result of a task has a picture of its own. */
function resultOf({ taskUUID, maskImageUUID, imageUUID }: Readonly<Record<string, unknown>>) {
  const picture = maskImageUUID ?? imageUUID;
  return typeof picture === "string" ? `${taskUUID} ${picture}` : undefined;
}

/** All generations of a task at once, the failed ones beside the others. */
function frameOfAll(answers: readonly TaskAnswer[]): string {
  const data = answers.flatMap((answer) => ("item" in answer ? [answer.item] : []));
  const errors = answers.flatMap((answer) => ("error" in answer ? [answer.error] : []));
  return JSON.stringify({ ...(data.length > 0 ? { data } : {}), ...(errors.length > 0 ? { errors } : {}) });
}
