// Comma-separated values as spreadsheets read them.

/** One line with its end. Values are quoted where they must be, and none of them can be taken for a formula. */
export function csvLine(values: readonly string[]): string {
  return `${values.map(csvValue).join(",")}\r\n`;
}

function csvValue(value: string): string {
  // A spreadsheet runs what begins like a formula, also from a file; names of hosts are not to be trusted that far.
  const safe = /^[=+\-@\t\r]/.test(value) && !/^-?\d+(\.\d+)?$/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
