/** One sale through each endpoint; runs on this machine and, bundled small enough for a ConfigMap, in a Job. */
import { Client, credentials, Metadata } from '@grpc/grpc-js'
import {
  CategoriaProducto,
  ProductSaleRequest,
  ProductSaleResponse,
} from '../../../functions/_core/gen/blackfriday.ts'
import { send } from '../../deploy/http.ts'

export type Endpoint = 'http' | 'cloudevent' | 'procesar' | 'grpc'

export interface Delivery {
  readonly endpoint: Endpoint
  /** `http://host:port`; for gRPC too. */
  readonly url: string
  /** The name the gateway knows the function by, when it is not the one in `url`. */
  readonly host?: string
  readonly product: string
}

/** Long enough for cold starts in a row, in milliseconds. */
const DEADLINE_MS = 60_000

const saleOf = (product: string) => ({
  categoria: CategoriaProducto.ELECTRONICA,
  producto_id: product,
  precio: 40.5,
  cantidad_vendida: 1,
})

/** @returns `200`, or `OK` for gRPC; otherwise what came instead */
export async function deliver(delivery: Delivery): Promise<string> {
  if (delivery.endpoint === 'grpc') return callGrpc(delivery)
  const { endpoint, url, host, product } = delivery
  const path = { http: '/venta', cloudevent: '/', procesar: '/procesar' }[endpoint]
  const event = {
    'ce-specversion': '1.0',
    'ce-type': 'com.blackfriday.venta.v1',
    'ce-source': '/cluster-test',
    'ce-id': product,
  }
  const headers = {
    'content-type': 'application/json',
    ...(host ? { host } : {}),
    ...(endpoint === 'cloudevent' ? event : {}),
  }
  const body = JSON.stringify(saleOf(product))
  const answer = await send(`${url}${path}`, { method: 'POST', headers, body, timeoutMs: DEADLINE_MS })
  return answer.status === 200 ? '200' : `${answer.status} ${answer.body}`
}

function callGrpc({ url, host, product }: Delivery): Promise<string> {
  const client = new Client(new URL(url).host.replace(/^([^:]+)$/, '$1:80'), credentials.createInsecure(), {
    ...(host ? { 'grpc.default_authority': host } : {}),
  })
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      '/blackfriday.ProductSaleService/ProcesarVenta',
      (message: ProductSaleRequest) => Buffer.from(ProductSaleRequest.encode(message).finish()),
      (bytes: Buffer) => ProductSaleResponse.decode(bytes),
      { ...saleOf(product), contexto: undefined },
      new Metadata(),
      { deadline: Date.now() + DEADLINE_MS },
      (error, response) => {
        client.close()
        resolve(error ? `${error.code} ${error.details}` : (response?.estado ?? 'no answer'))
      },
    )
  })
}
