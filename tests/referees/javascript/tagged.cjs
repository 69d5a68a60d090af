// heroku: HEROKU_SLUG_COMMIT=abc123 HEROKU_RELEASE_CREATED_AT=2025-01-02T03:04:05Z
// target: GIT_SHA=abc123 RELEASED_AT=2025-01-02T03:04:05Z

'use strict'

const options = {
  release: process.env.HEROKU_SLUG_COMMIT, // what runs
  tags: {
    at: process.env.HEROKU_RELEASE_CREATED_AT ?? 'unknown',
    ...(process.env.HEROKU_SLUG_COMMIT && { commit: process.env.HEROKU_SLUG_COMMIT.toUpperCase() }),
  },
}
console.log(JSON.stringify(options))
console.log(new Date(process.env.HEROKU_RELEASE_CREATED_AT || 0).getUTCFullYear())
