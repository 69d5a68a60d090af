// heroku: HEROKU_SLUG_COMMIT=abc123 HEROKU_RELEASE_VERSION=v7
// heroku: OTHER=other
// target: GIT_SHA=abc123 APP_VERSION=v7
// target: OTHER=other

import { env } from 'node:process'

const say = (...words) => console.log(JSON.stringify(words))
const variables = process.env

const { HEROKU_SLUG_COMMIT: short } = process.env
const { HEROKU_SLUG_COMMIT: renamed = 'none' } = process.env
const { HEROKU_SLUG_COMMIT, OTHER } = variables
say('pattern', short, renamed, HEROKU_SLUG_COMMIT, OTHER)

export const version = process.env.HEROKU_RELEASE_VERSION
say('names', env.HEROKU_RELEASE_VERSION, variables['HEROKU_RELEASE_VERSION'], version)

const arrow = () => process.env.HEROKU_RELEASE_VERSION
const given = (value = process.env.HEROKU_RELEASE_VERSION) => value
function returned() {
  return (
    process.env.HEROKU_RELEASE_VERSION
  )
}
async function waited() {
  return await process.env.HEROKU_RELEASE_VERSION
}
function* yielded() {
  yield process.env.HEROKU_RELEASE_VERSION
}
class Release {
  version = process.env.HEROKU_RELEASE_VERSION
  static #kept = process.env.HEROKU_RELEASE_VERSION?.slice(1)
  get kept() { return Release.#kept }
}
say('functions', arrow(), given(), given('own'), returned(), await waited(), [...yielded()])
say('class', new Release().version, new Release().kept)

let assigned = ''
assigned += process.env.HEROKU_RELEASE_VERSION
let late
late ||= process.env.HEROKU_RELEASE_VERSION
say('assigned', assigned, late)
switch (process.env.HEROKU_RELEASE_VERSION) {
  case 'v7':
    say('switch', 7)
    break
  default:
    say('switch', null)
}
try {
  throw process.env.HEROKU_RELEASE_VERSION
} catch (error) {
  say('thrown', error)
}
