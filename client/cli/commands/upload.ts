import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-codes.ts';
import { uploadFile } from '../input/upload-file.ts';

/** `upload <file>`. */
export const upload = defineCommand({
  name: 'upload',
  summary: 'uploads a file, and prints the reference to put into an input',
  words: [{ name: 'file', help: 'up to 1 GiB' }],
  options: {},
  examples: ['upload examples/orders.csv'],
  async run(call) {
    const [file = ''] = call.words;
    const reference = await uploadFile(call, file);
    if (call.isJson) call.screen.printJson({ upload: reference });
    else call.screen.print(reference);
    return exitCode('done');
  },
});
