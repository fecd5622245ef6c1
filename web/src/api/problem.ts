import type { components } from "./schema";

export type ProblemPlace = components["schemas"]["ProblemPlace"];

const NO_EXPLANATION = "UNEXPECTED_ANSWER";

/** Why the server refused or failed (RFC 9457), or why it could not be reached (status 0). */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly problems: ProblemPlace[] = [],
    readonly more: Record<string, unknown> = {},
  ) {
    super(detail);
    this.name = "ApiProblem";
  }

  /** Whether the code is the server's, which knows what it means. */
  get isExplained(): boolean {
    return this.status > 0 && this.code !== NO_EXPLANATION;
  }

  /** All that the server said, for those who are to help. */
  asJson(): object {
    const { status, code, detail, problems, more } = this;
    return { ...more, status, code, detail, ...(problems.length > 0 ? { problems } : {}) };
  }

  /** The problem of a body that is not a success; anything may stand in it. */
  static of(status: number, body: unknown): ApiProblem {
    if (typeof body === "object" && body !== null && "code" in body && "detail" in body) {
      const { code, detail, problems, ...more } = body as Record<string, unknown>;
      const places = Array.isArray(problems) ? (problems as ProblemPlace[]) : [];
      return new ApiProblem(status, String(code), String(detail), places, more);
    }
    return new ApiProblem(
      status,
      NO_EXPLANATION,
      `The server answered with status ${status} and without an explanation.`,
    );
  }

  /** What a server that can't be reached looks like. */
  static unreachable(): ApiProblem {
    return new ApiProblem(
      0,
      "UNREACHABLE",
      "The server does not answer. Check that it runs and that you are connected; this page tries again.",
    );
  }
}

/** An error of any kind as text for people. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What to say at the field of a name that something else has already; null: it is free. */
export function takenName(error: unknown): string | null {
  return error instanceof ApiProblem && error.status === 409 ? error.detail : null;
}
