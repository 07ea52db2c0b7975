import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildWeb } from '../../../scripts/build/web.ts'
import { Fixture } from './server.ts'
import { drawn, receiptsInLog, Watched } from './watch.ts'
import { World } from './world.ts'

/** States of the pages that the real system takes long to get into. */
let dir = ''
let watched: Watched
let world: World
let fixture: Fixture

beforeAll(async () => {
  dir = await buildWeb()
  watched = await Watched.start()
})
beforeEach(async ({ skip }) => {
  skip(watched.none !== '', watched.none)
  world = new World()
  fixture = new Fixture(world, dir)
  await fixture.listen()
})
afterEach(() => fixture?.close())
afterAll(() => watched?.close())

/** Newest first. */
const receipts = () => world.rows.map(({ receipt }) => receipt).reverse()
const GONE = /ERR_|Failed to load resource/

describe('the log', () => {
  it('has every row once, in order, also while they come', async () => {
    world.count('sales', 30)
    const page = await watched.open(`${fixture.url}/log`)
    await page.locator('.list a').first().waitFor()
    for (let frame = 0; frame < 4; frame += 1) {
      world.count('sales', 25)
      world.count('votes', 5)
      fixture.tick()
    }
    await expect.poll(() => page.locator('.list table').getAttribute('aria-rowcount')).toBe('151')
    expect([...(await receiptsInLog(page))].sort()).toEqual(receipts().sort())
    await page.context().close()
  })

  it('says how many rows of a burst were skipped, and loads them', async () => {
    world.count('sales', 10)
    const page = await watched.open(`${fixture.url}/log`)
    await page.locator('.list a').first().waitFor()
    world.count('sales', 1000)
    fixture.tick()
    const gap = page.locator('[data-gap]')
    // A frame has the newest 200.
    await page.locator('.list table[aria-rowcount="212"]').waitFor()
    const list = page.locator('.list')
    await list.evaluate((element) => element.scrollTo({ top: element.scrollHeight }))
    expect(await gap.textContent()).toContain('800 rows skipped')
    await gap.getByRole('button', { name: 'load them' }).click()
    await page.locator('.list table[aria-rowcount="1011"]').waitFor()
    expect(await receiptsInLog(page)).toEqual(receipts())
    await page.context().close()
  })

  it('stays put while it is read, and says how many rows wait', async () => {
    world.count('sales', 100)
    const page = await watched.open(`${fixture.url}/log`)
    const list = page.locator('.list')
    await list.locator('a').first().waitFor()
    await list.evaluate((element) => element.scrollTo({ top: 500 }))
    const seen = () => list.evaluate((element) => [element.scrollTop, element.querySelector('a')?.title])
    await expect.poll(async () => (await seen())[0]).toBe(500)
    await drawn(page)
    const before = await seen()
    world.count('sales', 7)
    fixture.tick()
    const pill = page.getByRole('button', { name: '7 newer rows' })
    await pill.waitFor()
    expect(await seen()).toEqual(before)
    await pill.click()
    await page.locator('.list table[aria-rowcount="108"]').waitFor()
    await expect.poll(() => list.evaluate((element) => element.scrollTop)).toBe(0)
    expect(await receiptsInLog(page)).toEqual(receipts())
    await page.context().close()
  })

  it('finds a text, in what there is and in what comes', async () => {
    world.count('sales', 50)
    world.count('votes', 10)
    const page = await watched.open(`${fixture.url}/log?text=signos`)
    const albums = () => world.rows.filter(({ value }) => value.album === 'Signos').length
    const rows = () => page.locator('.list table').getAttribute('aria-rowcount').then(Number)
    await expect.poll(rows).toBe(albums() + 1)
    world.count('votes', 20)
    fixture.tick()
    await expect.poll(rows).toBe(albums() + 1)
    expect(albums()).toBeGreaterThan(2)
    await page.context().close()
  })
})

describe('a console that goes away', () => {
  it('and comes back: the page catches up, no row is missing or twice', async () => {
    world.count('sales', 40)
    const page = await watched.open(`${fixture.url}/log`, { locale: 'en-GB' }, GONE)
    await page.locator('.list a').first().waitFor()
    const { port } = fixture
    await fixture.close()
    await page.locator('.live-connecting, .live-away, .live-stale').waitFor()
    world.count('sales', 60)
    fixture = new Fixture(world, dir)
    await fixture.listen(port)
    await page.locator('.live-live').waitFor()
    world.count('sales', 3)
    fixture.tick()
    await page.locator('.list table[aria-rowcount="104"]').waitFor()
    expect(await receiptsInLog(page)).toEqual(receipts())
    await page.context().close()
  })

  it('leaves figures that say that they are stale', async () => {
    world.count('sales', 10)
    const page = await watched.open(`${fixture.url}/`, { locale: 'en-GB' }, GONE)
    await page.locator('.live-live').waitFor()
    expect(await page.locator('.age-stale').count()).toBe(0)
    await fixture.close()
    await page.locator('.live-stale').waitFor()
    await page.locator('.tile .age-stale').first().waitFor()
    expect(await page.locator('.banner-bad').textContent()).toContain('old')
    await page.context().close()
  })
})

describe('what is wrong', () => {
  it('with Valkey is said above old figures', async () => {
    world.count('sales', 10)
    const page = await watched.open(fixture.url)
    await page.locator('.live-live').waitFor()
    fixture.fail('Valkey cannot be read')
    fixture.tick()
    expect(await page.locator('.banner-bad').textContent()).toContain('Valkey cannot be read')
    expect(await page.locator('.tile-value').first().textContent()).toBe('10')
    fixture.fail(null)
    fixture.tick()
    await page.locator('.banner').waitFor({ state: 'detached' })
    await page.context().close()
  })

  it('with the count turns the badge, and the partition is named', async () => {
    world.count('sales', 10)
    const page = await watched.open(fixture.url)
    await page.locator('[data-proof="holds"]').waitFor()
    fixture.missing = 3
    fixture.tick()
    const badge = page.locator('[data-proof="broken"]')
    expect(await badge.textContent()).toContain('3 records are missing')
    await badge.click()
    await page.locator('.proof-partition.proof-broken').first().waitFor()
    expect(await page.locator('#proof').textContent()).toContain('offsets 40 to 42')
    await page.context().close()
  })

  it('with a step is one sentence, in the reader’s language, and the step is marked', async () => {
    const values = { queue: 'ingest', percent: 91 }
    fixture.bottleneck = { id: 'queueFull', step: 'bridge', sentence: 'bridge cannot keep up', values }
    const page = await watched.open(`${fixture.url}/pipeline`, { locale: 'es-EC' })
    await page.locator('.step-bottleneck[data-step="bridge"]').waitFor()
    const sentence = 'bridge no da abasto: la cola de ingest está al 91 %'
    expect(await page.locator('.sentence').textContent()).toBe(sentence)
    const rules = page.locator('.rules')
    expect(await rules.textContent()).toContain(
      'una cola está a más del 80 %: el paso que sigue no da abasto',
    )
    expect(await rules.textContent()).toContain('12 registros, 500 contados/s')
    fixture.missing = 3
    fixture.tick()
    await page.getByText('confirmados y sin cuenta: 3 de ventas-blackfriday').waitFor()
    await page.context().close()
  })
})

it('nothing went wrong in the pages, and nothing was asked elsewhere', () => {
  expect(watched.wrong).toEqual([])
})
