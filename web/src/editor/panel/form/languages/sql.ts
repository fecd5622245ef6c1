import { StandardSQL } from "@codemirror/lang-sql";

/** The language alone: without completion of its own, which this editor does not show. */
export const language = StandardSQL.language;
