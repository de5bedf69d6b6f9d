import type { ProviderTest } from "../../contracts/provider-list.ts";
import { toErrorRecord } from "../../errors.ts";
import type { RemoteProvider } from "../../inpainting/providers/provider-instance.ts";
import { saveProviderTest } from "../../store/provider-states.ts";
import type { Store } from "../../store/store.ts";

const PATIENCE_MS = 30_000;

/** Asks a provider whether it is there and takes the key, and keeps what it says. Nothing is generated or billed. */
export async function testProvider(
  { db, wakeUps }: Pick<Store, "db" | "wakeUps">,
  provider: RemoteProvider,
): Promise<ProviderTest> {
  const test = { at: new Date().toISOString(), ...(await ask(provider)) };
  await saveProviderTest(db, provider.id, test);
  wakeUps.notify("workers");
  return test;
}

async function ask(provider: RemoteProvider): Promise<Omit<ProviderTest, "at">> {
  try {
    const { milliseconds, says, models } = await provider.test(AbortSignal.timeout(PATIENCE_MS));
    return { milliseconds, says, models: [...models], error: null };
  } catch (error) {
    return { milliseconds: null, says: null, models: [], error: toErrorRecord(error) };
  }
}
