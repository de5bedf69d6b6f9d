import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Pause, Play } from "lucide-react";
import type { QueueList } from "../../../../src/contracts/actions.ts";
import { queryKeys } from "../../api/query-keys.ts";
import { steerQueue } from "../../api/workers.ts";
import { Button } from "../../components/button.tsx";
import { showToast } from "../../components/toast-store.ts";

interface PauseButtonProps {
  readonly queue: string;
  readonly paused: boolean;
}

type SteerAction = Parameters<typeof steerQueue>[1];

const WORDS: Readonly<Record<SteerAction, { readonly done: string; readonly what: string }>> = {
  pause: { done: "hands nothing more out; what has begun is finished.", what: "paused" },
  resume: { done: "hands out work again.", what: "resumed" },
};

/** Shown as done at once, and taken back with the reason where it was not. */
export function PauseButton({ queue, paused }: PauseButtonProps) {
  const client = useQueryClient();
  const set = (next: boolean) =>
    client.setQueryData<QueueList>(
      queryKeys.queues,
      (list) =>
        list && {
          queues: list.queues.map((one) => (one.queue === queue ? { ...one, paused: next } : one)),
        },
    );
  /* What is meant goes along: `paused` is the other way round as soon as it is shown as done. */
  const { mutate, isPending } = useMutation({
    mutationKey: queryKeys.queues,
    mutationFn: (action: SteerAction) => steerQueue(queue, action),
    onMutate: async (action) => {
      await client.cancelQueries({ queryKey: queryKeys.queues });
      set(action === "pause");
    },
    onSuccess: (_, action) => showToast({ tone: "good", text: `${queue} ${WORDS[action].done}` }),
    onError: (error, action) => {
      set(action !== "pause");
      showToast({ tone: "bad", text: `${queue} could not be ${WORDS[action].what}: ${error.message}` });
    },
    /* Not waited for: what was said to be done can be undone at once. */
    onSettled: () => void client.invalidateQueries({ queryKey: queryKeys.queues }),
  });
  return (
    <Button
      icon={paused ? Play : Pause}
      disabled={isPending}
      onClick={() => mutate(paused ? "resume" : "pause")}
      aria-label={`${paused ? "Resume" : "Pause"} ${queue}`}
    >
      {paused ? "Resume" : "Pause"}
    </Button>
  );
}
