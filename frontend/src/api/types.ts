import type { components } from './schema'

type Schemas = components['schemas']

export type Workspace = Schemas['Workspace']
export type KnownWorkspace = Schemas['KnownWorkspace']
export type Experiment = Schemas['Experiment']
export type RunRow = Schemas['RunRow']
export type Home = Schemas['Home']
export type DayRuns = Schemas['DayRuns']
export type Ended = Schemas['Ended']
export type RunPage = Schemas['RunPage']
export type Suggestion = Schemas['Suggestion']
export type Advice = Schemas['Advice']
export type Edit = Schemas['Edit']
export type EndStatus = Schemas['NewStatus']['status']
export type ExperimentDetail = Schemas['ExperimentDetail']
export type RenamedExperiment = Schemas['RenamedExperiment']
export type RunDetail = Schemas['RunDetail']
export type RunStatus = RunRow['status']
export type DataUse = Schemas['DataUse']
export type Metric = Schemas['Metric']
export type Artifact = Schemas['Artifact']
export type Log = Schemas['Log']
export type Chart = Schemas['Chart']
export type ChartSeries = Schemas['ChartSeries']
export type Dataset = Schemas['Dataset']
export type DataVersion = Schemas['DataVersion']
export type DataFile = Schemas['DataFile']
export type Look = Schemas['Look']
export type Restoration = Schemas['Restoration']
export type RestorePlan = Schemas['RestorePlan']
export type Export = Schemas['Export']
export type ExportPlan = Schemas['ExportPlan']
export type ExportResult = Schemas['ExportResult']
export type Import = Schemas['Import']
export type ImportPlan = Schemas['ImportPlan']
export type ImportSkipped = Schemas['ImportSkipped']
export type ImportTable = Schemas['ImportTable']
export type ImportPlanTable = Schemas['ImportPlanTable']
export type ImportKind = Schemas['ImportColumn']['kind']
export type ImportResult = Schemas['ImportResult']
export type UndoneImport = Schemas['UndoneImport']
export type Project = Schemas['Project']
export type EntryPoint = Schemas['EntryPoint']
export type Param = Schemas['Param']
export type Start = Schemas['Start']
export type Axis = Schemas['Axis']
export type Job = Schemas['Job']
export type ScriptLines = Schemas['ScriptLines']
export type ScriptCheck = Schemas['ScriptCheck']
export type Diagnostics = Schemas['Diagnostics']
export type Change = Schemas['Change']
export type Comparison = Schemas['Comparison']
export type ComparedRun = Schemas['ComparedRun']
export type ComparedSection = Schemas['ComparedSection']
export type ComparedRow = Schemas['ComparedRow']
export type View = Schemas['View']
export type Trashed = Schemas['Trashed']
export type Purge = Schemas['Purge']
export type Untrash = Schemas['Untrash']
export type PurgePreview = Schemas['PurgePreview']
export type Problem = Schemas['Problem']

/** What stands on the x axis of a chart. */
export type XAxis = 'step' | 'time' | 'relative'

/** The licences of everything that Varve is made of; written by its build, beside the pages. */
export interface Notices {
  parts: { name: string; version: string; licences: string[]; texts: number[] }[]
  /** The texts that parts point to. */
  texts: string[]
}
export type RegisteredModel = Schemas['RegisteredModel']
export type RegisteredDetail = Schemas['RegisteredDetail']
export type ModelVersion = Schemas['ModelVersion']
export type ModelLane = Schemas['ModelLane']
export type LaneSpan = Schemas['LaneSpan']
export type ModelEdit = Schemas['ModelEdit']
export type EditModel = Schemas['EditModel']
export type ModelChange = Schemas['ModelChange']
export type ModelComparison = Schemas['ModelComparison']
export type RegisteredAs = Schemas['RegisteredAs']
export type AddressMeaning = Schemas['AddressMeaning']
export type ModelFiles = Schemas['ModelFiles']
export type ModelSignature = Schemas['ModelSignature']
export type ModelSource = Schemas['ModelSource']
export type RegisterModel = Schemas['RegisterModel']
export type Registered = Schemas['Registered']

/** Which runs, and in which order. */
export interface RunsQuery {
  experiments: string[]
  filter: string
  /** For example "metrics.rmse ASC". */
  order: string[]
  limit: number
  cursor?: string
}
