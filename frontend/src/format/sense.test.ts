import { expect, test } from 'vitest'
import { senseOf } from './sense'

test.each([
  ['test_rmse', 'lower'],
  ['rmse_7d', 'lower'],
  ['trainLoss', 'lower'],
  ['val/acc', 'higher'],
  ['f1_macro', 'higher'],
  ['r2', 'higher'],
  ['top5_accuracy', 'higher'],
  ['bias', undefined],
  ['learning_rate', undefined],
  ['loss_scale_accuracy', undefined],
  ['', undefined],
] as const)('%s is better when %s', (key, sense) => expect(senseOf(key)).toBe(sense))
