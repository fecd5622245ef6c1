import type { Extension } from "@codemirror/state";
import { lineNumbers } from "@codemirror/view";
import { useEffect, useState } from "react";
import { CodeEditor } from "@/ui/code/CodeEditor";
import { useForm } from "./FormContext";
import type { PlainFieldProps } from "./PlainField";

/** Code in the language of its node type. */
export function CodeField({ field, value, onChange }: PlainFieldProps) {
  const { isReadOnly, language } = useForm();
  const [extensions, setExtensions] = useState<Extension>(NUMBERED);
  useEffect(() => {
    let isMeant = true;
    // Without its colours code can be written all the same.
    LANGUAGES[language]()
      .then((found) => isMeant && setExtensions([NUMBERED, found]))
      .catch(() => null);
    return () => {
      isMeant = false;
    };
  }, [language]);
  return (
    <CodeEditor
      label={field.label}
      value={typeof value === "string" ? value : ""}
      onChange={onChange}
      extensions={extensions}
      placeholder={field.hints.placeholder}
      isReadOnly={isReadOnly}
    />
  );
}

const NUMBERED = lineNumbers();
const LANGUAGES = {
  python: () => import("./languages/python").then((module) => module.language),
  javascript: () => import("./languages/javascript").then((module) => module.language),
  sql: () => import("./languages/sql").then((module) => module.language),
};
