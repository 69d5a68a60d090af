// heroku: HEROKU_SLUG_COMMIT=abc123 HEROKU_APP_NAME=shop HEROKU_RELEASE_VERSION=v7
// heroku: HEROKU_SLUG_COMMIT=abc123
// heroku: OTHER=other
// target: GIT_SHA=abc123 APP_NAME=shop APP_VERSION=v7
// target: GIT_SHA=abc123
// target: OTHER=other

const other = process.env.OTHER
const say = (...words) => console.log(JSON.stringify(words))

say('not', !process.env.HEROKU_SLUG_COMMIT, !!process.env.HEROKU_SLUG_COMMIT)
say('and', other && process.env.HEROKU_SLUG_COMMIT, other || process.env.HEROKU_SLUG_COMMIT && 'b')
say('or', process.env.HEROKU_SLUG_COMMIT || 'none', other || process.env.HEROKU_SLUG_COMMIT)
say('coalesce', process.env.HEROKU_SLUG_COMMIT ?? 'none', other ?? process.env.HEROKU_SLUG_COMMIT)
say('mixed', (other ?? process.env.HEROKU_SLUG_COMMIT) || 'none', other ?? (process.env.HEROKU_SLUG_COMMIT || 'c'))
say('chain', process.env.HEROKU_SLUG_COMMIT?.slice(0, 3), process.env.HEROKU_SLUG_COMMIT?.length)
say('equal', process.env.HEROKU_SLUG_COMMIT === 'abc123', 'abc123' != process.env.HEROKU_SLUG_COMMIT)
say('plus', 'v' + process.env.HEROKU_SLUG_COMMIT + '!', `${process.env.HEROKU_SLUG_COMMIT}`)
say('typeof', typeof process.env.HEROKU_SLUG_COMMIT, typeof process.env.HEROKU_SLUG_COMMIT === 'string')
say('ternary', process.env.HEROKU_SLUG_COMMIT ? 1 : 2, other ? process.env.HEROKU_SLUG_COMMIT : 3)
say('index', { abc123: 'found' }[process.env.HEROKU_SLUG_COMMIT], ['a', process.env.HEROKU_SLUG_COMMIT, 'c'])
say('key', { [process.env.HEROKU_SLUG_COMMIT]: 1, commit: process.env.HEROKU_SLUG_COMMIT })
say('call', String(process.env.HEROKU_SLUG_COMMIT), [process.env.HEROKU_SLUG_COMMIT].join('-'))
say('spread', ...(process.env.HEROKU_SLUG_COMMIT || ''))
say('comma', (0, process.env.HEROKU_SLUG_COMMIT))
say('number', +process.env.HEROKU_SLUG_COMMIT, -process.env.HEROKU_SLUG_COMMIT)
say('nested', `a${`b${process.env['HEROKU_SLUG_COMMIT']}`}c`)
