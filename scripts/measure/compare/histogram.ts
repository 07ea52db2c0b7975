/** Latencies of cells, read back from their histograms; in milliseconds. */
import { decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js'

const US_PER_MS = 1_000
const PERCENT = 100
/** A percentile with fewer values above it says more of chance than of the system. */
const LEAST_ABOVE = 5

const decoded = new Map<string, Histogram>()

/** Decoded once: a report asks for many percentiles of each. */
function histogramOf(text: string): Histogram {
  let histogram = decoded.get(text)
  if (histogram === undefined) {
    histogram = decodeFromCompressedBase64(text)
    decoded.set(text, histogram)
  }
  return histogram
}

/** @param share from 0 to 1 */
export const percentileMs = (text: string, share: number): number =>
  histogramOf(text).getValueAtPercentile(share * PERCENT) / US_PER_MS

/** @returns of all of them together, for each share that enough values are above */
export function percentilesMs(
  texts: readonly string[],
  shares: readonly number[],
): readonly { readonly share: number; readonly ms: number }[] {
  const [first, ...others] = texts
  if (first === undefined) return []
  // A copy: what is added to stays.
  const all = decodeFromCompressedBase64(first)
  for (const text of others) all.add(histogramOf(text))
  return shares
    .filter((share) => all.totalCount * (1 - share) >= LEAST_ABOVE)
    .map((share) => ({ share, ms: all.getValueAtPercentile(share * PERCENT) / US_PER_MS }))
}
