import { messageOf } from '../../src/errors';

/** Sends what this process asks of `origin` to `address` instead, until the function that it gives is called. A request that is no text goes where it goes. */
export function redirect(origin: string, address: string): () => void {
  const real = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    try {
      return await real(typeof input === 'string' ? input.replace(origin, address) : input, init);
    } catch (error) {
      // The errors of Node's own fetch are no errors within jest's world, which has an Error of its own.
      init?.signal?.throwIfAborted();
      throw new TypeError(messageOf(error).replace(/^TypeError: /, ''), { cause: error });
    }
  };
  return () => void (globalThis.fetch = real);
}
