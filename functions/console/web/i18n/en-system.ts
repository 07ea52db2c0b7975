/** Words of the pipeline and the proof, in English. */

type Values = Readonly<Record<string, string>>

export const system = {
  pipelineTitle: 'Pipeline',
  pipelineIntro: 'The way of an event, from the client to the count.',
  states: { up: 'Up', away: 'Away', unknown: 'Unknown' },
  units: { events: 'events/s', records: 'records/s', requests: 'requests/s' },
  replicas: 'Replicas',
  p50: 'p50',
  p99: 'p99',
  batch: 'Batch',
  queue: 'Queue',
  queueOf: (items: string, limit: string) => `${items} of ${limit}`,
  errors: 'Errors',
  retries: 'Retries',
  lag: 'Lag',
  cpu: 'CPU',
  cores: (value: string) => `${value} cores`,
  memory: 'Memory',
  each: (value: string) => `${value}/s`,
  step: 'Step',
  state: 'State',
  rate: 'Rate',
  asTable: 'The same as a table',
  bottleneckHere: 'bottleneck',
  bottleneckTitle: 'What holds it up now',
  rulesIntro: 'The first rule that holds names it:',
  ruleHolds: 'holds',
  ruleNot: 'does not hold',
  proofTitle: 'Is everything counted?',
  proofIntro:
    'In Kafka records: accepted = counted + waiting + dead, for each partition, from offsets and counters.',
  topic: 'Topic',
  partition: 'Partition',
  acceptedHead: 'Accepted',
  countedHead: 'Counted',
  waitingHead: 'Waiting',
  deadHead: 'Dead',
  gapHead: 'Missing',
  eventsHead: 'Events counted',
  repeatsHead: 'Repeats',
  offsets: (from: string, to: string) => `offsets ${from} to ${to}`,
  kafkaRead: 'Kafka',
  valkeyRead: 'Valkey',
  whole: 'All partitions',
  grafana: 'Grafana',
  watchers: (count: number, shown: string) => (count === 1 ? '1 watcher' : `${shown} watchers`),
  nothingKnown: 'nothing is known',
  /** By the id of a rule; `bounds` are its own. */
  rules: {
    away: () => 'a step does not answer',
    queueFull: (bounds: Values) =>
      `a queue is more than ${bounds.percent} % full: the step behind it cannot keep up`,
    lagGrows: (bounds: Values) =>
      `more records wait at each of ${bounds.readings} readings, and counting them takes more than ${bounds.seconds} s`,
    refused: (bounds: Values) => `more than ${bounds.percent} % of what a step is asked for is refused`,
    busy: (bounds: Values) =>
      `a step uses more than ${bounds.cores} cores for each replica: JavaScript runs on one`,
    slow: (bounds: Values) => `the p99 of a step is over ${bounds.ms} ms`,
  },
  looked: {
    percent: (value: string) => `${value} %`,
    records: (value: string) => `${value} records`,
    perSecond: (value: string) => `${value} counted/s`,
    cores: (value: string) => `${value} cores`,
    ms: (value: string) => `${value} ms`,
  },
  causes: {
    notAsked: (_: Values) => 'Kafka was not asked yet',
    problem: (values: Values) => `${values.problem}`,
    unaccounted: (_: Values) => 'the KafkaSource does not say where the records lie that it delivers',
    missing: (topics: string) => `committed and not accounted for: ${topics}`,
    old: (values: Values) => `nothing newer for ${values.seconds} s`,
  },
  recordsOf: (count: string, topic: string) => `${count} of ${topic}`,
  /** By the id of the rule that holds; `values` are its own. */
  bottlenecks: {
    none: () => 'Nothing holds it up: every step takes what comes.',
    unknown: () => 'Nothing is known of the steps yet.',
    away: (step: string, values: Values) => `${step} does not answer: ${values.reason}`,
    queueFull: (step: string, values: Values) =>
      `${step} cannot keep up: the queue of ${values.queue} is ${values.percent} % full`,
    lagGrows: (step: string, values: Values) =>
      `${step} counts ${values.countedPerSecond}/s, less than what comes: ${values.lag} records wait`,
    refused: (step: string, values: Values) =>
      `${step} refuses ${values.perSecond}/s, ${values.percent} % of all`,
    busy: (step: string, values: Values) =>
      `${step} uses ${values.cores} cores for each replica: more replicas would help`,
    slow: (step: string, values: Values) => `${step} takes ${values.p99Ms} ms (p99)`,
  },
}
