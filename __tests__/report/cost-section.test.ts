import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readBilled, type BilledItem } from '../../src/infra/billed';
import { fixed, nodeBalancer } from '../../src/infra/charges';
import { costOf, type Cost } from '../../src/infra/cost';
import { costSection } from '../../src/report/cost-section';
import { makeReport } from '../../src/report/report';
import { expectGolden } from '../support/golden';
import { isWellFormed } from '../support/markdown';
import { aCluster, aPool, planOf, resource } from '../support/plan-values';
import { PRICES } from '../support/prices';
import { aResult } from '../support/results';
import { aSettings } from '../support/settings';

const volume = (size: number): object => resource('linode_volume.data', { region: 'us-east', size });
const grown = readBilled(
  planOf([aCluster([aPool(2)]), volume(20)], [aCluster([aPool(2)]), volume(30)]),
  true,
).items;
const balancer = { name: 'Service/wpp-bot/web', now: undefined, after: nodeBalancer('', 'us-east') };
const gpu = {
  name: 'linode_instance.gpu',
  now: undefined,
  after: fixed('linode/types', 'g2-gpu-rtx4000a1-s', 'us-east', 1, 'g2-gpu-rtx4000a1-s'),
};
const gone = { ...balancer, now: balancer.after, after: undefined };

describe('the section on the bill', () => {
  test.each<[string, readonly BilledItem[], boolean]>([
    ['of a preview', [...grown, balancer], true],
    ['of a deploy', [...grown, balancer], false],
    ['of what gets cheaper', [...grown.slice(0, 1), gone], true],
    ['of what stays', grown.slice(0, 1), true],
    ['with an unknown price', [...grown, gpu], true],
  ])('%s', (name, items, preview) => {
    const text = costSection(costOf(items, PRICES), preview);
    expectGolden(`cost-${name.replaceAll(' ', '-')}.md`, text);
    expect(isWellFormed(text)).toBe(true);
  });

  test('says why nothing is known', () => {
    const reason = 'Linode’s price list volumes/types cannot be read: it answered 503';
    expect(costSection({ status: 'unknown', reason }, true)).toBe(`Cost: not known. ${reason}`);
  });

  test('sums up what it has no room for', () => {
    const many = Array.from({ length: 80 }, () => balancer);
    const text = costSection(costOf(many, PRICES), true);
    expect(text).toContain('| (30 more) |');
    expect(text).toContain('| **Sum** | **0.00** | **800.00** | **800.00** |');
  });

  test('no name breaks the table', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (name, detail) => {
        const after = fixed('linode/types', 'g6-standard-1', 'us-east', 1, detail);
        const text = costSection(costOf([{ name, now: undefined, after }], PRICES), true);
        expect(isWellFormed(text)).toBe(true);
        const [, row = ''] = text.split('\n').filter((line) => /^\|(?! ---)/.test(line));
        expect(row.split('|')).toHaveLength(6);
      }),
    );
  });
});

describe('the outputs', () => {
  const outputsOf = (cost: Cost | undefined): Readonly<Record<string, string>> =>
    makeReport(aSettings(), aResult({ cost })).outputs;

  test.each<[string, Cost | undefined, string, string]>([
    ['known', costOf([...grown, balancer], PRICES), '66.00', '11.00'],
    ['less', costOf([gone], PRICES), '0.00', '-10.00'],
    ['a price that is not', costOf([...grown, gpu], PRICES), '', ''],
    ['no prices', { status: 'unknown', reason: 'x' }, '', ''],
    ['no plan', undefined, '', ''],
  ])('%s', (_, cost, monthly, change) => {
    expect(outputsOf(cost)).toMatchObject({ 'monthly-cost': monthly, 'monthly-cost-change': change });
  });
});
