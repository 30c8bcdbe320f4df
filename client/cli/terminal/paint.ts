type Colour = (text: string) => string;

/** The colours of one stream; each leaves the text as it is where there are none. */
export interface Paint {
  dim: Colour;
  bold: Colour;
  red: Colour;
  green: Colour;
  yellow: Colour;
  cyan: Colour;
}

/** What of a terminal decides on its colours: `hasColors` knows NO_COLOR, FORCE_COLOR and TERM. */
export interface Coloured {
  isTTY?: boolean;
  hasColors?(): boolean;
}

/** The colours to write to `stream` with: none unless it is a terminal, and none where NO_COLOR is set. */
export function paintFor(stream: Coloured): Paint {
  const isColoured = stream.isTTY === true && stream.hasColors?.() === true;
  const colour =
    (code: number, end: number): Colour =>
    (text) =>
      isColoured && text !== '' ? `\u001b[${code}m${text}\u001b[${end}m` : text;
  return {
    dim: colour(2, 22),
    bold: colour(1, 22),
    red: colour(31, 39),
    green: colour(32, 39),
    yellow: colour(33, 39),
    cyan: colour(36, 39),
  };
}
