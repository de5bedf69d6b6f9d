/**
 * The category of an error's code as HTTP says it: docs/wire.md, section 3. By the words that codes are made of, as the
 * official SDKs sort them, so that a code of any part of this program has a status.
 */
const CATEGORIES: readonly (readonly [RegExp, number])[] = [
  [/ApiKey|^(unauthorized|authenticationFailed|tokenExpired)$/, 401],
  [/^(forbidden|permissionDenied|insufficientPermissions|accountSuspended)$/, 403],
  [/Credits|[qQ]uota|Balance|^paymentRequired$/, 402],
  [/[rR]ateLimit/, 429],
  [/(NotFound|Expired)$|^taskCancelled$/, 404],
  [/[tT]imeout/, 504],
  [/^(service|server)Unavailable$|^(noAvailableServer|modelUnavailable|modelDisabled|modelNotReady)$/, 503],
  [/^(provider|uploadFailed)/, 502],
  [/^(invalid|missing|conflict|duplicate|unsupported|unknown(?!Error)|incompatible|validation)/, 400],
  [/^(value|array|max)[A-Z]|^downloadFailed$/, 400],
  [/^(contentPolicy|nsfw|unsafe|sensitive)|Blocked$|^moderationFailed$/, 400],
];

export function statusOfCode(code: string): number {
  return CATEGORIES.find(([words]) => words.test(code))?.[1] ?? 500;
}
