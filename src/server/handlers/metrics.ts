import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";

export async function getMetrics(_: ApiRequest, { metrics }: ApiServices): Promise<ApiAnswer> {
  const { contentType, text } = await metrics();
  return { status: 200, headers: { "content-type": contentType }, text };
}
