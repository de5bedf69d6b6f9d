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

/** Shown as done at once, and taken back with the reason where it was not. */
export function PauseButton({ queue, paused }: PauseButtonProps) {
  const client = useQueryClient();
  const action = paused ? "resume" : "pause";
  const set = (next: boolean) =>
    client.setQueryData<QueueList>(
      queryKeys.queues,
      (list) =>
        list && {
          queues: list.queues.map((one) => (one.queue === queue ? { ...one, paused: next } : one)),
        },
    );
  const { mutate, isPending } = useMutation({
    mutationFn: () => steerQueue(queue, action),
    onMutate: () => {
      set(!paused);
    },
    onSuccess: () =>
      showToast({
        tone: "good",
        text: paused
          ? `${queue} hands out work again.`
          : `${queue} hands nothing more out; what has begun is finished.`,
      }),
    onError: (error) => {
      set(paused);
      showToast({
        tone: "bad",
        text: `${queue} could not be ${paused ? "resumed" : "paused"}: ${error.message}`,
      });
    },
    onSettled: () => client.invalidateQueries({ queryKey: queryKeys.queues }),
  });
  return (
    <Button
      icon={paused ? Play : Pause}
      disabled={isPending}
      onClick={() => mutate()}
      aria-label={`${paused ? "Resume" : "Pause"} ${queue}`}
    >
      {paused ? "Resume" : "Pause"}
    </Button>
  );
}
