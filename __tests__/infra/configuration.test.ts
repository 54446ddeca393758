import { describe, expect, test } from '@jest/globals';
import {
  backendSettings,
  backendType,
  namedPaths,
  resourceTypes,
  variableDefaults,
} from '../../src/infra/configuration';

const OWN = { bucket: 'own', key: 'own.tfstate' };

describe('the literal settings of the backend', () => {
  test.each<[string, string, Readonly<Record<string, string>>]>([
    ['none', 'terraform {\n  backend "s3" {}\n}', {}],
    ['no backend', 'terraform {}\nresource "a" "b" {\n  bucket = "x"\n}', {}],
    ['another backend', 'terraform {\n  backend "http" {\n    bucket = "x"\n  }\n}', {}],
    [
      'an empty block does not reach into what comes after it',
      'terraform {\n  backend "s3" {}\n  required_version = ">= 1.11"\n}\n',
      {},
    ],
    ['texts', 'terraform {\n  backend "s3" {\n    bucket = "own"\n    key    = "own.tfstate"\n  }\n}', OWN],
    ['on one line', 'terraform { backend "s3" { bucket = "own" } }', { bucket: 'own' }],
    [
      'flags',
      'backend "s3" {\n  use_lockfile = false\n  encrypt=true\n}',
      { use_lockfile: 'false', encrypt: 'true' },
    ],
    ['what is no literal', 'backend "s3" {\n  bucket = var.b\n  key = "${var.k}"\n  max_retries = 3\n}', {}],
    [
      'with comments at the end of lines',
      'backend "s3" {\n  bucket = "own" # ours\n  key = "own.tfstate" // the state\n}',
      OWN,
    ],
    ['commented out', '/*\nbackend "s3" {\n  bucket = "x"\n}\n*/\nbackend "s3" {\n  # key = "x"\n}', {}],
    [
      'with signs of comments and blocks in a text',
      'backend "s3" {\n  key = "a#b//c}/*d*/"\n  bucket = "own"\n}',
      { key: 'a#b//c}/*d*/', bucket: 'own' },
    ],
    [
      'around a map, which has names of its own',
      'backend "s3" {\n  bucket = "own"\n  endpoints = {\n    s3 = "https://eu-central-1.linodeobjects.com"\n  }\n  key = "own.tfstate"\n}',
      OWN,
    ],
    [
      'around a map on one line',
      'backend "s3" {\n  endpoints = { s3 = "https://x" }\n  bucket = "own"\n  key = "own.tfstate"\n}',
      OWN,
    ],
  ])('%s', (_, text, expected) => expect(backendSettings([text])).toEqual(expected));

  test('are found in whatever file they stand', () => {
    const backend = 'terraform {\r\n  backend "s3" {\r\n    bucket = "own"\r\n  }\r\n}';
    expect(backendSettings(['resource "a" "b" {}', backend, '# c'])).toEqual({ bucket: 'own' });
  });
});

test('local modules are those whose source is a path, each once and none that is commented out', () => {
  const texts = [
    'module "a" {\n  source = "../a"\n}\nmodule "b" { source="./b" }\nmodule "again" { source = "../a" }',
    'module "c" {\n  source = "hashicorp/c/aws"\n}\n# source = "../d"\n/* source = "../e" */',
    'module "f" {\n  source = "git::https://example.com/f"\n}\nmodule "g" {\n  source = "../../g" # ours\n}',
  ];
  expect(namedPaths(texts)).toEqual(['../a', './b', '../../g']);
});

test.each<[string, string, readonly string[]]>([
  ['a file that is read', 'user_data = file("../boot.sh")', ['../boot.sh']],
  ['one from the folder of the module', 'x = filebase64("${path.module}/../boot.sh")', ['../boot.sh']],
  ['one from that of the whole', 'x = templatefile("${path.root}/./a.tpl", { b = "c" })', ['./a.tpl']],
  ['as JSON', '{"module": {"net": {"source": "../net"}}}', ['../net']],
  ['one that is put together', 'x = file("../sets/${var.name}/a.yaml")', ['../sets/']],
  ['a name that is put together', 'x = file("../sets/a-${var.name}.yaml")', ['../sets/']],
  ['one of which nothing is known', 'x = file("../${var.name}") + fileset("../..", "*")', []],
  ['what is no path from here', 'x = "https://example.com/../a" # "../b"', []],
])('paths that are named: %s', (_, text, paths) => expect(namedPaths([text])).toEqual(paths));

test.each<[string, string, string]>([
  ['s3', 'terraform {\n  backend "s3" {}\n}', 's3'],
  ['local', 'terraform {\n  backend "local" {\n    path = "x"\n  }\n}', 'local'],
  ['another', 'terraform { backend "http" {} }', 'http'],
  ['cloud', 'terraform {\n  cloud {\n  }\n}', 'cloud'],
  ['none', 'terraform {}\n# backend "s3" {}\n', 'local'],
])('the backend is %s', (_, text, type) => {
  expect(backendType(['# first', text])).toBe(type);
});

test('the types of resources are those that are declared', () => {
  const text =
    'resource "linode_volume" "a" {}\n  resource  "linode_volume" "b" {\n}\n/* resource "x_y" "c" {} */\n';
  const more =
    'data "linode_region" "d" {}\nresource "linode_lke_cluster" "e" {\n  label = "resource x"\n}\n';
  expect(resourceTypes([text, more])).toEqual(['linode_volume', 'linode_lke_cluster']);
});

test('the defaults of variables are read where they are texts', () => {
  const text = `variable "region" {
  description = "default = \\"x\\""
  default     = "us-east" # ours
  validation {
    condition = var.region != ""
    default   = "not this"
  }
}
variable "count" { default = 3 }
variable "one_line" { default = "g6-standard-2" }
variable "none" {}
variable "computed" {
  default = "\${local.x}"
}
locals { default = "not this" }
`;
  expect(variableDefaults([text, 'variable "other" {\n  default = "y"\n}'])).toEqual({
    region: 'us-east',
    one_line: 'g6-standard-2',
    other: 'y',
  });
});
