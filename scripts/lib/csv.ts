/** A line of CSV (RFC 4180): a value with a comma, a quote or a line end is quoted, and its quotes doubled. */
export const csvLine = (values: readonly (string | number)[]): string =>
  `${values.map((value) => quoted(String(value))).join(',')}\r\n`

const quoted = (value: string): string =>
  /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
