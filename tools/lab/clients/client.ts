/** One message that a client sends: its format and what is unusual about its shape. */
export type Shape = { readonly format: string; readonly shape: string };

/** A foreign client that partners use, how it is installed and what it sends. */
export type Client = {
  readonly name: string;
  /** The language of its snippets in docs/partners.md. */
  readonly language: string;
  /** The file in `senders`. */
  readonly sender: string;
  readonly shapes: readonly Shape[];
  /** Puts the client below `directory`, from its own registry. */
  readonly install: (directory: string) => Promise<void>;
  readonly isInstalled: (directory: string) => boolean;
  /** The version that was installed. */
  readonly version: (directory: string) => Promise<string>;
  readonly command: (directory: string, sender: string) => readonly string[];
};
