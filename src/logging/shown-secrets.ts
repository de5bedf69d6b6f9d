/** Secrets as they stand within texts: messages of other libraries repeat addresses and headers. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^/\s:@"]*):[^/\s@"]+@/gi, "$1:…@"],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, "$1 …"],
  [/\b(mlk_[0-9a-f]{12})_[\w-]+/g, "$1_…"],
  [/\bwhsec_[\w+/=-]{8,}/g, "whsec_…"],
  [/([?&](?:api_?key|key|token|secret|signature|sig|X-Amz-Signature|X-Amz-Credential)=)[^&\s"\\]+/gi, "$1…"],
];

/** The same text without passwords in addresses, bearer tokens, keys of this installation and signed queries. */
export function hideSecrets(text: string): string {
  return SHAPES.reduce((shown, [shape, instead]) => shown.replace(shape, instead), text);
}
