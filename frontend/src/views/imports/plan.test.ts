import { expect, test } from 'vitest'
import type { ExportPlan, ImportPlan } from '../../api/types'
import { exportPlan, freshOf, importPlan, isEmpty } from './plan'

const nothing: ExportPlan = { kind: 'mlruns', to: '/out', runs: 0, models: 0, files: 0, bytes: 0, experiments: [], registered: [], skipped: [], left: 0 }
const wine = { id: '7', name: 'wine', runs: 2, models: 0, files: 3, bytes: 2048 }
const some: ExportPlan = { ...nothing, runs: 2, files: 3, bytes: 2048, free: 1024, experiments: [wine], registered: [{ name: 'm', versions: 1 }] }

test('an export tells what is in it, for each experiment, too', () => {
  const { facts, heads, rows } = exportPlan(some)
  expect(facts).toEqual(['2 runs', '1 registered model', '3 artifacts, 2.00 KiB'])
  expect(heads).toEqual(['Runs', 'Artifacts'])
  expect(rows).toEqual([{ id: '7', name: 'wine', counts: ['2', '2.00 KiB'] }])
})

test('too little room is told, unless most of it may be there already', () => {
  expect(exportPlan(some).notes).toEqual(['Only 1.00 KiB are free there.'])
  expect(exportPlan({ ...some, free: 4096 }).notes).toEqual([])
  expect(exportPlan({ ...some, goesOn: true }).notes).toEqual(['This folder was exported to before: what is new or was changed is added, and nothing is there twice.'])
})

test('an experiment without runs is something, no experiment is nothing', () => {
  expect(isEmpty(nothing)).toBe(true)
  expect(isEmpty({ ...nothing, experiments: [{ ...wine, runs: 0 }] })).toBe(false)
})

test('an import tells what is here already, and what each experiment is called here', () => {
  const plan: ImportPlan = {
    kind: 'mlruns', from: '/old', local: true, runs: 3, known: 1, differ: 1, deleted: 1, models: 0, files: 0, bytes: 0, registered: [], datasets: [], skipped: [], left: 0,
    experiments: [{ id: '7', name: 'wine', as: 'old/wine', new: true, runs: 3, known: 1, models: 0, files: 0, bytes: 0 }],
  }
  const { facts, notes, rows } = importPlan(plan)
  expect(facts).toEqual(['3 runs', '1 of them here already', '1 of them deleted there: they come into the trash'])
  expect(notes).toEqual(['1 row differs from the run that is here. What is here stays as it is.'])
  expect(rows).toEqual([{ id: '7', name: 'old/wine', counts: ['3', '2', '–'] }])
})

test('an import of data tells of versions, and of those that stay out', () => {
  const set = { name: 'wine', as: 'old/wine', new: true, versions: 5, known: 1, missing: 2, files: 3, bytes: 2048 }
  const plan: ImportPlan = {
    kind: 'DVC repository', from: '/old', local: false, runs: 0, known: 0, differ: 0, deleted: 0, models: 0, files: 3, bytes: 2048,
    registered: [], experiments: [], datasets: [set], skipped: [], left: 0,
  }
  expect(freshOf(plan)).toEqual({ n: 2, thing: 'version' })
  const { facts, thing, rows } = importPlan(plan)
  expect(thing).toBe('Data set')
  expect(facts).toEqual(['1 data set', '5 versions', '1 of them here already', '2 of them incomplete: they stay out', '3 files, 2.00 KiB'])
  expect(rows).toEqual([{ id: 'wine', name: 'old/wine', counts: ['5', '2', '2.00 KiB'] }])
})
