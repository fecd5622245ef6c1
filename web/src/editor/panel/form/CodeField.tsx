import { javascript } from "@codemirror/lang-javascript";
import { python } from "@codemirror/lang-python";
import { sql } from "@codemirror/lang-sql";
import { lineNumbers } from "@codemirror/view";
import { useMemo } from "react";
import { CodeEditor } from "@/ui/code/CodeEditor";
import { useForm } from "./FormContext";
import type { PlainFieldProps } from "./PlainField";

/** Code in the language of its node type. */
export function CodeField({ field, value, onChange }: PlainFieldProps) {
  const { isReadOnly, language } = useForm();
  const extensions = useMemo(() => [lineNumbers(), LANGUAGES[language]()], [language]);
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

const LANGUAGES = { python, javascript, sql };
