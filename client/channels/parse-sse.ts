/** One message of a stream of Server-Sent Events. */
export interface SseMessage {
  event: string;
  data: string;
}

/**
 * Takes a stream's text piece by piece, wherever it was cut, and gives the messages that are whole ("HTML", section
 * 9.2.6). `id` and `retry` are passed over: an event carries its cursor itself.
 */
export function createSseParser(): (text: string) => SseMessage[] {
  let rest = '';
  let event = '';
  let data: string[] = [];

  function takeLine(line: string): SseMessage | undefined {
    if (line === '') {
      const message = data.length > 0 ? { event: event || 'message', data: data.join('\n') } : undefined;
      event = '';
      data = [];
      return message;
    }
    const [, field, value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (field === 'event') event = value;
    if (field === 'data') data.push(value);
    return undefined;
  }

  return (text) => {
    // A line may end with a carriage return alone; one at the very end may be half of a line's end.
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    return lines.flatMap((line) => takeLine(line) ?? []);
  };
}
