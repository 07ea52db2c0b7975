/** Every bound of the pipeline, with its unit; those of the console are in console/limits.ts. */

/** One event over HTTP, in bytes. */
export const SINGLE_BODY_BYTES = 64 * 1024
/** A bulk body over HTTP, in bytes and in items. */
export const BULK_BODY_BYTES = 5 * 1024 * 1024
export const BULK_ITEMS = 10_000
/** JSON before it is parsed: levels of nesting, and values in all (a full batch of events has 130,000). */
export const JSON_DEPTH = 64
export const JSON_VALUES = 300_000
/** What a bulk request has in hand at a time, in items: the rest stays in the socket (back-pressure). */
export const BULK_SLICE_ITEMS = 512
/**
 * Refused items whose errors an answer lists, the first ones; the others are named by their places. A peer (ingest, the
 * bridge) is told those of a whole batch, since it answers for each of them.
 */
export const LISTED_ITEMS = 100
export const LISTED_PEER_ITEMS = 512
/** What long bodies may take of one turn of the event loop before others are let in, in milliseconds. */
export const TURN_SHARE_MS = 10
/** What is cut into items at a time, in bytes: some thousand of the shortest. */
export const CUT_BYTES = 4 * 1024
/** A request's headers, in bytes: KafkaSource sends the key of a record twice, and each of its headers. */
export const HEADER_BYTES = 64 * 1024
/**
 * Bodies of requests that a process holds at a time, in bytes, unless its settings say otherwise: what is left of 256 MiB
 * beside the program and its heap.
 */
export const BODY_BYTES_IN_FLIGHT = 32 * 1024 * 1024
/** Two of the longest messages, one of them whole: less would refuse what is allowed. */
export const LEAST_BODY_BYTES_IN_FLIGHT = 16 * 1024 * 1024
/** What bodies over 64 KiB may have of it, together: the rest is for single events. */
export const LONG_BODIES_SHARE = 3 / 4
/** What is held of a body whose items are handed on while it arrives, in bytes: a chunk, and an item that goes on. */
export const STREAMED_BODY_BYTES = 2 * SINGLE_BODY_BYTES
/** A gRPC message, in bytes: a full batch of the longest events. */
export const GRPC_MESSAGE_BYTES = 8 * 1024 * 1024
/** What an item of a gRPC batch counts for beside its bytes, from when it is an object: two bytes can be an item. */
export const ITEM_OBJECT_BYTES = 256
/** Fields of a batch beside its items: those of later versions are passed over, but not thousands of them. */
export const OTHER_FIELDS = 100
/** What a gRPC call counts for before anything of it has come, in bytes. */
export const CALL_BYTES = 4 * 1024
/**
 * Connections of a server at the same time: each costs some 10 KB, and what comes of all of them may come in one turn of
 * the event loop.
 */
export const CONNECTIONS = 2_000
/** For how long nothing was asked on a connection that gives way to a new one, while there are as many, in milliseconds. */
export const CONNECTION_GRACE_MS = 1_000
/** Calls at the same time over one connection. */
export const CONNECTION_CALLS = 1_000

/** Text fields such as product ids, in characters. */
export const TEXT_FIELD_CHARS = 128
export const IDEMPOTENCY_KEY_CHARS = 255
/** Idempotency-Keys whose content a publisher remembers, some 200 bytes each. */
export const REMEMBERED_KEYS = 50_000
/** CloudEvents `id` and `source`, in characters: they become part of a Valkey key. An id can be `key/index`. */
export const EVENT_ID_CHARS = 512
export const EVENT_SOURCE_CHARS = 512

/**
 * What a topic takes for a batch of records, in bytes. A record that is refused becomes a dead letter with its attributes
 * and the reason in headers, and a KafkaSink writes at most 1 MiB: it reads headers of at most 8 KiB, which take less
 * than the 16 KiB between.
 */
export const TOPIC_BATCH_BYTES = 1024 * 1024 - 16 * 1024
/** What a topic of dead letters takes: more than a KafkaSink writes. */
export const DEAD_LETTER_BATCH_BYTES = 2 * 1024 * 1024

