export type Colour = (text: string) => string;

export interface Paint {
  dim: Colour;
  bold: Colour;
  red: Colour;
  green: Colour;
  yellow: Colour;
  cyan: Colour;
}

/** The colours to write to `stream` with: none unless it is a terminal, and none where NO_COLOR is set. */
export function colours(stream: { isTTY?: boolean; hasColors?: () => boolean }): Paint {
  const isColoured = stream.isTTY === true && stream.hasColors?.() === true;
  const colour =
    (code: number, end: number): Colour =>
    (text) =>
      isColoured ? `\u001b[${code}m${text}\u001b[${end}m` : text;
  return {
    dim: colour(2, 22),
    bold: colour(1, 22),
    red: colour(31, 39),
    green: colour(32, 39),
    yellow: colour(33, 39),
    cyan: colour(36, 39),
  };
}
