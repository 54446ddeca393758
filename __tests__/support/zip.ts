import { crc32 } from 'node:zlib';

/** Gives a zip archive with one executable file in it, stored as it is. */
export function zipOf(name: string, content: string): Buffer {
  const [path, data] = [Buffer.from(name), Buffer.from(content)];
  const facts = (at: number, size: number): Buffer => {
    const bytes = Buffer.alloc(size);
    bytes.writeUInt16LE(20, at);
    bytes.writeUInt32LE(crc32(data), at + 10);
    bytes.writeUInt32LE(data.length, at + 14);
    bytes.writeUInt32LE(data.length, at + 18);
    bytes.writeUInt16LE(path.length, at + 22);
    return bytes;
  };
  const local = facts(4, 30);
  local.writeUInt32LE(0x04034b50, 0);
  const central = facts(6, 46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(0x0314, 4);
  central.writeUInt32LE(0o100755 * 0x10000, 38);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length + path.length, 12);
  end.writeUInt32LE(local.length + path.length + data.length, 16);
  return Buffer.concat([local, path, data, central, path, end]);
}
