// What this screen keeps in its address.

export interface PipelineSearch {
  step?: string;
  view?: string;
  scope?: string;
}

export function pipelineSearch(raw: Record<string, unknown>): PipelineSearch {
  const text = (key: string) => (typeof raw[key] === "string" && raw[key] !== "" ? { [key]: raw[key] } : {});
  return { ...text("step"), ...text("view"), ...text("scope") };
}
