import { Copy } from "lucide-react";
import { BASE } from "@/api/base";
import { textOf } from "@/api/problem";
import { Button } from "./Button";
import { toast } from "./toast";

/** Copies all that is known of an error as JSON, as the server gave it. */
export function CopyDetails({ details }: { details: object }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(JSON.stringify(details, null, 2));
      toast("success", "Copied the details as JSON");
    } catch (error) {
      toast("error", `Not copied: ${textOf(error)}`);
    }
  };
  return (
    <Button look="quiet" className="-ml-2" onPress={() => void copy()}>
      <Copy size={13} aria-hidden /> Copy details
    </Button>
  );
}

/** What to try, where the server has an idea. */
export function Hint({ text }: { text: string | null | undefined }) {
  return text ? <p className="mt-1 whitespace-pre-wrap">What to try: {text}</p> : null;
}

/** Leads to what the server knows of a code, beside what one is doing. */
export function CodeMeaning({ code, type }: { code: string; type?: string | undefined }) {
  const asked = new URLSearchParams(type ? { code, type } : { code });
  return (
    <a
      href={`${BASE}/errors?${asked}`}
      target="_blank"
      rel="noopener"
      className="text-sm text-accent underline"
    >
      What {type ?? code} means
    </a>
  );
}
