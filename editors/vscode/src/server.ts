import * as vscode from "vscode";
import {
  DidChangeConfigurationNotification,
  ExecuteCommandRequest,
  type DynamicFeature,
  LanguageClient,
  type LanguageClientOptions,
  type ServerOptions,
  type StaticFeature,
} from "vscode-languageclient/node";
import type { Hover, Location, ReferenceParams, WorkspaceEdit } from "vscode-languageclient/node";
import { withoutDoubles, yieldedMethods } from "./neighbours";
import { type Program, findProgram } from "./program";
import { type RootStatus, STATUS_NOTIFICATION, type StatusParams } from "./protocol";
import { SECTION, serverSettings } from "./settings";

export type State =
  | { readonly kind: "stopped" }
  | { readonly kind: "starting" }
  /** `work`: what it is busy with, for the user. */
  | { readonly kind: "running"; readonly version: string; readonly work: string | undefined }
  | { readonly kind: "failed"; readonly reason: string };

/** The server's process and what it tells: everything else asks through here. */
export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  /** Starts and stops follow each other, however fast they are asked for. */
  private queue: Promise<void> = Promise.resolve();
  private current: State = { kind: "stopped" };
  private work: string | undefined;
  private trees: readonly RootStatus[] = [];
  private readonly states = new vscode.EventEmitter<State>();
  private readonly statuses = new vscode.EventEmitter<readonly RootStatus[]>();

  readonly onState = this.states.event;
  /** After each change of the trees, once its findings are known. */
  readonly onStatus = this.statuses.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    readonly log: vscode.LogOutputChannel,
  ) {}

  get state(): State {
    return this.current;
  }

  /** What is known of each tree; empty before the first has been read. */
  get roots(): readonly RootStatus[] {
    return this.trees;
  }

  start(): Promise<void> {
    return this.enqueue(() => this.startNow());
  }

  restart(): Promise<void> {
    return this.enqueue(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  stop(): Promise<void> {
    return this.enqueue(() => this.stopNow());
  }

  dispose(): void {
    this.states.dispose();
    this.statuses.dispose();
  }

  /** Asks one of the server's own questions of a tree; `undefined` where there is no answer. */
  async ask<T>(command: string, uri = this.meantUri(), ...more: unknown[]): Promise<T | undefined> {
    const { client } = this;
    if (client === undefined || !client.isRunning()) {
      return undefined;
    }
    try {
      const params = { command, arguments: [uri ?? null, ...more] };
      return ((await client.sendRequest(ExecuteCommandRequest.type, params)) as T) ?? undefined;
    } catch (error) {
      this.log.warn(`${command}: ${describe(error)}`);
      return undefined;
    }
  }

  /** What a hover at a place says, as Markdown; also where no file is open. */
  async hover({ uri, range }: Location): Promise<vscode.MarkdownString | undefined> {
    const { client } = this;
    if (client === undefined || !client.isRunning()) {
      return undefined;
    }
    const params = { textDocument: { uri }, position: range.start };
    const hover = await client.sendRequest<Hover | null>("textDocument/hover", params);
    const { contents } = hover ?? {};
    return typeof contents === "object" && "value" in contents
      ? new vscode.MarkdownString(contents.value)
      : undefined;
  }

  async references({ uri, range }: Location): Promise<vscode.Location[]> {
    const { client } = this;
    if (client === undefined || !client.isRunning()) {
      return [];
    }
    const params: ReferenceParams = {
      textDocument: { uri },
      position: range.start,
      context: { includeDeclaration: true },
    };
    const found = await client.sendRequest<Location[] | null>("textDocument/references", params);
    return (found ?? []).map((it) => client.protocol2CodeConverter.asLocation(it));
  }

  async apply(edit: WorkspaceEdit): Promise<boolean> {
    const converted = await this.client?.protocol2CodeConverter.asWorkspaceEdit(edit);
    return converted !== undefined && vscode.workspace.applyEdit(converted);
  }

  /** Opens a file at a place. */
  async open(location: Location, options: vscode.TextDocumentShowOptions = {}): Promise<vscode.TextEditor> {
    return vscode.window.showTextDocument(vscode.Uri.parse(location.uri), {
      ...options,
      selection: asRange(location),
    });
  }

  async configurationChanged(event: vscode.ConfigurationChangeEvent): Promise<void> {
    const needsStart = ["server", "besideOtherServers"].some((key) =>
      event.affectsConfiguration(`${SECTION}.${key}`),
    );
    if (needsStart) {
      await this.restart();
    } else if (event.affectsConfiguration(SECTION) && this.client?.isRunning()) {
      await this.client.sendNotification(DidChangeConfigurationNotification.type, {
        settings: { [SECTION]: serverSettings(this.context.extension) },
      });
    }
  }

  private enqueue(step: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(step, step);
    return this.queue;
  }

  private async startNow(): Promise<void> {
    this.set({ kind: "starting" });
    const program = await findProgram(this.context.extensionUri);
    if ("missing" in program) {
      this.fail(program.missing);
      return;
    }
    const client = this.newClient(program);
    this.client = client;
    client.onNotification(STATUS_NOTIFICATION, ({ roots }: StatusParams) => {
      this.trees = roots;
      this.statuses.fire(roots);
    });
    try {
      await client.start();
    } catch (error) {
      this.client = undefined;
      this.fail(`${program.path} did not start: ${describe(error)}`);
      return;
    }
    const version = client.initializeResult?.serverInfo?.version ?? "";
    this.log.info(`started ${program.path} ${version}`);
    this.set({ kind: "running", version, work: this.work });
  }

  private async stopNow(): Promise<void> {
    const running = this.client;
    this.client = undefined;
    try {
      await running?.dispose();
    } catch (error) {
      // A server that already ended cannot be asked to; there is nothing left to stop.
      this.log.warn(`while stopping: ${describe(error)}`);
    }
    this.trees = [];
    this.work = undefined;
    this.set({ kind: "stopped" });
    this.statuses.fire(this.trees);
  }

  private newClient(program: Extract<Program, { path: string }>): LanguageClient {
    const extra = vscode.workspace.getConfiguration(SECTION).get<string[]>("server.arguments", []);
    const server: ServerOptions = { command: program.path, args: ["serve", ...extra] };
    const yielded = yieldedMethods();
    if (yielded.size > 0) {
      this.log.info(`left to another Nix language server: ${[...yielded].join(", ")}`);
    }
    return new (clientWithout(yielded))(SECTION, "Hyper-NixOS", server, this.options(yielded));
  }

  private options(yielded: ReadonlySet<string>): LanguageClientOptions {
    const { extension } = this.context;
    return {
      documentSelector: [{ scheme: "file", language: "nix" }],
      initializationOptions: serverSettings(extension),
      outputChannel: this.log,
      middleware: {
        handleWorkDoneProgress: (token, params, next) => {
          this.work =
            params.kind === "end"
              ? undefined
              : params.kind === "begin"
                ? params.title
                : (params.message ?? this.work);
          if (this.current.kind === "running") {
            this.set({ ...this.current, work: this.work });
          }
          next(token, params);
        },
        ...(yielded.size > 0 ? withoutDoubles : {}),
        resolveCodeLens: async (lens, token, next) => {
          const resolved = await next(lens, token);
          if (resolved?.command?.command === SHOW_REFERENCES) {
            // The server speaks of places as the protocol does; VS Code wants its own.
            resolved.command.command = `${SECTION}.showReferences`;
          }
          return resolved;
        },
        workspace: {
          // Without this the client would answer with every default in it.
          configuration: (params) =>
            params.items.map((item) =>
              item.section === SECTION
                ? serverSettings(
                    extension,
                    item.scopeUri === undefined ? undefined : vscode.Uri.parse(item.scopeUri),
                  )
                : (vscode.workspace.getConfiguration().get(item.section ?? "") ?? null),
            ),
        },
      },
    };
  }

  /** The tree of the file that is being edited, else the first. */
  private meantUri(): string | undefined {
    const active = vscode.window.activeTextEditor?.document;
    if (active?.languageId === "nix" && active.uri.scheme === "file") {
      return active.uri.toString();
    }
    return this.trees[0]?.uri;
  }

  private set(state: State): void {
    this.current = state;
    this.states.fire(state);
  }

  private fail(reason: string): void {
    this.log.error(reason);
    this.set({ kind: "failed", reason });
  }
}

export const SHOW_REFERENCES = "editor.action.showReferences";
/** The extension's own; a lens runs it with a document's URI and a position. */
export const SHOW_DEFINITIONS = `${SECTION}.showDefinitions`;

export function asRange({ range: { start, end } }: Location): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

export function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A client without the features that somebody else has, which tells the server what this one can do. */
function clientWithout(methods: ReadonlySet<string>): typeof LanguageClient {
  return class extends LanguageClient {
    override registerFeature(feature: StaticFeature | DynamicFeature<unknown>): void {
      const method =
        "registrationType" in feature ? feature.registrationType.method : undefined;
      // The server's commands are asked for by the extension's own, which have names of their own.
      if (method === undefined || (method !== ExecuteCommandRequest.method && !methods.has(method))) {
        super.registerFeature(feature);
      }
    }

    protected override fillInitializeParams(
      params: Parameters<LanguageClient["fillInitializeParams"]>[0],
    ): void {
      super.fillInitializeParams(params);
      params.capabilities.experimental = {
        commands: { commands: [SHOW_REFERENCES, SHOW_DEFINITIONS] },
        statusNotification: true,
      };
    }
  };
}
