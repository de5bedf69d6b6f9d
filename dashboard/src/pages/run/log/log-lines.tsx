import { useLayoutEffect, useRef } from "react";
import type { LogLine } from "../../../../../src/contracts/task-records.ts";
import { classNames } from "../../../components/class-names.ts";
import { Disclosure } from "../../../components/disclosure.tsx";
import { formatExact } from "../../../components/format-time.ts";
import styles from "./log-lines.module.css";
import { dataText, timeText } from "./log-text.ts";

interface LogLinesProps {
  readonly lines: readonly LogLine[];
  /** Which step a line is about, where there are several. */
  readonly stepOf?: (line: LogLine) => string | undefined;
}

/** So near to its end a list follows what comes. */
const NEAR_PX = 40;

/** What workers wrote, the newest last; who reads the end sees what comes. */
export function LogLines({ lines, stepOf }: LogLinesProps) {
  const list = useRef<HTMLElement>(null);
  const follows = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new line may have to be scrolled to
  useLayoutEffect(() => {
    const { current } = list;
    if (current !== null && follows.current) current.scrollTop = current.scrollHeight;
  }, [lines.length]);
  return (
    <section
      ref={list}
      className={styles["log"]}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys, too
      tabIndex={0}
      aria-label="Lines of the log"
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        follows.current = scrollHeight - scrollTop - clientHeight < NEAR_PX;
      }}
    >
      <ol>
        {lines.map((line) => (
          <Line key={line.id} line={line} step={stepOf?.(line)} />
        ))}
      </ol>
    </section>
  );
}

function Line({ line, step }: { readonly line: LogLine; readonly step: string | undefined }) {
  const { at, level, message, data } = line;
  const { stack, ...rest } = data;
  const more = dataText(rest);
  return (
    <li className={classNames(styles["line"], styles[level])}>
      <time dateTime={at} title={formatExact(new Date(at))}>
        {timeText(at)}
      </time>
      <span className={styles["what"]}>
        {level !== "info" && <strong>{level === "warn" ? "Warning: " : "Error: "}</strong>}
        {step !== undefined && <span className={styles["step"]}>{step} </span>}
        {message} {more !== "" && <span className={styles["data"]}>{more}</span>}
        {typeof stack === "string" && <Stack text={stack} />}
      </span>
    </li>
  );
}

/** Where a failure came from; closed, since few want to know. */
export function Stack({ text }: { readonly text: string }) {
  return (
    <Disclosure title="Stack">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys, too */}
      <pre className={styles["stack"]} tabIndex={0}>
        {text}
      </pre>
    </Disclosure>
  );
}