/** What one coalescer holds while a send is in flight; more is refused as `busy`. */
export const QUEUE_ITEMS = 20_000
export const QUEUE_BYTES = 32 * 1024 * 1024
/** The same at the aggregator: as much as a KafkaSource has in flight, 99 full records, or it would ask for them again. */
export const DELIVERED_QUEUE = { queueItems: 51_200, queueBytes: 64 * 1024 * 1024 } as const
/** What one send carries: a few hundred records is where the cost per record levels off. */
export const BATCH_ITEMS = 512
/** Kafka takes 1,048,588 bytes for a partition, unless told otherwise. */
export const BATCH_BYTES = 1_000_000
/** What one record carries: a whole send, and one call of Valkey's script. */
export const RECORD_EVENTS = 512
/** Its value: as a dead letter, with the reason beside it, it must be within what a KafkaSink sends (1 MiB). */
export const RECORD_BYTES = 512 * 1024
/** The longest value that a topic takes from anybody, unless told otherwise: what a packed record may be when it is read. */
export const READ_RECORD_BYTES = 1024 * 1024
/** What a KafkaSource keeps of an answer beside a dead letter (`knativeerrordata`). */
export const ERROR_DATA_BYTES = 1_024
/** An item not yet sent after this time is answered `unavailable`: with the longest send, within the 10 s of a client. */
export const QUEUE_WAIT_MS = 4_500

/** Sends at the same time, when each is full: waiting for the one before would only leave the next hop idle. */
export const FULL_BATCHES_IN_FLIGHT = 4
/** How long a send may be held back for the callers that the last one has answered, in milliseconds. */
export const GATHER_MS = 10

/** Sends of the same items to a step that could not take them. */
export const SEND_ATTEMPTS = 4
/** Deadlines of a send, with its retries, at each hop: inside the one before it, so that the nearest hop answers first. */
export const BRIDGE_DEADLINE_MS = 5_000
export const PUBLISHER_DEADLINE_MS = 4_500
export const KAFKA_DEADLINE_MS = 4_000
export const VALKEY_DEADLINE_MS = 4_000
export const CONSOLE_DEADLINE_MS = 4_000

/** What asking whether it is there may take: Kafka, and the steps in front of it, each of which asks the next. */
export const KAFKA_HEALTH_MS = 2_000
export const PUBLISHER_HEALTH_MS = 3_000
export const BRIDGE_HEALTH_MS = 4_000
/** How long the answer holds: with all of them, what is away is known within 10 s. */
export const HEALTH_FRESH_MS = 1_000

/** What a delivery may wait at the carrier: with the bridge's deadline within the 30 s of its source (scripts/local/followers.ts). */
export const CARRIER_WAIT_S = 10

/** What a mail may wait for its turn within its delivery at the notifier: with the mail server's silences within its source's 30 s. */
export const MAIL_TURN_MS = 10_000

/** Advice to clients in Retry-After, in seconds. */
export const RETRY_AFTER_S = 1

/** The time a function has to finish what is in hand after SIGTERM. */
export const SHUTDOWN_MS = 10_000
/** A client that has not sent its whole request by then is cut off. */
export const REQUEST_TIMEOUT_MS = 30_000
/** An idle connection is closed after this: later than proxies do (Knative's, 90 s), or they would reuse a closing one. */
export const KEEP_ALIVE_MS = 120_000

/** What an event may say of its own time, at an endpoint: so far ahead (clocks differ), and by default so long ago. */
export const EVENT_FUTURE_MS = 5 * 60_000
export const EVENT_PAST_DAYS = 30

/** Of a member of a ranking: a score is a double, exact up to here. The script has it as well (`lua/apply.lua`). */
export const LARGEST_SCORE = Number.MAX_SAFE_INTEGER

/** Numbered identities are kept one bit each, in chunks; longer than the 7 days the topics keep their records. */
export const IDENTITY_CHUNK_BITS = 65_536
export const NUMBERED_IDENTITY_TTL_S = 8 * 24 * 3600
export const FOREIGN_IDENTITY_TTL_S = 8 * 24 * 3600
