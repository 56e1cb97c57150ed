import { describe, expect, it } from "vitest";
import { blocksOf, type RenderMap, redactions } from "./config-model";

const YAML = `connectors:
  forward/app.route: {}
exporters:
    "otlp/loki":
        endpoint: https://loki.example.com
        headers:
            authorization: "[REDACTED]"

    debug: {}
receivers:
  otlp/app:
    protocols:
      grpc:
        endpoint: 0.0.0.0:4317
service:
  pipelines:
    logs/app:
      receivers: [otlp/app]
`;
const ALLOY = `declare "linkmesh" {
	otelcol.receiver.otlp "app" {
		grpc {
			endpoint = "0.0.0.0:4317"
		}

		output {
			logs = [otelcol.processor.filter.app.input]
		}
	}

	otelcol.processor.filter "app" {
	}
}
linkmesh "default" { }
`;
const map: RenderMap = {
  "receiver/otlp/app": { entity: "sources/app", stage: "source" },
  "exporter/otlp/loki": { entity: "destinations/loki", stage: "destination" },
  "connector/forward/app.route": { entity: "routes/app", stage: "forward" },
};
const alloy: RenderMap = {
  "receiver/otelcol.receiver.otlp.app": { entity: "sources/app", stage: "source" },
  "processor/otelcol.processor.filter.app": { entity: "sources/app", stage: "source-filter" },
};

describe("where lines come from", () => {
  it("finds the whole block of each component of an otelcol configuration, however it is indented", () => {
    const found = blocksOf(YAML, "yaml", map).map(({ line, to, entity }) => [line, to, entity]);
    expect(found).toEqual([
      [2, 2, "routes/app"],
      [4, 7, "destinations/loki"],
      [11, 14, "sources/app"],
    ]);
  });

  it("finds the blocks of Alloy inside the module, up to their own end", () => {
    const found = blocksOf(ALLOY, "alloy", alloy).map(({ line, to, stage }) => [line, to, stage]);
    expect(found).toEqual([
      [2, 10, "source"],
      [12, 13, "source-filter"],
    ]);
  });

  it("says nothing of what is not in the map", () => {
    expect(blocksOf(YAML, "yaml", {})).toEqual([]);
    expect(blocksOf("not: [yaml", "yaml", map)).toEqual([]);
    expect(blocksOf(ALLOY, "alloy", map)).toEqual([]);
  });

  it("counts what is hidden, and finds every block of a megabyte", () => {
    expect(redactions(YAML)).toBe(1);
    const large = `receivers:\n${"  otlp/app:\n    a: b\n".repeat(50_000)}`;
    expect(blocksOf(large, "yaml", map)).toHaveLength(50_000);
  });
});
