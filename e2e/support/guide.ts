import { readFileSync } from 'node:fs';

/** Commands of a document, as they stand in one block. */
export interface Commands {
  readonly text: string;
  /** Whether they go on until they are ended. */
  readonly isEndless: boolean;
}

/** Gives the blocks of commands of a document but those of which it says that no test runs them. */
export function commandsOf(file: string): readonly Commands[] {
  const blocks = readFileSync(file, 'utf8').matchAll(/(?:<!-- (.*) -->\n\n)?```sh\n([\s\S]*?)```/g);
  return [...blocks]
    .filter(([, note = '']) => !note.startsWith('not run by a test: '))
    .map(([, note = '', text = '']) => ({ text, isEndless: note === 'runs until it is ended' }));
}
