import { describe, expect, test } from '@jest/globals';
import { inert } from '../../src/report/inert';
import { copiesUnnamed, instructions, lineOf, stages } from '../../src/image/dockerfile';

const TEXT = `# syntax=docker/dockerfile:1
FROM node:24 AS build

RUN echo a && \\
  # a comment within
  echo b
from scratch as web
COPY --from=build /a /b
`;

test('instructions go over lines', () => {
  expect(instructions(TEXT).map(({ line }) => line)).toEqual([2, 4, 7, 8]);
  expect(instructions(TEXT)[1]?.text).toBe('RUN echo a &&   echo b');
});

test('an instruction is found by the text that BuildKit repeats', () => {
  expect(lineOf(TEXT, 'RUN echo a &&   echo b')).toBe(4);
  expect(lineOf(TEXT, 'RUN echo c')).toBeUndefined();
  expect(lineOf('FROM x\nRUN echo "##[error]x"\n', inert('RUN echo "##[error]x"'))).toBe(2);
});

test('stages have names', () => expect(stages(TEXT)).toEqual(['build', 'web']));

describe('what may copy more than it names', () => {
  test.each([
    'COPY . .',
    'copy ./ /app',
    'COPY "./" /app',
    "COPY --chown=node '.' /app",
    'COPY / /app',
    'ADD .  /app',
    'COPY package.json . /app/',
    'COPY --chown=node:node . .',
    'COPY ["." , "/app"]',
    'COPY *.json /app/',
    'COPY ? /app/',
    'COPY ${WHAT} /app/',
    'COPY .git /app/.git',
    'COPY .git/HEAD /app/',
    'ONBUILD COPY . .',
    'COPY [^a] /app/',
    'COPY ["[^a]", "/app/"]',
    'RUN --mount=type=bind,target=/src make',
    'RUN --mount=target=/src make',
    'RUN --mount=type=bind,from=build,target=/lib --mount=type=bind,target=/src make',
    'RUN --mount=type=cache,target=/lib --mount=type=bind,source=.,target=/src make',
    'RUN --mount=src=$WHAT,target=/src make',
    'RUN --mount=type=bind,source=.git,target=.git make',
    'COPY \\\n  . \\\n  /app',
  ])('%j', (line) => expect(copiesUnnamed(`FROM x\n${line}\n`)).toBe(true));

  test.each([
    'COPY package.json server.js ./',
    'COPY src /app/src',
    'COPY --from=build . .',
    'COPY ["src", "/app/src"]',
    'COPY "src" "/app/src"',
    'RUN --mount=type=bind,from=build,target=/src make',
    'RUN --mount=type=bind,source=package.json,target=package.json npm ci',
    'RUN --mount=type=secret,id=npm npm ci',
    'RUN --mount=type=cache,target=/root/.npm npm ci',
    '# COPY . .',
    'RUN echo COPY . .',
    'COPY .gitattributes /app/',
  ])('not %j', (line) => expect(copiesUnnamed(`FROM x\n${line}\n`)).toBe(false));
});
