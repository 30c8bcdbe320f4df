import { defineConfig } from 'vite';

/** The console as one page, one script and one sheet of styles: what its Content-Security-Policy admits, and no more. */
export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2024',
    emptyOutDir: true,
    // One script has nothing to preload; the piece of code that would do so is inline in some browsers.
    modulePreload: false,
    assetsInlineLimit: 0,
    reportCompressedSize: true,
  },
});
