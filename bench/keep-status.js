// Keeps what the kernel says of this process when it ends, among it the most memory that it had.
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';

process.on('exit', () => writeFileSync(process.env.BENCH_STATUS, readFileSync('/proc/self/status')));
