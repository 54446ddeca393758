/** Shown by the health endpoints: change it to see a new image arrive. */
export const version = '1.0.0';
