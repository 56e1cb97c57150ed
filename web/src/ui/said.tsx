// <Said>: words of the server.
import { beginning } from "../lib/text";

/** A sentence of the server; what stands between backticks is code. */
export function Said({ text, most = 1_000 }: { text: string; most?: number }) {
  return (
    <bdi>
      {beginning(text, most)
        .split("`")
        .map((part, at) =>
          at % 2 === 1 ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts have no other identity
            <code key={at} className="mono">
              {part}
            </code>
          ) : (
            part
          ),
        )}
    </bdi>
  );
}
