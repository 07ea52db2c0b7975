import { fromBinary } from '@bufbuild/protobuf'
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt'
import { Client, credentials } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ServerReflectionDefinition,
  type ServerReflectionRequest,
  type ServerReflectionResponse,
} from '../../_core/gen/grpc/reflection/v1/reflection.ts'
import { healthy, memoryPorts } from '../../_testing/ports.ts'
import { unary } from './definitions.ts'
import { type GrpcServer, serveGrpc } from './server.ts'
import { standardServices } from './standard.ts'

let server: GrpcServer
let client: Client
beforeAll(async () => {
  const services = standardServices(memoryPorts().registry, healthy)
  server = await serveGrpc(services, { host: '127.0.0.1', port: 0 })
  client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure())
})
afterAll(async () => {
  client.close()
  await server.close()
})

const EMPTY: ServerReflectionRequest = {
  host: '',
  file_by_filename: undefined,
  file_containing_symbol: undefined,
  file_containing_extension: undefined,
  all_extension_numbers_of_type: undefined,
  list_services: undefined,
}

function ask(version: string, question: Partial<ServerReflectionRequest>): Promise<ServerReflectionResponse> {
  const { serverReflectionInfo } = ServerReflectionDefinition.methods
  const { path, requestSerialize, responseDeserialize } = unary(
    ServerReflectionDefinition.fullName,
    serverReflectionInfo,
  )
  const call = client.makeBidiStreamRequest(
    path.replace('.v1.', `.${version}.`),
    requestSerialize,
    responseDeserialize,
  )
  return new Promise((resolve, reject) => {
    call.on('data', resolve)
    call.on('error', reject)
    call.write({ ...EMPTY, ...question })
    call.end()
  })
}

const filesOf = ({ file_descriptor_response: files }: ServerReflectionResponse) =>
  files?.file_descriptor_proto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name)

describe.each(['v1', 'v1alpha'])('reflection %s', (version) => {
  it('lists every service', async () => {
    const { list_services_response: list } = await ask(version, { list_services: '' })
    expect(list?.service.map(({ name }) => name)).toEqual([
      'blackfriday.ProductSaleService',
      'bandas.VoteService',
      'logistica.PedidoService',
      // Those of earlier clients, one of them in no package.
      'orders.OrderService',
      'PedidoService',
      'grpc.health.v1.Health',
      'grpc.reflection.v1.ServerReflection',
    ])
  })

  it('describes a method with all that its file imports', async () => {
    const answer = await ask(version, {
      file_containing_symbol: 'blackfriday.ProductSaleService.ProcesarVenta',
    })
    expect(filesOf(answer)).toEqual(['blackfriday.proto', 'common.proto'])
    expect(filesOf(await ask(version, { file_by_filename: 'common.proto' }))).toEqual(['common.proto'])
    const plain = await ask(version, { file_containing_symbol: 'PedidoService.CrearPedido' })
    expect(filesOf(plain)).toEqual(['pedido.proto'])
  })

  it('says what it does not know', async () => {
    const unknown = await ask(version, { file_containing_symbol: 'nada.Nada' })
    expect(unknown.error_response?.error_code).toBe(5)
    const extension = await ask(version, { all_extension_numbers_of_type: 'x.Y' })
    expect(extension.error_response?.error_code).toBe(12)
  })
})
