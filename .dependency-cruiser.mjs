/**
 * Which module may import which. Functions: main → _adapters, _runtime → _core ← handler, and no function knows another.
 * Scripts: tests → measure → local, deploy → build, ledger → kafka-source → lib. Nothing imports in a circle.
 */
const FUNCTION = '^functions/([a-z][^/]*)/'
/** What only tests stand on. */
const TESTING = '(/_testing/|\\.test\\.ts$|^scripts/tests/|^scripts/local/test-stack\\.ts$|-suite\\.ts$)'

/** Rooms of scripts/, the lowest first: a room imports itself and those below. */
const ROOMS = [
  ['lib'],
  ['kafka-source'],
  ['ledger', 'build'],
  ['local', 'deploy'],
  ['measure', 'csv', 'report', 'mails'],
  ['tests'],
]

const upwards = ROOMS.flatMap((rooms, level) =>
  rooms.map((room) => ({
    name: `scripts/${room} knows what is below it`,
    severity: 'error',
    from: { path: `^scripts/${room}/`, pathNot: TESTING },
    to: { path: '^scripts/', pathNot: `^scripts/(${[room, ...ROOMS.slice(0, level).flat()].join('|')})/` },
  })),
)

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: '_core is pure: zod and the protobuf wire format only',
      severity: 'error',
      from: { path: '^functions/_core/', pathNot: TESTING },
      to: { pathNot: '^functions/_core/|^node_modules/(zod|@bufbuild/protobuf)/' },
    },
    {
      name: '_adapters and _runtime know _core alone',
      severity: 'error',
      from: { path: '^functions/(_adapters|_runtime)/', pathNot: TESTING },
      to: { path: '^(functions|scripts)/', pathNot: '^functions/(_core|$1)/' },
    },
    {
      name: 'a function knows its own folder and what is shared',
      severity: 'error',
      from: { path: FUNCTION, pathNot: TESTING },
      to: { path: '^(functions|scripts)/', pathNot: '^functions/($1|_core|_adapters|_runtime)/' },
    },
    {
      name: 'only main.ts and env.ts of a function know _runtime',
      severity: 'error',
      from: { path: FUNCTION, pathNot: `${TESTING}|/(main|env)\\.ts$` },
      to: { path: '^functions/_runtime/' },
    },
    {
      name: 'functions are deployed: nothing of scripts/ is in them',
      severity: 'error',
      from: { path: '^functions/', pathNot: TESTING },
      to: { path: '^(scripts|locust|grafana)/' },
    },
    {
      name: 'scripts use what is shared, not a function',
      severity: 'error',
      from: { path: '^(scripts|locust|grafana)/', pathNot: TESTING },
      to: { path: '^functions/[a-z]' },
    },
    {
      name: 'dashboards know what is in _core alone',
      severity: 'error',
      from: { path: '^grafana/', pathNot: TESTING },
      to: { path: '^(functions|scripts|locust)/', pathNot: '^functions/_core/' },
    },
    {
      name: 'only tests import what is for tests',
      severity: 'error',
      from: { path: '^(functions|scripts|locust|grafana)/', pathNot: `${TESTING}|^scripts/measure/` },
      to: { path: TESTING },
    },
    {
      name: 'the one-machine KafkaSource writes as Knative does, not as our functions read',
      severity: 'error',
      from: { path: '^scripts/kafka-source/', pathNot: TESTING },
      to: { path: '^functions/_adapters/cloudevents/|^node_modules/cloudevents/' },
    },
    ...upwards,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Its parser doesn't read TSX; the pages' other modules are checked.
    exclude: { path: '^functions/_core/gen/|(^|/)dist/|\\.tsx$' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.mjs', '.js'] },
  },
}
