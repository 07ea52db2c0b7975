/**
 * Every compression that a producer may choose (Kafka's `compression.type`), for whoever reads a log: kafkajs knows gzip
 * alone, and stops for good at the first record in another. Nothing here compresses; our own records are written plain.
 */
import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import kafkajs from 'kafkajs'

const { CompressionCodecs, CompressionTypes } = kafkajs
const unzstd = promisify(zstdDecompress)

type Decompress = (batch: Buffer) => Promise<Buffer>

/** To be called before a consumer is made; more than once does no harm. */
export function readEveryCompression(): void {
  CompressionCodecs[CompressionTypes.ZSTD] = codec(unzstd)
  // The packages are loaded by the first record that needs them: each is a binary for this platform.
  CompressionCodecs[CompressionTypes.LZ4] = codec(async (batch) =>
    (await import('lz4-napi')).decompressFrame(batch),
  )
  CompressionCodecs[CompressionTypes.Snappy] = codec(unsnappy)
}

const codec = (decompress: Decompress) => () => ({ decompress })

/** snappy-java's stream, which Java producers write: magic, two versions, then blocks with their lengths before them. */
const JAVA_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0])
const JAVA_HEADER_BYTES = 16
const LENGTH_BYTES = 4

/** Others, librdkafka for one, write a single block without that frame; Kafka takes both. */
async function unsnappy(batch: Buffer): Promise<Buffer> {
  const { uncompress } = await import('snappy')
  if (!batch.subarray(0, JAVA_MAGIC.length).equals(JAVA_MAGIC)) return bytesOf(await uncompress(batch))
  const blocks: Buffer[] = []
  for (let at = JAVA_HEADER_BYTES; at < batch.length; ) {
    const end = at + LENGTH_BYTES + batch.readUInt32BE(at)
    blocks.push(bytesOf(await uncompress(batch.subarray(at + LENGTH_BYTES, end))))
    at = end
  }
  return Buffer.concat(blocks)
}

/** The package's types leave open whether it was asked for text. */
const bytesOf = (data: string | Buffer): Buffer => (typeof data === 'string' ? Buffer.from(data) : data)
