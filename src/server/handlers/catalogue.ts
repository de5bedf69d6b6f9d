import type { ModelList } from "../../contracts/api.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";
import { brokenView, detectorView, inpainterView } from "./model-views.ts";

export async function listModels(_request: ApiRequest, { models }: ApiServices): Promise<ApiAnswer> {
  const shelf = await models.look();
  const all = [
    ...shelf.models.map(detectorView),
    ...shelf.broken.map(brokenView),
    ...shelf.inpainters.map(inpainterView),
  ];
  return { status: 200, body: { models: all } satisfies ModelList };
}
