import type { Simulator } from '../http/simulator.ts';
import { comments } from './comments.ts';
import { comparison } from './comparison.ts';
import { Contract } from './contract.ts';
import { guarded, withSoundAnswers, withSoundRequests } from './endpoint.ts';
import { notFound } from './errors.ts';
import { issueEndpoints } from './issues.ts';
import { rateLimit } from './rate-limit.ts';
import { repositories } from './repository.ts';
import { secrets } from './secrets.ts';
import { seed, type GitHubState } from './state.ts';
import type { Tokens } from './tokens.ts';
import { viewer } from './viewer.ts';

/** GitHub's API for one repository, as far as the action calls it; GraphQL has no OpenAPI description to hold it to. */
export function github(tokens: Tokens): Simulator<GitHubState> {
  const contract = new Contract();
  const described = [...comments, ...issueEndpoints, ...repositories, comparison, ...secrets, rateLimit].map(
    (endpoint) => withSoundAnswers(guarded(withSoundRequests(endpoint, contract), tokens), contract),
  );
  return {
    name: 'github',
    seed,
    routes: [
      ...described,
      guarded(viewer, tokens),
      { method: '*', path: '/*', handle: () => ({ ...notFound, problem: 'no such route' }) },
    ],
  };
}
