/**
 * gRPC server reflection v1 (grpc/reflection/v1/reflection.proto) on generated code and embedded descriptors, so that
 * `grpcurl` needs no file: `@grpc/reflection` reads .proto files at run time and cannot be bundled.
 */
import { type ServerDuplexStream, status } from '@grpc/grpc-js'
import { Failure } from '../../_core/errors.ts'
import { type DescribedFile, describedFiles } from '../../_core/gen/descriptors.ts'
import {
  ServerReflectionDefinition,
  type ServerReflectionRequest,
  type ServerReflectionResponse,
} from '../../_core/gen/grpc/reflection/v1/reflection.ts'
import { streaming } from './definitions.ts'
import { type Service, statusOf } from './server.ts'

const byName = new Map(describedFiles.map((file) => [file.name, file]))
const bySymbol = new Map(describedFiles.flatMap((file) => file.symbols.map((symbol) => [symbol, file])))

/** @param serviceNames fully-qualified names of the services served beside this one */
export function reflectionService(serviceNames: readonly string[]): Service {
  const { serverReflectionInfo } = ServerReflectionDefinition.methods
  const name = ServerReflectionDefinition.fullName
  const info = streaming(name, serverReflectionInfo, { requestStream: true })
  const answerAll = (call: ServerDuplexStream<ServerReflectionRequest, ServerReflectionResponse>): void => {
    call.on('data', (request: ServerReflectionRequest | Failure) => {
      if (request instanceof Failure) return void call.emit('error', statusOf(request))
      if (call.write(answer(request, [...serviceNames, name]))) return
      // An answer is a hundred times as long as its question: no more of them than the client reads.
      call.pause()
      call.once('drain', () => call.resume())
    })
    call.on('end', () => call.end())
  }
  return {
    // Older clients know only v1alpha; its messages are the same.
    definition: { info, alpha: { ...info, path: info.path.replace('.v1.', '.v1alpha.') } },
    implementation: { info: answerAll, alpha: answerAll },
  }
}

function answer(request: ServerReflectionRequest, services: readonly string[]): ServerReflectionResponse {
  const { file_by_filename: fileName, file_containing_symbol: symbol, list_services: list } = request
  if (list !== undefined) {
    const service = services.map((name) => ({ name }))
    return response(request, { list_services_response: { service } })
  }
  if (fileName !== undefined) return fileResponse(request, byName.get(fileName))
  if (symbol !== undefined) return fileResponse(request, bySymbol.get(symbol))
  return failure(request, status.UNIMPLEMENTED, 'extensions are not described')
}

function fileResponse(
  request: ServerReflectionRequest,
  file: DescribedFile | undefined,
): ServerReflectionResponse {
  if (file === undefined) return failure(request, status.NOT_FOUND, 'not described here')
  const bytes = withDependencies(file).map(({ base64 }) => Buffer.from(base64, 'base64'))
  return response(request, { file_descriptor_response: { file_descriptor_proto: bytes } })
}

/** A file and, after it, everything it imports. */
function withDependencies(file: DescribedFile, found = new Set<DescribedFile>()): DescribedFile[] {
  found.add(file)
  for (const name of file.dependencies) {
    const dependency = byName.get(name)
    if (dependency !== undefined && !found.has(dependency)) withDependencies(dependency, found)
  }
  return [...found]
}

const failure = (request: ServerReflectionRequest, code: number, text: string): ServerReflectionResponse =>
  response(request, { error_response: { error_code: code, error_message: text } })

const response = (
  original_request: ServerReflectionRequest,
  part: Partial<ServerReflectionResponse>,
): ServerReflectionResponse => ({
  valid_host: original_request.host,
  original_request,
  file_descriptor_response: undefined,
  all_extension_numbers_response: undefined,
  list_services_response: undefined,
  error_response: undefined,
  ...part,
})
