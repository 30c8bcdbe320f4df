import type { Delivery } from '../../../protocol/webhooks.ts';
import type { Call } from '../command.ts';

/** Prints a delivery that has just been sent on its way. */
export function printDelivery({ screen, isJson, program }: Call, delivery: Delivery, list: string): void {
  if (isJson) {
    screen.printJson(delivery, 2);
    return;
  }
  screen.print(delivery.id);
  screen.tell(
    `  ${screen.tellPaint.dim(`${delivery.type} is on its way; see what came of it with`)}  ${program} ${list}`,
  );
}
