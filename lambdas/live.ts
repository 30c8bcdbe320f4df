import { socket } from './edge/socket.ts';
import { connect } from './live/connect.ts';
import { disconnect } from './live/disconnect.ts';
import { message } from './live/message.ts';
import { refuse } from './live/tell.ts';

/** The WebSocket: connects, messages, ends. What happens to jobs is pushed by whoever makes it happen. */
export const handler = socket({ connect, message, refuse, disconnect });
