import { Copy } from "lucide-react";
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
