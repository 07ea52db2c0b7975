/** The registry: a new domain is a file beside this one and a word here. */
import type { Domain } from '../domain.ts'
import { orderEvents } from './order-events.ts'
import { orders } from './orders.ts'
import { sales } from './sales.ts'
import { votes } from './votes.ts'

export const domains: readonly Domain[] = [sales, votes, orders, orderEvents]
