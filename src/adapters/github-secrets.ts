import { DeployError, messageOf } from '../errors';
import type { RepositorySecrets } from '../ports';
import { statusOf, type GitHubApi, type Octokit } from './github-api';
import { seal } from './seal';

const PAGE = 100;

/** The Actions secrets of a repository, by a token that may write them; the job's own never may. */
export class GitHubSecrets implements RepositorySecrets {
  readonly #api: GitHubApi;

  constructor(api: GitHubApi) {
    this.#api = api;
  }

  names(): Promise<readonly string[]> {
    return this.#ask('listing the secrets', async ({ paginate, rest }) => {
      const query = { ...this.#api.repository, per_page: PAGE };
      return (await paginate(rest.actions.listRepoSecrets, query)).map(({ name }) => name);
    });
  }

  async write(name: string, value: string): Promise<void> {
    await this.#ask(`writing the secret ${name}`, async ({ rest }) => {
      const { data } = await rest.actions.getRepoPublicKey(this.#api.repository);
      await rest.actions.createOrUpdateRepoSecret({
        ...this.#api.repository,
        secret_name: name,
        encrypted_value: await seal(value, data.key),
        key_id: data.key_id,
      });
    });
  }

  async #ask<T>(what: string, work: (octokit: Octokit) => Promise<T>): Promise<T> {
    try {
      return await this.#api.call(work);
    } catch (error) {
      const status = statusOf(error);
      const answer = status === undefined ? 'did not answer' : `answered ${status}`;
      const { owner, repo } = this.#api.repository;
      throw new DeployError(
        {
          code: 'secrets-refused',
          cause: `GitHub ${answer} for ${what} of ${owner}/${repo}: ${messageOf(error)}`,
          advice:
            'Let secrets-token be a fine-grained token for this repository with the permission “Secrets: read and write”; the job’s own token cannot have it.',
        },
        { cause: error },
      );
    }
  }
}
