import { type ErrorCode, MaskloomError } from "../../errors.ts";
import type { PeerError } from "./peer-frame.ts";

/* The service has hundreds of codes that change, so they are sorted by what is in their names: docs/wire.md, section 3. */

interface Category {
  readonly matches: RegExp;
  readonly code: ErrorCode;
  readonly remedy?: string;
}

const OF_KEY = /ApiKey|^unauthorized|^forbidden|permission|^authentication|^account|^token/i;

/** The first that matches holds. What is retryable there is retryable here. */
const CATEGORIES: readonly Category[] = [
  {
    matches: OF_KEY,
    code: "PROVIDER_REFUSED",
    remedy: "; check the environment variable that holds its key",
  },
  {
    matches: /Credits|Quota|Balance|^payment/i,
    code: "PROVIDER_REFUSED",
    remedy: "; its account needs money",
  },
  { matches: /RateLimit/i, code: "PROVIDER_UNAVAILABLE" },
  { matches: /^(service|server)Unavailable|^noAvailableServer|^modelNotReady/, code: "PROVIDER_UNAVAILABLE" },
  { matches: /timeout/i, code: "PROVIDER_FAILED" },
  {
    matches:
      /^(invalid|missing|conflict|duplicate|unsupported|unknownParameter|incompatible|value|array|max|validation)/,
    code: "PROVIDER_REFUSED",
  },
  {
    matches: /contentPolicy|nsfw|unsafe|sensitive|Blocked$|^moderation/i,
    code: "CONTENT_REFUSED",
    remedy: "; it looks at what pictures show and prompts say",
  },
  { matches: /(NotFound|Expired)$|^modelDisabled|Cancelled$/, code: "PROVIDER_REFUSED" },
];

/** What is not told apart is a failure of the peer's, worth another try. */
const OTHER: Category = { matches: /./, code: "PROVIDER_FAILED" };

/** More of a stranger's words helps nobody, and may repeat a whole picture. */
const LONGEST = 400;

/** An error of the peer as one of ours. @param who begins the message */
export function failureOfPeer(error: PeerError, who: string): MaskloomError {
  const { code: category, remedy = "" } = CATEGORIES.find(({ matches }) => matches.test(error.code)) ?? OTHER;
  const { code, message, parameter, context } = error;
  const field = parameter === undefined ? "" : ` (${[parameter].flat().join(", ")})`;
  const said = message.length > LONGEST ? `${message.slice(0, LONGEST)}…` : message;
  const seconds = context?.retryAfterSeconds;
  return new MaskloomError(category, `${who} answers ${code}${field}: ${said}${remedy}`, {
    ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
  });
}

/** The peer has this request already: it is under way or done, and will not be billed again. */
export const isConflict = ({ code }: PeerError): boolean => /^(conflict|duplicate)TaskUUID$/.test(code);

/** It has never heard of the request, or forgot it. */
export const isAbsence = ({ code }: PeerError): boolean =>
  /^task(NotFound|Expired|FailedOrNotFound)$/.test(code);

/** A picture that was uploaded before is not there any more. */
export const isLostPicture = ({ code }: PeerError): boolean => /^(media|image)(NotFound|Expired)$/.test(code);

/** It does not take the key, or does not let its owner do this. */
export const isOfKey = (code: string): boolean => OF_KEY.test(code);
