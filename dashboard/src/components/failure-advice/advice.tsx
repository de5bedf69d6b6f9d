import { Link } from "@tanstack/react-router";
import { adviceFor } from "./failure-advice.ts";

/** What to do about a failure, with the page where it is done; nothing where there is nothing to say. */
export function Advice({ code }: { readonly code: string }) {
  const advice = adviceFor(code);
  if (advice === null) return null;
  const { text, page } = advice;
  return (
    <>
      {text}
      {page !== undefined && (
        <>
          {" "}
          <Link to={page.to}>{page.title}</Link>
        </>
      )}
    </>
  );
}
