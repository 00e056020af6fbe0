import { existsSync } from 'fs';
import { dirname, join } from 'path';

/** Path of a built file of this package, below dist/. */
export function distFile(...path: readonly string[]): string {
  return join(packageRoot(__dirname), 'dist', ...path);
}

// Tests run this file from lib/. Everything else runs it from dist/lib/.
function packageRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : packageRoot(dirname(folder));
}
