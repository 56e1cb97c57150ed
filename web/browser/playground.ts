// The real programs behind the browser tests: a server, hosts with a supervisor and a collector, destinations that count.
// They belong to a program of the test kit that is driven line by line and takes everything down with it.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(repository, "target");
const ANSWER_MS = 60_000;

export class Playground {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: Array<{ done: (answer: Answer) => void; failed: (error: Error) => void }> = [];

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    createInterface({ input: child.stdout }).on("line", (line) =>
      this.#waiting.shift()?.done(JSON.parse(line) as Answer),
    );
    child.stderr.resume();
    child.on("exit", (code) => {
      for (const { failed } of this.#waiting.splice(0))
        failed(new Error(`the playground ended with ${code}`));
    });
  }

  static open(): Playground {
    const program = join(target, "debug/playground");
    if (!existsSync(program)) throw new Error(`${program} is not there: run cargo build --workspace --bins`);
    return new Playground(spawn(program, { stdio: "pipe" }));
  }

  async ask(what: Asked): Promise<Answer> {
    const answer = await new Promise<Answer>((done, failed) => {
      const timer = setTimeout(() => failed(new Error(`no answer to ${what.do}`)), ANSWER_MS);
      this.#waiting.push({
        done: (answer) => {
          clearTimeout(timer);
          done(answer);
        },
        failed,
      });
      this.#child.stdin.write(`${JSON.stringify(what)}\n`);
    });
    if (answer.error) throw new Error(`${what.do}: ${answer.error}`);
    return answer;
  }

  /** Ends everything and waits for it. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.stdin.end();
    await ended;
  }
}

interface Asked {
  do: string;
  [key: string]: string | number;
}

export interface Answer {
  error?: string;
  url?: string;
  setup_link?: string;
  token?: string;
  username?: string;
  password?: string;
  port?: number;
  number?: number;
  endpoint?: string;
  logs?: number;
  taken?: number;
  status?: number;
  said?: string;
}

/** Waits until something is so, and says what it was when it never becomes so. */
export async function until<T>(
  what: string,
  milliseconds: number,
  look: () => Promise<T | null | undefined | false>,
): Promise<T> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`waited ${milliseconds} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
