/** Tables as CSV (RFC 4180): full digits, points as decimal marks, empty where there is no figure. Pure. */
export type CsvValue = string | number | null;
export type CsvTable = { columns: string[]; rows: CsvValue[][] };

export const toCsv = ({ columns, rows }: CsvTable): string => [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');

/** A text that a spreadsheet would take for a formula is made one by an apostrophe. */
function cell(value: CsvValue): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
