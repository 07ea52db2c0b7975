/** Settings of the CSV client: where the pipeline is on this machine. */
import { domains } from '../../functions/_core/domains/index.ts'
import { LOCAL_HOST, PORTS } from '../../functions/_core/topology.ts'
import { parseSettings, port, withTopics } from '../../functions/_runtime/settings.ts'
import { dataDir } from '../lib/data-dir.ts'

const shape = {
  INGEST_PORT: port(PORTS.INGEST_PORT),
  PUBLISHER_PORT: port(PORTS.PUBLISHER_PORT),
  CAUDAL_DATA: dataDir,
}

export const knownDomains = () => withTopics(domains, process.env)

export function settings() {
  const { INGEST_PORT, PUBLISHER_PORT, CAUDAL_DATA } = parseSettings(shape, process.env)
  return {
    dataDir: CAUDAL_DATA,
    addresses: { http: `http://${LOCAL_HOST}:${INGEST_PORT}`, grpc: `${LOCAL_HOST}:${PUBLISHER_PORT}` },
  }
}
