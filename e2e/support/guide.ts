import { readFileSync } from 'node:fs';

/** Commands of a document, as they stand in one block. */
export interface Commands {
  readonly text: string;
  /** Whether they go on until they are ended. */
  readonly isEndless: boolean;
}

/** Gives the blocks of commands of a document, but those of which it says that no test or another one runs them; those of `test` where one is named. */
export function commandsOf(file: string, test?: string): readonly Commands[] {
  const blocks = readFileSync(file, 'utf8').matchAll(/(?:<!-- (.*) -->\n\n)?```sh\n([\s\S]*?)```/g);
  return [...blocks]
    .filter(([, note = '']) =>
      test === undefined ? !/^(not run by a test: |run by )/.test(note) : note === `run by ${test}`,
    )
    .map(([, note = '', text = '']) => ({ text, isEndless: note === 'runs until it is ended' }));
}
