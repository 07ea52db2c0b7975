/** Compressed request bodies (RFC 9110 section 8.4): decoded while they arrive, and bounded by what they decode to. */
import { pipeline, Readable, type Transform } from 'node:stream'
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib'
import { Failure } from '../../_core/errors.ts'

/** RFC 9659: a window of 8 MiB and no more. A frame may ask for 128 MiB, which are taken before anything is decoded. */
const ZSTD_WINDOW_LOG = 23

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: () => createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } }),
}

/** What a request may come in, as the header of a 415 says it (RFC 9110 section 12.5.3). */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br, zstd'

/** Undefined for a body that comes as it is. @throws Failure `mediaType` for an encoding that is not known here */
export function decoderOf(contentEncoding: string | undefined): (() => Transform) | undefined {
  const encoding = contentEncoding?.trim().toLowerCase() ?? ''
  if (encoding === '' || encoding === 'identity') return undefined
  const decoder = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined
  if (decoder !== undefined) return decoder
  throw new Failure('mediaType', `Content-Encoding ${encoding} is not one of ${ACCEPTED_ENCODINGS}`)
}

/** @throws Failure `malformed` when the bytes are not what the header says, or what reading them threw */
export async function* decode(
  chunks: AsyncIterable<Buffer>,
  decoder: Transform,
): AsyncGenerator<Buffer, void> {
  const source = Readable.from(chunks)
  try {
    // Its end is seen by whoever reads the decoder.
    yield* pipeline(source, decoder, () => {})
  } catch (error) {
    const reason = source.errored ?? error
    throw reason instanceof Failure
      ? reason
      : new Failure('malformed', 'the body is not what its Content-Encoding says')
  }
}
