import { setVisibility } from './aws/job-queue.ts';
import { handleDelivery } from './deliveries/handle-delivery.ts';
import { queue } from './edge/queue.ts';

/** Sends webhooks. The deliveries of a batch go out side by side, since each mostly waits for its receiver. */
export const handler = queue(handleDelivery, setVisibility, { atOnce: true });
