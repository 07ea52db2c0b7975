/** The setting CAUDAL_DATA: the folder of Kafka's and Valkey's data, logs, and what a run writes. */
import { resolve } from 'node:path'
import * as z from 'zod'
import { DATA_DIR } from './paths.ts'

/** Absolute. */
export const dataDir = z
  .string()
  .default(DATA_DIR)
  .transform((path) => resolve(path))
