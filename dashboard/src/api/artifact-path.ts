/** Where the bytes of a picture or mask are. */
export function artifactPath(uuid: string): string {
  return `/api/artifacts/${uuid}`;
}
