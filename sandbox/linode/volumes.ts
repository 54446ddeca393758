import type { SchemaObject } from 'ajv';
import { bodyParser, tagsSchema } from './body.ts';
import { regions } from './catalog.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { invalid, LinodeError, notFound } from './error.ts';
import { takeId, timestamp, type Volume } from './state.ts';

const sizes = { min: 10, max: 16_384 };

interface VolumeUpdate {
  readonly label?: string;
  readonly tags?: readonly string[];
}

interface VolumeCreation extends VolumeUpdate {
  readonly label: string;
  readonly region: string;
  readonly size: number;
  readonly encryption: string;
  readonly linode_id?: null;
}

const updateProperties: Readonly<Record<keyof VolumeUpdate, SchemaObject>> = {
  label: { type: 'string' },
  tags: tagsSchema,
};
const parseUpdate = bodyParser<VolumeUpdate>(updateProperties);
const parseCreation = bodyParser<VolumeCreation>(
  {
    ...updateProperties,
    region: { type: 'string' },
    size: { type: 'integer', default: 20 },
    encryption: { enum: ['enabled', 'disabled'], default: 'disabled' },
    linode_id: { type: 'null' },
  },
  ['label', 'region'],
);
const parseResize = bodyParser<{ readonly size: number }>({ size: { type: 'integer' } }, ['size']);

function checkLabel(label: string, except: Volume | undefined, { state }: Call): void {
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(label))
    throw invalid('label', 'Label must be 1-32 letters, numbers, dashes and underscores');
  if (state.volumes.some((other) => other !== except && other.label === label))
    throw invalid('label', 'Label must be unique among your Block Storage volumes');
}

function checkSize(size: number): void {
  if (size < sizes.min || size > sizes.max) throw invalid('size', `Must be ${sizes.min}-${sizes.max}`);
}

function createVolume(call: Call): Volume {
  const { label, region, size, tags = [], encryption } = parseCreation(call.body);
  checkLabel(label, undefined, call);
  checkSize(size);
  if (!regions.some(({ id }) => id === region)) throw invalid('region', 'region is not valid');
  const created = timestamp(call.now);
  const activeAt = call.now + call.config.settleMs;
  const id = takeId(call.state);
  return { id, label, region, size, tags, encryption, created, updated: created, busy: 'creating', activeAt };
}

function resizeVolume(volume: Volume, call: Call): void {
  const { size } = parseResize(call.body);
  if (size <= volume.size) throw invalid('size', 'Storage Volumes can only be resized up');
  checkSize(size);
  const activeAt = call.now + call.config.settleMs;
  Object.assign(volume, { size, updated: timestamp(call.now), busy: 'resizing', activeAt });
}

function volumeOf({ state, params }: Call): Volume {
  const volume = state.volumes.find(({ id }) => String(id) === params['volume']);
  if (volume === undefined) throw notFound();
  return volume;
}

function idle(volume: Volume, now: number): Volume {
  if (now >= volume.activeAt) return volume;
  throw new LinodeError(400, [{ reason: 'Linode busy.' }]);
}

function volumeView(volume: Volume, now: number): object {
  const { id, label, created, updated, size, region, tags, encryption, busy, activeAt } = volume;
  return {
    ...{ id, status: now >= activeAt ? 'active' : busy, label, created, updated },
    ...{ filesystem_path: `/dev/disk/by-id/scsi-0Linode_Volume_${label}`, size, linode_id: null },
    ...{ linode_label: null, io_ready: false, region, tags, hardware_type: 'nvme', encryption, locks: [] },
  };
}

export const volumeEndpoints: readonly Endpoint[] = [
  {
    path: '/volumes',
    scope: 'volumes:read_only',
    list: ({ state, now }) => state.volumes.map((volume) => volumeView(volume, now)),
  },
  {
    method: 'POST',
    path: '/volumes',
    scope: 'volumes:read_write',
    rate: 'volume create',
    handle: (call) => {
      const volume = createVolume(call);
      call.state.volumes.push(volume);
      return volumeView(volume, call.now);
    },
  },
  {
    method: 'GET',
    path: '/volumes/{volume}',
    scope: 'volumes:read_only',
    handle: (call) => volumeView(volumeOf(call), call.now),
  },
  {
    method: 'PUT',
    path: '/volumes/{volume}',
    scope: 'volumes:read_write',
    handle: (call) => {
      const volume = volumeOf(call);
      const update = parseUpdate(call.body);
      if (update.label !== undefined) checkLabel(update.label, volume, call);
      Object.assign(volume, update, { updated: timestamp(call.now) });
      return volumeView(volume, call.now);
    },
  },
  {
    method: 'DELETE',
    path: '/volumes/{volume}',
    scope: 'volumes:read_write',
    handle: (call) => {
      const volume = idle(volumeOf(call), call.now);
      call.state.volumes = call.state.volumes.filter((other) => other !== volume);
      return {};
    },
  },
  {
    method: 'POST',
    path: '/volumes/{volume}/resize',
    scope: 'volumes:read_write',
    handle: (call) => {
      const volume = idle(volumeOf(call), call.now);
      resizeVolume(volume, call);
      return volumeView(volume, call.now);
    },
  },
  {
    method: 'POST',
    path: '/volumes/{volume}/detach',
    scope: 'volumes:read_write',
    handle: (call) => {
      volumeOf(call);
      return {};
    },
  },
];
