// Written by `make docs` from the OpenAPI document. Do not change it by hand.

type Problem = {
  headers: { [name: string]: unknown };
  content: { "application/problem+json": components["schemas"]["ProblemDetails"] };
};

export interface components {
  schemas: {
    /** Who calls, and what that allows. */
    Account: {
      user_id: string;
      email: string;
      role: string;
      /** The role in each project, by the project's id. */
      projects: Record<string, string>;
      /** What the role allows; in projects, their roles do. */
      actions: string[];
    };
    /** One's own name or password. */
    AccountChange: {
      name?: string | null;
      password?: string | null;
      old_password?: string | null;
    };
    /** One's own account. */
    AccountDetails: {
      id: string;
      email: string;
      name: string;
      role: string;
      created_at: string | null;
    };
    /** Who has looked at a security event, when, and what they noted. */
    Acknowledgement: {
      at: string;
      by: string;
      note: string;
    };
    /** Security events that one has looked at, by their ``seq``. */
    AcknowledgementWanted: {
      seqs: number[];
      note?: string;
    };
    /** What can be allowed; also the scopes of API keys. */
    Action: "workflows:read" | "workflows:write" | "executions:read" | "executions:start" | "executions:manage" | "credentials:read" | "credentials:write" | "variables:read" | "variables:write" | "users:manage" | "security:read" | "security:manage" | "settings:read" | "metrics:read" | "account";
    /** What an addition carries, by its key. */
    Additions: {
      http: components["schemas"]["HttpEnd"];
      http_start: components["schemas"]["HttpStart"];
      log: components["schemas"]["LogAddition"];
      security: components["schemas"]["SecurityState"];
    };
    /** The numbers of a range of time; ``totals_before`` is the range of the same length before. */
    Analytics: {
      from: string | null;
      to: string | null;
      looked_at: number;
      /** False: there are more; the newest were looked at. */
      is_whole: boolean;
      totals: components["schemas"]["Totals"];
      totals_before: components["schemas"]["Totals"];
      series: components["schemas"]["SeriesPart"][];
      /** By weekday (Monday first) and hour, in UTC. */
      hours: number[][];
      failing_nodes: components["schemas"]["FailingNode"][];
      slow_nodes: components["schemas"]["SlowNode"][];
    };
    /** A key, without its text. */
    ApiKey: {
      id: string;
      user_id: string;
      name: string;
      prefix: string;
      scopes: string[] | null;
      created_at: string | null;
      expires_at: string | null;
      last_used_at: string | null;
    };
    /** A key to make. */
    ApiKeyWanted: {
      name: string;
      /** None: all that its person may. */
      scopes?: components["schemas"]["Action"][] | null;
      /** Microseconds since 1970; None: never. */
      expires_at?: number | null;
    };
    /** Who did what to which credential, key or policy; ``hash`` chains it to the one before. */
    AuditEntry: {
      seq: number;
      at: string;
      actor: string;
      action: string;
      subject: string;
      details: Record<string, unknown>;
      hash: string;
    };
    /** Some entries of the audit log, the newest first; ``next`` is the cursor of the next page. */
    AuditPage: {
      entries: components["schemas"]["AuditEntry"][];
      next: string | null;
    };
    /** One's password and a code, or a recovery code. */
    BothGiven: {
      password: string;
      code: string;
    };
    /** A code that an authenticator app shows. */
    CodeGiven: {
      code: string;
    };
    /** Two executions; ``documents`` is where their versions differ. */
    Comparison: {
      nodes: components["schemas"]["NodeComparison"][];
      documents: Record<string, unknown>[];
    };
    /** The name of a copy. */
    CopyWanted: {
      name: string;
    };
    /** A credential in a list. */
    Credential: {
      name: string;
      type: string;
      project_id: string;
      created_at: string | null;
      updated_at: string | null;
      /** True to a minute. */
      last_used_at: string | null;
      /** How the last test of these values went; other values were not tested yet. */
      tested: components["schemas"]["CredentialTest"] | null;
      /** Null: not known, or it is renewed by itself. */
      expires_at: string | null;
      /** Who says when it ends. */
      expires_from: "certificate" | "grant" | "person" | null;
      /** So many workflows name it, in drafts or what is published. */
      used_by: number;
    };
    /** A credential without its values; ``fields`` says which of them there are. */
    CredentialDetails: {
      name: string;
      type: string;
      project_id: string;
      created_at: string | null;
      updated_at: string | null;
      /** True to a minute. */
      last_used_at: string | null;
      /** How the last test of these values went; other values were not tested yet. */
      tested: components["schemas"]["CredentialTest"] | null;
      /** Null: not known, or it is renewed by itself. */
      expires_at: string | null;
      /** Who says when it ends. */
      expires_from: "certificate" | "grant" | "person" | null;
      /** So many workflows name it, in drafts or what is published. */
      used_by: number;
      /** Those that it is used by. */
      workflows: components["schemas"]["CredentialUser"][];
      hosts: string[];
      allow_plain_http: boolean;
      fields: unknown;
    };
    /** How a test of a credential went, and when it was. */
    CredentialTest: {
      at: string;
      works: boolean;
      text: string;
    };
    /** How a test went. */
    CredentialTrial: {
      works: boolean;
      text: string;
      status: number | null;
    };
    /** A type of credential; fields with ``secret: true`` in ``values`` are never shown again. */
    CredentialType: {
      name: string;
      summary: string;
      description: string;
      /** The JSON Schema of its values. */
      values: Record<string, unknown>;
      is_for_http: boolean;
      needs_hosts: boolean;
      needs_tls: boolean;
      /** A person grants access in the browser (OAuth 2). */
      is_granted: boolean;
    };
    /** A workflow that names a credential. */
    CredentialUser: {
      id: string;
      name: string;
    };
    /** The content of a credential. */
    CredentialWanted: {
      type: string;
      values: Record<string, unknown>;
      hosts?: string[];
      allow_plain_http?: boolean;
      /** Of a new one; others stay. */
      project_id?: string;
      /** When it ends, in microseconds since 1970, as far as you know. What a certificate or a grant says counts more. */
      expires_at?: number | null;
    };
    /** A node that sends the request of a cURL command, and what must be known of it. */
    CurlNodeMade: {
      id: string;
      node: Record<string, unknown>;
      /** The credential that would hold its secrets, which were left out. */
      credential: Record<string, unknown> | null;
      /** The item's files that it sends, with their paths. */
      files: Record<string, string>;
      warnings: string[];
    };
    /** A cURL command. */
    CurlWanted: {
      text: string;
    };
    /** Everything since the last frame. */
    Delta: {
      /** Additions: number, key, data. */
      ap?: [number, string, Record<string, unknown>][];
      from: number;
      /** Additions that a slow follower missed: the first and the last. */
      gap?: [number, number];
      id: number;
      seq: number;
      /** Signals: never left out; they change the state of their key too. */
      sg?: [number, string, Record<string, unknown>][];
      /** States by key: what is given replaces what was known. */
      st?: Record<string, Record<string, unknown>>;
      t: "d";
    };
    /** One place in which two versions differ. */
    Difference: {
      /** Such as nodes.fetch.params.url. */
      path: string;
      kind: "added" | "removed" | "changed";
      before?: unknown;
      after?: unknown;
    };
    /** Every place in which two versions differ. */
    Differences: {
      differences: components["schemas"]["Difference"][];
    };
    /** A code that an execution or a request can fail with. */
    ErrorCode: {
      code: string;
      meaning: string;
      /** What to try. */
      advice: string;
      /** Whether a failed attempt is tried again, where the node has retries left; null: it is no failure of a node. */
      repeated: "yes" | "no" | "by_type" | "by_status" | null;
      /** The status of answers of the API that have it. */
      http_status: number | null;
      types: components["schemas"]["ErrorType"][];
    };
    /** What is said of an error live: its details may hold the data of items. */
    ErrorShown: {
      code?: string;
      message?: string;
      node?: string;
    };
    /** A type of errors of one code. */
    ErrorType: {
      type: string;
      meaning: string;
      advice: string;
      repeated: "yes" | "no" | "by_type" | "by_status" | null;
    };
    /** An example of a node type: parameters, and what they make of items. */
    ExampleDescription: {
      /** Items of further inputs. */
      inputs?: Record<string, Record<string, unknown>[]>;
      items: Record<string, unknown>[];
      output?: Record<string, unknown>[];
      /** Items by output. */
      outputs?: Record<string, Record<string, unknown>[]>;
      params: Record<string, unknown>;
      title?: string;
    };
    /** An execution with its nodes; ``items`` are what it put out, in answers of mode sync. */
    ExecutionDetails: {
      id: string;
      number: number;
      workflow_id: string;
      version_hash: string;
      status: components["schemas"]["ExecutionStatus"];
      trigger: string;
      source: string;
      user: string;
      created_at: string | null;
      started_at: string | null;
      finished_at: string | null;
      wake_at: string | null;
      duration_ms: number | null;
      /** Items that no edge led on from; null until it ends. */
      items_out?: number | null;
      errors_handled: number;
      error: Record<string, unknown> | null;
      cancel_requested: boolean;
      parent_id: string | null;
      based_on_id: string | null;
      usage: Record<string, unknown> | null;
      nodes: components["schemas"]["NodeExecution"][];
      items?: Record<string, unknown>[] | null;
    };
    /** How an execution ended, or that it waits. */
    ExecutionEndState: {
      duration_ms: number | null;
      error: components["schemas"]["ErrorShown"] | null;
      errors_handled: number;
      finished_at: string | null;
      status: components["schemas"]["ExecutionStatus"];
      usage: Record<string, unknown> | null;
      wake_at: string | null;
    };
    /** The attempts that began or ended in a stretch of an execution, and what led to it. Times are milliseconds since the execution was created. */
    ExecutionMoments: {
      /** For each node the attempt that changed last before `begin_ms`. */
      before: components["schemas"]["Span"][];
      spans: components["schemas"]["Span"][];
      /** Null: nothing lies before them. */
      begin_ms: number | null;
      /** Null: nothing lies after them. */
      end_ms: number | null;
      /** The last change before `begin_ms`. */
      previous_ms: number | null;
      /** The last change of the execution so far. */
      last_ms: number | null;
    };
    /** Some executions in the order of the list; ``next`` is the cursor of the next page. */
    ExecutionPage: {
      executions: components["schemas"]["ExecutionSummary"][];
      next: string | null;
      /** Set where not all that come later were looked into: the last one's time. */
      looked_to?: string | null;
      /** The same in a list by duration: the last one's duration. */
      looked_to_ms?: number | null;
    };
    /** An execution, in its own topic and in those of lists. */
    ExecutionState: {
      created_at: string | null;
      duration_ms: number | null;
      error: components["schemas"]["ErrorShown"] | null;
      finished_at: string | null;
      id: string;
      number: number;
      source: string | null;
      started_at: string | null;
      status: components["schemas"]["ExecutionStatus"];
      trigger: string;
      version: string;
      wake_at: string | null;
      workflow_id: string;
    };
    /** Status of an execution. */
    ExecutionStatus: "queued" | "running" | "waiting" | "succeeded" | "failed" | "cancelled" | "crashed";
    /** An execution in a list. */
    ExecutionSummary: {
      id: string;
      number: number;
      workflow_id: string;
      version_hash: string;
      status: components["schemas"]["ExecutionStatus"];
      trigger: string;
      source: string;
      user: string;
      created_at: string | null;
      started_at: string | null;
      finished_at: string | null;
      wake_at: string | null;
      duration_ms: number | null;
      /** Items that no edge led on from; null until it ends. */
      items_out?: number | null;
      errors_handled: number;
      error: Record<string, unknown> | null;
      cancel_requested: boolean;
      parent_id: string | null;
      based_on_id: string | null;
    };
    /** An execution to start. ``data`` is given to the trigger. In mode ``sync`` the answer comes when the execution has ended (or after ``timeout`` seconds) and has its items. In mode ``stream`` the answer is a ``text/event-stream`` of what happens, as the topic of the execution tells it; its last event, ``end``, is what the answer of mode ``sync`` would be. */
    ExecutionWanted: {
      mode?: "async" | "sync" | "stream";
      version?: string;
      trigger?: string | null;
      data?: unknown;
      variables?: Record<string, unknown>;
      timeout?: number;
      priority?: number;
      /** Nothing runs that does not lead to it. */
      to_node?: string | null;
      /** Not before this time, in microseconds since 1970. */
      run_at?: number | null;
    };
    /** A function of expressions, or a method of values of one kind (``receiver``). */
    ExpressionFunction: {
      name: string;
      topic: string;
      signature: string;
      summary: string;
      receiver: string | null;
      example: string;
    };
    /** A node at which executions failed; ``node`` is None where it was no single one. */
    FailingNode: {
      workflow_id: string;
      node: string | null;
      failures: number;
      code: string | null;
      message: string | null;
    };
    /** A field of the items of an output; ``[]`` in its path stands for the entries of a list. */
    FieldSummary: {
      path: string;
      /** The same, key by key; 0 for a list's entries. */
      keys: (string | number)[];
      /** How many values of each JSON type. */
      types: Record<string, number>;
      present: number;
      example: unknown;
    };
    /** What a follower says. */
    FollowerRequest: {
      op: "hello" | "sub" | "unsub" | "hidden" | "here" | "pong";
      v?: number;
      id?: number;
      topic?: string;
      epoch?: string | null;
      after?: number | null;
      hidden?: boolean;
      node?: string | null;
    };
    /** Whose password was forgotten. */
    ForgottenPassword: {
      email: string;
    };
    Frame: components["schemas"]["Snapshot"] | components["schemas"]["Delta"] | components["schemas"]["Refusal"] | components["schemas"]["Ping"];
    /** A folder or a tag, and how many workflows it has. */
    GroupOfWorkflows: {
      name: string;
      workflows: number;
    };
    /** An execution and what it used: bytes at its peak, milliseconds of CPU, requests. */
    HeavyExecution: {
      id: string;
      number: number;
      workflow_id: string;
      status: components["schemas"]["ExecutionStatus"];
      created_at: string | null;
      duration_ms: number | null;
      usage: Record<string, number>;
    };
    /** How the editor shows a parameter; what is left out is as usual. */
    Hints: {
      expressions?: boolean;
      label?: string;
      placeholder?: string;
      roots?: string[];
      sensitive?: boolean;
      show_when?: Record<string, unknown>;
      widget?: "code" | "credential" | "date" | "file" | "json" | "key_value" | "multiline" | "text";
    };
    /** How many executions fit a filter, over time. */
    Histogram: {
      parts: components["schemas"]["HistogramPart"][];
      /** By status. */
      counts: Record<string, number>;
      total: number;
      /** Set where not every older execution was looked into. */
      looked_to: string | null;
    };
    /** How many executions began in a part of the time. */
    HistogramPart: {
      from: string | null;
      /** By status. */
      counts: Record<string, number>;
    };
    /** A host that executions of this server ask. Times are seconds from now. ``circuit`` is closed, open (it failed ``failures`` times in a row and is left alone) or half open (one request tries). ``places`` is how many requests it may have at once, now. */
    Host: {
      host: string;
      circuit: "closed" | "open" | "half_open";
      failures: number;
      places: number;
      in_flight: number;
      waiting: number;
      paused_for: number;
      open_for: number;
    };
    /** A request that ended. */
    HttpEnd: {
      /** When it began: microseconds since 1970. */
      at: number;
      bytes_in: number;
      bytes_out: number;
      error: string | null;
      execution_id: string;
      /** The same when it ends; not stored. */
      id: string;
      /** The place of the item that it is for, in the node's input. */
      item: number | null;
      method: string;
      ms: number | null;
      node: string;
      status: number | null;
      /** Milliseconds by phase. */
      timings: Record<string, number> | null;
      url: string;
    };
    /** A request that begins. */
    HttpStart: {
      /** When it began: microseconds since 1970. */
      at: number;
      execution_id: string;
      /** The same when it ends; not stored. */
      id: string;
      /** The place of the item that it is for, in the node's input. */
      item: number | null;
      method: string;
      node: string;
      url: string;
    };
    /** Somebody to invite. Editors, operators and viewers begin in the main project. */
    Invitation: {
      email: string;
      role?: components["schemas"]["Role"];
    };
    /** The fields of the first items of an output. */
    ItemFields: {
      fields: components["schemas"]["FieldSummary"][];
      looked_at: number;
      total: number;
    };
    /** Some items of one output; ``total`` is how many there are, ``found`` how many fit ``q``. */
    ItemWindow: {
      items: Record<string, unknown>[];
      offset: number;
      total: number;
      found: number;
    };
    /** Items, or the execution whose items of the same node are taken. */
    ItemsToPin: {
      items?: Record<string, unknown>[] | null;
      execution_id?: string | null;
      output?: string;
    };
    /** Functions of expressions, and the settings that nodes and workflows have. */
    Language: {
      functions: components["schemas"]["ExpressionFunction"][];
      /** A JSON Schema. */
      node_settings: Record<string, unknown>;
      /** A JSON Schema. */
      workflow_settings: Record<string, unknown>;
    };
    /** A link to give to somebody; it works once and is shown once. */
    Link: {
      url: string;
      /** Whether the mail server took it for the person. */
      mailed: boolean;
    };
    /** What somebody chooses who follows a one-time link. */
    LinkAccepted: {
      token: string;
      password: string;
      /** Of the first owner; other links know it. */
      email?: string;
      name?: string;
    };
    /** A hop of an HTTP request that has ended, without headers and bodies. */
    ListedRequest: {
      seq: number;
      execution_id: string;
      /** Of the execution. */
      number: number;
      workflow_id: string;
      node: string;
      iteration: number[];
      /** The place of the item that it was for, in the node's input; null: of none. */
      item: number | null;
      attempt: number;
      at: string;
      method: string;
      url: string;
      status: number | null;
      error: string | null;
      duration_ms: number | null;
      /** Milliseconds by phase. */
      timings: Record<string, number | null> | null;
      bytes_in: number;
      bytes_out: number;
      verdict: string;
    };
    /** A workflow in a list, with its newest executions (the newest first) and its next start. */
    ListedWorkflow: {
      id: string;
      name: string;
      project_id: string;
      folder: string;
      tags: string[];
      revision: number;
      published_hash: string | null;
      /** Triggers start it: a version is published. */
      is_active: boolean;
      /** It comes from a file, and is changed there. */
      is_file: boolean;
      created_at: string | null;
      updated_at: string | null;
      /** The email of who made it; null: nobody knows. */
      created_by: string | null;
      recent: components["schemas"]["RecentExecution"][];
      next_at: string | null;
    };
    /** How long the draft listens; ``once``: it stops at the first call that it takes. */
    ListenWanted: {
      seconds?: number;
      once?: boolean;
    };
    /** The addresses at which the draft listens, and until when. */
    Listening: {
      webhooks: components["schemas"]["TestAddress"][];
      until: string | null;
    };
    /** What a workflow's draft that listens for calls does. */
    ListeningState: {
      /** The execution of a call that came. */
      execution_id?: string;
      /** None: it listens no more. */
      until?: string | null;
    };
    /** The process answers. */
    Liveness: {
      status: string;
    };
    /** A line of an execution's log. */
    LogAddition: {
      at: number;
      level: "debug" | "error" | "info" | "warning";
      message: string;
      node: string | null;
      /** The iteration of its loops: `3` or `3.1`. */
      path: string;
    };
    /** Log lines; ``total`` is how many of the execution fit what was asked for. ``next`` is the ``after`` of the next page. */
    LogWindow: {
      entries: components["schemas"]["StoredLogLine"][];
      next: number | null;
      total: number;
    };
    /** Somebody in a project. */
    Member: {
      user_id: string;
      role: string;
    };
    /** A role in a project. */
    MemberWanted: {
      role: "editor" | "operator" | "viewer";
    };
    /** A key with its text: it is shown this once. */
    NewApiKey: {
      id: string;
      user_id: string;
      name: string;
      prefix: string;
      scopes: string[] | null;
      created_at: string | null;
      expires_at: string | null;
      last_used_at: string | null;
      key: string;
    };
    /** One node of two executions; ``differs_in`` is empty where both did the same. */
    NodeComparison: {
      node: string;
      iteration: number[];
      first: Record<string, unknown> | null;
      second: Record<string, unknown> | null;
      differs_in: string[];
    };
    /** A node execution, without its items. */
    NodeExecution: {
      id: string;
      type: string;
      status: string;
      attempts: number;
      started_at: string | null;
      finished_at: string | null;
      duration_ms: number | null;
      items_in: number;
      items_out: number;
      outputs: Record<string, number>;
      error: Record<string, unknown> | null;
      iteration: number[];
      wake_at?: string | null;
      errors_handled: number;
      usage?: Record<string, unknown> | null;
    };
    /** A node of an execution; what is given replaces what was known, field by field. */
    NodeState: {
      /** When it began: microseconds since 1970. */
      at?: number;
      attempt?: number;
      /** Its result is that of the execution that is repeated, or pinned. */
      cached?: "execution" | "pinned";
      error?: components["schemas"]["ErrorShown"] | null;
      items_done?: number | null;
      items_in?: number | null;
      items_out?: number | null;
      ms?: number | null;
      /** Items by output. */
      outputs?: Record<string, number>;
      /** The iteration of its loops: `3` or `3.1`. */
      path?: string;
      status?: components["schemas"]["NodeStatus"];
      usage?: Record<string, number> | null;
      wake_at?: string | null;
    };
    /** Status of a node execution. */
    NodeStatus: "cancelled" | "failed" | "pending" | "retrying" | "running" | "skipped" | "succeeded" | "waiting";
    /** A node type in a list; with ``whole`` also what a single one has. */
    NodeType: {
      name: string;
      label: string;
      version: number;
      category: string;
      /** The name of a Lucide icon. */
      icon: string;
      summary: string;
      package: string | null;
      is_trigger: boolean;
      inputs: string[];
      outputs: string[];
      /** No parameter changes its inputs or outputs. */
      fixed_ports: boolean;
      is_loop: boolean;
      [more: string]: unknown;
    };
    /** A node type with all that is known of it, and its picture. */
    NodeTypeDetails: {
      category: string;
      description: string;
      effects: "none" | "read" | "write";
      examples: components["schemas"]["ExampleDescription"][];
      icon: string;
      in_flight: "ask" | "fail" | "rerun";
      inputs: string[];
      is_loop: boolean;
      is_trigger: boolean;
      label: string;
      name: string;
      outputs: string[];
      params: components["schemas"]["ParamsSchema"];
      retry_defaults: Record<string, unknown>;
      version: number;
    };
    /** What is wrong with parameters, and the inputs and outputs of a node that has them. */
    ParamsProblems: {
      problems: components["schemas"]["ProblemPlace"][];
      inputs: string[];
      outputs: string[];
    };
    /** A JSON Schema with the keywords that parameters and settings have. */
    ParamsSchema: {
      $defs?: Record<string, components["schemas"]["ParamsSchema"]>;
      $ref?: string;
      additionalProperties?: boolean | components["schemas"]["ParamsSchema"];
      anyOf?: components["schemas"]["ParamsSchema"][];
      const?: unknown;
      default?: unknown;
      description?: string;
      enum?: unknown[];
      exclusiveMaximum?: number;
      exclusiveMinimum?: number;
      format?: string;
      items?: components["schemas"]["ParamsSchema"];
      maxItems?: number;
      maxLength?: number;
      maximum?: number;
      minItems?: number;
      minLength?: number;
      minimum?: number;
      oneOf?: components["schemas"]["ParamsSchema"][];
      pattern?: string;
      properties?: Record<string, components["schemas"]["ParamsSchema"]>;
      required?: string[];
      title?: string;
      type?: string;
      /** How the editor shows it. */
      "x-ui"?: components["schemas"]["Hints"];
    };
    /** Parameters to look at. */
    ParamsWanted: {
      params: Record<string, unknown>;
    };
    /** One's password, once more. */
    PasswordGiven: {
      password: string;
    };
    /** Nothing happened for a while. */
    Ping: {
      t: "ping";
    };
    /** Somebody who looks at a workflow. */
    PresenceState: {
      left?: true;
      /** The node that they have before them. */
      node?: string | null;
      since?: string | null;
      user?: string;
    };
    /** What an expression gives, or why it gives nothing. */
    Preview: {
      value: unknown;
      error: Record<string, unknown> | null;
    };
    /** The node in which an expression stands, and the item that it was given in an execution. */
    PreviewPlace: {
      execution_id: string;
      node: string;
      index?: number;
    };
    /** An expression, and the values of its roots (`json`, `items`, `vars`, `node` ...). They are given in ``roots``, or taken from an execution (``place``). */
    PreviewWanted: {
      expression: string;
      roots?: Record<string, unknown>;
      place?: components["schemas"]["PreviewPlace"] | null;
    };
    /** Why a request was refused or failed (RFC 9457). */
    ProblemDetails: {
      /** `about:blank`: the code says it all. */
      type: string;
      /** The meaning of the status. */
      title: string;
      status: number;
      /** What happened and what to do, for people. */
      detail: string;
      /** What programs may depend on. */
      code: string;
      problems: components["schemas"]["ProblemPlace"][];
      [more: string]: unknown;
    };
    /** One thing that is wrong, and where. */
    ProblemPlace: {
      message: string;
      code: string;
      file?: string | null;
      line?: number | null;
      column?: number | null;
      node?: string | null;
      /** A dotted path into what was sent. */
      parameter?: string | null;
      hint?: string | null;
    };
    /** A project. */
    Project: {
      id: string;
      name: string;
      created_at: string | null;
    };
    /** A project to make. */
    ProjectWanted: {
      name: string;
    };
    /** The version that triggers are to start, and what is new in it. */
    PublishWanted: {
      /** A number, a hash, draft. */
      version?: string;
      note?: string;
    };
    /** Which version of a workflow is published now, and who wanted it. */
    PublishedState: {
      by: string;
      /** None: its triggers start nothing any more. */
      hash: string | null;
      number: number | null;
    };
    /** The database took a write, and the worker takes executions from the queue. */
    Readiness: {
      status: string;
      queued: number;
      running: number;
    };
    /** One of the newest executions of a workflow. */
    RecentExecution: {
      id: string;
      number: number;
      status: components["schemas"]["ExecutionStatus"];
      created_at: string | null;
      duration_ms: number | null;
    };
    /** Codes for when the app is lost; each works once, and they are shown this once. */
    RecoveryCodes: {
      recovery_codes: string[];
    };
    /** A topic is not there, or not for this person. */
    Refusal: {
      code: string;
      id: number;
      message: string;
      t: "err";
    };
    /** How an execution is repeated, with the stored results of this one. ``retry`` runs what failed and all that comes after it; ``again`` runs everything; ``from_node`` runs a node and all that comes after it. ``items`` are given to that node instead of what it was given. */
    RepeatWanted: {
      mode?: "retry" | "again" | "from_node";
      node?: string | null;
      version?: "same" | "published" | "draft";
      items?: Record<string, unknown>[] | null;
      /** Nothing runs that does not lead to it. */
      to_node?: string | null;
    };
    /** Some HTTP requests, the newest first. */
    RequestPage: {
      requests: components["schemas"]["ListedRequest"][];
      next: string | null;
    };
    /** Those of a range of time, in all and by host, the hosts with the most first. */
    RequestSummary: {
      requests: number;
      failed: number;
      p95_ms: number | null;
      /** False: there are more; the newest were looked at. */
      is_whole: boolean;
      per_second: number;
      hosts: components["schemas"]["RequestsOfHost"][];
    };
    /** HTTP requests of an execution; ``next`` is the ``after`` of the next page. */
    RequestWindow: {
      entries: components["schemas"]["StoredRequest"][];
      next: number | null;
    };
    /** Those to one host. */
    RequestsOfHost: {
      requests: number;
      failed: number;
      p95_ms: number | null;
      host: string;
    };
    /** What is said whether or not there is such a person. */
    ResetWished: {
      detail: string;
    };
    /** What somebody is: in the installation, or in one project. */
    Role: "owner" | "admin" | "editor" | "operator" | "viewer";
    /** A trigger that starts executions at times, or looks then whether there is something new. */
    Schedule: {
      trigger: string;
      polls: boolean;
      /** The time that comes next. */
      planned_at: string | null;
      /** When that is acted upon; while it looks, when that is given up. */
      next_at: string | null;
      last_at: string | null;
      /** The next ten times. */
      upcoming: string[];
      /** How often it failed in a row; it waits longer each time. */
      failures: number;
      error: Record<string, unknown> | null;
    };
    /** What an authenticator app needs; it is shown this once. */
    SecondFactorBegun: {
      secret: string;
      uri: string;
    };
    /** What the gate, a limit, the vault or a policy did or refused; ``seq`` is its number. */
    SecurityEvent: {
      seq: number;
      at: string;
      event_type: string;
      severity: string;
      description: string;
      details: Record<string, unknown> | null;
      execution_id: string | null;
      node_id: string | null;
      acknowledged: components["schemas"]["Acknowledgement"] | null;
    };
    /** Some security events, the newest first; ``next`` is the cursor of the next page. */
    SecurityEventPage: {
      entries: components["schemas"]["SecurityEvent"][];
      next: string | null;
    };
    /** How many security events fit a filter, over time. */
    SecurityHistogram: {
      parts: components["schemas"]["SecurityHistogramPart"][];
      /** By severity. */
      counts: Record<string, number>;
      total: number;
    };
    /** How many security events are in a part of the time. */
    SecurityHistogramPart: {
      from: string | null;
      /** By severity. */
      counts: Record<string, number>;
    };
    /** A security event. */
    SecurityState: {
      at: number;
      description: string;
      execution_id: string | null;
      node: string | null;
      severity: "critical" | "high" | "low" | "medium";
      type: string;
    };
    /** A part of the time, with durations. */
    SeriesPart: {
      from: string | null;
      /** By status. */
      counts: Record<string, number>;
      p50_ms: number | null;
      p95_ms: number | null;
    };
    /** An address and a password. */
    SignIn: {
      email: string;
      password: string;
      /** Of the second factor, where there is one, or a recovery code. */
      code?: string | null;
    };
    /** What a page for signing in offers. */
    SignInWays: {
      /** By a provider: send the browser to `/api/v1/oidc/start`. */
      oidc: boolean;
      /** Whether a forgotten password can be replaced by mail. */
      mail: boolean;
      /** Nobody has an account yet. */
      needs_owner: boolean;
    };
    /** How long the attempts of a node took. */
    SlowNode: {
      workflow_id: string;
      node: string;
      type: string;
      attempts: number;
      mean_ms: number;
      longest_ms: number;
    };
    /** Everything is as ``state`` says; what was known before is void. */
    Snapshot: {
      epoch: string;
      id: number;
      seq: number;
      state: Record<string, Record<string, unknown>>;
      t: "snap";
    };
    /** By what a list is sorted; ``-``: the greatest first. By duration: only what has ended. */
    Sort: "-created_at" | "created_at" | "-duration_ms" | "duration_ms";
    /** An attempt of a node, or a hop of an HTTP request of one. */
    Span: {
      kind: "attempt" | "request";
      seq: number;
      node: string;
      iteration: number[];
      attempt: number;
      status: string;
      at: string | null;
      /** Since the execution was created. */
      offset_ms: number;
      duration_ms: number | null;
      details: Record<string, unknown>;
    };
    /** Some spans in the order of their begin; ``total`` is how many there are. */
    SpanWindow: {
      spans: components["schemas"]["Span"][];
      offset: number;
      total: number;
    };
    /** A line of an execution's log; ``path`` is the iterations of the loops around its node. */
    StoredLogLine: {
      seq: number;
      execution_id: string;
      at: string;
      level: "debug" | "info" | "warning" | "error";
      message: string;
      node_id: string | null;
      path: number[];
      data: Record<string, unknown> | null;
    };
    /** A hop of an HTTP request, with headers and bodies as far as they were kept; redacted. */
    StoredRequest: {
      seq: number;
      execution_id: string;
      node_id: string;
      /** The iterations of the loops around the node. */
      path: number[];
      attempt: number;
      method: string;
      url: string;
      at: string;
      request_headers: Record<string, unknown> | null;
      request_body: unknown;
      response_status: number | null;
      response_headers: Record<string, unknown> | null;
      response_body: unknown;
      /** In milliseconds. */
      response_time: number | null;
      error_message: string | null;
      /** Milliseconds by phase. */
      timings: Record<string, number | null> | null;
      bytes_in: number;
      bytes_out: number;
      verdict: string;
      /** The place of the item that it was for, in the node's input; null: of none. */
      item: number | null;
    };
    /** What the server uses and has to do. */
    SystemState: {
      /** For nodes that are locked in. */
      child_processes: number;
      cpu_percent: number;
      database_bytes: number;
      disk_bytes: number;
      disk_free_bytes: number;
      loop_lag_ms: number;
      memory_bytes: number;
      open_connections: number;
      /** How many executions this server runs at once. */
      places: number;
      queued: number;
      requests_per_second: number;
      running: number;
      /** Servers that share the database, this one too. */
      servers: number;
    };
    /** Where one webhook of the draft can be called. */
    TestAddress: {
      trigger: string;
      methods: string[];
      url: string;
    };
    /** Executions of a range of time. */
    Totals: {
      executions: number;
      /** By status. */
      counts: Record<string, number>;
      /** Of those that ended. */
      succeeded_share: number | null;
      p50_ms: number | null;
      p95_ms: number | null;
      /** By those that succeeded, as the workflows' settings say now; None: none does. */
      minutes_saved: number | null;
    };
    /** Somebody with an account. */
    User: {
      id: string;
      email: string;
      name: string;
      role: components["schemas"]["Role"];
      disabled: boolean;
      created_at: string | null;
    };
    /** Another role, or no access. */
    UserChange: {
      role?: components["schemas"]["Role"] | null;
      disabled?: boolean | null;
    };
    /** How long a workflow usually takes, by its newest executions that succeeded (100 at most). */
    UsualDuration: {
      workflow_id: string;
      executions: number;
      p50_ms: number | null;
      p95_ms: number | null;
    };
    /** A document to look at; it is not stored. */
    ValidateWanted: {
      document: Record<string, unknown>;
      project_id?: string;
    };
    /** What is wrong; nothing where the document can run. */
    Validation: {
      problems: components["schemas"]["ProblemPlace"][];
    };
    /** A variable. */
    Variable: {
      id: string;
      project_id: string;
      name: string;
      value: unknown;
      updated_at: string | null;
    };
    /** Another value. */
    VariableChange: {
      value: unknown;
    };
    /** A variable to make. */
    VariableWanted: {
      name: string;
      value: unknown;
      project_id?: string;
    };
    /** A published version. */
    Version: {
      hash: string;
      number: number | null;
      author: string;
      note: string;
      created_at: string | null;
    };
    /** A version with its document; ``version`` is None for the draft. */
    VersionDetails: {
      version: components["schemas"]["Version"] | null;
      document: Record<string, unknown>;
    };
    /** Some versions, the newest first; ``next`` is the cursor of the next page. */
    VersionPage: {
      versions: components["schemas"]["Version"][];
      next: string | null;
    };
    /** What becomes of a workflow; what is left out stays. */
    WorkflowChange: {
      document?: Record<string, unknown> | null;
      folder?: string | null;
      tags?: string[] | null;
      /** By node: the items that stand in for its output when the draft runs. */
      pinned_data?: Record<string, Record<string, unknown>[]> | null;
    };
    /** A workflow with its draft. */
    WorkflowDetails: {
      id: string;
      name: string;
      project_id: string;
      folder: string;
      tags: string[];
      revision: number;
      published_hash: string | null;
      /** Triggers start it: a version is published. */
      is_active: boolean;
      /** It comes from a file, and is changed there. */
      is_file: boolean;
      created_at: string | null;
      updated_at: string | null;
      /** The email of who made it; null: nobody knows. */
      created_by: string | null;
      document: Record<string, unknown>;
      pinned_data: Record<string, Record<string, unknown>[]>;
      problems: components["schemas"]["ProblemPlace"][];
    };
    /** The folders and tags that there are. */
    WorkflowGroups: {
      folders: components["schemas"]["GroupOfWorkflows"][];
      tags: components["schemas"]["GroupOfWorkflows"][];
    };
    /** Some workflows; ``next`` is the cursor of the next page. */
    WorkflowPage: {
      workflows: components["schemas"]["ListedWorkflow"][];
      next: string | null;
    };
    /** By what a list of workflows is sorted; ``-``: the greatest first. */
    WorkflowSort: "name" | "-name" | "updated_at" | "-updated_at" | "created_by" | "-created_by";
    /** A workflow file to import. */
    WorkflowText: {
      text: string;
      project_id?: string;
      folder?: string;
    };
    /** A workflow to create. */
    WorkflowWanted: {
      document: Record<string, unknown>;
      project_id?: string;
      folder?: string;
      tags?: string[];
    };
  };
}

