/** Of this program; kept alike with package.json by a test. */
export const version = '0.1.0';