export interface paths {
  "/healthz": {
    parameters: { query?: never; header?: never; path?: never };
    /** Say that the process answers; nothing else is looked at. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Liveness"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/readyz": {
    parameters: { query?: never; header?: never; path?: never };
    /** Write to the database, look at the queue and the worker, and say what does not work. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Readiness"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/metrics": {
    parameters: { query?: never; header?: never; path?: never };
    /** Get everything that this process counts, in Prometheus's text format. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "text/plain": string } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/session": {
    parameters: { query?: never; header?: never; path?: never };
    /** Say who calls. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Account"] } };
        default: Problem;
      };
    };
    put?: never;
    /** Sign in: the answer sets the session's cookie. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["SignIn"] } };
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: Problem;
      };
    };
    /** Sign out: this session ends. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: Problem;
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/links/accept": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    /** Follow a one-time link: the first owner's, an invitation, or a password's reset. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["LinkAccepted"] } };
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: Problem;
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/session/ways": {
    parameters: { query?: never; header?: never; path?: never };
    /** Say how one can sign in here. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["SignInWays"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/oidc/start": {
    parameters: { query?: never; header?: never; path?: never };
    /** Send the browser to the provider. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        303: { headers: { [name: string]: unknown }; content?: never };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/oidc/callback": {
    parameters: { query?: never; header?: never; path?: never };
    /** Take the browser back from the provider: the answer sets the session's cookie. */
    get: {
      parameters: {
        query?: {
          state?: string | null;
          code?: string | null;
          iss?: string | null;
          error?: string | null;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        303: { headers: { [name: string]: unknown }; content?: never };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/password_resets": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    /** Mail somebody a link to choose another password; the answer says nothing about whether. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["ForgottenPassword"] } };
      responses: {
        202: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["ResetWished"] } };
        default: Problem;
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/account": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Change one's own name or password; with the password, every session ends. */
    patch: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["AccountChange"] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["AccountDetails"] } };
        default: Problem;
      };
    };
    trace?: never;
  };
  "/api/v1/account/second_factor": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    /** Confirm it by a first code: it is asked for from now on. */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["CodeGiven"] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["RecoveryCodes"] } };
        default: Problem;
      };
    };
    /** Begin a second factor: give the secret to an authenticator app. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["PasswordGiven"] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["SecondFactorBegun"] } };
        default: Problem;
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/account/second_factor/off": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    /** Be asked for a second factor no more. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["BothGiven"] } };
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: Problem;
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/users/{user_id}/second_factor": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    post?: never;
    /** Ask somebody for no second factor any more, who has lost it. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** A UUID. */
          user_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: Problem;
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/users": {
    parameters: { query?: never; header?: never; path?: never };
    /** List everybody. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["User"][] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/users/{user_id}": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    post?: never;
    /** Delete somebody's account. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** A UUID. */
          user_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: Problem;
      };
    };
    options?: never;
    head?: never;
    /** Change somebody's role or access. */
    patch: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** A UUID. */
          user_id: string;
        };
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["UserChange"] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["User"] } };
        default: Problem;
      };
    };
    trace?: never;
  };
  "/api/v1/users/{user_id}/password_reset": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    /** Make a link by which somebody chooses another password. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** A UUID. */
          user_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Link"] } };
        default: Problem;
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/invitations": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    /** Make a link by which somebody makes an account, and mail it where there is a mail server. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["Invitation"] } };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Link"] } };
        default: Problem;
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/api_keys": {
    parameters: { query?: never; header?: never; path?: never };
    /** List one's own keys; owners and admins see everybody's. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["ApiKey"][] } };
        default: Problem;
      };
    };
    put?: never;
    /** Make a key; its text is shown this once. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["ApiKeyWanted"] } };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["NewApiKey"] } };
        default: Problem;
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/api_keys/{key_id}": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    post?: never;
    /** Delete a key: it works no more. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** A UUID. */
          key_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: Problem;
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/projects": {
    parameters: { query?: never; header?: never; path?: never };
    /** List the projects that one may see. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Project"][] } };
        default: Problem;
      };
    };
    put?: never;
    /** Make a project. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["ProjectWanted"] } };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Project"] } };
        default: Problem;
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/projects/{project_id}": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    post?: never;
    /** Delete an empty project. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** A UUID. */
          project_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: Problem;
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/projects/{project_id}/members": {
    parameters: { query?: never; header?: never; path?: never };
    /** List the members of a project. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** A UUID. */
          project_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Member"][] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/projects/{project_id}/members/{user_id}": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    /** Give somebody a role in a project. */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** A UUID. */
          project_id: string;
          /** A UUID. */
          user_id: string;
        };
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["MemberWanted"] } };
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: Problem;
      };
    };
    post?: never;
    /** Take somebody out of a project. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** A UUID. */
          project_id: string;
          /** A UUID. */
          user_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: Problem;
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/variables": {
    parameters: { query?: never; header?: never; path?: never };
    /** List the variables that one may see. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Variable"][] } };
        default: Problem;
      };
    };
    put?: never;
    /** Make a variable. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["VariableWanted"] } };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Variable"] } };
        default: Problem;
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/variables/{variable_id}": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    /** Give a variable another value. */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** A UUID. */
          variable_id: string;
        };
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["VariableChange"] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Variable"] } };
        default: Problem;
      };
    };
    post?: never;
    /** Delete a variable. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** A UUID. */
          variable_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: Problem;
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/workflows": {
    parameters: { query?: never; header?: never; path?: never };
    /** List workflows, by name or as ``sort`` says. ``folder`` takes those below it too, ``q`` looks into names, and ``recent`` adds so many of the newest executions to each. */
    get: {
      parameters: {
        query?: {
          project_id?: string | null;
          folder?: string | null;
          tag?: string | null;
          q?: string | null;
          published?: boolean | null;
          /** Only these. */
          id?: string[];
          /** `-`: the greatest first. */
          sort?: components["schemas"]["WorkflowSort"];
          /** `next` of the page before. */
          cursor?: string | null;
          /** The most entries of this page. */
          limit?: number;
          recent?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["WorkflowPage"] } };
        default: Problem;
      };
    };
    put?: never;
    /** Create a workflow as a draft. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["WorkflowWanted"] } };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["WorkflowDetails"] } };
        default: Problem;
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/workflows/import": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    /** Create a workflow from the text of a workflow file, YAML or JSON. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["WorkflowText"] } };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["WorkflowDetails"] } };
        default: Problem;
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/workflows/validate": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    /** Find every problem of a document, which is stored nowhere. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["ValidateWanted"] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Validation"] } };
        default: Problem;
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/workflow_groups": {
    parameters: { query?: never; header?: never; path?: never };
    /** List the folders and tags of workflows, with how many workflows each has. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["WorkflowGroups"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/workflows/{workflow_id}": {
    parameters: { query?: never; header?: never; path?: never };
    /** Get a workflow with its draft and what is wrong with it. */
    get: {
      parameters: {
        query?: never;
        header?: {
          /** The ETag of what you have. */
          "If-None-Match"?: string | null;
        };
        path: {
          /** A UUID. */
          workflow_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["WorkflowDetails"] } };
        304: { headers: { [name: string]: unknown }; content?: never };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    /** Delete a workflow; its executions stay in the history. */
    delete: {
      parameters: {
        query?: never;
        header?: {
          /** The ETag of the workflow as you know it, or * for whatever is there. */
          "If-Match"?: string | null;
        };
        path: {
          /** A UUID. */
          workflow_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: Problem;
      };
    };
    options?: never;
    head?: never;
    /** Change a workflow's draft, folder, tags or pinned data. 412: somebody else changed it. */
    patch: {
      parameters: {
        query?: never;
        header?: {
          /** The ETag of the workflow as you know it, or * for whatever is there. */
          "If-Match"?: string | null;
        };
        path: {
          /** A UUID. */
          workflow_id: string;
        };
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["WorkflowChange"] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["WorkflowDetails"] } };
        default: Problem;
      };
    };
    trace?: never;
  };
  "/api/v1/workflows/{workflow_id}/pinned_data/{node}": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    /** Let items stand in for a node's output when the draft runs: given ones, or stored ones. */
    put: {
      parameters: {
        query?: never;
        header?: {
          /** The ETag of the workflow as you know it, or * for whatever is there. */
          "If-Match"?: string | null;
        };
        path: {
          /** A UUID. */
          workflow_id: string;
          node: string;
        };
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["ItemsToPin"] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["WorkflowDetails"] } };
        default: Problem;
      };
    };
    post?: never;
    /** Let a node run again where items stood in for it. */
    delete: {
      parameters: {
        query?: never;
        header?: {
          /** The ETag of the workflow as you know it, or * for whatever is there. */
          "If-Match"?: string | null;
        };
        path: {
          /** A UUID. */
          workflow_id: string;
          node: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["WorkflowDetails"] } };
        default: Problem;
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/workflows/{workflow_id}/duplicate": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    /** Create a copy of a workflow's draft. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** A UUID. */
          workflow_id: string;
        };
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["CopyWanted"] } };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["WorkflowDetails"] } };
        default: Problem;
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/workflows/{workflow_id}/publish": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    /** Make the draft, or an older version, the one that triggers start: the workflow is active. */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** The ETag of the workflow as you know it, or * for whatever is there. */
          "If-Match"?: string | null;
        };
        path: {
          /** A UUID. */
          workflow_id: string;
        };
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["PublishWanted"] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Version"] } };
        default: Problem;
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/workflows/{workflow_id}/unpublish": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    /** Let triggers start nothing any more; the versions stay. */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** The ETag of the workflow as you know it, or * for whatever is there. */
          "If-Match"?: string | null;
        };
        path: {
          /** A UUID. */
          workflow_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: Problem;
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/workflows/{workflow_id}/versions": {
    parameters: { query?: never; header?: never; path?: never };
    /** List published versions, the newest first. */
    get: {
      parameters: {
        query?: {
          /** `next` of the page before. */
          cursor?: string | null;
          /** The most entries of this page. */
          limit?: number;
        };
        header?: never;
        path: {
          /** A UUID. */
          workflow_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["VersionPage"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/workflows/{workflow_id}/versions/{version}": {
    parameters: { query?: never; header?: never; path?: never };
    /** Get a version with its document. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** A UUID. */
          workflow_id: string;
          /** A number, a hash, draft. */
          version: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["VersionDetails"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/workflows/{workflow_id}/diff": {
    parameters: { query?: never; header?: never; path?: never };
    /** Compare two versions of a workflow, place by place. */
    get: {
      parameters: {
        query: {
          /** A number, a hash, draft. */
          before: string;
          /** A number, a hash, draft. */
          after?: string;
        };
        header?: never;
        path: {
          /** A UUID. */
          workflow_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Differences"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/workflows/{workflow_id}/export": {
    parameters: { query?: never; header?: never; path?: never };
    /** Get a version as the text of a workflow file. */
    get: {
      parameters: {
        query?: {
          format?: "yaml" | "json";
          /** A number, a hash, draft. */
          version?: string;
        };
        header?: never;
        path: {
          /** A UUID. */
          workflow_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "text/plain": string } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/executions/histogram": {
    parameters: { query?: never; header?: never; path?: never };
    /** Count the executions that fit a filter in each part of a time, by status. */
    get: {
      parameters: {
        query?: {
          /** Microseconds; a day ago. */
          from?: number | null;
          /** Microseconds; now. */
          to?: number | null;
          /** How many parts the time has. */
          parts?: number;
          status?: components["schemas"]["ExecutionStatus"][];
          workflow_id?: string | null;
          /** The id of a node. */
          trigger?: string | null;
          /** What started it: api, schedule, webhook, cli ... */
          source?: string[];
          created_from?: number | null;
          created_before?: number | null;
          min_ms?: number | null;
          max_ms?: number | null;
          error?: string | null;
          /** Where it failed: the id of a node, or how that begins, and `*`. */
          failed_node?: string | null;
          /** Stands in the error or the workflow's name, or is the number. */
          q?: string | null;
          /** Its number, its id, or the beginning of its id (from 8 characters on). */
          named?: string | null;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Histogram"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/executions/durations": {
    parameters: { query?: never; header?: never; path?: never };
    /** List how long workflows usually take; those that one may not see are left out. */
    get: {
      parameters: {
        query: {
          workflow_id: string[];
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["UsualDuration"][] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/executions/heaviest": {
    parameters: { query?: never; header?: never; path?: never };
    /** List the executions of a range of time that used the most memory or CPU. */
    get: {
      parameters: {
        query?: {
          by?: "memory_used" | "cpu_time";
          /** Microseconds; a day ago. */
          from?: number | null;
          /** Microseconds; now. */
          to?: number | null;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["HeavyExecution"][] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/analytics": {
    parameters: { query?: never; header?: never; path?: never };
    /** Get counts, durations, failing and slow nodes of a range of time. */
    get: {
      parameters: {
        query?: {
          workflow_id?: string | null;
          /** Microseconds; a day ago. */
          from?: number | null;
          /** Microseconds; now. */
          to?: number | null;
          /** How many parts the time has. */
          parts?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Analytics"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/http_requests/summary": {
    parameters: { query?: never; header?: never; path?: never };
    /** Get how many requests ended lately, how many failed and how long they took, by host. */
    get: {
      parameters: {
        query?: {
          /** So many until now. */
          minutes?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["RequestSummary"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/http_requests": {
    parameters: { query?: never; header?: never; path?: never };
    /** List the HTTP requests of all executions, the newest first. Those under way are in the topic `network`. Some thousands are looked into at a time: a page may have fewer entries than there are, and ``next`` goes on. */
    get: {
      parameters: {
        query?: {
          state?: "succeeded" | "failed" | null;
          host?: string | null;
          method?: string | null;
          workflow_id?: string | null;
          q?: string | null;
          /** `next` of the page before. */
          cursor?: string | null;
          /** The most entries of this page. */
          limit?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["RequestPage"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/executions/export": {
    parameters: { query?: never; header?: never; path?: never };
    /** Get executions as a JSON file: each with its nodes, log lines and HTTP requests. Items are not in it: each node says where those of its outputs are asked for. It is written while it is read; a file that was cut off is no valid JSON. */
    get: {
      parameters: {
        query: {
          id: string[];
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": unknown[] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/workflows/{workflow_id}/listen": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    /** Let the draft listen: what is called at these addresses runs it, and is shown live. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** A UUID. */
          workflow_id: string;
        };
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["ListenWanted"] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Listening"] } };
        default: Problem;
      };
    };
    /** Let the draft listen no more. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** A UUID. */
          workflow_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: Problem;
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/workflows/{workflow_id}/schedules": {
    parameters: { query?: never; header?: never; path?: never };
    /** List when the published version of a workflow starts by itself. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** A UUID. */
          workflow_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Schedule"][] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/workflows/{workflow_id}/executions": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    /** Start an execution of a workflow. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** A UUID. */
          workflow_id: string;
        };
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["ExecutionWanted"] } };
      responses: {
        202: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["ExecutionDetails"] } };
        200: { headers: { [name: string]: unknown }; content: { "text/event-stream": string; "application/json": components["schemas"]["ExecutionDetails"] } };
        default: Problem;
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/executions": {
    parameters: { query?: never; header?: never; path?: never };
    /** List executions, the newest first or as ``sort`` says. Texts and durations are looked for in some thousands of executions at a time, and so is everything in a list by duration: a page may then have fewer entries than there are, says in ``looked_to`` (``looked_to_ms``) how far it came, and ``next`` goes on. */
    get: {
      parameters: {
        query?: {
          /** `-`: the greatest first. By duration: only those that ended. */
          sort?: components["schemas"]["Sort"];
          /** `next` of the page before. */
          cursor?: string | null;
          /** The most entries of this page. */
          limit?: number;
          status?: components["schemas"]["ExecutionStatus"][];
          workflow_id?: string | null;
          /** The id of a node. */
          trigger?: string | null;
          /** What started it: api, schedule, webhook, cli ... */
          source?: string[];
          created_from?: number | null;
          created_before?: number | null;
          min_ms?: number | null;
          max_ms?: number | null;
          error?: string | null;
          /** Where it failed: the id of a node, or how that begins, and `*`. */
          failed_node?: string | null;
          /** Stands in the error or the workflow's name, or is the number. */
          q?: string | null;
          /** Its number, its id, or the beginning of its id (from 8 characters on). */
          named?: string | null;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["ExecutionPage"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/executions/{execution_id}": {
    parameters: { query?: never; header?: never; path?: never };
    /** Get an execution with its nodes. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** A UUID. */
          execution_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["ExecutionDetails"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    /** Delete an execution that has ended, with all that it stored. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** A UUID. */
          execution_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: Problem;
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/executions/{execution_id}/cancel": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    /** Ask for the end of an execution; what does not run yet ends at once. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** A UUID. */
          execution_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        202: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["ExecutionSummary"] } };
        default: Problem;
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/executions/{execution_id}/repeat": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    /** Run an execution again: what failed, everything, or from one node on. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** A UUID. */
          execution_id: string;
        };
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["RepeatWanted"] } };
      responses: {
        202: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["ExecutionDetails"] } };
        default: Problem;
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/executions/{execution_id}/nodes/{node}/items": {
    parameters: { query?: never; header?: never; path?: never };
    /** Get a window of the items of one output. ``columns`` keeps these keys only; ``q`` takes items in which this text stands; ``sort`` is a key, with ``-`` before it the other way round. */
    get: {
      parameters: {
        query?: {
          output?: string;
          path?: string;
          offset?: number;
          limit?: number;
          columns?: string[];
          q?: string | null;
          sort?: string | null;
        };
        header?: never;
        path: {
          /** A UUID. */
          execution_id: string;
          node: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["ItemWindow"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/executions/{execution_id}/logs": {
    parameters: { query?: never; header?: never; path?: never };
    /** Get log lines in their order, those after the one with the number ``after``. ``offset`` leaves out so many of them; ``q`` takes lines in which, or in the id of whose node, this text stands. */
    get: {
      parameters: {
        query?: {
          level?: ("debug" | "info" | "warning" | "error")[];
          node?: string | null;
          path?: string | null;
          q?: string | null;
          after?: number;
          offset?: number;
          limit?: number;
        };
        header?: never;
        path: {
          /** A UUID. */
          execution_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["LogWindow"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/executions/{execution_id}/http_requests": {
    parameters: { query?: never; header?: never; path?: never };
    /** Get HTTP requests in their order, with timings; secrets are masked. */
    get: {
      parameters: {
        query?: {
          node?: string | null;
          after?: number;
          limit?: number;
        };
        header?: never;
        path: {
          /** A UUID. */
          execution_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["RequestWindow"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/executions/{execution_id}/nodes/{node}/fields": {
    parameters: { query?: never; header?: never; path?: never };
    /** Get what the items of an output look like: fields, their types, an example of each. */
    get: {
      parameters: {
        query?: {
          output?: string;
          path?: string;
        };
        header?: never;
        path: {
          /** A UUID. */
          execution_id: string;
          node: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["ItemFields"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/executions/{execution_id}/spans": {
    parameters: { query?: never; header?: never; path?: never };
    /** Get a window of the attempts and HTTP requests of an execution, in the order of their begin. The ``details`` of an attempt have its items, error and usage; those of a request its method, URL, status, sizes and the timings of its phases. ``failed`` takes those that failed, also by the status of the answer; ``min_ms`` those that took longer; ``seq`` the one with this number. */
    get: {
      parameters: {
        query?: {
          node?: string | null;
          path?: string | null;
          kind?: "attempt" | "request" | null;
          failed?: boolean;
          min_ms?: number;
          seq?: number | null;
          offset?: number;
          limit?: number;
        };
        header?: never;
        path: {
          /** A UUID. */
          execution_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["SpanWindow"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/executions/{execution_id}/moments": {
    parameters: { query?: never; header?: never; path?: never };
    /** Get what changed around a moment of an execution, and how its nodes stood before. ``at`` is milliseconds since it was created. Half of the changes lie before it, half after it; an attempt that is still under way is not among them. */
    get: {
      parameters: {
        query?: {
          at?: number;
          limit?: number;
        };
        header?: never;
        path: {
          /** A UUID. */
          execution_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["ExecutionMoments"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/executions/{execution_id}/http_requests/export": {
    parameters: { query?: never; header?: never; path?: never };
    /** Get the requests of a node, or the one numbered ``seq``, as cURL commands, code or HAR. */
    get: {
      parameters: {
        query: {
          node: string;
          format?: "curl" | "httpx" | "har";
          seq?: number | null;
        };
        header?: never;
        path: {
          /** A UUID. */
          execution_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "text/plain": string } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/executions/{execution_id}/comparison": {
    parameters: { query?: never; header?: never; path?: never };
    /** Compare two executions, node by node: those that differ come first. */
    get: {
      parameters: {
        query: {
          other: string;
        };
        header?: never;
        path: {
          /** A UUID. */
          execution_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Comparison"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/executions/{execution_id}/nodes/{node}/file": {
    parameters: { query?: never; header?: never; path?: never };
    /** Get the bytes of a file of an item, as a download. Its type is told only of pictures (PNG, JPEG, GIF, WebP), sounds and films; all else is bytes. */
    get: {
      parameters: {
        query: {
          index: number;
          field: string;
          output?: string;
          path?: string;
        };
        header?: never;
        path: {
          /** A UUID. */
          execution_id: string;
          node: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/octet-stream": string } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/node_types": {
    parameters: { query?: never; header?: never; path?: never };
    /** List the node types. */
    get: {
      parameters: {
        query?: {
          /** With schemas, docs and examples. */
          whole?: boolean;
        };
        header?: {
          /** The ETag of what you have. */
          "If-None-Match"?: string | null;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["NodeType"][] } };
        304: { headers: { [name: string]: unknown }; content?: never };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/node_types/from_curl": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    /** Turn a cURL command into a node of the type ``http.request``. The command is never run. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["CurlWanted"] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["CurlNodeMade"] } };
        default: Problem;
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/node_types/{name}": {
    parameters: { query?: never; header?: never; path?: never };
    /** Get a node type with the JSON Schema of its parameters, its docs and examples. */
    get: {
      parameters: {
        query?: never;
        header?: {
          /** The ETag of what you have. */
          "If-None-Match"?: string | null;
        };
        path: {
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["NodeTypeDetails"] } };
        304: { headers: { [name: string]: unknown }; content?: never };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/node_types/{name}/validate": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    /** Find every problem of a node's parameters, and which inputs and outputs they give it. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          name: string;
        };
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["ParamsWanted"] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["ParamsProblems"] } };
        default: Problem;
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/expressions/preview": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    /** Evaluate an expression, within the limits of one evaluation. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["PreviewWanted"] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Preview"] } };
        default: Problem;
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/language": {
    parameters: { query?: never; header?: never; path?: never };
    /** Describe what expressions can call, and what nodes and workflows can be told. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Language"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/error_codes": {
    parameters: { query?: never; header?: never; path?: never };
    /** List what the codes of errors mean, and what to try. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["ErrorCode"][] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/credential_types": {
    parameters: { query?: never; header?: never; path?: never };
    /** List the credential types, with the JSON Schemas of their values. */
    get: {
      parameters: {
        query?: never;
        header?: {
          /** The ETag of what you have. */
          "If-None-Match"?: string | null;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["CredentialType"][] } };
        304: { headers: { [name: string]: unknown }; content?: never };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/credential_types/{name}": {
    parameters: { query?: never; header?: never; path?: never };
    /** Get a credential type with the JSON Schema of its values. */
    get: {
      parameters: {
        query?: never;
        header?: {
          /** The ETag of what you have. */
          "If-None-Match"?: string | null;
        };
        path: {
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["CredentialType"] } };
        304: { headers: { [name: string]: unknown }; content?: never };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/credentials": {
    parameters: { query?: never; header?: never; path?: never };
    /** List the credentials that one may use. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Credential"][] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/credentials/{name}": {
    parameters: { query?: never; header?: never; path?: never };
    /** Get everything of a credential but its values. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["CredentialDetails"] } };
        default: Problem;
      };
    };
    /** Store a new credential; with If-Match, give one another content. 409: the name is taken. */
    put: {
      parameters: {
        query?: never;
        header?: {
          /** The ETag of the credential as you know it; * is any state that it is in. */
          "If-Match"?: string | null;
        };
        path: {
          name: string;
        };
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["CredentialWanted"] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["CredentialDetails"] } };
        default: Problem;
      };
    };
    post?: never;
    /** Delete a credential. */
    delete: {
      parameters: {
        query?: never;
        header?: {
          /** The ETag of the credential as you know it; * is any state that it is in. */
          "If-Match"?: string | null;
        };
        path: {
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never };
        default: Problem;
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/credentials/{name}/test": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    /** Try a credential at the first of its hosts. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          name: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["CredentialTrial"] } };
        default: Problem;
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/security_events": {
    parameters: { query?: never; header?: never; path?: never };
    /** List security events, the newest first; times are microseconds. */
    get: {
      parameters: {
        query?: {
          created_from?: number | null;
          created_before?: number | null;
          /** `next` of the page before. */
          cursor?: string | null;
          /** The most entries of this page. */
          limit?: number;
          severity?: ("low" | "medium" | "high" | "critical")[];
          event_type?: string | null;
          execution_id?: string | null;
          /** Those that somebody has acknowledged, or nobody. */
          ack?: boolean | null;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["SecurityEventPage"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/security_events/histogram": {
    parameters: { query?: never; header?: never; path?: never };
    /** Count the security events that fit a filter in each part of a time, by severity. */
    get: {
      parameters: {
        query?: {
          /** Microseconds; a day ago. */
          from?: number | null;
          /** Microseconds; now. */
          to?: number | null;
          /** How many parts the time has. */
          parts?: number;
          severity?: ("low" | "medium" | "high" | "critical")[];
          event_type?: string | null;
          execution_id?: string | null;
          /** Those that somebody has acknowledged, or nobody. */
          ack?: boolean | null;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["SecurityHistogram"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/security_events/acknowledge": {
    parameters: { query?: never; header?: never; path?: never };
    get?: never;
    put?: never;
    /** Note that one has looked at security events. Who was the first to do so stays. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: { content: { "application/json": components["schemas"]["AcknowledgementWanted"] } };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["SecurityEvent"][] } };
        default: Problem;
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/audit": {
    parameters: { query?: never; header?: never; path?: never };
    /** List the audit log, the newest entries first. */
    get: {
      parameters: {
        query?: {
          actor?: string | null;
          action?: string | null;
          subject?: string | null;
          /** `next` of the page before. */
          cursor?: string | null;
          /** The most entries of this page. */
          limit?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["AuditPage"] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/hosts": {
    parameters: { query?: never; header?: never; path?: never };
    /** List the hosts that were asked lately, those in trouble first. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["Host"][] } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/settings": {
    parameters: { query?: never; header?: never; path?: never };
    /** Get every setting; passwords in addresses are masked. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": Record<string, unknown> } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/stream/poll": {
    parameters: { query?: never; header?: never; path?: never };
    /** Wait for the next frame of one topic, for those whom no WebSocket reaches. */
    get: {
      parameters: {
        query: {
          topic: string;
          epoch?: string | null;
          after?: number | null;
          wait?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": {
          frames: components["schemas"]["Frame"][];
        } } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/stream/events": {
    parameters: { query?: never; header?: never; path?: never };
    /** Follow one topic as server-sent events: ``curl -N``. Each event's data is one frame. */
    get: {
      parameters: {
        query: {
          topic: string;
        };
        header?: {
          "last-event-id"?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "text/event-stream": string } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/api/v1/openapi.json": {
    parameters: { query?: never; header?: never; path?: never };
    /** Describe this API (OpenAPI 3.1). */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": Record<string, unknown> } };
        default: Problem;
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
